#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/benchmark_files.h"
#include "core/pipeline/cost_trial.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/model_registry.h"
#include "core/pipeline/run_batches.h"
#include "core/pipeline/run_job.h"
#include "core/pipeline/run_log.h"
#include "core/pipeline/unfinished_job.h"
#include "core/pipeline/vision_cache.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/store/selection_store.h"
#include "core/tensor/safetensors_io.h"
#include "core/train/trainer.h"

#include <chrono>
#include <iomanip>
#include <numeric>

namespace winnow::pipeline {

namespace {

    constexpr double kManyPasses = 10;

    std::string nowUtc()
    {
        const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
        std::tm parts{};
        gmtime_r(&now, &parts);
        std::ostringstream out;
        out << std::put_time(&parts, "%Y-%m-%dT%H:%M:%SZ");
        return out.str();
    }

    /// The published recipe, over it what the base model brings, over it what the person asked for.
    train::TrainOptions optionsFor(const FinetuneOptions& asked, const Json& manifest)
    {
        const Json given = manifest.contains("finetune") ? manifest.at("finetune") : Json::object();
        const std::string what = "winnow.json, finetune";
        train::TrainOptions out;
        out.steps = asked.steps.value_or(json::fieldOr(given, "steps", out.steps, what));
        out.batch = asked.batch.value_or(json::fieldOr(given, "batch", out.batch, what));
        out.peakRate = asked.peakRate.value_or(json::fieldOr(given, "peak_rate", out.peakRate, what));
        out.minRate = std::min(out.peakRate, json::fieldOr(given, "min_rate", out.minRate, what));
        out.warmupStartRate =
            std::min(out.peakRate, json::fieldOr(given, "warmup_start_rate", out.warmupStartRate, what));
        out.warmupSteps = asked.warmupSteps.value_or(json::fieldOr(given, "warmup_steps", out.warmupSteps, what));
        out.stepsPerEpoch = json::fieldOr(given, "steps_per_epoch", out.stepsPerEpoch, what);
        out.horizonSteps = json::fieldOr(given, "horizon_steps", out.horizonSteps, what);
        out.weightDecay = json::fieldOr(given, "weight_decay", out.weightDecay, what);
        out.maxAnswerTokens = json::fieldOr(given, "max_answer_tokens", out.maxAnswerTokens, what);
        out.seed = asked.seed;
        out.mode = asked.mode;
        out.validate();
        return out;
    }

    std::vector<PairRow> rowsOfSelection(store::Project& project, const std::string& selection)
    {
        if (selection != "all")
            return store::SelectionStore(project).load(selection);
        std::vector<PairRow> rows(static_cast<std::size_t>(store::PairStore(project).count()));
        std::iota(rows.begin(), rows.end(), PairRow(0));
        return rows;
    }

    /// What a resumed run must find unchanged: the pairs and the model.
    std::string fingerprintOf(store::Project& project, const std::string& selection, std::size_t pairCount)
    {
        if (selection == "all")
            return text::join("all:", pairCount);
        const auto info = store::SelectionStore(project).find(selection);
        require(info.has_value(), ErrorCode::NotFound, "there is no selection named " + selection);
        return info->hash;
    }

    /// One fine-tune of one run, from its row in the store to its last checkpoint.
    class FinetuneRun {
    public:
        FinetuneRun(Workspace& workspace, const FinetuneOptions& asked, RunContext& context)
            : m_workspace(workspace)
            , m_asked(asked)
            , m_context(context)
            , m_project(workspace.open())
            , m_runs(m_project)
        {
        }

        JobResult run()
        {
            require(!m_asked.run.empty(), ErrorCode::InvalidInput, "a run needs a name");
            require(m_asked.run != kBaseRun, ErrorCode::InvalidInput,
                "\"base\" is the name of the untouched model: choose another");
            m_folder = resolveModel("vlm", m_asked.vlm);
            // A run of a batch is taken up by its batch.
            store::Lease lease(
                m_project, "run:" + m_asked.run, m_asked.partOf.empty() ? toWish(m_asked) : std::string());
            m_rows = rowsOfSelection(m_project, m_asked.selection);
            const auto vlm = m_workspace.models().vlm(m_folder, m_asked.device);
            m_options = optionsFor(m_asked, vlm->manifest);
            openRun(*vlm);
            vlm->resetProjection();
            auto out = train(*vlm, lease);
            if (m_asked.partOf.empty())
                store::Recipe(m_project).append(recipeArguments());
            return out;
        }

    private:
        std::filesystem::path runFolder() const { return m_project.folder() / m_info.folder; }

        /// Makes the run, or takes up the one of this name, which must have been started with the same recipe.
        void openRun(const LoadedVlm& vlm)
        {
            Json recipe = m_options.recipe();
            recipe["base_sha256"] = vlm.hash;
            recipe["base"] = m_folder.string();
            if (auto known = m_runs.find(m_asked.run)) {
                m_info = *known;
                Json then = json::parse(m_info.recipe, "the recipe of run " + m_info.name);
                then["base"] = recipe["base"]; // where the model lies does not matter, its hash does
                const bool isSame = then == recipe && m_info.selection == m_asked.selection;
                require(isSame, ErrorCode::Conflict,
                    text::join("run ", m_info.name,
                        " was started with another selection, model or recipe: choose a new name"));
            } else {
                RunInfo fresh;
                fresh.name = m_asked.run;
                fresh.selection = m_asked.selection;
                fresh.batch = m_asked.partOf;
                fresh.recipe = json::dump(recipe);
                fresh.totalSteps = m_options.steps;
                m_info = m_runs.create(fresh);
                file::writeAtomically(runFolder() / "recipe.json", json::dumpPretty(recipe));
            }
            m_info.state = RunState::Running;
            m_info.message.clear();
            m_runs.update(m_info);
        }

        JobResult train(LoadedVlm& vlm, store::Lease& lease)
        {
            std::unique_ptr<VisionCache> cache; // crops are never the same twice
            if (m_options.mode == Mode::Corrected)
                cache = std::make_unique<VisionCache>(m_project.folder(), vlm, m_asked.device);
            ProjectBatches source(m_project, m_rows, fingerprintOf(m_project, m_asked.selection, m_rows.size()),
                static_cast<int>(vlm.model->config().vision.imageSize), cache.get());
            RunLog log(m_context, m_runs, m_info, lease, runFolder() / "log.jsonl");
            train::Trainer trainer(vlm.model, *vlm.tokenizer, m_options);
            const auto start = std::chrono::steady_clock::now();
            try {
                const auto report = trainer.run(source, runFolder() / "checkpoints", log);
                log.flush();
                finish(vlm, report);
                const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
                return describe(report, seconds);
            } catch (const Cancelled&) {
                leave(log, RunState::Stopped, {});
                throw;
            } catch (const std::exception& e) {
                leave(log, RunState::Failed, e.what());
                throw;
            }
        }

        void leave(RunLog& log, RunState state, const std::string& message)
        {
            log.flush();
            m_info.state = state;
            m_info.message = message;
            m_runs.update(m_info);
        }

        void finish(LoadedVlm& vlm, const train::TrainReport& report)
        {
            std::map<std::string, torch::Tensor> tuned;
            for (const auto& [name, tensor] : vlm.model->tunedParameters())
                tuned[name] = tensor.detach().to(torch::kCPU, torch::kFloat);
            tensor::saveSafetensors(runFolder() / "tuned.safetensors", tuned);
            m_info.state = RunState::Finished;
            m_info.steps = report.steps;
            m_info.weightsSha256 = report.weightsSha256;
            m_info.finishedAt = nowUtc();
            m_runs.update(m_info);
        }

        JobResult describe(const train::TrainReport& report, double seconds) const
        {
            JobResult out;
            const double loss = report.losses.empty() ? kMissing : report.losses.back();
            out.sentence = text::join(
                "run ", m_info.name, ": ", report.steps, " steps on ", m_rows.size(), " pairs of ", m_info.selection);
            if (!report.losses.empty())
                out.sentence += text::join(", loss ", std::setprecision(4), loss);
            if (report.resumedAt > 0)
                out.sentence += text::join(", resumed at step ", report.resumedAt);
            if (!report.skipped.empty())
                out.sentence += text::join(
                    ", ", report.skipped.size(), " pairs were left out because their picture cannot be read");
            out.hasProblems = !report.skipped.empty();
            out.details = {{"run", m_info.name}, {"steps", report.steps}, {"resumed_at", report.resumedAt},
                {"passes", report.passes}, {"loss", std::isfinite(loss) ? Json(loss) : Json()},
                {"weights_sha256", report.weightsSha256}, {"seconds", seconds}, {"skipped", report.skipped.size()}};
            return out;
        }

        std::vector<std::string> recipeArguments() const
        {
            std::vector<std::string> out{"finetune", "--name", m_asked.run, "--selection", m_asked.selection, "--steps",
                text::join(m_options.steps), "--batch", text::join(m_options.batch), "--lr",
                text::toText(m_options.peakRate), "--warmup", text::join(m_options.warmupSteps), "--seed",
                text::join(m_asked.seed)};
            if (m_asked.mode == Mode::Published)
                out.insert(out.end(), {"--mode", "published"});
            if (!isDefaultModel())
                out.insert(out.end(), {"--model", m_folder.string()});
            return out;
        }

        bool isDefaultModel() const
        {
            try {
                return resolveModel("vlm", std::filesystem::path()) == m_folder;
            } catch (const Error&) {
                return false; // there is none
            }
        }

        Workspace& m_workspace;
        const FinetuneOptions& m_asked;
        RunContext& m_context;
        store::Project m_project;
        store::RunStore m_runs;
        std::filesystem::path m_folder;
        std::vector<PairRow> m_rows;
        train::TrainOptions m_options;
        RunInfo m_info;
    };

    /// Notes when each step was done.
    class StepClock final : public RunContext {
    public:
        explicit StepClock(RunContext& outer)
            : m_outer(outer)
        {
        }
        void checkpoint() override { m_outer.checkpoint(); }
        void progress(std::string_view, std::int64_t, std::int64_t) override { }
        void metric(std::string_view series, double, double) override
        {
            if (series == "loss")
                m_times.push_back(std::chrono::steady_clock::now());
        }
        void log(LogLevel, std::string_view) override { }
        /// Mean over all steps but the first, which also waits for memory; 0 with fewer than two.
        double secondsPerStep() const
        {
            return m_times.size() < 2 ? 0
                                      : std::chrono::duration<double>(m_times.back() - m_times.front()).count()
                    / static_cast<double>(m_times.size() - 1);
        }

    private:
        RunContext& m_outer;
        std::vector<std::chrono::steady_clock::time_point> m_times;
    };

} // namespace

double timeFinetuneStep(Workspace& workspace, const FinetuneOptions& asked, std::int64_t steps,
    const std::filesystem::path& folder, RunContext& context)
{
    auto project = workspace.open();
    const auto vlm = workspace.models().vlm(resolveModel("vlm", asked.vlm), asked.device);
    auto options = optionsFor(asked, vlm->manifest);
    options.steps = std::min(options.steps, steps);
    options.warmupSteps = std::min(options.warmupSteps, options.steps);
    vlm->resetProjection();
    std::unique_ptr<VisionCache> cache;
    if (options.mode == Mode::Corrected)
        cache = std::make_unique<VisionCache>(project.folder(), *vlm, asked.device);
    ProjectBatches source(project, rowsOfSelection(project, asked.selection), "a trial",
        static_cast<int>(vlm->model->config().vision.imageSize), cache.get());
    StepClock clock(context);
    train::Trainer(vlm->model, *vlm->tokenizer, options).run(source, folder, clock);
    vlm->resetProjection();
    return clock.secondsPerStep();
}

FinetuneOptions resumeOptions(const RunInfo& run, const FinetuneOptions& wishes)
{
    const std::string what = "the recipe of run " + run.name;
    const Json recipe = json::parse(run.recipe, what);
    FinetuneOptions out = wishes;
    out.run = run.name;
    out.selection = run.selection;
    out.steps = json::field<std::int64_t>(recipe, "steps", what);
    out.batch = json::field<std::int64_t>(recipe, "batch", what);
    out.peakRate = json::field<double>(recipe, "peak_rate", what);
    out.warmupSteps = json::field<std::int64_t>(recipe, "warmup_steps", what);
    out.seed = json::field<std::uint64_t>(recipe, "seed", what);
    out.mode = json::field<std::string>(recipe, "mode", what) == "published" ? Mode::Published : Mode::Corrected;
    out.vlm = json::field<std::string>(recipe, "base", what);
    return out;
}

FinetuneForecast forecastFinetune(Workspace& workspace, const FinetuneOptions& options)
{
    auto project = workspace.open();
    const auto folder = resolveModel("vlm", options.vlm);
    const auto recipe = optionsFor(options, loadManifest(folder));
    const auto config = models::loadMiniGpt4Config(folder);
    FinetuneForecast out;
    out.pairs = static_cast<std::int64_t>(rowsOfSelection(project, options.selection).size());
    out.steps = recipe.steps;
    out.batch = recipe.batch;
    out.peakRate = recipe.peakRate;
    out.warmupSteps = recipe.warmupSteps;
    out.passes = out.pairs == 0 ? 0 : static_cast<double>(recipe.steps * recipe.batch) / static_cast<double>(out.pairs);
    out.base = checkModel(folder).about;
    // Weights in f32, activations of one batch through the language model, cached picture features.
    const auto width = config.llama.hidden, layers = config.llama.layers;
    const std::int64_t tokens = recipe.batch * (recipe.maxAnswerTokens + 64);
    out.memoryBytes = 4
        * (config.parameterCount() + tokens * width * layers * 16
            + out.pairs * config.qformer.hidden * config.qformer.queries);
    if (out.pairs == 0)
        out.warnings.push_back("the selection is empty");
    if (out.passes > kManyPasses)
        out.warnings.push_back(text::join(static_cast<std::int64_t>(out.passes + 0.5), " passes over ", out.pairs,
            " pairs: the model may learn them by heart"));
    return out;
}

JobResult runFinetune(Workspace& workspace, const FinetuneOptions& options, RunContext& context)
{
    auto result = FinetuneRun(workspace, options, context).run();
    if (!options.evaluateWhenDone)
        return result;
    EvaluateOptions evaluation;
    evaluation.run = options.run;
    evaluation.device = options.device;
    const auto evaluated = runEvaluate(workspace, evaluation, context);
    result.sentence += "; " + evaluated.sentence;
    result.details["evaluations"] = evaluated.details;
    result.hasProblems = result.hasProblems || evaluated.hasProblems;
    return result;
}

} // namespace winnow::pipeline
