#include "core/demo/grammar.h"

#include "core/base/text.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace winnow::demo {

namespace {

    using Words = std::vector<std::string>;

    /// The first word half of the time, the others sharing the rest: the common word stays common.
    const std::string& pickCommon(const Words& words, Random& random)
    {
        return words.size() == 1 || random.chance(0.5) ? words.front() : words[1 + random.below(words.size() - 1)];
    }

    std::string countPhrase(const Group& group, Random& random)
    {
        if (group.count == 1)
            return random.chance(0.2) ? "one" : group.colour == Colour::Orange ? "an" : "a";
        if (group.count == 2)
            return random.chance(0.2) ? "a pair of" : "two";
        return "three";
    }

    /// "two red balls"
    std::string nounPhrase(const Group& group, Random& random)
    {
        const Noun& noun = nounOf(group.kind);
        const std::size_t which = noun.singular.size() > 1 && random.chance(0.3) ? 1 : 0;
        const std::string& word = group.count == 1 ? noun.singular[which] : noun.plural[which];
        return text::join(countPhrase(group, random), " ", wordOf(group.colour), " ", word);
    }

    std::string groupSentence(const Group& group, Random& random)
    {
        const std::string phrase = nounPhrase(group, random);
        const std::string be = group.count == 1 ? "is" : "are";
        const std::string place(phraseOf(group.place));
        const double choice = random.uniform();
        if (choice < 0.5)
            return capitalised(text::join(place, " there ", be, " ", phrase, "."));
        if (choice < 0.65)
            return capitalised(text::join(place, " you can see ", phrase, "."));
        if (choice < 0.85)
            return text::join("There ", be, " ", phrase, " ", place, ".");
        const char* verb = group.place == Place::Sky ? (group.count == 1 ? "floats" : "float")
                                                     : (group.count == 1 ? "stands" : "stand");
        return capitalised(text::join(phrase, " ", verb, " ", place, "."));
    }

    std::string opening(const Scene& scene, Random& random)
    {
        static const Words kStarts{"This is ", "The picture shows ", "The image shows ", "We see "};
        return text::join(pickCommon(kStarts, random), phraseOf(scene.ground), " ", phraseOf(scene.light), ".");
    }

    std::string weatherSentence(const Scene& scene, Random& random)
    {
        static const std::array<Words, kWeatherCount> kSentences{
            {{"The sky is clear.", "There are no clouds."}, {"The sky is cloudy.", "There are clouds in the sky."},
                {"It is raining.", "Rain is falling."}, {"It is snowing.", "Snow is falling."}}};
        return pickCommon(kSentences[std::size_t(scene.weather)], random);
    }

    Words captionSentences(const Scene& scene, Random& random)
    {
        Words sentences{opening(scene, random)};
        for (const Group& group : scene.groups)
            sentences.push_back(groupSentence(group, random));
        sentences.push_back(weatherSentence(scene, random));
        return sentences;
    }

    Kind absentKind(const Scene& scene, Random& random)
    {
        while (true) {
            const auto kind = static_cast<Kind>(random.below(kKindCount));
            if (!scene.find(kind))
                return kind;
        }
    }

    /// Something that is not there, at a place where nothing or something else is.
    Group inventGroup(const Scene& scene, Random& random)
    {
        Group group;
        group.kind = absentKind(scene, random);
        group.colour = static_cast<Colour>(random.below(kColourCount));
        group.count = int(1 + random.below(kMaxCount));
        group.place = int(group.kind) >= kGroundKindCount ? Place::Sky : static_cast<Place>(random.below(3));
        return group;
    }

    std::string writeHallucinated(const Scene& scene, Random& random)
    {
        Words sentences = captionSentences(scene, random);
        const std::string invented = groupSentence(inventGroup(scene, random), random);
        sentences.insert(sentences.begin() + std::ptrdiff_t(1 + random.below(sentences.size() - 1)), invented);
        return text::joined(sentences, " ");
    }

    std::string writeTruncated(const Scene& scene, Random& random)
    {
        Words words = text::split(writeCaption(scene, random), ' ');
        const auto kept = std::size_t(double(words.size()) * random.uniform(0.25, 0.75)) + 1;
        words.resize(std::min(kept, words.size() - 1));
        std::string line = text::joined(words, " ");
        while (!line.empty() && line.back() == '.')
            line.pop_back();
        return line;
    }

    std::string writeRepetitive(const Scene& scene, Random& random)
    {
        Words sentences = captionSentences(scene, random);
        const auto at = std::size_t(random.below(sentences.size()));
        const std::string again = sentences[at];
        sentences.insert(sentences.begin() + std::ptrdiff_t(at), std::size_t(2 + random.below(3)), again);
        return text::joined(sentences, " ");
    }

    std::string writeTerse(const Scene& scene, Random& random)
    {
        static const Words kTerse{"A picture.", "An image.", "Some things.", "Nice.", "A scene."};
        const std::string& word = nounOf(random.pick(scene.groups).kind).singular.front();
        return random.chance(0.4) ? capitalised(word + ".") : random.pick(kTerse);
    }

    std::string offTopicSentence(OffTopic set, Random& random)
    {
        static const std::array<Words, 2> kWho{{{"The committee", "Our team", "The company", "My uncle"},
            {"The minister", "Her lawyer", "The bank", "A reporter"}}};
        static const std::array<Words, 2> kDid{
            {{"approved", "sold", "postponed", "reviewed"}, {"rejected", "signed", "announced", "lost"}}};
        static const std::array<Words, 2> kWhat{
            {{"the annual budget.", "an old guitar.", "the next meeting.", "a cake recipe."},
                {"the new contract.", "a train ticket.", "the election result.", "an insurance claim."}}};
        const auto i = std::size_t(set);
        return text::join(random.pick(kWho[i]), " ", random.pick(kDid[i]), " ", random.pick(kWhat[i]));
    }

    std::string writeOffTopic(const Scene& scene, OffTopic set, Random& random)
    {
        Words sentences = captionSentences(scene, random);
        const std::size_t kept = random.chance(0.5) ? 0 : 1;
        sentences.resize(kept);
        const auto count = 2 + random.below(2);
        for (std::uint64_t i = 0; i < count; ++i)
            sentences.push_back(offTopicSentence(set, random));
        return text::joined(sentences, " ");
    }

    Scene otherScene(const Scene& scene, Random& random)
    {
        Scene other = drawScene(random);
        while (signature(other) == signature(scene))
            other = drawScene(random);
        return other;
    }

} // namespace

std::string capitalised(std::string line)
{
    if (!line.empty())
        line[0] = char(std::toupper(static_cast<unsigned char>(line[0])));
    return line;
}

std::string_view toString(Fault fault)
{
    static constexpr std::array<std::string_view, kFaultCount> kNames{
        "none", "mismatched", "truncated", "repetitive", "hallucinated", "terse", "off-topic"};
    return kNames[std::size_t(fault)];
}

const Noun& nounOf(Kind kind)
{
    static const std::array<Noun, kKindCount> kNouns{{{{"ball"}, {"balls"}}, {{"box", "crate"}, {"boxes", "crates"}},
        {{"car", "automobile"}, {"cars", "automobiles"}}, {{"house", "cottage"}, {"houses", "cottages"}},
        {{"tree"}, {"trees"}}, {{"flower", "blossom"}, {"flowers", "blossoms"}},
        {{"mushroom", "toadstool"}, {"mushrooms", "toadstools"}}, {{"chair"}, {"chairs"}},
        {{"umbrella", "parasol"}, {"umbrellas", "parasols"}}, {{"balloon"}, {"balloons"}}, {{"kite"}, {"kites"}},
        {{"bird"}, {"birds"}}}};
    return kNouns[std::size_t(kind)];
}

std::string_view wordOf(Colour colour)
{
    static constexpr std::array<std::string_view, kColourCount> kWords{
        "red", "orange", "yellow", "green", "blue", "purple", "white"};
    return kWords[std::size_t(colour)];
}

std::string_view wordOfCount(int count)
{
    static constexpr std::array<std::string_view, kMaxCount> kWords{"one", "two", "three"};
    return kWords[std::size_t(count - 1)];
}

std::string_view phraseOf(Place place)
{
    static constexpr std::array<std::string_view, kPlaceCount> kPhrases{
        "on the left", "in the middle", "on the right", "in the air"};
    return kPhrases[std::size_t(place)];
}

std::string_view phraseOf(Ground ground)
{
    static constexpr std::array<std::string_view, kGroundCount> kPhrases{
        "a meadow", "a beach", "a street", "a desert", "a mountain valley", "a room"};
    return kPhrases[std::size_t(ground)];
}

std::string_view phraseOf(Light light)
{
    static constexpr std::array<std::string_view, kLightCount> kPhrases{"by day", "at sunset", "at night"};
    return kPhrases[std::size_t(light)];
}

std::vector<std::string> writeSentences(const Scene& scene, Random& random) { return captionSentences(scene, random); }

std::string writeGroupSentence(const Group& group, Random& random) { return groupSentence(group, random); }

std::string writeCaption(const Scene& scene, Random& random)
{
    return text::joined(captionSentences(scene, random), " ");
}

std::string writeFaulty(const Scene& scene, Fault fault, Random& random, OffTopic offTopic)
{
    switch (fault) {
    case Fault::Mismatched:
        return writeCaption(otherScene(scene, random), random);
    case Fault::Truncated:
        return writeTruncated(scene, random);
    case Fault::Repetitive:
        return writeRepetitive(scene, random);
    case Fault::Hallucinated:
        return writeHallucinated(scene, random);
    case Fault::Terse:
        return writeTerse(scene, random);
    case Fault::OffTopic:
        return writeOffTopic(scene, offTopic, random);
    default:
        return writeCaption(scene, random);
    }
}

Fault drawFault(const FaultRates& rates, Random& random)
{
    double left = random.uniform();
    for (std::size_t i = 1; i < rates.rate.size(); ++i) {
        left -= rates.rate[i];
        if (left < 0)
            return static_cast<Fault>(i);
    }
    return Fault::None;
}

std::string writeInstruction(Random& random)
{
    static const Words kInstructions{"Describe this image in detail.",
        "Take a look at this image and describe what you notice.",
        "Please provide a detailed description of the picture.",
        "Could you describe the contents of this image for me?", "Describe this picture.",
        "What do you see in this image?"};
    return random.pick(kInstructions);
}

std::vector<Kind> mentionedKinds(std::string_view line)
{
    std::vector<Kind> kinds;
    std::string word;
    const auto endWord = [&] {
        for (int i = 0; i < kKindCount && !word.empty(); ++i) {
            const auto kind = static_cast<Kind>(i);
            const Noun& noun = nounOf(kind);
            const bool isNamed = std::count(noun.singular.begin(), noun.singular.end(), word)
                || std::count(noun.plural.begin(), noun.plural.end(), word);
            if (isNamed && !std::count(kinds.begin(), kinds.end(), kind))
                kinds.push_back(kind);
        }
        word.clear();
    };
    for (const char c : line)
        if (std::isalpha(static_cast<unsigned char>(c)))
            word += char(std::tolower(static_cast<unsigned char>(c)));
        else
            endWord();
    endWord();
    return kinds;
}

std::vector<std::string> allWords()
{
    std::set<std::string> words;
    const auto addLine = [&](const std::string& line) {
        std::string word;
        for (const char c : line + " ") {
            const bool isLetter = std::isalpha(static_cast<unsigned char>(c));
            if (isLetter) {
                word += c;
                continue;
            }
            if (!word.empty())
                words.insert(word);
            word.clear();
        }
    };
    Random random(1, "words");
    for (int i = 0; i < 6000; ++i) {
        const Scene scene = drawScene(random);
        addLine(writeFaulty(scene, static_cast<Fault>(i % kFaultCount), random));
        addLine(writeInstruction(random));
        addLine(writeYesNo(scene, static_cast<Topic>(i % kTopicCount), i % 2 == 0, random).text);
        const Question open = writeOpen(scene, static_cast<Open>(i % 4), random);
        addLine(open.text + " " + open.answer);
    }
    addLine("Yes No Please answer yes or no");
    return {words.begin(), words.end()};
}

} // namespace winnow::demo
