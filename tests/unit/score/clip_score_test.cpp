#include "core/score/clip_score.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/tensor/safetensors_io.h"
#include "core/text/bpe.h"
#include "tests/support/places.h"
#include "tests/unit/score/score_fixtures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <memory>

namespace winnow::score {
namespace {

    namespace fs = std::filesystem;

    /// The tiny CLIP of golden/clip/pipeline with CLIP's real vocabulary.
    class ClipScores : public testing::Test {
    protected:
        void SetUp() override
        {
            const auto vocabulary = fs::path(sharedDir()) / "data/tokenizers/clip";
            if (!fs::exists(folder) || !fs::exists(vocabulary))
                GTEST_SKIP() << "needs ../shared/golden/clip/pipeline and ../shared/data/tokenizers/clip";
            if (!tokenizer) // takes a second to load; it is never changed
                tokenizer = std::make_unique<text::ClipTokenizer>(vocabulary);
            cases = json::load(folder / "cases.json");
        }
        ClipScorer scorer(ClipScoreOptions options = {}) const
        {
            return {models::loadClip(folder), *tokenizer, options};
        }
        ScoreItem item(std::size_t i) const
        {
            return {static_cast<PairRow>(i), "case " + std::to_string(i), folder / cases[i]["image"].get<std::string>(),
                {cases[i]["caption"].get<std::string>()}, {}};
        }
        std::vector<ScoreItem> allItems() const
        {
            std::vector<ScoreItem> out;
            for (std::size_t i = 0; i < cases.size(); ++i)
                out.push_back(item(i));
            return out;
        }

        const fs::path folder = fs::path(sharedDir()) / "golden/clip/pipeline";
        static void TearDownTestSuite() { tokenizer.reset(); }

        static inline std::unique_ptr<text::ClipTokenizer> tokenizer;
        Json cases;
    };

    TEST_F(ClipScores, PublishedModeFollowsTheReferenceFromFileToNumber)
    {
        auto published = scorer({.mode = Mode::Published});
        const auto chunk = published.score(allItems());
        ASSERT_EQ(chunk.rows.size(), cases.size());
        for (std::size_t i = 0; i < chunk.rows.size(); ++i)
            EXPECT_NEAR(chunk.scores[i], cases[chunk.rows[i]]["clip_score"].get<double>(), 1e-2) << i;
    }

    TEST_F(ClipScores, CorrectedModeLeavesOutEmptyPieces)
    {
        auto corrected = scorer();
        auto one = item(0);
        const double whole = corrected.score({one}).scores.at(0);
        one.responses[0].pop_back(); // the final full stop
        EXPECT_NEAR(corrected.score({one}).scores.at(0), whole, 1e-4);
        auto published = scorer({.mode = Mode::Published});
        EXPECT_NEAR(published.score({one}).scores.at(0), whole, 1e-3);
        EXPECT_GT(std::abs(published.score({item(0)}).scores.at(0) - whole), 0.1);
    }

    TEST_F(ClipScores, BatchSizesDoNotMatter)
    {
        auto large = scorer();
        auto small = scorer({.imageBatch = 1, .textTokens = 1});
        const auto a = large.score(allItems()), b = small.score(allItems());
        ASSERT_EQ(a.scores.size(), b.scores.size());
        for (std::size_t i = 0; i < a.scores.size(); ++i)
            EXPECT_NEAR(a.scores[i], b.scores[i], 1e-3);
    }

    TEST_F(ClipScores, FeaturesAreNotNormalised)
    {
        const auto golden = tensor::loadSafetensors(folder / "golden.safetensors");
        auto features = scorer({.wantScores = false, .wantFeatures = true});
        const auto chunk = features.score({item(1)});
        ASSERT_EQ(chunk.featureRows.size(), 1u);
        EXPECT_TRUE(chunk.scores.empty());
        const auto want =
            golden.at("image" + std::to_string(cases[1]["image_index"].get<int>()) + ".features").flatten();
        ASSERT_EQ(chunk.dimension, want.numel());
        for (std::int64_t i = 0; i < want.numel(); ++i)
            EXPECT_NEAR(chunk.features[static_cast<std::size_t>(i)], want[i].item<float>(), 2e-3);
    }

    TEST_F(ClipScores, BadItemsAreRecordedAndTheRestGoesOn)
    {
        auto items = std::vector<ScoreItem>{item(0), item(1), item(2), item(3)};
        items[0].image = "/no/such/picture.jpg";
        items[1].responses = {" \n"};
        items[2].image.clear();
        auto corrected = scorer({.wantFeatures = true});
        const auto chunk = corrected.score(items);
        EXPECT_EQ(chunk.rows, (std::vector<PairRow>{3}));
        EXPECT_EQ(chunk.featureRows, (std::vector<PairRow>{1, 3}));
        ASSERT_EQ(chunk.failures.size(), 3u);
        EXPECT_EQ(chunk.failures[0].id, "case 0");
        EXPECT_NE(chunk.failures[2].reason.find("no picture"), std::string::npos);
    }

    TEST_F(ClipScores, StoppedAndResumedTheyAreTheSameBits)
    {
        const MemoryItems items(allItems(), 2);
        auto first = scorer();
        MemorySink whole, parts;
        NullContext quiet;
        runClipScore(items, first, whole, quiet);
        auto second = scorer();
        StoppingContext stopping(1);
        EXPECT_THROW(runClipScore(items, second, parts, stopping), Cancelled);
        auto third = scorer();
        EXPECT_EQ(runClipScore(items, third, parts, quiet).passedChunks, 1);
        EXPECT_EQ(parts.scores, whole.scores);
    }

    TEST_F(ClipScores, SeveralResponsesCountTogether)
    {
        auto corrected = scorer();
        auto both = item(0);
        both.responses.push_back(item(1).responses[0]);
        auto second = item(0);
        second.responses = {item(1).responses[0]};
        const auto pieces = [](const ScoreItem& one) {
            double count = 0;
            for (const auto& response : one.responses)
                for (const auto& piece : text::split(response, '.'))
                    count += !text::trimmed(piece).empty();
            return count;
        };
        const double a = corrected.score({item(0)}).scores.at(0), b = corrected.score({second}).scores.at(0);
        const double expected = (a * pieces(item(0)) + b * pieces(second)) / (pieces(item(0)) + pieces(second));
        EXPECT_NEAR(corrected.score({both}).scores.at(0), expected, 1e-3);
    }

    TEST(ClipScoreOptions, RefuseNonsense)
    {
        EXPECT_THROW((ClipScoreOptions{.imageBatch = 0}).validate(), Error);
        EXPECT_THROW((ClipScoreOptions{.wantScores = false}).validate(), Error);
        EXPECT_THROW((ClipScoreOptions{.textTokens = 0}).validate(), Error);
    }

} // namespace
} // namespace winnow::score
