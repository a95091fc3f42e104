#pragma once

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/run_context.h"

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace winnow::pipeline {

/// What a job says when it is done: one sentence for a person, the same as JSON for scripts.
struct JobResult {
    std::string sentence;
    Json details = Json::object();
    bool hasProblems = false; ///< done, but something in the data needs a look (bad rows, missing pictures)
};

struct Finished {
    JobResult result;
};
struct Stopped { };
struct Failed {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::vector<std::string> trail;
};
using Outcome = std::variant<Finished, Stopped, Failed>;

using Work = std::function<JobResult(RunContext&)>;

/// The core's outer door: runs the work and turns whatever it throws into an Outcome.
Outcome runGuarded(const Work& work, RunContext& context) noexcept;

} // namespace winnow::pipeline
