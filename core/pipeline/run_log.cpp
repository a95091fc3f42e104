#include "core/pipeline/run_log.h"

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <map>

namespace winnow::pipeline {

RunLog::RunLog(RunContext& outer, store::RunStore& runs, RunInfo& info, store::Lease& lease, std::filesystem::path file)
    : m_outer(outer)
    , m_runs(runs)
    , m_info(info)
    , m_lease(lease)
    , m_file(std::move(file))
    , m_lastWrite(std::chrono::steady_clock::now())
{
}

void RunLog::checkpoint()
{
    if (std::chrono::steady_clock::now() - m_lastWrite > std::chrono::seconds(1))
        flush();
    m_outer.checkpoint();
}

void RunLog::metric(std::string_view series, double x, double y)
{
    m_pending += json::dump(Json{{"series", series}, {"step", static_cast<std::int64_t>(x)}, {"value", y}}) + "\n";
    if (series == "loss")
        m_info.steps = static_cast<std::int64_t>(x);
    m_outer.metric(series, x, y);
}

void RunLog::flush()
{
    m_lastWrite = std::chrono::steady_clock::now();
    if (m_pending.empty())
        return;
    file::append(m_file, m_pending);
    m_pending.clear();
    m_runs.update(m_info);
    m_lease.beat();
}

RunCurve loadCurve(store::Project& project, const std::string& run)
{
    RunCurve out;
    out.run = run;
    const auto info = store::RunStore(project).find(run);
    const auto path = info ? project.folder() / info->folder / "log.jsonl" : std::filesystem::path();
    if (!info || !std::filesystem::exists(path))
        return out;
    // Steps after the last checkpoint are done again when a killed run goes on: the later line counts.
    std::map<std::string, std::map<std::int64_t, double>> series;
    for (const auto& line : text::split(file::readAll(path), '\n')) {
        if (line.empty() || line.back() != '}')
            continue; // a line that a kill cut off
        const auto value = json::parse(line, path.string());
        series[value.at("series").get<std::string>()][value.at("step").get<std::int64_t>()] =
            value.at("value").is_number() ? value.at("value").get<double>() : kMissing;
    }
    for (const auto& [step, value] : series["loss"])
        out.loss.push_back({step, value});
    for (const auto& [step, value] : series["rate"])
        out.rate.push_back({step, value});
    return out;
}

} // namespace winnow::pipeline
