#pragma once

#include "core/base/run_context.h"
#include "core/dataset/importer.h"
#include "core/domain/pair.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace winnow::dataset {

enum class ImageCopies {
    None, ///< picture paths are written as the pairs have them
    Copy, ///< pictures are copied beside the data
    Link, ///< hard links where the file system allows, else symbolic ones
};

struct ExportOptions {
    std::filesystem::path out = {}; ///< a folder for cc_sbu_align, else one file
    std::string format = "llava";   ///< a name of exportFormats()
    ImageCopies images = ImageCopies::None;
    std::vector<std::string> metricNames = {}; ///< jsonl: one key each, in the order of ExportRow::metrics
    std::int64_t pairCount = 0;                ///< for progress; 0 = unknown
    /// Where a pair's picture lies; needed for copies and links.
    std::function<std::filesystem::path(const Pair& pair, const std::string& image)> locate = {};

    /// Throws Error(InvalidInput).
    void validate() const;
};

struct ExportRow {
    Pair pair;
    std::vector<double> metrics; ///< as many as metricNames; NaN = missing, written as null
};

/// Gives the next row; false at the end.
using ExportStream = std::function<bool(ExportRow& row)>;

struct ExportReport {
    std::int64_t pairCount = 0;
    std::int64_t imageCount = 0;    ///< copied or linked
    std::vector<BadRow> failures;   ///< pictures that could not be copied (their pairs are written)
    std::vector<std::string> notes; ///< what the format could not hold, with counts
    std::filesystem::path file;     ///< the data file
};

/// Names of the formats that can be exported.
std::vector<std::string> exportFormats();

/// Writes all rows; the data file appears whole or not at all. cc_sbu_align: `filter_cap.json` as Python's
/// json.dump(indent=4, ensure_ascii=False) writes it, and `image/{id}.jpg` for copies or links. llava: a list of
/// `id image conversations`. jsonl: one object a line. Copies of the one-file formats go to `images/` beside the file.
/// An empty instruction becomes kStandInInstruction (not in cc_sbu_align, which has none).
/// Throws Error: InvalidInput, Conflict (two pairs would share one file), DiskFull, Io; Cancelled.
ExportReport exportPairs(const ExportStream& rows, const ExportOptions& options, RunContext& context);

/// The first of MiniGPT-4's four prompts: stands in other formats for the instruction that cc_sbu_align does not have.
inline constexpr const char* kStandInInstruction = "Describe this image in detail.";

} // namespace winnow::dataset
