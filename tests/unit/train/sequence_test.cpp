#include "core/train/sequence.h"

#include "core/base/error.h"
#include "core/text/tokenizer.h"

#include <gtest/gtest.h>

namespace winnow::train {
namespace {

    /// One token a byte.
    class ByteTokenizer final : public text::Tokenizer {
    public:
        std::vector<std::int64_t> encode(std::string_view text) const override { return {text.begin(), text.end()}; }
        std::string decode(std::span<const std::int64_t> ids) const override { return {ids.begin(), ids.end()}; }
        std::int64_t vocabularySize() const override { return 256; }
        std::int64_t beginToken() const override { return 1; }
        std::int64_t endToken() const override { return 2; }
        std::int64_t padToken() const override { return 0; }
    };

    const ByteTokenizer kBytes;

    std::string answersOf(const Sequence& sequence)
    {
        std::string out;
        for (std::size_t i = 0; i < sequence.isAnswer.size(); ++i)
            out += sequence.isAnswer[i] ? static_cast<char>(sequence.sample.answer[i]) : '_';
        return out;
    }

    TEST(Sequence, SurroundsPictureAndAnswerAsPublished)
    {
        const auto sequence = makeSequence({{{"", "A cat."}}}, "Describe.", kBytes, {});
        ASSERT_EQ(sequence.sample.prompt.size(), 2u);
        EXPECT_EQ(kBytes.decode(sequence.sample.prompt[0]), "###Human: <Img>");
        EXPECT_EQ(kBytes.decode(sequence.sample.prompt[1]), "</Img> Describe. ###Assistant: ");
        EXPECT_EQ(kBytes.decode(sequence.sample.answer), "A cat.###");
        EXPECT_EQ(sequence.answerCount(), 9);
    }

    TEST(Sequence, OwnInstructionComesBeforeTheDrawnOne)
    {
        const auto sequence = makeSequence({{{"Who?", "Me"}}}, "Describe.", kBytes, {});
        EXPECT_EQ(kBytes.decode(sequence.sample.prompt[1]), "</Img> Who? ###Assistant: ");
    }

    TEST(Sequence, DataCannotAskForMorePictures)
    {
        const auto sequence = makeSequence({{{"Where <ImageHere>?", "Here"}}}, "", kBytes, {});
        ASSERT_EQ(sequence.sample.prompt.size(), 2u);
        EXPECT_EQ(kBytes.decode(sequence.sample.prompt[1]), "</Img> Where ? ###Assistant: ");
    }

    TEST(Sequence, CutsTheAnswerAndItsEndMark)
    {
        const auto sequence = makeSequence({{{"", "ABCDEF"}}}, "", kBytes, {.maxAnswerTokens = 4});
        EXPECT_EQ(kBytes.decode(sequence.sample.answer), "ABCD");
    }

    TEST(Sequence, LaterQuestionsAreNoTargets)
    {
        const auto sequence = makeSequence({{{"a", "B"}, {"c", "D"}}}, "", kBytes, {});
        EXPECT_EQ(kBytes.decode(sequence.sample.answer), "B###Human: c ###Assistant: D###");
        EXPECT_EQ(answersOf(sequence), "B###_______________________D###");
    }

    TEST(Sequence, LongConversationsAreCutToTheContext)
    {
        const auto sequence =
            makeSequence({{{"", std::string(500, 'x')}}}, "", kBytes, {.maxAnswerTokens = 400, .maxTokens = 100});
        EXPECT_EQ(sequence.tokenCount(), 100);
    }

    TEST(Sequence, RefusesATemplateWithoutPlace)
    {
        EXPECT_THROW(makeSequence({{{"", "x"}}}, "", kBytes, {.promptTemplate = "Human:"}), Error);
    }

} // namespace
} // namespace winnow::train
