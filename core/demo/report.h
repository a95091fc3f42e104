#pragma once

#include "core/base/run_context.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace winnow::demo {

struct ReportDemoOptions {
    std::filesystem::path models; ///< the folder with clip/, reward/, llm/, vlm/
    std::uint64_t seed = 4711;    ///< of the held-out scenes
    std::int64_t retrievalScenes = 500;
    std::int64_t rewardScenes = 500;   ///< each with one caption a fault
    std::int64_t questionScenes = 120; ///< each with two questions a topic and one of each open kind
    std::int64_t captionScenes = 100;
};

/// One measured number with its 95 % interval and the bar it is held against, if there is one.
struct Figure {
    std::string name; ///< stable: "clip.r_at_1", "yes_no.after_stage_2.blind"
    std::string text; ///< for people
    double value = 0, ciLow = 0, ciHigh = 0;
    std::int64_t count = 0; ///< what it was measured on
    std::optional<double> bar;
    bool isMet() const { return !bar || value >= *bar; }
};

struct DemoReport {
    std::vector<Figure> figures;
    std::vector<std::string> lines; ///< the whole report as it is printed
    bool isEveryBarMet = true;
};

/// What the embedded models can do on scenes they were not trained on, beside the blind model (the same, its picture
/// replaced by noise). Throws Error: NotFound, BadFile and what loading the models throws.
DemoReport reportDemo(const ReportDemoOptions& options, RunContext& context);

} // namespace winnow::demo
