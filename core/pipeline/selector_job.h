#pragma once

#include "core/domain/pair.h"
#include "core/domain/selector.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/select_job.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// "image-pca6,clip,10*reward": names of metrics and feature spaces (all their numbers), each with a factor or without.
/// Throws Error(InvalidInput).
std::vector<SelectorInput> parseSelectorInputs(const std::string& text);
std::string selectorInputsText(const std::vector<SelectorInput>& inputs);

/// The selectors of a project with their validity, in the order they were made.
std::vector<SelectorInfo> listSelectors(store::Project& project);

/// A selector as `selector show --json` prints it.
Json selectorJson(const SelectorInfo& info);
/// The same for a person: kind, inputs, how far to trust it, the inputs that matter most.
std::string selectorText(const SelectorInfo& info);

struct TrainSelectorOptions {
    std::string name;
    SelectorKind kind = SelectorKind::Linear; ///< not Weights: those are saveSelector()'s
    Mode mode = Mode::Corrected;
    std::string inputs; ///< empty = the published order: image-pca6, text-pca6, clip, 10*reward, 10*length, judge
    std::string labels; ///< of the project, by name; with `folder` a file: a JSON list with one label per subset
    /// The published training files (fitting.json, image_matrix.pt, text_matrix.pt); empty = the project's own pairs,
    /// grouped by the labels' clustering.
    std::filesystem::path folder;
    std::uint64_t seed = 42;
    std::int64_t permutations = 0; ///< shuffles of the labels for the p-value; 0 = 999 for linear, 99 for the others
};
/// Fits a selector to labels (METHOD 7), measures how far it may be trusted, and keeps both. Starts anew when stopped;
/// the result depends on nothing but the options and the data. details: as `selector show --json`, seconds; with a
/// folder that holds best_model.pth also `agreement` with that published checkpoint.
/// Throws Error: NotFound, InvalidInput, BadFile, BadShape, Diverged.
JobResult runTrainSelector(Workspace& workspace, const TrainSelectorOptions& options, RunContext& context);

struct ImportSelectorOptions {
    std::string name;
    std::filesystem::path file; ///< the published checkpoint, `.pth` or safetensors
    std::string inputs;     ///< empty = the published order: image-pca6, text-pca6, clip, 10*reward, 10*length, judge
    std::int64_t heads = 4; ///< of the attention; not in the file
};
/// Attention selectors as InstructionGPT-4 publishes them. details: name, kind, parameters, inputs.
JobResult runImportSelector(Workspace& workspace, const ImportSelectorOptions& options, RunContext& context);

/// Writes an attention selector as the published code loads it (`.pth`, names with "module."). details: name, out.
JobResult runExportSelector(
    Workspace& workspace, const std::string& name, const std::filesystem::path& out, RunContext& context);

/// What a trained selector says of every pair: made once, then every budget, quota and override is answered from it.
struct SelectorScores {
    SelectorInfo selector;
    MissingRule missing = MissingRule::Exclude;
    std::int64_t missingCount = 0;                     ///< pairs without one of the inputs
    std::shared_ptr<const std::vector<double>> values; ///< per row; kMissing = not eligible

    /// One input as the why-card shows it.
    struct Input {
        std::string name;
        double factor = 1;
        double importance = kMissing; ///< summed over the numbers of a feature space
        /// Linear selectors: what the input adds to the score of each row, 0 on average. Else null.
        std::shared_ptr<const std::vector<double>> contributions;
    };
    std::vector<Input> inputs;
};

/// Throws Error: NotFound (the selector, an input of it), InvalidInput (weights: those need no scores), TooLarge (a
/// published attention over too many pairs), BadFile. Cost: one pass over the pairs; published attention N².
std::shared_ptr<const SelectorScores> loadSelectorScores(
    store::Project& project, const std::string& name, MissingRule missing, RunContext& context);

} // namespace winnow::pipeline
