#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winnow {

enum class RunState { Created, Running, Stopped, Failed, Finished };

inline std::string_view toString(RunState state)
{
    static constexpr std::string_view kNames[] = {"created", "running", "stopped", "failed", "finished"};
    return kNames[static_cast<std::size_t>(state)];
}

/// One fine-tune and what is known of it.
struct RunInfo {
    std::int64_t key = 0; ///< store key
    std::string name;
    std::string folder;    ///< relative to the project: runs/<id>
    std::string selection; ///< selection name, or "all"
    std::string recipe;    ///< JSON: steps, batch, rate, warm-up, seed, mode, device, base model hash
    RunState state = RunState::Created;
    std::int64_t steps = 0;      ///< done
    std::int64_t totalSteps = 0; ///< planned
    std::string weightsSha256;   ///< of the tuned tensors, after the last checkpoint
    std::string message;         ///< why it failed
    std::string createdAt;
    std::string finishedAt;
    std::string batch; ///< "label:NAME", "experiment:NAME"; empty = started by itself
};

/// One answered question of a run on a benchmark.
struct Answer {
    std::int64_t question = 0; ///< position in the benchmark
    std::string text;          ///< what the model said
    bool correct = false;
};

struct EvaluationInfo {
    std::string run;
    std::string benchmark;
    std::int64_t answered = 0;
    std::int64_t total = 0;
    double value = 0; ///< accuracy in percent over the answered ones
    double ciLow = 0; ///< 95 % interval
    double ciHigh = 0;
};

struct BenchmarkInfo {
    std::string name;
    std::string format; ///< "mme", "pope", …
    std::string path;   ///< file or folder with the questions, relative to the project where inside it
    std::int64_t questionCount = 0;
    std::string hash; ///< of the questions
};

} // namespace winnow
