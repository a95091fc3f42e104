#include "core/base/text.h"
#include "core/evaluate/evaluator.h"
#include "core/media/image.h"
#include "core/media/transform.h"
#include "core/pipeline/benchmark_files.h"
#include "core/pipeline/cost_trial.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/model_registry.h"
#include "core/pipeline/run_job.h"
#include "core/pipeline/unfinished_job.h"
#include "core/pipeline/vision_cache.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/tensor/safetensors_io.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iomanip>

namespace winnow::pipeline {

namespace {

    /// The base model with the run's projection in it, and what names these weights.
    struct RunModel {
        std::shared_ptr<LoadedVlm> vlm;
        std::string key;
    };

    RunModel modelOf(Workspace& workspace, store::Project& project, const std::string& run,
        const std::filesystem::path& wanted, const std::string& device)
    {
        RunModel out;
        if (run == kBaseRun) {
            out.vlm = workspace.models().vlm(resolveModel("vlm", wanted), device);
            out.vlm->resetProjection();
            out.key = out.vlm->hash;
            return out;
        }
        const auto info = store::RunStore(project).find(run);
        require(info.has_value(), ErrorCode::NotFound, text::join("there is no run named ", run));
        require(info->state == RunState::Finished, ErrorCode::InvalidInput,
            text::join("run ", run, " is ", toString(info->state), " at step ", info->steps, " of ", info->totalSteps,
                ": finish it first by starting it again"));
        const Json recipe = json::parse(info->recipe, "the recipe of run " + run);
        const auto base = std::filesystem::path(json::field<std::string>(recipe, "base", "the recipe of run " + run));
        out.vlm = workspace.models().vlm(std::filesystem::exists(base) ? base : resolveModel("vlm", wanted), device);
        require(out.vlm->hash == json::field<std::string>(recipe, "base_sha256", "the recipe of run " + run),
            ErrorCode::Conflict,
            text::join("run ", run, " was tuned on another base model than the one in ", base.string()));
        out.vlm->setProjection(tensor::loadSafetensors(project.folder() / info->folder / "tuned.safetensors"));
        out.key = out.vlm->hash + ":" + info->weightsSha256;
        return out;
    }

    evaluate::EvaluatorOptions optionsFor(const Json& manifest)
    {
        const Json given = manifest.contains("evaluate") ? manifest.at("evaluate") : Json::object();
        evaluate::EvaluatorOptions out;
        out.maxNewTokens = json::fieldOr(given, "max_new_tokens", out.maxNewTokens, "winnow.json, evaluate");
        out.chatTemplate = json::fieldOr(given, "chat_template", out.chatTemplate, "winnow.json, evaluate");
        return out;
    }

    std::vector<BenchmarkInfo> chosenBenchmarks(store::RunStore& runs, const std::vector<std::string>& wanted)
    {
        const auto all = runs.benchmarks();
        if (wanted.empty()) {
            require(!all.empty(), ErrorCode::NotFound, "this project has no benchmark: add one with benchmark add");
            return all;
        }
        std::vector<BenchmarkInfo> out;
        for (const auto& name : wanted) {
            const auto found =
                std::find_if(all.begin(), all.end(), [&](const BenchmarkInfo& b) { return b.name == name; });
            require(found != all.end(), ErrorCode::NotFound, text::join("there is no benchmark named ", name));
            out.push_back(*found);
        }
        return out;
    }

    /// A picture that cannot be read costs nothing worth a forecast.
    void tryLoad(VisionCache& cache, const std::filesystem::path& picture)
    {
        try {
            cache.load(picture);
        } catch (const Error& e) {
            if (e.code() == ErrorCode::DiskFull)
                throw;
        }
    }

    std::string percent(double value)
    {
        std::ostringstream out;
        out << std::fixed << std::setprecision(1) << value << " %";
        return out.str();
    }

    Json detailsOf(const EvaluationInfo& info, const evaluate::BenchmarkReport& report)
    {
        Json tasks = Json::object();
        for (const auto& task : report.tasks)
            tasks[task.name] = {{"questions", task.questionCount}, {"accuracy", task.accuracy},
                {"accuracy_plus", task.accuracyPlus}, {"score", task.score()}};
        return {{"value", info.value}, {"ci_low", info.ciLow}, {"ci_high", info.ciHigh}, {"answered", info.answered},
            {"total", info.total}, {"unanswered", report.unansweredCount}, {"tasks", tasks}};
    }

} // namespace

JobResult runEvaluate(Workspace& workspace, const EvaluateOptions& options, RunContext& context)
{
    auto project = workspace.open();
    store::RunStore runs(project);
    const auto benchmarks = chosenBenchmarks(runs, options.benchmarks);
    const store::Lease lease(project, "evaluate:" + options.run, toWish(options));
    const auto model = modelOf(workspace, project, options.run, options.vlm, options.device);
    evaluate::Evaluator evaluator(model.vlm->model, *model.vlm->tokenizer, optionsFor(model.vlm->manifest));

    VisionCache cache(project.folder(), *model.vlm, options.device);

    JobResult result;
    std::vector<std::string> parts;
    for (const auto& benchmark : benchmarks) {
        const auto questions = evaluate::loadQuestions(benchmarkPath(project, benchmark), benchmark.format);
        const auto path = predictionsPath(project, options.run, benchmark.name);
        std::filesystem::create_directories(path.parent_path());
        const auto answers = evaluator.run(questions, model.key, path, context, &cache);
        const auto report = evaluate::makeReport(questions, answers);
        EvaluationInfo info;
        info.run = options.run;
        info.benchmark = benchmark.name;
        info.answered = static_cast<std::int64_t>(answers.size());
        info.total = static_cast<std::int64_t>(questions.questions.size());
        info.value = report.total.accuracy;
        info.ciLow = report.interval.low;
        info.ciHigh = report.interval.high;
        if (options.run != kBaseRun)
            runs.saveEvaluation(info);
        parts.push_back(text::join(options.run, " on ", benchmark.name, ": ", percent(info.value), " right of ",
            info.total, " (95 % interval ", percent(info.ciLow), " to ", percent(info.ciHigh), ")"));
        result.hasProblems = result.hasProblems || report.unansweredCount > 0;
        if (report.unansweredCount > 0)
            parts.back() +=
                text::join(", ", report.unansweredCount, " have no answer because their picture cannot be read");
        result.details[benchmark.name] = detailsOf(info, report);
    }
    result.sentence = text::joined(parts, "; ");
    if (options.isPartOfBatch)
        return result;
    std::vector<std::string> arguments{"evaluate", "--run", options.run};
    if (!options.benchmarks.empty())
        arguments.insert(arguments.end(), {"--benchmarks", text::joined(options.benchmarks, ",")});
    store::Recipe(project).append(arguments);
    return result;
}

EvaluationCost timeEvaluation(Workspace& workspace, const EvaluateOptions& options, std::int64_t questions,
    const std::filesystem::path& folder, RunContext& context)
{
    auto project = workspace.open();
    store::RunStore runs(project);
    const auto benchmarks = chosenBenchmarks(runs, options.benchmarks);
    const auto model = modelOf(workspace, project, options.run, options.vlm, options.device);
    evaluate::Evaluator evaluator(model.vlm->model, *model.vlm->tokenizer, optionsFor(model.vlm->manifest));
    VisionCache cache(project.folder(), *model.vlm, options.device);
    using Clock = std::chrono::steady_clock;
    const auto secondsSince = [](Clock::time_point start) {
        return std::chrono::duration<double>(Clock::now() - start).count();
    };
    EvaluationCost out;
    double looking = 0, answering = 0;
    std::int64_t asked = 0;
    for (const auto& benchmark : benchmarks) {
        auto set = evaluate::loadQuestions(benchmarkPath(project, benchmark), benchmark.format);
        out.questions += static_cast<std::int64_t>(set.questions.size());
        out.pictures += set.imageCount();
        set.questions.resize(std::min<std::size_t>(set.questions.size(), static_cast<std::size_t>(questions)));
        asked += static_cast<std::int64_t>(set.questions.size());
        context.checkpoint();
        auto start = Clock::now();
        for (const auto& question : set.questions)
            tryLoad(cache, question.image);
        looking += secondsSince(start);
        NullContext quiet;
        start = Clock::now();
        evaluator.run(set, model.key, folder / text::join("answers-", asked, ".jsonl"), quiet, &cache);
        answering += secondsSince(start);
    }
    out.cachedPictures = cache.recordCount();
    out.secondsPerQuestion = asked == 0 ? 0 : answering / static_cast<double>(asked);
    out.secondsPerPicture = cache.computedCount() == 0 ? 0 : looking / static_cast<double>(cache.computedCount());
    return out;
}

std::string chatOnce(Workspace& workspace, const std::string& run, const std::filesystem::path& image,
    const std::string& question, const std::string& device)
{
    auto project = workspace.open();
    const auto model = modelOf(workspace, project, run, {}, device);
    auto options = optionsFor(model.vlm->manifest);
    options.maxNewTokens = std::max<std::int64_t>(options.maxNewTokens, 300);
    evaluate::Evaluator evaluator(model.vlm->model, *model.vlm->tokenizer, options);
    const auto side = static_cast<int>(model.vlm->model->config().vision.imageSize);
    auto pixels = media::squareTransform(side).pixels(media::decodeImage(image));
    const auto batch = torch::from_blob(pixels.data(), {1, 3, side, side}, torch::kFloat).clone();
    NullContext quiet;
    return evaluator.answer(evaluator.encode(batch), {question}, quiet).front();
}

} // namespace winnow::pipeline
