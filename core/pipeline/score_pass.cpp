#include "core/pipeline/score_pass.h"

#include "core/base/file.h"
#include "core/pipeline/model_registry.h"
#include "core/store/column_store.h"

#include <algorithm>
#include <chrono>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kNamedFailures = 100;

    Json describe(const score::ScoreReport& report, double seconds, std::int64_t known)
    {
        Json failed = Json::array();
        for (const auto& failure : report.failures) {
            if (failed.size() >= kNamedFailures)
                break;
            failed.push_back({{"id", failure.id}, {"reason", failure.reason}});
        }
        return {{"scored", report.scoredCount}, {"already", known}, {"failed", report.failures.size()},
            {"seconds", seconds}, {"failures", failed}};
    }

    /// As many rows as wanted, evenly spread.
    PairItems chooseItems(store::Project& project, const ScoreOptions& options)
    {
        const auto count = store::PairStore(project).count();
        if (!options.isTrial() || count == 0)
            return PairItems(project);
        const auto wanted = std::min(options.trialPairs, count);
        std::vector<PairRow> rows;
        for (std::int64_t i = 0; i < wanted; ++i)
            rows.push_back(static_cast<PairRow>(i * count / wanted));
        return {project, std::move(rows)};
    }

    /// A trial's: nothing was there, nothing is kept.
    class NoSink final : public score::ScoreSink {
    public:
        bool hasChunk(std::int64_t) const override { return false; }
        void write(const score::ScoredChunk&) override { }
    };

} // namespace

ScorePass::ScorePass(Workspace& workspace, store::Project& project, const ScoreOptions& options, RunContext& context)
    : m_workspace(workspace)
    , m_project(project)
    , m_options(options)
    , m_context(context)
    , m_items(chooseItems(project, options))
{
}

std::string ScorePass::columnName(const std::string& metric) const
{
    return m_options.isPublished() ? metric + ".published" : metric;
}

std::filesystem::path ScorePass::modelFolder(const std::string& role) const
{
    return resolveModel(role, m_options.models);
}

void ScorePass::fill(const ColumnPlan& plan, const std::function<score::ScoreReport(score::ScoreSink&)>& run)
{
    fillTogether({plan}, run);
}

void ScorePass::fillTogether(
    const std::vector<ColumnPlan>& plans, const std::function<score::ScoreReport(score::ScoreSink&)>& run)
{
    store::MetricStore metrics(m_project);
    std::vector<std::string> names;
    for (const auto& plan : plans)
        names.push_back(plan.column);
    if (m_options.isTrial()) {
        NoSink sink;
        report(names, run, sink, 0);
        return;
    }
    for (const auto& plan : plans)
        metrics.begin({plan.column, json::dump(plan.provenance), file::sha256(plan.keyText), 0}, true);
    ProjectSink sink(m_project, names, {});
    report(names, run, sink, sink.knownCount());
}

bool ScorePass::isComplete(const ColumnPlan& plan)
{
    const auto stored = store::MetricStore(m_project).find(plan.column);
    return !m_options.isTrial() && stored && stored->key == file::sha256(plan.keyText)
        && ProjectSink(m_project, {plan.column}, {}).knownCount() == m_items.itemCount();
}

void ScorePass::fillAsked(const std::vector<ColumnPlan>& plans,
    const std::function<score::ScoreReport(const std::vector<std::size_t>& places, score::ScoreSink&)>& run)
{
    std::vector<std::size_t> places;
    std::vector<ColumnPlan> left;
    for (std::size_t place = 0; place < plans.size(); ++place) {
        const auto& wanted = m_options.metrics;
        if (std::find(wanted.begin(), wanted.end(), plans[place].column) == wanted.end()
            || hasFilled(plans[place].column))
            continue;
        if (isComplete(plans[place])) {
            fill(plans[place], [](score::ScoreSink&) { return score::ScoreReport(); });
            continue;
        }
        places.push_back(place);
        left.push_back(plans[place]);
    }
    if (!left.empty())
        fillTogether(left, [&](score::ScoreSink& sink) { return run(places, sink); });
}

void ScorePass::report(const std::vector<std::string>& columns,
    const std::function<score::ScoreReport(score::ScoreSink&)>& run, score::ScoreSink& sink, std::int64_t known)
{
    const auto start = std::chrono::steady_clock::now();
    const auto done = run(sink);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    for (const auto& name : columns)
        m_reports.emplace_back(name, describe(done, seconds, known));
}

void ScorePass::amend(const std::string& column, const Json& fields)
{
    for (auto& [name, report] : m_reports)
        if (name == column)
            report.update(fields);
}

void ScorePass::skip(const std::string& column, const std::string& reason)
{
    auto report = describe({}, 0, 0);
    report["stopped"] = reason;
    m_reports.emplace_back(column, std::move(report));
}

} // namespace winnow::pipeline
