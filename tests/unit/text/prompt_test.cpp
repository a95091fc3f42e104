#include "core/text/prompt.h"
#include "core/text/sentences.h"

#include <gtest/gtest.h>

namespace winnow::text {

namespace {

    using Pieces = std::vector<std::string>;

} // namespace

TEST(Prompt, TrainingTemplateWrapsTheInstruction)
{
    EXPECT_EQ(trainingPrompt(alignmentPrompts()[0]),
        "###Human: <Img><ImageHere></Img> Describe this image in detail. ###Assistant: ");
}

TEST(Prompt, PiecesStandAroundThePicture)
{
    EXPECT_EQ(splitAtImages("###Human: <Img><ImageHere></Img> Hi"), (Pieces{"###Human: <Img>", "</Img> Hi"}));
    EXPECT_EQ(splitAtImages("no picture"), Pieces{"no picture"});
    EXPECT_EQ(splitAtImages("<ImageHere>"), (Pieces{"", ""}));
}

TEST(Prompt, InstructionWithoutPictureGetsOne)
{
    EXPECT_EQ(withImage("What is it?"), "<Img><ImageHere></Img> What is it?");
    EXPECT_EQ(withImage("Look: <ImageHere>"), "Look: <ImageHere>");
}

TEST(Prompt, ConversationFormsDifferInOneBlank)
{
    const std::string system(chatSystem());
    EXPECT_EQ(
        chatPrompt({{"Why?", ""}}, ChatForm::Original), system + "###Human: <Img><ImageHere></Img> Why?###Assistant:");
    EXPECT_EQ(
        chatPrompt({{"Why?", ""}}, ChatForm::Latest), system + "###Human: <Img><ImageHere></Img> Why?###Assistant: ");
}

TEST(Prompt, LaterTurnsNameNoPicture)
{
    EXPECT_EQ(chatPrompt({{"Why?", "Because."}, {"Really?", ""}}, ChatForm::Original),
        std::string(chatSystem())
            + "###Human: <Img><ImageHere></Img> Why?###Assistant: Because.###Human: Really?###Assistant:");
}

TEST(Prompt, AnswerIsCutAtTheEndMark)
{
    EXPECT_EQ(cleanAnswer(" A dog. ###Human: more"), "A dog.");
    EXPECT_EQ(cleanAnswer("x Assistant: one Assistant: two "), "two");
    EXPECT_EQ(cleanAnswer("###"), "");
}

TEST(Sentences, PublishedKeepsEmptyPieces)
{
    EXPECT_EQ(splitSentences("A dog. A cat.", SentenceMode::Published), (Pieces{"A dog", " A cat", ""}));
}

TEST(Sentences, CorrectedDropsEmptyPieces)
{
    EXPECT_EQ(splitSentences("A dog. A cat. ", SentenceMode::Corrected), (Pieces{"A dog", " A cat"}));
}

TEST(Sentences, OnlyTenPiecesCount)
{
    EXPECT_EQ(splitSentences("a.b.c.d.e.f.g.h.i.j.k.l", SentenceMode::Published).size(), 10u);
    EXPECT_EQ(splitSentences("..a.b.c.d.e.f.g.h.i.j.k.l", SentenceMode::Corrected).back(), "j");
}

TEST(Sentences, CaptionWithoutAnyPieceCountsWhole)
{
    EXPECT_EQ(splitSentences("...", SentenceMode::Corrected), Pieces{"..."});
    EXPECT_EQ(splitSentences("", SentenceMode::Corrected), Pieces{""});
    EXPECT_EQ(splitSentences("", SentenceMode::Published), Pieces{""});
}

} // namespace winnow::text
