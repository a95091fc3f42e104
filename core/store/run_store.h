#pragma once

#include "core/domain/run.h"
#include "core/store/project.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::store {

class RunStore {
public:
    explicit RunStore(Project& project);

    /// Runs that were started by themselves; those of a batch ("label:NAME", "experiment:NAME") are asked for by its
    /// name. A run whose process is gone reads as stopped, whatever it last wrote.
    std::vector<RunInfo> list(std::string_view batch = {});
    /// Of a batch or not.
    std::optional<RunInfo> find(std::string_view name);
    /// Gives key and folder (`runs/<id>`, created). Throws Error(Conflict) when the name is taken.
    RunInfo create(RunInfo info);
    /// Writes state, steps, weights hash, message, finishedAt of the run with info.key.
    void update(const RunInfo& info);

    void saveEvaluation(const EvaluationInfo& evaluation);
    std::vector<EvaluationInfo> evaluations();

    void saveBenchmark(const BenchmarkInfo& benchmark);
    std::vector<BenchmarkInfo> benchmarks();

private:
    Project& m_project;
};

/// The right of one process to work on one named thing ("run:a", "score:clip"). A lease whose process is gone is taken
/// over at once; one whose process lives is an Error(Locked) that names the process and since when.
class Lease {
public:
    /// `wish` is kept with it for whoever goes on after a kill: what was asked for, as JSON; may be empty.
    Lease(Project& project, std::string_view name, std::string_view wish = {});
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    void beat(); ///< call now and then; cheap

private:
    Project& m_project;
    std::string m_name;
};

/// A lease whose process ended without giving it back: its work is not done.
struct AbandonedLease {
    std::string name;
    std::string wish;
    std::string since; ///< UTC, ISO 8601
};
/// By name.
std::vector<AbandonedLease> abandonedLeases(Project& project);
/// Takes it out of that list; one whose process lives stays.
void forgetLease(Project& project, std::string_view name);
/// Whether a living process holds it.
bool isLeaseHeld(Project& project, std::string_view name);

} // namespace winnow::store
