#include "core/pipeline/selector_job.h"

#include "core/base/error.h"
#include "core/pipeline/selection_comparison.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/label_store.h"
#include "core/store/recipe.h"
#include "core/store/selector_store.h"
#include "tests/unit/store/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::pipeline {
namespace {

    using store::Scratch;
    using testing::ElementsAre;
    using testing::HasSubstr;

    TEST(SelectorInputs, ReadNamesAndFactors)
    {
        const auto inputs = parseSelectorInputs("image-pca6, 10*reward,-0.5 * clip.published");
        ASSERT_EQ(inputs.size(), 3u);
        EXPECT_EQ(inputs[0].name, "image-pca6");
        EXPECT_EQ(inputs[1].factor, 10);
        EXPECT_EQ(inputs[2].name, "clip.published");
        EXPECT_EQ(inputs[2].factor, -0.5);
        EXPECT_EQ(selectorInputsText(inputs), "image-pca6,10*reward,-0.5*clip.published");
        for (const char* wrong : {"", "clip,", "x*clip", "0*clip", "2*", "clip,clip", "2*3*clip"})
            EXPECT_THROW(parseSelectorInputs(wrong), Error) << wrong;
    }

    /// Twelve pairs with a metric, one value missing, and a feature space of two numbers.
    class SelectorJob : public testing::Test {
    protected:
        void SetUp() override
        {
            store::Project::create(scratch / "p");
            workspace = std::make_unique<Workspace>(scratch / "p");
            auto project = workspace->open();
            store::addPairs(project, 12);
            store::MetricStore metrics(project);
            metrics.begin({"clip", "{}", "k", 0}, false);
            std::vector<double> values;
            for (PairRow row = 0; row < 12; ++row) {
                rows.push_back(row);
                values.push_back(row == 7 ? kMissing : row);
            }
            metrics.write("clip", rows, values);
            store::FeatureStore features(project);
            FeatureInfo space{"space", 2, 0, "{}", "k"};
            features.begin(space);
            std::vector<float> vectors;
            for (PairRow row = 0; row < 12; ++row)
                vectors.insert(vectors.end(), {static_cast<float>(row % 3), 1});
            features.write("space", rows, vectors);
            features.finish("space");
        }

        /// 2 · clip - 1 · space[0] + 0.5, made by hand.
        void saveLinear()
        {
            auto project = workspace->open();
            SelectorInfo info;
            info.name = "line";
            info.kind = SelectorKind::Linear;
            info.inputs = {{"clip", 1, 1}, {"space", 1, 2}};
            info.settings = R"({"width":3,"label_mean":0,"label_scale":1,"ridge":0})";
            info.provenance = "{}";
            const std::vector<double> coefficients{2, -1, 0}, intercept{0.5};
            store::SelectorStore(project).save(info,
                {{"coefficients", safetensors::Type::F64, {3}, std::as_bytes(std::span<const double>(coefficients))},
                    {"intercept", safetensors::Type::F64, {1}, std::as_bytes(std::span<const double>(intercept))}});
        }

        Scratch scratch;
        std::unique_ptr<Workspace> workspace;
        std::vector<PairRow> rows;
        NullContext context;
    };

    TEST_F(SelectorJob, ScoresFollowTheInputsAndMissingOnesAreNotEligible)
    {
        saveLinear();
        auto project = workspace->open();
        const auto scores = loadSelectorScores(project, "line", MissingRule::Exclude, context);
        EXPECT_EQ(scores->missingCount, 1);
        EXPECT_DOUBLE_EQ((*scores->values)[5], 2 * 5 - 2 + 0.5);
        EXPECT_TRUE(std::isnan((*scores->values)[7]));
        const auto filled = loadSelectorScores(project, "line", MissingRule::Mean, context);
        const double mean = (66.0 - 7) / 11;
        EXPECT_NEAR((*filled->values)[7], 2 * mean - 1 + 0.5, 1e-5);
        // 2 · (5 - mean of the eleven)
        EXPECT_NEAR((*scores->inputs[0].contributions)[5], 2 * (5 - mean), 1e-9);
    }

    TEST_F(SelectorJob, SelectsByItsScoresAndWritesWhatItUsed)
    {
        saveLinear();
        SelectOptions options;
        options.name = "s";
        options.budget = {3, false};
        options.selector = "line";
        const auto chosen = runSelect(*workspace, options, context);
        EXPECT_EQ(chosen.details.at("pairs"), 3);
        EXPECT_EQ(chosen.details.at("selector").at("kind"), "linear");
        EXPECT_EQ(chosen.details.at("missing_pairs"), 1);
        auto project = workspace->open();
        EXPECT_THAT(store::Recipe(project).list().back().arguments, testing::IsSupersetOf({"--selector", "line"}));
        options.selector = "lime";
        try {
            runSelect(*workspace, options, context);
            FAIL();
        } catch (const Error& e) {
            EXPECT_THAT(e.message(), HasSubstr("there are line"));
        }
    }

    TEST_F(SelectorJob, LiveSelectionAndWhyCardShowTheInputs)
    {
        saveLinear();
        auto project = workspace->open();
        const auto columns = project.loadColumns();
        LiveSelection live(columns);
        SelectOptions options;
        options.budget = {3, false};
        options.selector = "line";
        EXPECT_THAT(live.compute(options).problem, HasSubstr("not loaded"));
        live.setSelector(loadSelectorScores(project, "line", MissingRule::Exclude, context));
        const auto result = live.compute(options);
        EXPECT_EQ(result.problem, "");
        EXPECT_THAT(result.rows, ElementsAre(9, 10, 11)); // 18.5 - 0, 20.5 - 1, 22.5 - 2
        const auto card = live.explain(10);
        EXPECT_TRUE(card.chosen);
        ASSERT_EQ(card.parts.size(), 2u);
        EXPECT_EQ(card.parts[0].metric, "clip");
        EXPECT_EQ(card.parts[0].value, 10);
        EXPECT_NEAR(card.parts[0].percentile, 100 * 9.5 / 11, 1e-9);
        EXPECT_TRUE(std::isnan(card.parts[1].value));
        EXPECT_NEAR(card.parts[1].contribution, -1 + 11.0 / 11, 1e-9); // mean of row % 3 over the eleven is 1
        EXPECT_THAT(live.explain(7).sentence, HasSubstr("no value for an input of the selector"));
        const auto compared = compareChoices(*columns, result.rows, std::vector<PairRow>{1, 9, 11}, *result.scores);
        EXPECT_EQ(compared.bothCount, 2);
        EXPECT_NEAR(compared.overlap, 2.0 / 3, 1e-12);
        EXPECT_THAT(compared.onlyFirst, ElementsAre(10));
        EXPECT_THAT(compared.onlySecond, ElementsAre(1));
        EXPECT_EQ(compared.metrics[0].metric, "score");
        EXPECT_DOUBLE_EQ(compared.metrics[0].onlyFirst, 19.5);
        EXPECT_DOUBLE_EQ(compared.metrics[1].difference(), 7 - 10);
    }

    TEST_F(SelectorJob, TrainsOnTheLabelsOfTheProjectAndSaysWhatTheyTeach)
    {
        auto project = workspace->open();
        ClusterColumn clusters;
        clusters.info.name = "k";
        clusters.info.clusterNames = {"a", "b", "c", "d", "e", "f"};
        std::vector<std::int32_t> assignment;
        for (std::int32_t row = 0; row < 12; ++row)
            assignment.push_back(row / 2);
        clusters.assignment = std::make_shared<const std::vector<std::int32_t>>(assignment);
        store::ClusterStore(project).save(clusters);
        LabelSet labels;
        labels.name = "measured";
        labels.clustering = "k";
        labels.provenance = "{}";
        for (std::int32_t cluster = 0; cluster < 6; ++cluster)
            labels.labels.push_back({cluster, 2, 30.0 + 2 * cluster, kMissing, kMissing, {}, ""});
        labels.labels[2].value = kMissing; // not measured
        store::LabelStore(project).save(labels);
        TrainSelectorOptions options;
        options.name = "trained";
        options.inputs = "clip,space";
        options.labels = "measured";
        options.permutations = 99;
        const auto trained = runTrainSelector(*workspace, options, context);
        const auto info = store::SelectorStore(project).load("trained");
        EXPECT_EQ(info.labels, "measured");
        EXPECT_EQ(info.validity.labelCount, 5);
        EXPECT_THAT(info.validity.subsets, ElementsAre("a", "b", "d", "e", "f"));
        EXPECT_THAT(info.validity.labels, ElementsAre(30, 32, 36, 38, 40));
        EXPECT_EQ(info.validity.importances.size(), 3u);
        EXPECT_EQ(info.validity.importances[1].input, "space[0]");
        EXPECT_GT(info.validity.r2, 0.8); // the labels are the clip of their cluster
        EXPECT_THAT(trained.sentence, HasSubstr("1 pairs were left out for a missing input"));
        const auto arguments = store::Recipe(project).list().back().arguments;
        EXPECT_EQ(arguments.front(), "selector");
        EXPECT_THAT(arguments, testing::IsSupersetOf({"train", "--labels", "measured", "clip,space"}));
        EXPECT_THAT(selectorText(info), HasSubstr("matters most: clip"));
        options.labels = "absent";
        EXPECT_THROW(runTrainSelector(*workspace, options, context), Error);
    }

    TEST_F(SelectorJob, AWidthThatChangedIsSaid)
    {
        saveLinear();
        auto project = workspace->open();
        store::FeatureStore features(project);
        features.begin({"space", 1, 0, "{}", "other"});
        features.write("space", rows, std::vector<float>(12, 1));
        features.finish("space");
        try {
            loadSelectorScores(project, "line", MissingRule::Exclude, context);
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::BadShape);
            EXPECT_THAT(e.message(), HasSubstr("takes 3 numbers"));
        }
    }

} // namespace
} // namespace winnow::pipeline
