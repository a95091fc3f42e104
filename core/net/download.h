#pragma once

#include "core/net/fetch.h"
#include "core/net/part_file.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace winnow::net {

/// How far a download is.
struct DownloadProgress {
    struct File {
        enum class State { Waiting, Checking, Running, Pausing, Finished };
        std::int64_t doneBytes = 0;
        State state = State::Waiting;
    };
    std::vector<File> files; ///< parallel to the items
    std::int64_t doneBytes = 0;
    std::int64_t totalBytes = 0;
    double bytesPerSecond = 0; ///< over the last seconds; 0 while nothing comes
};

struct DownloadOptions {
    FetchRules rules;
    int concurrency = 3; ///< 1 … 8 files at once
    HttpLimits limits{.totalTimeoutMs = 7 * 24 * 3600 * 1000, .stallTimeoutMs = 30'000};
    /// Told at most ten times a second, and last when all is there. On the thread of download().
    std::function<void(const DownloadProgress&)> observer;
    void validate() const; // throws Error(InvalidInput)
};

struct DownloadReport {
    std::int64_t receivedBytes = 0;   ///< over the network
    std::int64_t resumedBytes = 0;    ///< of earlier attempts, found in parts
    std::int64_t keptFileCount = 0;   ///< that were there already
    std::int64_t repetitionCount = 0; ///< of requests
};

/// Fetches files side by side, each into its part and under its own name only when size and checksum are right; what is
/// there already is not fetched again, what is there in part goes on from its end. The first file that cannot be had
/// ends it; parts stay for the next time. Checkpoints ten times a second. Throws Error: InvalidInput; NotFound (404);
/// Io (refused, unreachable, repetitions used up, cannot write); BadFile (another size or content than promised);
/// DiskFull. Cancelled.
DownloadReport download(const std::vector<DownloadItem>& items, const DownloadOptions& options, RunContext& context);

} // namespace winnow::net
