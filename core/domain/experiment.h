#pragma once

#include <cstdint>
#include <string>

namespace winnow {

/// A stored experiment: fine-tunes of several selections under several seeds, and what they say together.
struct ExperimentInfo {
    std::int64_t key = 0; ///< store key
    std::string name;
    std::string options;    ///< JSON: everything that decides the result; the same again resumes
    std::string result;     ///< JSON as `winnow experiment --json` prints it; empty until it is complete
    std::string createdAt;  ///< UTC, ISO 8601
    std::string finishedAt; ///< empty until it is complete

    bool isFinished() const { return !result.empty(); }
};

} // namespace winnow
