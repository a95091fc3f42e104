#include "core/text/language_guess.h"

#include "core/text/language_profiles.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace winnow::text {
namespace {

    struct Sample {
        Language language;
        const char* line;
    };

    // Sentences written for this test, without looking at the lists.
    const std::vector<Sample> kSamples{
        {Language::English, "Our neighbour bought fresh bread because the shop near the station was still open."},
        {Language::English, "Why does the boat look so old?"},
        {Language::German, "Gestern haben wir am See gegrillt, obwohl der Himmel schon ganz dunkel wurde."},
        {Language::German, "Warum lacht der alte Lehrer?"},
        {Language::French, "Hier soir, mes cousins ont regardé un film dans le salon avant de dormir."},
        {Language::French, "Pourquoi le vieux bateau est-il rouge ?"},
        {Language::Spanish, "Ayer mis primos vieron una película en el salón antes de dormir."},
        {Language::Spanish, "¿Por qué el barco viejo es tan grande?"},
        {Language::Italian, "Ieri sera i miei cugini hanno guardato un film nel salotto prima di dormire."},
        {Language::Italian, "Perché la barca vecchia è così grande?"},
        {Language::Portuguese, "Ontem os meus primos viram um filme na sala antes de dormir."},
        {Language::Portuguese, "Por que o barco velho não é muito grande?"},
        {Language::Dutch, "Gisteren hebben mijn neven een film gekeken in de woonkamer voor het slapen."},
        {Language::Swedish, "I går tittade mina kusiner på en film i vardagsrummet innan de somnade."},
        {Language::Danish, "I går så mine fætre en film i stuen, inden de blev trætte af det."},
        {Language::Norwegian, "I går så fetterne mine en film i stua, og etterpå ble de trøtte av den."},
        {Language::Finnish, "Eilen serkkuni katsoivat elokuvaa olohuoneessa ja sitten he olivat väsyneitä."},
        {Language::Polish, "Wczoraj moi kuzyni oglądali film w salonie, a potem poszli spać."},
        {Language::Czech, "Včera se moji bratranci dívali na film v obýváku a pak šli spát."},
        {Language::Hungarian, "Tegnap az unokatestvéreim egy filmet néztek a nappaliban, és utána aludtak."},
        {Language::Romanian, "Ieri verii mei au văzut un film în sufragerie și apoi s-au dus la culcare."},
        {Language::Turkish, "Dün akşam kuzenlerim salonda bir film izledi ve sonra çok yoruldular."},
        {Language::Indonesian, "Kemarin sepupu saya menonton film di ruang tamu dan tidak tidur sampai malam."},
        {Language::Vietnamese, "Hôm qua anh em họ của tôi đã xem một bộ phim trong phòng khách."},
        {Language::Russian, "Вчера мои братья смотрели фильм в гостиной, а потом пошли спать."},
        {Language::Ukrainian, "Вчора мої брати дивилися фільм у вітальні, а потім пішли спати."},
        {Language::Greek, "Χθες τα ξαδέρφια μου είδαν μια ταινία στο σαλόνι."},
        {Language::Arabic, "شاهد أبناء عمي فيلما في غرفة الجلوس قبل النوم."},
        {Language::Persian, "دیروز پسرعموهایم در اتاق پذیرایی یک فیلم را دیدند."},
        {Language::Hebrew, "אתמול בני הדודים שלי ראו סרט בסלון."},
        {Language::Hindi, "कल मेरे भाइयों ने बैठक में एक फिल्म देखी।"},
        {Language::Thai, "เมื่อวานลูกพี่ลูกน้องของฉันดูหนังในห้องนั่งเล่น"},
        {Language::Chinese, "昨天我的表兄弟在客厅里看了一部电影。"},
        {Language::Japanese, "昨日、いとこたちは居間で映画を見ました。"},
        {Language::Korean, "어제 사촌들이 거실에서 영화를 봤다."},
    };

    TEST(LanguageGuess, KnowsASentenceOfEachLanguage)
    {
        std::set<Language> seen;
        for (const auto& sample : kSamples) {
            const auto guess = guessLanguage(sample.line);
            EXPECT_EQ(nameOf(guess.language), nameOf(sample.language)) << sample.line;
            EXPECT_GT(guess.probability, 0.6) << sample.line;
            EXPECT_LE(guess.probability, 1 + 1e-12);
            if (sample.language == Language::English)
                EXPECT_GT(guess.english, 0.9) << sample.line;
            else
                EXPECT_LT(guess.english, 0.05) << sample.line;
            seen.insert(sample.language);
        }
        EXPECT_EQ(seen.size() + 1, std::size_t(kLanguageCount)); // all but Unknown
    }

    TEST(LanguageGuess, IsUnsureWhereThereIsLittleToGoBy)
    {
        EXPECT_EQ(guessLanguage("").language, Language::Unknown);
        EXPECT_EQ(guessLanguage("12, 34!").probability, 0);
        EXPECT_EQ(guessLanguage("Xylotrq vbnkwz").language, Language::Unknown);
        EXPECT_LT(guessLanguage("Xylotrq vbnkwz").english, 0.5);
    }

    TEST(LanguageGuess, ScriptsShareATextByTheirLetters)
    {
        EXPECT_DOUBLE_EQ(guessLanguage("a dog").latin, 1);
        EXPECT_DOUBLE_EQ(guessLanguage("\u72D7\u72D7").latin, 0);
        EXPECT_DOUBLE_EQ(guessLanguage("dogs \u72D7\u72D7").latin, 0.5); // a Chinese character counts as two letters
        const auto mixed = guessLanguage("The dog is on the street \u72D7");
        EXPECT_EQ(mixed.language, Language::English);
        EXPECT_LT(mixed.english, 0.95);
        EXPECT_GT(mixed.english, 0.85);
    }

    TEST(LanguageGuess, NumbersAndNamesNeverChange)
    {
        EXPECT_EQ(static_cast<int>(Language::English), 1);
        EXPECT_EQ(static_cast<int>(Language::Chinese), 2);
        EXPECT_EQ(static_cast<int>(Language::Korean), 29);
        EXPECT_EQ(codeOf(Language::English), "en");
        EXPECT_EQ(codeOf(Language::Vietnamese), "vi");
        EXPECT_EQ(nameOf(Language::Korean), "Korean");
        EXPECT_EQ(codeOf(Language::Unknown), "?");
        std::set<Language> profiled;
        for (const auto& profile : languageProfiles())
            EXPECT_TRUE(profiled.insert(profile.language).second) << nameOf(profile.language);
    }

    TEST(LanguageGuess, HumanCaptionsAreEnglish)
    {
        const auto path = std::filesystem::path(sharedDir()) / "data/flickr8k-400/captions.txt";
        if (!std::filesystem::exists(path))
            GTEST_SKIP() << "needs ../shared/data/flickr8k-400";
        std::ifstream in(path);
        std::string line;
        std::getline(in, line); // header
        int count = 0, english = 0;
        while (std::getline(in, line)) {
            ++count;
            english += guessLanguage(line.substr(line.find(',') + 1)).english > 0.5 ? 1 : 0;
        }
        EXPECT_EQ(count, 2000);
        EXPECT_GE(english, 1990);
    }

} // namespace
} // namespace winnow::text
