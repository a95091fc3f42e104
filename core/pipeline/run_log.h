#pragma once

#include "core/base/run_context.h"
#include "core/domain/run.h"
#include "core/pipeline/run_job.h"
#include "core/store/project.h"
#include "core/store/run_store.h"

#include <chrono>
#include <filesystem>

namespace winnow::pipeline {

/// Passes everything on to the job's context, keeps the curve in the run's `log.jsonl`, the lease alive and the run's
/// step count in the store up to date (at most once a second).
class RunLog final : public RunContext {
public:
    RunLog(RunContext& outer, store::RunStore& runs, RunInfo& info, store::Lease& lease, std::filesystem::path file);

    void checkpoint() override;
    void progress(std::string_view stage, std::int64_t done, std::int64_t total) override
    {
        m_outer.progress(stage, done, total);
    }
    void metric(std::string_view series, double x, double y) override;
    void log(LogLevel level, std::string_view line) override { m_outer.log(level, line); }
    /// Writes what is not yet on disk.
    void flush();

private:
    RunContext& m_outer;
    store::RunStore& m_runs;
    RunInfo& m_info;
    store::Lease& m_lease;
    std::filesystem::path m_file;
    std::string m_pending;
    std::chrono::steady_clock::time_point m_lastWrite;
};

} // namespace winnow::pipeline
