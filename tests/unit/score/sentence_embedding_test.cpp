#include "core/score/embedding.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/models/sentence_encoder.h"
#include "core/tensor/linalg.h"
#include "core/text/tokenizer_json.h"
#include "tests/support/places.h"
#include "tests/support/stopping_context.h"
#include "tests/unit/score/score_fixtures.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace winnow::score {
namespace {

    namespace fs = std::filesystem;

    const fs::path kMiniLm = fs::path(sharedDir()) / "data/minilm-l6-v2";

    /// A tiny encoder, at random, with the small WordPiece tokenizer of the golden files.
    class Sentences : public testing::Test {
    protected:
        Sentences()
        {
            models::BertConfig config;
            config.vocabulary = tokenizer.vocabularySize();
            config.hidden = 12;
            config.layers = 2;
            config.heads = 3;
            config.inner = 16;
            config.positions = 40;
            encoder.bert = models::Bert(config);
            models::initialise(*encoder.bert, 3, 0.5);
            encoder.options.maxTokens = 12;
        }
        SentenceEmbedder embedder(SentenceEmbedderOptions options = {}) const { return {encoder, tokenizer, options}; }

        const text::JsonTokenizer tokenizer{fs::path(sourceDir()) / "tests/golden/data/tokenizer_json/bert.json"};
        models::SentenceEncoder encoder;
        NullContext context;
    };

    TEST_F(Sentences, DoNotDependOnWhatSharesAPass)
    {
        const std::vector<std::string> texts{"the model", "a text that is much longer", "the", "weights and files", ""};
        const auto all = embedder().encode(texts, context);
        const auto alone = embedder({.tokensPerPass = 1}).encode(texts, context);
        EXPECT_TRUE(torch::allclose(all, alone, 0, 1e-6)) << (all - alone).abs().max();
    }

    TEST_F(Sentences, TurnsAreJoinedAndEmptyTextsFail)
    {
        auto encoding = embedder();
        const auto chunk = encoding.embed({{0, "a", {}, {"the model", "a file"}, {}}, {1, "b", {}, {" ", ""}, {}},
                                              {2, "c", {}, {"the model\na file"}, {}}},
            context);
        ASSERT_EQ(chunk.failures.size(), 1u);
        EXPECT_EQ(chunk.failures[0].id, "b");
        ASSERT_EQ(chunk.featureRows, (std::vector<PairRow>{0, 2}));
        EXPECT_EQ(chunk.dimension, 12);
        for (std::size_t d = 0; d < 12; ++d)
            EXPECT_NEAR(chunk.features[d], chunk.features[d + 12], 1e-6);
    }

    TEST_F(Sentences, LongTextsAreCutInsideTheirFrameAndCounted)
    {
        auto encoding = embedder();
        const auto vectors = encoding.encode({"a a a a a a a a a a", "a a a a a a a a a a a a a a a"}, context);
        EXPECT_TRUE(torch::allclose(vectors[0], vectors[1], 0, 1e-6)); // ten words fit between [CLS] and [SEP]
        EXPECT_EQ(encoding.cutCount(), 1);
    }

    TEST_F(Sentences, WrongOptionsAreRefused)
    {
        EXPECT_THROW(embedder({.tokensPerPass = 0}), Error);
        EXPECT_EQ(embedder().encode({}, context).size(0), 0);
        encoder.options.maxTokens = 2;
        EXPECT_THROW(embedder(), Error);
    }

    TEST_F(Sentences, StopBetweenPasses)
    {
        StoppingContext stopping(1);
        EXPECT_THROW(
            embedder({.tokensPerPass = 1}).encode({"the", "a model", "files and weights"}, stopping), Cancelled);
    }

    TEST(PublishedSentenceEncoder, GivesTheFiguresOfItsAuthors)
    {
        if (!fs::exists(kMiniLm / "model.fp16.safetensors"))
            GTEST_SKIP() << kMiniLm << " is not there";
        const auto encoder = models::loadSentenceEncoder(kMiniLm, torch::kFloat);
        const text::JsonTokenizer tokenizer(encoder.tokenizerFolder);
        NullContext context;
        SentenceEmbedder embedder(encoder, tokenizer);
        const auto vectors = embedder.encode(
            {"That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"},
            context); // [4, 384]
        ASSERT_EQ(vectors.size(1), 384);
        const auto cosines = torch::matmul(vectors, vectors[0]);
        EXPECT_NEAR(cosines[0].item<double>(), 1, 1e-5);
        EXPECT_NEAR(cosines[1].item<double>(), 0.6946, 5e-5);
        EXPECT_NEAR(cosines[2].item<double>(), 0.9429, 5e-5);
        EXPECT_NEAR(cosines[3].item<double>(), 0.2568, 5e-5);
    }

} // namespace
} // namespace winnow::score
