#include "core/pipeline/score_forecast.h"

#include "core/base/run_context.h"
#include "core/pipeline/score_job.h"
#include "core/pipeline/workspace.h"
#include "core/store/column_store.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

namespace winnow::pipeline {
namespace {

    /// A project of texts without pictures.
    class Forecast : public testing::Test {
    protected:
        static constexpr int kForecastPairs = 300;

        Forecast()
        {
            std::string pattern = (std::filesystem::temp_directory_path() / "winnow-forecast-XXXXXX").string();
            folder = mkdtemp(pattern.data());
            auto project = store::Project::create(folder / "project");
            std::vector<Pair> pairs(kForecastPairs);
            for (int i = 0; i < kForecastPairs; ++i) {
                pairs[static_cast<std::size_t>(i)].id.value = std::to_string(i);
                pairs[static_cast<std::size_t>(i)].response = "a boat on a lake, number " + std::to_string(i);
            }
            store::PairStore store(project);
            store.addPairs(pairs, store.addImageRoot(folder), std::vector<std::uint8_t>(kForecastPairs));
        }
        ~Forecast() override { std::filesystem::remove_all(folder); }

        ScoreForecast forecast(const std::string& metric, Mode mode = Mode::Corrected)
        {
            Workspace workspace(folder / "project");
            auto project = workspace.open();
            ScoreOptions options;
            options.metrics = {metric};
            options.mode = mode;
            return forecastScore(project, options).at(0);
        }
        JobResult score(const std::string& metric, std::int64_t trialPairs = 0)
        {
            Workspace workspace(folder / "project");
            ScoreOptions options;
            options.metrics = {metric};
            options.trialPairs = trialPairs;
            NullContext context;
            return runScore(workspace, options, context);
        }

        std::filesystem::path folder;
    };

    TEST_F(Forecast, KnowsNothingBeforeAnythingWasMeasured)
    {
        const auto first = forecast("words");
        EXPECT_EQ(first.column, "words");
        EXPECT_EQ(first.pairs, kForecastPairs);
        EXPECT_EQ(first.basis, ScoreForecast::Basis::Unknown);
        EXPECT_TRUE(std::isnan(first.seconds()));
        EXPECT_NE(describeForecasts({first}).sentence.find("not measured"), std::string::npos);
    }

    TEST_F(Forecast, ATrialMeasuresAndKeepsNoScore)
    {
        const auto result = score("words", 16);
        EXPECT_NE(result.sentence.find("16"), std::string::npos) << result.sentence;
        auto project = store::Project::open(folder / "project");
        EXPECT_FALSE(store::MetricStore(project).find("words").has_value());
        EXPECT_TRUE(store::Recipe(project).list().empty());
        const auto after = forecast("words");
        EXPECT_EQ(after.basis, ScoreForecast::Basis::Trial);
        EXPECT_EQ(after.measuredPairs, 16);
        EXPECT_GE(after.seconds(), 0);
        EXPECT_EQ(after.pairs, kForecastPairs);
    }

    TEST_F(Forecast, ARunIsTrustedMoreThanALaterTrial)
    {
        score("words");
        EXPECT_EQ(forecast("words").basis, ScoreForecast::Basis::Run);
        EXPECT_EQ(forecast("words").measuredPairs, kForecastPairs);
        EXPECT_EQ(forecast("words").pairs, 0);
        EXPECT_EQ(forecast("words").seconds(), 0);
        score("words", 16);
        EXPECT_EQ(forecast("words").basis, ScoreForecast::Basis::Run);
    }

    TEST_F(Forecast, TheTwoReadingsAreForecastApart)
    {
        score("length");
        const auto published = forecast("length", Mode::Published);
        EXPECT_EQ(published.column, "length.published");
        EXPECT_EQ(published.pairs, kForecastPairs);
        EXPECT_EQ(published.basis, ScoreForecast::Basis::Unknown);
        EXPECT_EQ(forecast("words", Mode::Published).column, "words"); // it has one reading only
    }

    TEST_F(Forecast, AMissingModelIsTheForecastsProblemAndNotAFailure)
    {
        setenv("WINNOW_RESOURCES", folder.c_str(), 1);
        const auto without = forecast("clip");
        unsetenv("WINNOW_RESOURCES");
        EXPECT_NE(without.problem.find("clip"), std::string::npos);
        EXPECT_TRUE(describeForecasts({without}).hasProblems);
    }

    TEST_F(Forecast, ANameThatIsNoMetricIsRefused)
    {
        EXPECT_THROW(forecast("beauty"), Error);
        EXPECT_FALSE(canTryScore("beauty"));
        EXPECT_TRUE(canTryScore("clip"));
    }

} // namespace
} // namespace winnow::pipeline
