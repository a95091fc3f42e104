#include "core/score/embedding.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/models/llama.h"
#include "core/tensor/linalg.h"
#include "core/tensor/safetensors_io.h"
#include "core/text/sentencepiece.h"
#include "tests/support/places.h"
#include "tests/unit/score/score_fixtures.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace winnow::score {
namespace {

    namespace fs = std::filesystem;

    /// The tiny LLaMA of golden/llama/text_features with its tokenizer.
    class TextFeatures : public testing::Test {
    protected:
        LanguageEmbedder embedder(LanguageEmbedderOptions options = {}) const
        {
            return {models::loadLlama(folder), tokenizer, options};
        }
        std::vector<std::string> texts() const
        {
            std::vector<std::string> out;
            for (const auto& item : json::load(folder / "cases.json"))
                out.push_back(item.at("text"));
            return out;
        }

        const fs::path folder = fs::path(sourceDir()) / "tests/golden/data/llama/text_features";
        const text::SentencePieceTokenizer tokenizer{folder / "tokenizer.model"};
        const tensor::NamedTensors golden = tensor::loadSafetensors(folder / "golden.safetensors");
        NullContext context;
    };

    TEST_F(TextFeatures, FollowTheReferenceFromTextToComponents)
    {
        const auto vectors = embedder().encode(texts(), context);
        const auto& want = golden.at("text_features");
        EXPECT_TRUE(torch::allclose(vectors, want, 1e-3, 1e-4)) << (vectors - want).abs().max();
        const auto pca = tensor::computePca(vectors, 6, tensor::PcaSign::LargestRow).transform(vectors);
        const auto& reduced = golden.at("pca.transformed");
        EXPECT_TRUE(torch::allclose(pca, reduced.to(torch::kDouble), 1e-3, 1e-3)) << (pca - reduced).abs().max();
    }

    TEST_F(TextFeatures, DoNotDependOnWhatSharesAPass)
    {
        const auto all = embedder().encode(texts(), context);
        const auto alone = embedder({.tokensPerPass = 1}).encode(texts(), context);
        EXPECT_TRUE(torch::allclose(all, alone, 0, 1e-5)) << (all - alone).abs().max();
    }

    TEST_F(TextFeatures, TurnsAreJoinedAndEmptyTextsFail)
    {
        auto encoder = embedder();
        const auto chunk = encoder.embed({{0, "a", {}, {"A red car.", "It is old."}}, {1, "b", {}, {" ", ""}},
                                             {2, "c", {}, {"A red car.\nIt is old."}}},
            context);
        ASSERT_EQ(chunk.failures.size(), 1u);
        EXPECT_EQ(chunk.failures[0].id, "b");
        EXPECT_FALSE(chunk.failures[0].reason.empty());
        ASSERT_EQ(chunk.featureRows, (std::vector<PairRow>{0, 2}));
        ASSERT_EQ(chunk.features.size(), static_cast<std::size_t>(2 * encoder.dimension()));
        EXPECT_EQ(chunk.dimension, encoder.dimension());
        for (std::int64_t d = 0; d < chunk.dimension; ++d)
            EXPECT_NEAR(chunk.features[static_cast<std::size_t>(d)],
                chunk.features[static_cast<std::size_t>(d + chunk.dimension)], 1e-4);
    }

    TEST_F(TextFeatures, LongTextsAreCutAndCounted)
    {
        auto encoder = embedder({.maxTokens = 4});
        std::string longer = "A red car", longest = "A red car that is old and stands by the sea";
        const auto vectors = encoder.encode({longer, longest, "A"}, context);
        EXPECT_TRUE(torch::allclose(vectors[0], vectors[1], 0, 1e-5)); // the same three tokens
        EXPECT_EQ(encoder.cutCount(), 2);
    }

    TEST_F(TextFeatures, WrongOptionsAreRefused)
    {
        EXPECT_THROW(embedder({.maxTokens = 1}), Error);
        EXPECT_THROW(embedder({.tokensPerPass = 0}), Error);
        EXPECT_EQ(embedder().encode({}, context).size(0), 0);
    }

} // namespace
} // namespace winnow::score
