#pragma once

#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace winnow::pipeline {

void createProject(const std::filesystem::path& folder);

struct DemoOptions {
    std::filesystem::path folder;
    std::int64_t pairs = 3439;
    std::uint64_t seed = 0;
    std::int64_t questions = 0; ///< of the benchmark, at least; 0 = 600
};
/// The embedded project: exactly `pairs` pairs with their pictures, the yes/no benchmark, ready for the loop. Continues
/// an interrupted one.
JobResult makeDemo(const DemoOptions& options, RunContext& context);

struct DemoTrainOptions {
    std::filesystem::path out;
    std::uint64_t seed = 0;
    std::vector<std::string> stages; ///< empty = all
};
JobResult trainDemo(const DemoTrainOptions& options, RunContext& context);
/// details: every figure with its interval; sentence: the printed report.
JobResult reportDemo(RunContext& context);

/// `info --json`: folder, format, read_only, bytes, pairs, missing_images, image_roots, indexed_pairs, metrics,
/// features, clusterings, labels, selectors, selections, runs, experiments, benchmarks, overrides, stars, decisions,
/// recipe_lines, trash, judge, unfinished.
Json projectInfo(store::Project& project);
std::string infoText(const Json& info);

struct VerifyOptions {
    std::filesystem::path rescue; ///< where the pairs that can be read are saved; empty = nowhere
};
/// Every check there is (store/verification.h), and of each finished run: its weights against the stored hash, its
/// answers against their count. details: sound, problems, notes, rescued. Problems found are no failure of the job.
JobResult verifyProject(store::Project& project, const VerifyOptions& options, RunContext& context);

/// Runs commands of a recipe file again on another project: handled by app; here its JSON.
Json recipeJson(store::Project& project);

} // namespace winnow::pipeline
