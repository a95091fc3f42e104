#include "core/store/run_store.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"

#include <algorithm>
#include <system_error>

namespace winnow::store {

namespace {

    constexpr auto kSelectRuns =
        "SELECT key, name, folder, selection, recipe, state, steps, total_steps, weights_sha256, message, "
        "created_at, finished_at, batch FROM run WHERE trashed = 0 ";

    RunInfo runOf(const Statement& row)
    {
        RunInfo info;
        info.key = row.integer(0);
        info.name = row.text(1);
        info.folder = row.text(2);
        info.selection = row.text(3);
        info.recipe = row.text(4);
        info.state =
            static_cast<RunState>(std::clamp<std::int64_t>(row.integer(5), 0, std::int64_t(RunState::Finished)));
        info.steps = row.integer(6);
        info.totalSteps = row.integer(7);
        info.weightsSha256 = row.text(8);
        info.message = row.text(9);
        info.createdAt = row.text(10);
        info.finishedAt = row.text(11);
        info.batch = row.text(12);
        return info;
    }

    void requireRunFolder(const RunInfo& info)
    {
        require(info.folder == text::join("runs/", info.key), ErrorCode::BadFile,
            text::join("run \"", text::shortened(info.name, 60), "\" points to the folder ",
                text::shortened(info.folder, 60), ", expected runs/", info.key));
    }

    /// What a run writes must stay in its own folder.
    void refuseLinksUnder(const std::filesystem::path& folder)
    {
        namespace fs = std::filesystem;
        std::error_code code;
        file::refuseLink(folder);
        for (auto at = fs::recursive_directory_iterator(folder, code);
             !code && at != fs::recursive_directory_iterator(); at.increment(code))
            file::refuseLink(at->path());
    }

    void stopIfAbandoned(Project& project, RunInfo& info)
    {
        if (info.state == RunState::Running && !isLeaseHeld(project, "run:" + info.name))
            info.state = RunState::Stopped;
    }

} // namespace

RunStore::RunStore(Project& project)
    : m_project(project)
{
}

std::vector<RunInfo> RunStore::list(std::string_view batch)
{
    std::vector<RunInfo> out;
    auto rows = m_project.database().prepare(text::join(kSelectRuns, "AND batch = ? ORDER BY key"));
    rows.with(batch);
    while (rows.next()) {
        out.push_back(runOf(rows));
        requireRunFolder(out.back());
    }
    for (auto& info : out)
        stopIfAbandoned(m_project, info);
    return out;
}

std::optional<RunInfo> RunStore::find(std::string_view name)
{
    auto row = m_project.database().prepare(text::join(kSelectRuns, "AND name = ?"));
    row.with(name);
    if (!row.next())
        return std::nullopt;
    auto info = runOf(row);
    requireRunFolder(info);
    refuseLinksUnder(m_project.folder() / info.folder);
    stopIfAbandoned(m_project, info);
    return info;
}

RunInfo RunStore::create(RunInfo info)
{
    checkName("run", info.name);
    auto& database = m_project.database();
    Transaction transaction(database);
    require(!find(info.name), ErrorCode::Conflict, text::join("there is a run \"", info.name, "\" already"));
    if (info.createdAt.empty())
        info.createdAt = utcNow();
    database.run("INSERT INTO run (name, folder, selection, recipe, state, steps, total_steps, weights_sha256, "
                 "message, created_at, "
                 "finished_at, batch) VALUES (?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        info.name, info.selection, info.recipe, static_cast<int>(info.state), info.steps, info.totalSteps,
        info.weightsSha256, info.message, info.createdAt, info.finishedAt, info.batch);
    info.key = database.lastRowId();
    info.folder = text::join("runs/", info.key);
    database.run("UPDATE run SET folder = ? WHERE key = ?", info.folder, info.key);
    std::error_code code;
    std::filesystem::create_directories(m_project.folder() / info.folder, code);
    require(!code, code == std::errc::no_space_on_device ? ErrorCode::DiskFull : ErrorCode::Io,
        text::join("cannot make folder ", (m_project.folder() / info.folder).string(), ": ", code.message()));
    transaction.commit();
    return info;
}

void RunStore::update(const RunInfo& info)
{
    auto& database = m_project.database();
    Transaction transaction(database);
    database.run("UPDATE run SET recipe = ?, state = ?, steps = ?, total_steps = ?, weights_sha256 = ?, message = ?, "
                 "finished_at = ? "
                 "WHERE key = ?",
        info.recipe, static_cast<int>(info.state), info.steps, info.totalSteps, info.weightsSha256, info.message,
        info.finishedAt, info.key);
    require(database.changedRows() == 1, ErrorCode::NotFound, text::join("the project has no run \"", info.name, "\""));
    transaction.commit();
}

void RunStore::saveEvaluation(const EvaluationInfo& evaluation)
{
    auto& database = m_project.database();
    Transaction transaction(database);
    const auto run = find(evaluation.run);
    require(run.has_value(), ErrorCode::NotFound, text::join("the project has no run \"", evaluation.run, "\""));
    database.run("INSERT OR REPLACE INTO evaluation (run, benchmark, answered, total, value, ci_low, ci_high) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?)",
        run->key, evaluation.benchmark, evaluation.answered, evaluation.total, evaluation.value, evaluation.ciLow,
        evaluation.ciHigh);
    transaction.commit();
}

std::vector<EvaluationInfo> RunStore::evaluations()
{
    std::vector<EvaluationInfo> out;
    auto rows = m_project.database().prepare(
        "SELECT name, benchmark, answered, total, value, ci_low, ci_high FROM evaluation JOIN run ON run.key = run "
        "WHERE trashed = 0 ORDER BY run, benchmark");
    while (rows.next())
        out.push_back(
            {rows.text(0), rows.text(1), rows.integer(2), rows.integer(3), rows.real(4), rows.real(5), rows.real(6)});
    return out;
}

void RunStore::saveBenchmark(const BenchmarkInfo& benchmark)
{
    checkName("benchmark", benchmark.name);
    auto& database = m_project.database();
    Transaction transaction(database);
    database.run("INSERT OR REPLACE INTO benchmark (name, format, path, question_count, hash) VALUES (?, ?, ?, ?, ?)",
        benchmark.name, benchmark.format, benchmark.path, benchmark.questionCount, benchmark.hash);
    transaction.commit();
}

std::vector<BenchmarkInfo> RunStore::benchmarks()
{
    std::vector<BenchmarkInfo> out;
    auto rows =
        m_project.database().prepare("SELECT name, format, path, question_count, hash FROM benchmark ORDER BY name");
    while (rows.next())
        out.push_back({rows.text(0), rows.text(1), rows.text(2), rows.integer(3), rows.text(4)});
    return out;
}

} // namespace winnow::store
