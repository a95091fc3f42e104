#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/run_context.h"
#include "core/base/text.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/run_job.h"
#include "core/pipeline/vision_cache.h"
#include "core/pipeline/workspace.h"
#include "core/store/pair_store.h"
#include "core/store/run_store.h"
#include "core/tensor/safetensors_io.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace winnow::pipeline {
namespace {

    namespace fs = std::filesystem;

    const fs::path kGolden = fs::path(sourceDir()) / "tests/golden/data/minigpt4/latest";

    /// Collects what the job shows as its curve.
    class CurveContext final : public RunContext {
    public:
        void checkpoint() override { }
        void progress(std::string_view, std::int64_t, std::int64_t) override { }
        void log(LogLevel, std::string_view) override { }
        void metric(std::string_view series, double, double y) override { values[std::string(series)].push_back(y); }
        std::map<std::string, std::vector<double>> values;
    };

    /// The four files of the golden set as `models add` takes them, and a project of its two samples. The set's
    /// pictures are numbers that no picture file can hold, so the project's picture files are names only: what the
    /// vision tower makes of the set's numbers stands in the project's cache under these files, where the job looks
    /// first.
    class GoldenFinetune : public testing::Test {
    protected:
        void SetUp() override
        {
            std::string pattern = (fs::temp_directory_path() / "winnow-golden-finetune-XXXXXX").string();
            m_folder = mkdtemp(pattern.data());
            fs::copy(kGolden, model(), fs::copy_options::recursive);
            fs::remove(model() / "model.safetensors"); // the assembled one: the four published files alone remain
            writeRecipe();
            fillProject();
        }
        void TearDown() override { fs::remove_all(m_folder); }

        fs::path model() const { return m_folder / "model"; }
        fs::path project() const { return m_folder / "project"; }

        void writeRecipe()
        {
            const Json settings = json::load(kGolden / "train.json");
            const auto perEpoch = settings.at("iters_per_epoch").get<std::int64_t>();
            const Json recipe{{"peak_rate", settings.at("init_lr")}, {"min_rate", settings.at("min_lr")},
                {"warmup_start_rate", settings.at("warmup_lr")}, {"warmup_steps", settings.at("warmup_steps")},
                {"weight_decay", settings.at("weight_decay")}, {"steps_per_epoch", perEpoch},
                {"horizon_steps", perEpoch * settings.at("max_epoch").get<std::int64_t>()}, {"batch", 2},
                {"max_answer_tokens", json::load(kGolden / "text.json").at("max_txt_len")}};
            file::writeAtomically(model() / "winnow.json", json::dumpPretty(Json{{"finetune", recipe}}));
        }

        void fillProject()
        {
            const Json source = json::load(kGolden / "text.json");
            std::vector<Pair> pairs;
            for (std::size_t i = 0; i < source.at("answers").size(); ++i) {
                const auto prompt = source.at("prompts")[i].get<std::string>();
                const std::string before = "</Img> ", after = " ###Assistant: ";
                const auto begin = prompt.find(before) + before.size();
                Pair pair;
                pair.id.value = text::join(i);
                pair.images = {text::join("picture", i, ".png")};
                pair.instruction = prompt.substr(begin, prompt.rfind(after) - begin);
                pair.response = source.at("answers")[i].get<std::string>();
                pairs.push_back(pair);
                file::writeAtomically(m_folder / pair.images[0], text::join("stands for picture ", i));
            }
            auto made = store::Project::create(project());
            store::PairStore store(made);
            store.addPairs(pairs, store.addImageRoot(m_folder), std::vector<std::uint8_t>(pairs.size()));
        }

        void cachePictures(Workspace& workspace)
        {
            const auto vlm = workspace.models().vlm(model(), "cpu");
            const auto pixels = tensor::loadSafetensors(kGolden / "golden.safetensors").at("image");
            const torch::NoGradGuard noGrad;
            const auto features = vlm->model->imageFeatures(pixels); // [2, Q, C]
            VisionCache cache(project(), *vlm, "cpu");
            for (std::int64_t i = 0; i < features.size(0); ++i)
                cache.keep(m_folder / text::join("picture", i, ".png"), features[i]);
        }

        fs::path m_folder;
    };

    void expectClose(const torch::Tensor& got, const torch::Tensor& want, const std::string& what)
    {
        ASSERT_EQ(got.sizes(), want.sizes()) << what;
        const auto worst = (got - want).abs().max().item<double>();
        EXPECT_TRUE(torch::allclose(got, want, 1e-3, 1e-4)) << what << " is off by " << worst;
    }

} // namespace

TEST_F(GoldenFinetune, JobOnTheFourPublishedFilesTakesTheReferencesSteps)
{
    Workspace workspace(project());
    cachePictures(workspace);
    const auto golden = tensor::loadSafetensors(kGolden / "golden.safetensors");
    const auto losses = golden.at("train.loss").to(torch::kDouble);
    for (std::int64_t steps = 1; steps <= losses.size(0); ++steps) {
        FinetuneOptions options;
        options.run = text::join("after", steps);
        options.selection = "all";
        options.steps = steps;
        options.vlm = model();
        CurveContext context;
        runFinetune(workspace, options, context);

        expectClose(torch::tensor(context.values["loss"], torch::kDouble), losses.slice(0, 0, steps), "the loss");
        expectClose(torch::tensor(context.values["rate"], torch::kDouble),
            golden.at("train.lr").to(torch::kDouble).slice(0, 0, steps), "the rate");
        auto opened = workspace.open();
        const auto folder = store::RunStore(opened).find(options.run)->folder;
        const auto tuned = tensor::loadSafetensors(project() / folder / "tuned.safetensors");
        for (const std::string name : {"llama_proj.weight", "llama_proj.bias"})
            expectClose(tuned.at(name), golden.at(text::join("train.", name, ".step", steps)), name);
    }
}

} // namespace winnow::pipeline
