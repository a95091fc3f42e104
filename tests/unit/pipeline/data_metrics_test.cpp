// Metrics of pictures, texts and duplicates on small projects.
#include "core/media/image.h"
#include "core/media/transform.h"
#include "core/pipeline/import_job.h"
#include "core/pipeline/project_job.h"
#include "core/pipeline/score_forecast.h"
#include "core/pipeline/score_job.h"
#include "core/query/query.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/pair_store.h"
#include "tests/support/stopping_context.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include <unistd.h>

namespace winnow::pipeline {
namespace {

    namespace fs = std::filesystem;

    constexpr std::int64_t kPairs = 300; // two chunks

    /// Names of all metrics that this part computes, without those that need a model.
    std::vector<std::string> ownMetrics()
    {
        std::vector<std::string> out;
        for (const auto& metric : knownMetrics())
            if (metric.canCompute && metric.role.empty() && metric.name != "length" && metric.name != "judge")
                out.push_back(metric.name);
        return out;
    }

    class DataMetrics : public testing::Test {
    protected:
        static void SetUpTestSuite()
        {
            base = fs::temp_directory_path() / ("winnow-data-metrics-" + std::to_string(::getpid()));
            fs::remove_all(base);
            NullContext quiet;
            makeDemo({.folder = base / "made", .pairs = kPairs, .seed = 12}, quiet);
        }
        static void TearDownTestSuite() { fs::remove_all(base); }
        void SetUp() override
        {
            folder = base / testing::UnitTest::GetInstance()->current_test_info()->name();
            reset();
        }
        void reset() const
        {
            fs::remove_all(folder);
            fs::copy(base / "made", folder, fs::copy_options::recursive);
        }

        JobResult score(const std::vector<std::string>& metrics, RunContext& context) const
        {
            Workspace workspace(folder);
            ScoreOptions options;
            options.metrics = metrics;
            return runScore(workspace, options, context);
        }
        JobResult score(const std::vector<std::string>& metrics) const
        {
            NullContext quiet;
            return score(metrics, quiet);
        }
        std::vector<double> column(const std::string& name) const
        {
            auto project = store::Project::open(folder);
            return *store::MetricStore(project).load(name).values;
        }
        fs::path pictureOf(PairRow row) const
        {
            auto project = store::Project::open(folder);
            return store::PairStore(project).load(row).image;
        }
        /// Adds pairs: picture file, response.
        void add(const std::vector<std::pair<std::string, std::string>>& pairs) const
        {
            std::ofstream out(folder / "more.jsonl");
            for (const auto& [image, response] : pairs)
                out << R"({"image":")" << image << R"(","instruction":"","response":")" << response << "\"}\n";
            out.close();
            Workspace workspace(folder);
            ImportOptions options;
            options.source = folder / "more.jsonl";
            options.format = "jsonl";
            NullContext quiet;
            const auto result = runImport(workspace, options, quiet);
            ASSERT_EQ(result.details.at("added"), pairs.size());
        }

        static inline fs::path base;
        fs::path folder;
    };

    TEST_F(DataMetrics, EveryOneHasAFiniteValueForEveryPairAndExplainsItself)
    {
        const auto names = ownMetrics();
        ASSERT_GE(names.size(), 29u);
        const auto result = score(names);
        EXPECT_FALSE(result.hasProblems) << result.sentence;
        for (const auto& name : names) {
            const auto values = column(name);
            ASSERT_EQ(values.size(), std::size_t(kPairs)) << name;
            EXPECT_TRUE(std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); })) << name;
            const auto description = describeMetric(name);
            EXPECT_GT(description.meaning.size(), 15u) << name;
            EXPECT_FALSE(description.family.empty()) << name;
        }
        EXPECT_EQ(column("width"), std::vector<double>(kPairs, 192));
        EXPECT_EQ(column("aspect"), std::vector<double>(kPairs, 1));
    }

    TEST_F(DataMetrics, NamesAreWordsOfTheQueryLanguage)
    {
        Columns columns;
        for (const auto& metric : knownMetrics()) {
            columns.metrics.push_back({{.name = metric.name}, std::make_shared<const std::vector<double>>()});
            EXPECT_TRUE(query::parse(metric.name + " > 0.5 and " + metric.name + " in 0..2").ok) << metric.name;
        }
        for (const auto& metric : knownMetrics()) {
            query::Source source;
            source.columns = &columns;
            const auto found = query::evaluate(query::parse(metric.name + " > 0.5").query, source);
            EXPECT_TRUE(found.ok) << metric.name << ": " << found.error.message;
        }
        std::set<std::string> names;
        for (const auto& metric : knownMetrics())
            EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    }

    TEST_F(DataMetrics, ASecondTimeNothingIsLeftToDoAndOneMoreIsMadeAlone)
    {
        score({"blur", "duplicate.image", "repetition", "duplicate.text"});
        const auto again = score({"blur", "brightness", "duplicate.image", "duplicate.image.distance", "repetition",
            "duplicate.text", "duplicate.text.count"});
        for (const auto& [name, report] : again.details.items()) {
            EXPECT_EQ(report.at("scored"), name == "brightness" ? kPairs : 0) << name;
            EXPECT_EQ(report.at("already"), name == "brightness" ? 0 : kPairs) << name;
        }
    }

    TEST_F(DataMetrics, StoppedAnywhereTheyEndWithTheSameBits)
    {
        const std::vector<std::string> metrics{"blur", "entropy", "sentences", "language.english", "duplicate.image",
            "duplicate.image.distance", "duplicate.text"};
        score(metrics);
        std::vector<std::vector<double>> whole;
        for (const auto& name : metrics)
            whole.push_back(column(name));
        reset();
        int stops = 0;
        for (bool isDone = false; !isDone && stops < 100; ++stops) {
            StoppingContext context(12 + stops); // a picture chunk has nine checkpoints
            try {
                score(metrics, context);
                isDone = true;
            } catch (const Cancelled&) {
            }
        }
        EXPECT_GT(stops, 3);
        for (std::size_t i = 0; i < metrics.size(); ++i)
            EXPECT_EQ(column(metrics[i]), whole[i]) << metrics[i];
    }

    TEST_F(DataMetrics, APairWithoutPictureIsMissingAndComesBackWithIt)
    {
        const auto picture = pictureOf(5);
        fs::rename(picture, picture.string() + ".away");
        const std::vector<std::string> metrics{"width", "blur", "duplicate.image", "words"};
        const auto result = score(metrics);
        EXPECT_TRUE(result.hasProblems);
        for (const char* name : {"width", "blur", "duplicate.image"}) {
            EXPECT_EQ(result.details.at(name).at("failed"), 1) << name;
            const auto reason = result.details.at(name).at("failures").at(0).at("reason").get<std::string>();
            EXPECT_NE(reason.find(picture.filename().string()), std::string::npos) << reason;
            EXPECT_TRUE(std::isnan(column(name)[5])) << name;
            EXPECT_FALSE(std::isnan(column(name)[6])) << name;
        }
        EXPECT_FALSE(std::isnan(column("words")[5]));
        fs::rename(picture.string() + ".away", picture);
        EXPECT_FALSE(score(metrics).hasProblems);
        for (const char* name : {"width", "blur", "duplicate.image"})
            EXPECT_FALSE(std::isnan(column(name)[5])) << name;
    }

    TEST_F(DataMetrics, CopiesOfAPictureAreFoundAndPairsOfOneFileAreNone)
    {
        score({"duplicate.image", "duplicate.image.distance", "duplicate.clip"});
        const auto before = column("duplicate.image"), near = column("duplicate.image.distance");
        const auto original = media::decodeImage(pictureOf(7));
        const auto write = [&](const char* name, const std::string& bytes) { std::ofstream(folder / name) << bytes; };
        write("small.jpg", media::encodeJpeg(media::resizeBicubic(original, 100, 100), 70));
        write("other.png", media::encodePng(original));
        add({{"small.jpg", "one"}, {"other.png", "two"}, {fs::relative(pictureOf(7), folder).string(), "three"},
            {fs::relative(pictureOf(8), folder).string(), "four"}});
        const auto result = score({"duplicate.image", "duplicate.image.distance", "duplicate.clip"});
        EXPECT_EQ(result.details.at("duplicate.image").at("scored"), kPairs + 4); // the set has changed
        const auto after = column("duplicate.image");
        const auto group = before[7] + 2;
        for (const std::size_t row :
            {std::size_t(7), std::size_t(kPairs), std::size_t(kPairs + 1), std::size_t(kPairs + 2)}) {
            EXPECT_EQ(after[row], group) << row;
            EXPECT_LE(column("duplicate.image.distance")[row], 8) << row;
            EXPECT_GT(column("duplicate.clip")[row], 0.97) << row; // the copies are smaller and compressed anew
        }
        EXPECT_EQ(after[8], before[8]); // a second pair of the same file is no copy
        EXPECT_EQ(after[kPairs + 3], before[8]);
        EXPECT_EQ(column("duplicate.image.distance")[8], near[8]);
    }

    TEST_F(DataMetrics, CopiesOfAResponseAreFoundWhenPairsComeIn)
    {
        add({{"a.jpg", "A wholly new sentence about nothing in particular"},
            {"b.jpg", "Some further words that occur nowhere else in this world"}});
        score({"duplicate.text", "duplicate.text.count"});
        EXPECT_EQ(column("duplicate.text")[kPairs], 0);
        EXPECT_EQ(column("duplicate.text.count")[kPairs], 1);
        add({{"c.jpg", "a wholly new sentence, about NOTHING in particular!"},
            {"d.jpg", "Some further words that occur nowhere else in this small world"}, {"e.jpg", ""}});
        score({"duplicate.text", "duplicate.text.count"});
        const auto found = column("duplicate.text"), count = column("duplicate.text.count");
        EXPECT_EQ(found[kPairs], 1);
        EXPECT_EQ(found[kPairs + 2], 1);
        EXPECT_EQ(count[kPairs], 2);
        EXPECT_GT(found[kPairs + 1], 0.6); // exactly 0.803 by shingles
        EXPECT_LT(found[kPairs + 1], 0.95);
        EXPECT_EQ(found[kPairs + 4], 0); // no response resembles nothing
        EXPECT_EQ(count[kPairs + 4], 1);
    }

    TEST_F(DataMetrics, DuplicatesAreNotTriedOnAFewPairs)
    {
        EXPECT_FALSE(canTryScore("duplicate.image"));
        EXPECT_FALSE(canTryScore("duplicate.text"));
        EXPECT_TRUE(canTryScore("blur"));
        EXPECT_TRUE(canTryScore("repetition"));
    }

} // namespace
} // namespace winnow::pipeline
