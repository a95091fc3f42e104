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
    std::filesystem::path out = {}; ///< a folder for cc_sbu_align and imagefolder, else one file
    std::string format = "llava";   ///< a name of exportFormats()
    ImageCopies images = ImageCopies::None;
    /// One key or column each, in the order of ExportRow::metrics; for the formats that have room for them.
    std::vector<std::string> metricNames = {};
    std::int64_t pairCount = 0; ///< for progress; 0 = unknown
    /// Where a pair's picture lies; needed for copies and links, and by webdataset.
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

/// What a format's exports look like.
struct ExportShape {
    bool isFolder = false;   ///< `dataFile` in a folder; else one file
    std::string dataFile;    ///< "filter_cap.json"; empty for one file
    std::string ending;      ///< of one file: ".json"
    std::string imageFolder; ///< of copies and links, beside the data
    bool takesMetrics = false;
    bool holdsPictures = false; ///< the pictures are in it whatever is said about copies
};
/// Throws Error(InvalidInput) for an unknown name.
ExportShape exportShape(const std::string& format);

/// Writes all rows; the data file appears whole or not at all. Copies and links go to `images/` beside it.
///   cc_sbu_align  filter_cap.json as Python's json.dump(indent=4, ensure_ascii=False) writes it, `image/{id}.jpg`;
///                 no instruction, one caption, one picture named by the id
///   llava         a list of `id image conversations`
///   sharegpt      a list (lines for .jsonl) of `id conversations images`
///   messages      one object a line (a list for .json) with `id messages`, pictures as parts of the first question
///   coco          `images` and `annotations`; no instruction, one caption, one picture; pairs without a picture are
///   left
///                 out; ids that are no numbers stand under `pair_id`
///   imagefolder   metadata.jsonl with `file_name` or `file_names`, `id`, `instruction`, `text` or `conversations`
///   webdataset    a tar with `.jpg`, `.txt` and `.json` a pair: the pictures are in it, not their paths
///   jsonl         one object a line (a list for .json) with `id image instruction response` or `conversations`
///   csv           the same as columns (tabs for .tsv); several pictures and turns as JSON in their cell
/// What a format cannot hold is counted in the report's notes. In all that have instructions a picture's empty one
/// becomes kStandInInstruction, and the words `<image>` in a text do not come back: they are the pictures' place.
/// Throws Error: InvalidInput, Conflict (two pairs would share one file), DiskFull, Io; Cancelled.
ExportReport exportPairs(const ExportStream& rows, const ExportOptions& options, RunContext& context);

/// The first of MiniGPT-4's four prompts: stands in other formats for the instruction that cc_sbu_align does not have.
inline constexpr const char* kStandInInstruction = "Describe this image in detail.";

} // namespace winnow::dataset
