#include "core/pipeline/experiment_job.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/evaluate/distributions.h"
#include "core/pipeline/benchmark_files.h"
#include "core/pipeline/experiment_analysis.h"
#include "core/pipeline/experiment_plan.h"
#include "core/store/label_store.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/store/selection_store.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iomanip>
#include <map>
#include <numeric>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kExperimentRows = 512;

    std::string runName(const std::string& selection, const std::string& experiment, std::int64_t seed)
    {
        return selection == "all" ? text::join(experiment, " full seed ", seed) : text::join(selection, " seed ", seed);
    }

    /// Characters of every pair's responses.
    std::vector<double> loadLengths(store::Project& project)
    {
        store::PairStore pairs(project);
        std::vector<PairRow> rows(static_cast<std::size_t>(pairs.count()));
        std::iota(rows.begin(), rows.end(), PairRow(0));
        std::vector<double> out;
        out.reserve(rows.size());
        for (std::size_t start = 0; start < rows.size(); start += kExperimentRows)
            for (const auto& stored :
                pairs.load(std::span(rows).subspan(start, std::min(kExperimentRows, rows.size() - start)))) {
                double length = 0;
                for (const auto& response : stored.pair.responses())
                    length += static_cast<double>(text::countCodePoints(response));
                out.push_back(length);
            }
        return out;
    }

    /// One experiment, from its options to its stored result.
    class Experiment {
    public:
        Experiment(Workspace& workspace, const ExperimentOptions& options)
            : m_workspace(workspace)
            , m_options(options)
            , m_project(workspace.open())
        {
            if (m_options.benchmarks.empty())
                for (const auto& benchmark : store::RunStore(m_project).benchmarks())
                    m_options.benchmarks.push_back(benchmark.name);
            m_plan = planExperiment(m_project, m_options);
        }

        BatchForecast forecast(RunContext& context)
        {
            makeSelections(context);
            return runner().forecast(context);
        }

        JobResult run(RunContext& context)
        {
            const auto info = store::ExperimentStore(m_project).begin(m_options.name, json::dump(toJson(m_options)));
            if (info.isFinished())
                return describe(experimentFromJson(json::parse(info.result, "experiment " + info.name)));
            makeSelections(context);
            auto batch = runner();
            const auto forecast = batch.forecast(context);
            context.log(LogLevel::Info, forecast.sentence);
            for (const auto& warning : forecast.warnings)
                context.log(LogLevel::Warning, warning);
            EvaluateOptions base;
            base.run = std::string(kBaseRun);
            base.benchmarks = m_options.benchmarks;
            base.device = m_options.device;
            base.vlm = m_options.vlm;
            base.isPartOfBatch = true;
            const auto baseScores = runEvaluate(m_workspace, base, context).details;
            for (const auto& name : m_options.benchmarks)
                m_report.baseScores.push_back(baseScores.at(name).at("value").get<double>());
            batch.run(context, [this](std::size_t cell, const CellResult& result) { take(cell, result); });
            finish();
            return describe(m_report);
        }

    private:
        std::string batchName() const { return "experiment:" + m_options.name; }

        /// Made once and frozen: metrics or overrides that change later do not change a running experiment.
        void makeSelections(RunContext& context)
        {
            m_report = {};
            m_report.notes = m_plan.notes;
            m_cells.clear();
            m_places.clear();
            m_armOfPlanned.clear();
            const auto lengths = loadLengths(m_project);
            m_report.length.poolMean = evaluate::meanOf(lengths);
            double squares = 0;
            for (const double length : lengths)
                squares += (length - m_report.length.poolMean) * (length - m_report.length.poolMean);
            m_report.length.poolDeviation = std::sqrt(squares / static_cast<double>(lengths.size()));
            Json seconds = m_project.setting(batchName() + ":selection-seconds");
            if (!seconds.is_object())
                seconds = Json::object();
            store::SelectionStore selections(m_project);
            m_isBegun = !store::RunStore(m_project).list(batchName()).empty();
            for (const auto& planned : m_plan.arms) {
                ExperimentArm arm;
                arm.key = planned.key;
                arm.title = planned.title;
                if (planned.draws.empty())
                    arm.draws.push_back(
                        {"all", {}, static_cast<std::int64_t>(lengths.size()), evaluate::meanOf(lengths), {}, {}, {}});
                for (const auto& draw : planned.draws)
                    arm.draws.push_back(makeDraw(draw, selections, lengths, seconds, context));
                m_armOfPlanned.push_back(twinOf(arm));
                if (m_armOfPlanned.back() < m_report.arms.size()) {
                    m_report.notes.push_back(text::join(planned.title, " has the same pairs as ",
                        m_report.arms[m_armOfPlanned.back()].title, ": no arm of its own"));
                    continue;
                }
                addCells(arm);
                m_report.arms.push_back(std::move(arm));
            }
            m_selectionSeconds = json::fieldOr(seconds, "chosen", 0.0, "the times of the selections");
        }

        /// Number of an earlier arm of the very same pairs, else the number that this one gets.
        std::size_t twinOf(const ExperimentArm& arm) const
        {
            for (std::size_t a = 0; a < m_report.arms.size(); ++a)
                if (arm.draws.size() == 1 && m_report.arms[a].draws.size() == 1 && !arm.draws.front().hash.empty()
                    && arm.draws.front().hash == m_report.arms[a].draws.front().hash)
                    return a;
            return m_report.arms.size();
        }

        std::vector<std::pair<std::size_t, std::size_t>> comparisons() const
        {
            std::vector<std::pair<std::size_t, std::size_t>> out;
            for (const auto& [first, second] : m_plan.comparisons) {
                const std::pair mapped(m_armOfPlanned.at(first), m_armOfPlanned.at(second));
                if (mapped.first != mapped.second && std::find(out.begin(), out.end(), mapped) == out.end())
                    out.push_back(mapped);
            }
            return out;
        }

        ExperimentDraw makeDraw(const SelectOptions& options, store::SelectionStore& selections,
            const std::vector<double>& lengths, Json& seconds, RunContext& context)
        {
            context.checkpoint();
            const auto known = selections.find(options.name);
            const bool isStale = known && known->batch == batchName() && !m_isBegun; // of a forecast alone
            if (isStale)
                store::trashItem(m_project, "selection", options.name);
            if (!known || isStale) {
                const auto start = std::chrono::steady_clock::now();
                NullContext quiet;
                const auto made = runSelect(m_workspace, options, quiet);
                if (made.hasProblems)
                    context.log(LogLevel::Warning, options.name + ": " + made.sentence);
                if (options.name == m_options.name + " chosen") {
                    seconds["chosen"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
                    m_project.setSetting(batchName() + ":selection-seconds", seconds);
                }
            }
            const auto info = selections.find(options.name);
            require(info.has_value() && info->batch == batchName(), ErrorCode::Conflict,
                text::join(
                    "there is a selection \"", options.name, "\" that is not of this experiment: choose another name"));
            ExperimentDraw out;
            out.selection = info->name;
            out.hash = info->hash;
            const auto rows = selections.load(info->name);
            out.pairs = static_cast<std::int64_t>(rows.size());
            for (const auto row : rows)
                out.meanLength += lengths.at(row) / static_cast<double>(rows.size());
            return out;
        }

        void addCells(ExperimentArm& arm)
        {
            for (std::size_t d = 0; d < arm.draws.size(); ++d)
                for (std::int64_t s = 0; s < m_options.seeds; ++s) {
                    auto& draw = arm.draws[d];
                    const auto seed = m_options.seed + static_cast<std::uint64_t>(s);
                    draw.runs.push_back(runName(draw.selection, m_options.name, static_cast<std::int64_t>(seed)));
                    m_cells.push_back({draw.runs.back(), draw.selection, seed});
                    m_places.push_back({m_report.arms.size(), d});
                }
        }

        BatchRunner runner() const
        {
            FinetuneOptions recipe;
            recipe.steps = m_options.steps;
            recipe.batch = m_options.batch;
            recipe.peakRate = m_options.peakRate;
            recipe.warmupSteps = m_options.warmupSteps;
            recipe.mode = m_options.mode;
            recipe.device = m_options.device;
            recipe.vlm = m_options.vlm;
            return {m_workspace, recipe, batchName(), m_options.benchmarks, m_cells};
        }

        void take(std::size_t cell, const CellResult& result)
        {
            const auto [arm, draw] = m_places[cell];
            m_report.arms[arm].draws[draw].weightsSha.push_back(result.run.weightsSha256);
            if (result.trainSeconds > 0)
                m_times[arm].push_back(result.trainSeconds);
            m_report.recipe = json::parse(result.run.recipe, "the recipe of run " + result.run.name);
        }

        void finish()
        {
            auto& report = m_report;
            report.name = m_options.name;
            report.options = toJson(m_options);
            report.seeds = m_options.seeds;
            report.base = json::fieldOr<std::string>(report.recipe, "base_sha256", "", "the recipe of a run");
            for (const char* other : {"seed", "base", "base_sha256"})
                report.recipe.erase(other);
            report.benchmarks = m_options.benchmarks;
            const auto known = store::RunStore(m_project).benchmarks();
            for (const auto& name : report.benchmarks) {
                const auto found =
                    std::find_if(known.begin(), known.end(), [&](const auto& b) { return b.name == name; });
                require(found != known.end(), ErrorCode::NotFound, text::join("there is no benchmark named ", name));
                report.benchmarkHashes.push_back(found->hash);
                report.questions.push_back(found->questionCount);
            }
            for (const auto& [arm, times] : m_times)
                report.arms.at(arm).seconds = evaluate::meanOf(times);
            analyseExperiment(m_project, report, comparisons());
            computeCost();
            report.version = versionText();
            report.threads = computeThreads();
            store::Recipe recipe(m_project);
            for (const auto& line : recipe.list())
                report.commands.push_back(line.arguments);
            report.commands.push_back(commandOf(m_options));
            recipe.append(report.commands.back());
            store::ExperimentStore experiments(m_project);
            experiments.finish(m_options.name, json::dump(toJson(report)));
            report.finishedAt = experiments.find(m_options.name)->finishedAt;
        }

        void computeCost()
        {
            const auto* chosen = m_report.find("chosen");
            const auto* full = m_report.find("full");
            auto& cost = m_report.cost;
            if (chosen == nullptr || full == nullptr || chosen->seconds <= 0 || full->seconds <= 0
                || chosen->score <= 0) {
                cost.sentence =
                    "the net cost was not computed: it needs timed fine-tunes of the chosen and of all pairs";
                return;
            }
            cost.selectionSeconds = m_selectionSeconds;
            cost.tuningSeconds = chosen->seconds;
            cost.fullSeconds = full->seconds;
            cost.index = full->score / chosen->score * (cost.selectionSeconds + cost.tuningSeconds) / cost.fullSeconds;
            std::ostringstream text;
            text << std::setprecision(3) << "net cost index " << cost.index
                 << " (below 1 the selection pays): " << cost.selectionSeconds << " s of selection and "
                 << cost.tuningSeconds << " s of tuning against " << cost.fullSeconds
                 << " s for all pairs; both tune for the same number of steps, as the published recipe does, so only a "
                    "better score can make it fall below 1; scoring the pairs and training a selector come on top";
            cost.sentence = text.str();
        }

        JobResult describe(const ExperimentReport& report) const
        {
            JobResult out;
            out.sentence = report.sentence;
            out.details = toJson(report);
            return out;
        }

        Workspace& m_workspace;
        ExperimentOptions m_options;
        store::Project m_project;
        ExperimentPlan m_plan;
        ExperimentReport m_report;
        std::vector<BatchCell> m_cells;
        std::vector<std::pair<std::size_t, std::size_t>> m_places; ///< arm and draw, beside m_cells
        std::vector<std::size_t> m_armOfPlanned;                   ///< beside the plan's arms
        std::map<std::size_t, std::vector<double>> m_times;        ///< of the fine-tunes, by arm
        double m_selectionSeconds = 0;
        bool m_isBegun = false; ///< then the selections stay as they are
    };

} // namespace

const ExperimentArm* ExperimentReport::find(const std::string& key) const
{
    const auto found = std::find_if(arms.begin(), arms.end(), [&](const ExperimentArm& arm) { return arm.key == key; });
    return found == arms.end() ? nullptr : &*found;
}

BatchForecast forecastExperiment(Workspace& workspace, const ExperimentOptions& options, RunContext& context)
{
    return Experiment(workspace, options).forecast(context);
}

JobResult runExperiment(Workspace& workspace, const ExperimentOptions& options, RunContext& context)
{
    return Experiment(workspace, options).run(context);
}

std::vector<ExperimentCell> experimentCells(store::Project& project, const std::string& name)
{
    const auto info = store::ExperimentStore(project).find(name);
    require(info.has_value(), ErrorCode::NotFound, text::join("there is no experiment named ", name));
    auto options = experimentOptionsFromJson(json::parse(info->options, "experiment " + name));
    options.name = name;
    store::RunStore runs(project);
    std::map<std::string, RunInfo> known;
    for (const auto& run : runs.list("experiment:" + name))
        known[run.name] = run;
    std::map<std::string, std::vector<double>> values;
    for (const auto& evaluation : runs.evaluations())
        if (evaluation.answered == evaluation.total)
            values[evaluation.run].push_back(evaluation.value);
    std::vector<ExperimentCell> out;
    for (const auto& arm : planExperiment(project, options).arms)
        for (std::size_t d = 0; d < std::max<std::size_t>(1, arm.draws.size()); ++d)
            for (std::int64_t s = 0; s < options.seeds; ++s) {
                ExperimentCell cell;
                cell.arm = arm.key;
                cell.selection = arm.draws.empty() ? "all" : arm.draws[d].name;
                cell.draw = static_cast<std::int64_t>(d);
                cell.seed = static_cast<std::int64_t>(options.seed) + s;
                cell.run = runName(cell.selection, name, cell.seed);
                if (const auto run = known.find(cell.run); run != known.end())
                    cell.state = run->second.state;
                if (values[cell.run].size() >= options.benchmarks.size() && !values[cell.run].empty())
                    cell.score = evaluate::meanOf(values[cell.run]);
                out.push_back(std::move(cell));
            }
    return out;
}

ExperimentReport loadExperiment(store::Project& project, const std::string& name)
{
    store::ExperimentStore store(project);
    const auto info = store.find(name);
    if (!info) {
        std::vector<std::string> names;
        for (const auto& known : store.list())
            names.push_back(known.name);
        throw Error(ErrorCode::NotFound,
            text::join("there is no experiment named ", name,
                names.empty() ? std::string() : "; there are: " + text::joined(names, ", ")));
    }
    require(info->isFinished(), ErrorCode::InvalidInput,
        text::join("experiment ", name, " is not finished: start it again to go on"));
    auto out = experimentFromJson(json::parse(info->result, "experiment " + name));
    out.name = name;
    out.finishedAt = info->finishedAt;
    return out;
}

Json experimentsJson(store::Project& project)
{
    Json out = Json::array();
    for (const auto& info : store::ExperimentStore(project).list()) {
        const auto result = info.isFinished() ? json::parse(info.result, "experiment " + info.name) : Json::object();
        out.push_back({{"name", info.name}, {"finished", info.isFinished()},
            {"sentence", json::fieldOr<std::string>(result, "sentence", "", "experiment " + info.name)}});
    }
    return out;
}

} // namespace winnow::pipeline
