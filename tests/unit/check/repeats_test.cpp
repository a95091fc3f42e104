#include "core/check/repeats.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/check/collector.h"

#include <gtest/gtest.h>

#include <map>

namespace winnow::check {
namespace {

    using Repeats = std::vector<Repeat>;

    TEST(Repeats, AllButTheFirstOfEachDigest)
    {
        const auto a = Digest::of("a"), b = Digest::of("b"), c = Digest::of("c");
        EXPECT_EQ(findRepeats({{a, 3}, {b, 1}, {a, 0}, {c, 2}, {a, 5}, {b, 4}}), (Repeats{{3, 0}, {4, 1}, {5, 0}}));
        EXPECT_EQ(findRepeats({{a, 3}, {a, 3}, {b, 3}}), Repeats{}); // one pair that shows a picture twice
        EXPECT_EQ(findRepeats({}), Repeats{});
        EXPECT_EQ(firstOfEach({{a, 3}, {b, 1}, {a, 0}}), (std::vector<DigestOfRow>{{a, 0}, {b, 1}}));
    }

    TEST(Repeats, RandomOnesAgreeWithASlowCount)
    {
        Random random(3, "repeats");
        std::vector<DigestOfRow> digests;
        std::map<std::uint64_t, PairRow> first;
        std::size_t expected = 0;
        for (PairRow row = 0; row < 2000; ++row) {
            const auto content = random.below(700);
            expected += first.try_emplace(content, row).second ? 0 : 1;
            digests.emplace_back(Digest::of(std::to_string(content)), row);
        }
        random.shuffle(digests);
        const auto repeats = findRepeats(digests);
        EXPECT_EQ(repeats.size(), expected);
        EXPECT_TRUE(std::is_sorted(repeats.begin(), repeats.end()));
        EXPECT_EQ(firstOfEach(digests).size(), first.size());
    }

    TEST(Repeats, GroupsGiveTheirLaterMembers)
    {
        EXPECT_EQ(findRepeats({2, 5, 7, 9, 12}, {0, 1, 0, 2, 0}), (Repeats{{7, 2}, {12, 2}}));
        EXPECT_THROW(Digest::fromHex("12"), Error);
        EXPECT_THROW(Digest::fromHex("0123456789abcdefg123456789abcdef"), Error);
    }

    TEST(Collector, CountsEachPairOnceAndKeepsTheFirstExamples)
    {
        Collector collector(2);
        collector.add(Kind::HtmlText, 1, "<br>");
        collector.add(Kind::EmptyAnswer, 1, "empty");
        collector.add(Kind::EmptyAnswer, 1, "empty again");
        collector.add(Kind::EmptyAnswer, 4, "empty");
        collector.add(Kind::EmptyAnswer, 6, "empty");
        collector.add(Kind::DuplicateText, {{5, 2}, {6, 2}}, "the same words");
        const auto findings = collector.findings(10);
        ASSERT_EQ(findings.size(), 3u);
        EXPECT_EQ(findings[0].kind, "empty-answer");
        EXPECT_EQ(findings[0].severity, Severity::Problem);
        EXPECT_EQ(findings[0].rows, (std::vector<PairRow>{1, 4, 6}));
        EXPECT_EQ(findings[0].pairCount, 3);
        ASSERT_EQ(findings[0].examples.size(), 2u);
        EXPECT_EQ(findings[0].examples[1].row, 4u);
        EXPECT_EQ(findings[1].kind, "duplicate-text");
        EXPECT_EQ(findings[1].rows, (std::vector<PairRow>{5, 6}));
        EXPECT_EQ(findings[1].related, (std::vector<PairRow>{2}));
        EXPECT_EQ(findings[2].kind, "html-text");
    }

    TEST(Collector, QuestionsThatAllLackAreANoteAndSomeAWarning)
    {
        Collector collector(2);
        for (PairRow row = 0; row < 3; ++row)
            collector.add(Kind::EmptyInstruction, row, "the question is empty");
        EXPECT_EQ(collector.findings(3)[0].severity, Severity::Note);
        EXPECT_EQ(collector.findings(4)[0].severity, Severity::Warning);
        EXPECT_EQ(collector.findings(4)[0].repair, "");
    }

    TEST(Kinds, HaveTheirNamesOnceAndAreFoundByThem)
    {
        for (std::size_t i = 0; i < kKindCount; ++i) {
            const auto kind = static_cast<Kind>(i);
            EXPECT_EQ(findKind(infoOf(kind).name), kind) << infoOf(kind).name;
            EXPECT_FALSE(infoOf(kind).meaning.empty());
        }
        EXPECT_EQ(findKind("nothing"), std::nullopt);
    }

} // namespace
} // namespace winnow::check
