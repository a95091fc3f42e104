#include "core/pipeline/batch_runs.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/cost_trial.h"
#include "core/store/pair_store.h"
#include "core/store/run_store.h"
#include "core/store/selection_store.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <set>

namespace winnow::pipeline {

namespace {

    namespace fs = std::filesystem;
    using Clock = std::chrono::steady_clock;

    constexpr std::int64_t kTrialSteps = 5;
    constexpr std::int64_t kTrialQuestions = 48;
    constexpr std::int64_t kCellUnits = 100; ///< of progress
    constexpr std::int64_t kTrainUnits = 70; ///< of kCellUnits
    constexpr const char* kStage = "Fine-tunes";
    constexpr double kZ95 = 1.959963984540054; ///< standard normal quantile at 0.975
    constexpr const char* kTimesFile = "times.json";

    double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

    /// Turns what a fine-tune and an evaluation say of themselves into the progress of the whole batch.
    class CellContext final : public RunContext {
    public:
        CellContext(RunContext& outer, std::size_t cell, std::size_t cells)
            : m_outer(outer)
            , m_begin(static_cast<std::int64_t>(cell) * kCellUnits)
            , m_total(static_cast<std::int64_t>(cells) * kCellUnits)
        {
        }
        void checkpoint() override { m_outer.checkpoint(); }
        void progress(std::string_view stage, std::int64_t done, std::int64_t total) override
        {
            if (total <= 0 || (stage != "Fine-tuning" && stage != "Answering"))
                return;
            const auto units = stage == "Fine-tuning" ? done * kTrainUnits / total
                                                      : kTrainUnits + done * (kCellUnits - kTrainUnits) / total;
            if (m_begin + units <= m_last)
                return;
            m_last = m_begin + units;
            m_outer.progress(kStage, m_last, m_total);
        }
        void metric(std::string_view, double, double) override { }
        void log(LogLevel level, std::string_view line) override
        {
            if (level == LogLevel::Warning || level == LogLevel::Failure)
                m_outer.log(level, line);
        }

    private:
        RunContext& m_outer;
        std::int64_t m_begin, m_total;
        std::int64_t m_last = -1;
    };

    /// A folder that is gone with this object.
    class TrialFolder {
    public:
        TrialFolder()
        {
            std::string pattern = (fs::temp_directory_path() / "winnow-trial-XXXXXX").string();
            require(::mkdtemp(pattern.data()) != nullptr, ErrorCode::Io, "cannot make the folder " + pattern);
            m_path = pattern;
        }
        ~TrialFolder()
        {
            std::error_code code;
            fs::remove_all(m_path, code);
        }
        TrialFolder(const TrialFolder&) = delete;
        TrialFolder& operator=(const TrialFolder&) = delete;
        const fs::path& path() const { return m_path; }

    private:
        fs::path m_path;
    };

    /// Times of a cell's parts, kept beside it.
    Json loadTimes(const fs::path& runFolder)
    {
        const auto path = runFolder / kTimesFile;
        return fs::exists(path) ? json::load(path, 1 << 16) : Json::object();
    }

    void saveTime(const fs::path& runFolder, const char* part, double seconds)
    {
        auto times = loadTimes(runFolder);
        times[part] = seconds;
        file::writeAtomically(runFolder / kTimesFile, json::dumpPretty(times));
    }

    /// Distinct pairs that the cells can touch, at most.
    std::int64_t pairsTouched(store::Project& project, const std::vector<BatchCell>& cells, std::int64_t samples)
    {
        const auto all = store::PairStore(project).count();
        std::set<std::string> selections;
        std::set<PairRow> rows;
        for (const auto& cell : cells)
            if (cell.selection == "all" && samples >= all)
                return all;
            else if (cell.selection != "all" && selections.insert(cell.selection).second)
                for (const auto row : store::SelectionStore(project).load(cell.selection))
                    rows.insert(row);
        const auto ofAll =
            std::count_if(cells.begin(), cells.end(), [](const auto& c) { return c.selection == "all"; });
        return std::min<std::int64_t>(all, static_cast<std::int64_t>(rows.size()) + ofAll * samples);
    }

} // namespace

std::string durationText(double seconds)
{
    if (seconds < 90)
        return text::join("about ", std::max<std::int64_t>(1, std::llround(seconds)), " s");
    if (seconds < 5400)
        return text::join("about ", std::llround(seconds / 60), " min");
    return "about " + text::fixed(seconds / 3600, 1) + " h";
}

Json toJson(const BatchForecast& forecast)
{
    return {{"fine_tunes", forecast.cells}, {"done", forecast.doneCells}, {"steps", forecast.steps},
        {"questions", forecast.questions}, {"pictures", forecast.pictures},
        {"seconds_per_step", forecast.secondsPerStep}, {"seconds_per_question", forecast.secondsPerQuestion},
        {"seconds_per_picture", forecast.secondsPerPicture}, {"seconds", forecast.seconds},
        {"warnings", forecast.warnings}, {"sentence", forecast.sentence}};
}

BatchRunner::BatchRunner(Workspace& workspace, FinetuneOptions recipe, std::string batch,
    std::vector<std::string> benchmarks, std::vector<BatchCell> cells)
    : m_workspace(workspace)
    , m_recipe(std::move(recipe))
    , m_batch(std::move(batch))
    , m_benchmarks(std::move(benchmarks))
    , m_cells(std::move(cells))
{
    auto project = workspace.open();
    const auto known = store::RunStore(project).benchmarks();
    require(!known.empty(), ErrorCode::NotFound, "this project has no benchmark: add one with benchmark add");
    if (m_benchmarks.empty())
        for (const auto& benchmark : known)
            m_benchmarks.push_back(benchmark.name);
    for (const auto& name : m_benchmarks)
        require(std::any_of(known.begin(), known.end(), [&](const auto& b) { return b.name == name; }),
            ErrorCode::NotFound, text::join("there is no benchmark named ", name));
}

FinetuneOptions BatchRunner::optionsOf(const BatchCell& cell) const
{
    auto out = m_recipe;
    out.run = cell.run;
    out.selection = cell.selection;
    out.seed = cell.seed;
    out.partOf = m_batch;
    out.evaluateWhenDone = false;
    return out;
}

std::vector<EvaluationInfo> BatchRunner::evaluationsOf(store::Project& project, const std::string& run) const
{
    store::RunStore runs(project);
    std::vector<EvaluationInfo> out;
    const auto known = runs.benchmarks();
    for (const auto& evaluation : runs.evaluations())
        if (evaluation.run == run)
            for (const auto& benchmark : known)
                if (benchmark.name == evaluation.benchmark && evaluation.answered == benchmark.questionCount
                    && evaluation.total == benchmark.questionCount)
                    out.push_back(evaluation);
    return out;
}

bool BatchRunner::isDone(store::Project& project, const BatchCell& cell) const
{
    const auto info = store::RunStore(project).find(cell.run);
    if (!info || info->state != RunState::Finished)
        return false;
    const auto done = evaluationsOf(project, cell.run);
    return std::all_of(m_benchmarks.begin(), m_benchmarks.end(), [&](const auto& name) {
        return std::any_of(done.begin(), done.end(), [&](const auto& e) { return e.benchmark == name; });
    });
}

BatchForecast BatchRunner::forecast(RunContext& context)
{
    auto project = m_workspace.open();
    BatchForecast out;
    out.cells = static_cast<std::int64_t>(m_cells.size());
    const BatchCell* open = nullptr;
    std::set<std::string> warned;
    for (const auto& cell : m_cells) {
        const bool isFinished = isDone(project, cell);
        out.doneCells += isFinished ? 1 : 0;
        open = open == nullptr && !isFinished ? &cell : open;
        if (!warned.insert(cell.selection).second)
            continue;
        const auto one = forecastFinetune(m_workspace, optionsOf(cell));
        out.steps = one.steps;
        for (const auto& warning : one.warnings)
            if (out.warnings.size() < 5)
                out.warnings.push_back(cell.selection + ": " + warning);
        out.pictures = std::max(out.pictures, pairsTouched(project, m_cells, one.steps * one.batch));
    }
    if (open != nullptr) {
        const TrialFolder folder;
        out.secondsPerStep =
            timeFinetuneStep(m_workspace, optionsOf(*open), kTrialSteps, folder.path() / "checkpoints", context);
        EvaluateOptions evaluation;
        evaluation.run = "base";
        evaluation.benchmarks = m_benchmarks;
        evaluation.device = m_recipe.device;
        evaluation.vlm = m_recipe.vlm;
        const auto cost = timeEvaluation(m_workspace, evaluation, kTrialQuestions, folder.path(), context);
        out.questions = cost.questions;
        out.secondsPerQuestion = cost.secondsPerQuestion;
        out.secondsPerPicture = cost.secondsPerPicture;
        out.pictures = std::max<std::int64_t>(0, out.pictures + cost.pictures - cost.cachedPictures);
        const auto left = static_cast<double>(out.cells - out.doneCells);
        out.seconds = left
                * (static_cast<double>(out.steps) * out.secondsPerStep
                    + static_cast<double>(out.questions) * out.secondsPerQuestion)
            + static_cast<double>(out.pictures) * out.secondsPerPicture;
    }
    out.sentence = open == nullptr
        ? text::join("all ", out.cells, " fine-tunes are done")
        : text::join(out.cells - out.doneCells, " fine-tunes of ", out.steps, " steps with ", out.questions,
            " questions each (", text::fixed(1000 * out.secondsPerStep, 0), " ms a step, ",
            text::fixed(1000 * out.secondsPerQuestion, 1), " ms a question): ", durationText(out.seconds));
    return out;
}

void BatchRunner::run(RunContext& context, const std::function<void(std::size_t, const CellResult&)>& onCell)
{
    auto project = m_workspace.open();
    const store::Lease lease(project, m_batch);
    const auto total = static_cast<std::int64_t>(m_cells.size()) * kCellUnits;
    std::size_t timed = 0;
    double seconds = 0;
    for (std::size_t i = 0; i < m_cells.size(); ++i) {
        context.checkpoint();
        context.progress(kStage, static_cast<std::int64_t>(i) * kCellUnits, total);
        const bool wasDone = isDone(project, m_cells[i]);
        const auto start = Clock::now();
        CellContext inner(context, i, m_cells.size());
        const auto result = runCell(project, m_cells[i], inner);
        const double mean = std::accumulate(result.accuracy.begin(), result.accuracy.end(), 0.0)
            / static_cast<double>(result.accuracy.size());
        context.metric("score", static_cast<double>(i + 1), mean);
        onCell(i, result);
        if (wasDone)
            continue;
        ++timed;
        seconds += secondsSince(start);
        const auto left = static_cast<double>(m_cells.size() - i - 1) * seconds / static_cast<double>(timed);
        context.log(LogLevel::Info,
            text::join(i + 1, " of ", m_cells.size(), ": ", m_cells[i].run, " ", text::fixed(mean, 2), " % in ",
                text::fixed(secondsSince(start), 1), " s",
                left > 0 ? ", " + durationText(left) + " to go" : std::string()));
    }
    context.progress(kStage, total, total);
}

CellResult BatchRunner::runCell(store::Project& project, const BatchCell& cell, RunContext& context)
{
    CellResult out;
    if (!isDone(project, cell)) {
        trainCell(project, cell, out, context);
        evaluateCell(project, cell, out, context);
    }
    const auto info = store::RunStore(project).find(cell.run);
    require(info.has_value(), ErrorCode::NotFound, text::join("run ", cell.run, " was removed while its batch ran"));
    out.run = *info;
    const auto times = loadTimes(project.folder() / info->folder);
    out.trainSeconds = json::fieldOr(times, "train_seconds", 0.0, kTimesFile);
    out.evaluateSeconds = json::fieldOr(times, "evaluate_seconds", 0.0, kTimesFile);
    const auto done = evaluationsOf(project, cell.run);
    for (const auto& name : m_benchmarks) {
        const auto found = std::find_if(done.begin(), done.end(), [&](const auto& e) { return e.benchmark == name; });
        require(found != done.end(), ErrorCode::Internal, text::join(cell.run, " has no result on ", name));
        out.accuracy.push_back(found->value);
        out.questionError.push_back((found->ciHigh - found->ciLow) / (2 * kZ95));
    }
    return out;
}

void BatchRunner::trainCell(store::Project& project, const BatchCell& cell, CellResult& result, RunContext& context)
{
    store::RunStore runs(project);
    if (const auto info = runs.find(cell.run); info && info->state == RunState::Finished)
        return;
    const auto done = runFinetune(m_workspace, optionsOf(cell), context).details;
    const auto steps = done.at("steps").get<double>(), resumedAt = done.at("resumed_at").get<double>();
    const auto info = runs.find(cell.run);
    const auto folder = project.folder() / info->folder;
    if (steps > resumedAt)
        result.trainSeconds = done.at("seconds").get<double>() * steps / (steps - resumedAt);
    saveTime(folder, "train_seconds", result.trainSeconds);
    std::error_code code; // of a finished run the tuned tensors are enough; sixty of them would fill a disk
    fs::remove_all(folder / "checkpoints", code);
}

void BatchRunner::evaluateCell(store::Project& project, const BatchCell& cell, CellResult& result, RunContext& context)
{
    const auto info = store::RunStore(project).find(cell.run);
    const auto folder = project.folder() / info->folder;
    const bool isFresh = !fs::exists(folder / "predictions");
    EvaluateOptions options;
    options.run = cell.run;
    options.benchmarks = m_benchmarks;
    options.device = m_recipe.device;
    options.vlm = m_recipe.vlm;
    options.isPartOfBatch = true;
    const auto start = Clock::now();
    runEvaluate(m_workspace, options, context);
    if (!isFresh)
        return;
    result.evaluateSeconds = secondsSince(start);
    saveTime(folder, "evaluate_seconds", result.evaluateSeconds);
}

} // namespace winnow::pipeline
