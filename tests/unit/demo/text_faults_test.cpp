// What the statistics of a text find of the faults that the embedded world makes.
#include "core/demo/demo_project.h"
#include "core/demo/measures.h"
#include "core/text/language_guess.h"
#include "core/text/text_statistics.h"

#include <gtest/gtest.h>

#include <functional>

namespace winnow::demo {
namespace {

    using Statistic = std::function<double(const text::TextStatistics&)>;

    /// Area under the curve that tells captions without fault from those with this one.
    double areaOf(Fault fault, const Statistic& statistic)
    {
        static const auto kPlan = planPairs({.pairs = 2000, .seed = 4});
        text::TextMeter meter;
        std::vector<double> good, bad;
        for (const auto& pair : kPlan)
            if (pair.fault == Fault::None || pair.fault == fault)
                (pair.fault == fault ? bad : good).push_back(statistic(meter.measure(pair.response)));
        EXPECT_GT(bad.size(), 50u);
        return areaUnderCurve(good, bad).value;
    }

    TEST(TextFaults, RepetitionTellsRepetitiveCaptionsAndOnlyThose)
    {
        const Statistic repetition = [](const text::TextStatistics& s) { return -s.repetition; };
        EXPECT_GT(areaOf(Fault::Repetitive, repetition), 0.98);
        EXPECT_NEAR(areaOf(Fault::Mismatched, repetition), 0.5, 0.06);
    }

    TEST(TextFaults, RepetitiveCaptionsHaveFewerDifferentWordPairs)
    {
        EXPECT_GT(areaOf(Fault::Repetitive, [](const text::TextStatistics& s) { return s.distinct2; }), 0.95);
    }

    TEST(TextFaults, TerseCaptionsAreShort)
    {
        EXPECT_GT(areaOf(Fault::Terse, [](const text::TextStatistics& s) { return double(s.characters); }), 0.99);
        EXPECT_GT(areaOf(Fault::Terse, [](const text::TextStatistics& s) { return double(s.sentences); }), 0.99);
    }

    TEST(TextFaults, CaptionsOfTheWorldAreEnglish)
    {
        int english = 0, count = 0;
        for (const auto& pair : planPairs({.pairs = 500, .seed = 4}))
            if (pair.fault != Fault::Terse) {
                ++count;
                english += text::guessLanguage(pair.response).english > 0.5 ? 1 : 0;
            }
        EXPECT_EQ(english, count);
    }

} // namespace
} // namespace winnow::demo
