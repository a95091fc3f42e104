#include "core/pipeline/search_job.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/models/sentence_encoder.h"
#include "core/pipeline/score_job.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "core/tensor/safetensors_io.h"
#include "tests/support/stopping_context.h"

#include <gtest/gtest.h>

#include <cmath>
#include <unistd.h>

namespace winnow::pipeline {
namespace {

    namespace fs = std::filesystem;

    /// A project of six pairs, one of them without text, and a tiny sentence encoder.
    class Search : public testing::Test {
    protected:
        void SetUp() override
        {
            m_folder = fs::temp_directory_path()
                / ("winnow_search_" + std::to_string(::getpid()) + "_"
                    + testing::UnitTest::GetInstance()->current_test_info()->name());
            fs::remove_all(m_folder);
            saveEncoder("encoder", 3);
            auto project = store::Project::create(m_folder / "p");
            std::vector<Pair> pairs;
            for (const char* const text : {"red boat on a lake", "two dogs on a beach", "", "a city at night",
                     "two dogs on a beach", "snow on a mountain"}) {
                Pair pair;
                pair.id.value = "n" + std::to_string(pairs.size());
                pair.response = text;
                pairs.push_back(pair);
            }
            store::PairStore store(project);
            store.addPairs(pairs, store.addImageRoot(m_folder), std::vector<std::uint8_t>(pairs.size()));
            workspace = std::make_unique<Workspace>(m_folder / "p");
        }
        void TearDown() override { fs::remove_all(m_folder); }

        void saveEncoder(const std::string& name, std::uint64_t seed) const
        {
            fs::create_directories(m_folder / name);
            std::string lines = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n";
            for (char letter = 'a'; letter <= 'z'; ++letter)
                lines += std::string(1, letter) + "\n##" + letter + "\n";
            file::writeAtomically(m_folder / name / "vocab.txt", lines);
            models::BertConfig config;
            config.vocabulary = 56;
            config.hidden = 12;
            config.layers = 2;
            config.heads = 3;
            config.inner = 16;
            config.positions = 40;
            models::Bert model(config);
            models::initialise(*model, seed, 0.5);
            tensor::NamedTensors tensors;
            for (const auto& item : model->named_parameters())
                tensors[item.key()] = item.value().detach();
            file::writeAtomically(m_folder / name / "config.json", json::dump(config.toJson()));
            tensor::saveSafetensors(m_folder / name / "model.safetensors", tensors);
        }
        SearchOptions options(const std::string& text) const
        {
            SearchOptions out;
            out.text = text;
            out.space = "text";
            out.models["text"] = m_folder / "encoder";
            return out;
        }
        JobResult search(const SearchOptions& wanted) { return runSearch(*workspace, wanted, context); }
        std::string messageOf(ErrorCode code, const SearchOptions& wanted)
        {
            try {
                search(wanted);
            } catch (const Error& e) {
                EXPECT_EQ(toString(e.code()), toString(code)) << e.message();
                return e.message();
            }
            ADD_FAILURE() << "no Error was thrown";
            return {};
        }

        fs::path m_folder;
        std::unique_ptr<Workspace> workspace;
        NullContext context;
    };

    TEST_F(Search, RanksByCosineAndComputesTheSpaceFirst)
    {
        const auto found = search(options("two dogs on a beach")).details;
        EXPECT_EQ(found.at("space"), "text");
        EXPECT_EQ(found.at("compared"), 5);
        EXPECT_EQ(found.at("missing"), 1); // without text
        const auto& hits = found.at("hits");
        ASSERT_EQ(hits.size(), 5u);
        EXPECT_EQ(hits[0].at("id"), "n1"); // equal ones by their row
        EXPECT_EQ(hits[1].at("id"), "n4");
        EXPECT_NEAR(hits[0].at("similarity").get<double>(), 1, 1e-6);
        for (std::size_t i = 1; i < hits.size(); ++i)
            EXPECT_LE(hits[i].at("similarity").get<double>(), hits[i - 1].at("similarity").get<double>());
        auto project = workspace->open();
        EXPECT_TRUE(store::MetricStore(project).list().empty()); // nothing is kept unless asked for
    }

    TEST_F(Search, AgreesWithTheVectorsOnDisk)
    {
        auto wanted = options("snow on a mountain");
        wanted.limit = 1;
        ASSERT_EQ(search(wanted).details.at("hits")[0].at("id"), "n5");
        wanted.text = "two dogs on a beach";
        wanted.limit = 10;
        const auto hits = search(wanted).details.at("hits");
        auto project = workspace->open();
        const auto matrix = store::FeatureStore(project).load("text");
        const auto cosine = [&](PairRow a, PairRow b) {
            double product = 0, left = 0, right = 0;
            for (std::size_t d = 0; d < matrix->row(a).size(); ++d) {
                product += double(matrix->row(a)[d]) * matrix->row(b)[d];
                left += double(matrix->row(a)[d]) * matrix->row(a)[d];
                right += double(matrix->row(b)[d]) * matrix->row(b)[d];
            }
            return product / std::sqrt(left * right);
        };
        for (const auto& hit : hits) {
            const auto row = static_cast<PairRow>(hit.at("id").get<std::string>()[1] - '0');
            EXPECT_NEAR(hit.at("similarity").get<double>(), cosine(1, row), 1e-6);
        }
    }

    TEST_F(Search, KeepsTheSimilaritiesAsAMetricAndARecipeLine)
    {
        auto wanted = options("two dogs on a beach");
        wanted.column = "similar";
        search(wanted);
        auto project = workspace->open();
        const auto column = store::MetricStore(project).load("similar");
        ASSERT_EQ(column.values->size(), 6u);
        EXPECT_NEAR((*column.values)[4], 1, 1e-6);
        EXPECT_TRUE(std::isnan((*column.values)[2]));
        const auto provenance = json::parse(column.info.provenance, "provenance");
        EXPECT_EQ(provenance.at("text"), "two dogs on a beach");
        EXPECT_EQ(provenance.at("space"), "text");
        EXPECT_EQ(store::Recipe(project).list().back().arguments,
            (std::vector<std::string>{
                "search", "--space", "text", "--column", "similar", "--", "two dogs on a beach"}));
        wanted.text = "a city at night"; // another search takes its place
        search(wanted);
        EXPECT_NEAR((*store::MetricStore(project).load("similar").values)[3], 1, 1e-6);
    }

    TEST_F(Search, NeverReplacesAnotherMetric)
    {
        auto project = workspace->open();
        store::MetricStore metrics(project);
        metrics.begin({"clip", R"({"metric": "clip"})", "k", 0}, false);
        const std::vector<PairRow> rows{0};
        const std::vector<double> values{7};
        metrics.write("clip", rows, values);
        auto wanted = options("a city");
        wanted.column = "clip";
        EXPECT_NE(messageOf(ErrorCode::Conflict, wanted).find("metric clip"), std::string::npos);
        EXPECT_EQ((*metrics.load("clip").values)[0], 7);
    }

    TEST_F(Search, UsesTheModelThatMadeTheVectorsUnlessAnotherIsNamed)
    {
        search(options("a city at night"));
        auto wanted = options("a city at night");
        wanted.models.clear(); // no text model is in the list: the provenance names the folder
        EXPECT_EQ(search(wanted).details.at("hits")[0].at("id"), "n3");
        saveEncoder("other", 4);
        wanted.models["text"] = m_folder / "other";
        EXPECT_NE(messageOf(ErrorCode::Conflict, wanted).find("other weights"), std::string::npos);
    }

    TEST_F(Search, ImportedVectorsAndOtherSpacesAreRefused)
    {
        auto project = workspace->open();
        store::FeatureStore features(project);
        features.begin({"text", 2, 0, R"({"file": "v.npy"})", "k"});
        features.finish("text");
        EXPECT_NE(messageOf(ErrorCode::Conflict, options("a")).find("imported"), std::string::npos);
        auto wanted = options("a");
        wanted.space = "llm-text";
        EXPECT_NE(messageOf(ErrorCode::Unsupported, wanted).find("llm-text"), std::string::npos);
    }

    TEST_F(Search, EmptyTextsAndLimitsAreRefused)
    {
        messageOf(ErrorCode::InvalidInput, options("  "));
        messageOf(ErrorCode::InvalidInput, options(std::string(10'001, 'a')));
        auto wanted = options("a");
        wanted.limit = 0;
        messageOf(ErrorCode::InvalidInput, wanted);
    }

    TEST_F(Search, StopsAtEveryCheckpointAndGoesOnToTheSameResult)
    {
        auto wanted = options("two dogs on a beach");
        wanted.column = "similar";
        int stops = 0;
        for (;; ++stops) {
            StoppingContext stopping(stops);
            try {
                runSearch(*workspace, wanted, stopping);
                break;
            } catch (const Cancelled&) {
            }
        }
        EXPECT_GE(stops, 3);
        auto project = workspace->open();
        EXPECT_NEAR((*store::MetricStore(project).load("similar").values)[1], 1, 1e-6);
    }

} // namespace
} // namespace winnow::pipeline
