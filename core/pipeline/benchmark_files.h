#pragma once

#include "core/pipeline/run_job.h"
#include "core/store/project.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::pipeline {

/// The name under which the untouched base model is evaluated.
inline constexpr std::string_view kBaseRun = "base";

/// Where the questions of a benchmark lie now.
std::filesystem::path benchmarkPath(store::Project& project, const BenchmarkInfo& benchmark);
/// Where a run keeps its answers to a benchmark. Throws Error(NotFound).
std::filesystem::path predictionsPath(store::Project& project, const std::string& run, const std::string& benchmark);

/// The questions of a benchmark with what each run answered.
struct BenchmarkAnswers {
    std::vector<AnswerRow> rows;
    std::vector<std::int64_t> imageNumbers; ///< per row: equal for questions about one picture
};
BenchmarkAnswers loadBenchmarkAnswers(
    store::Project& project, const BenchmarkInfo& benchmark, const std::vector<std::string>& runs);

/// Accuracy plus accuracy+ per subtask in percent, summed over the subtasks (METHOD 9.2).
double mmeScoreOf(const BenchmarkAnswers& answers, std::size_t run);

} // namespace winnow::pipeline
