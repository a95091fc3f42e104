#pragma once

#include "core/domain/pair.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace winnow::pipeline {

struct ImportOptions {
    std::filesystem::path source;     ///< the data file or its folder
    std::string format = "auto";      ///< one of importFormats(), or "auto"
    std::filesystem::path imagesRoot; ///< empty = where the format keeps them, beside the source
    /// Ours (id, image, instruction, response, conversations) -> the source's column; any other name is a metric.
    std::map<std::string, std::string> fieldMap;
    bool strict = false; ///< bad rows make the command line exit with 1
};

struct ImportPreview {
    std::string format;                          ///< recognised or given
    std::string why;                             ///< one sentence: how it was recognised
    std::vector<std::string> others;             ///< further formats that would do
    std::string encoding;                        ///< of its text: "UTF-8"; empty for a tar archive
    bool takesMapping = false;                   ///< its columns have no fixed meaning
    std::vector<std::string> columns;            ///< of a table or of the first JSON objects
    std::vector<std::string> numericColumns;     ///< those that hold numbers: they can become metrics
    std::map<std::string, std::string> fieldMap; ///< given or guessed
    std::vector<Pair> first;
    std::vector<std::filesystem::path> firstImages; ///< resolved, parallel to `first`
    std::int64_t badRows = 0;                       ///< among the rows read for the preview
    std::int64_t missingImages = 0;                 ///< pairs of `first` whose picture is not there
    std::vector<std::string> problems;              ///< of the rows read for the preview, one sentence each
    std::vector<std::string> notes;                 ///< what else a person should know of them
    std::filesystem::path imagesRoot;
    std::int64_t sourceBytes = 0;
};

std::vector<std::string> importFormats();
std::vector<std::string> exportFormats();

/// Reads the first rows only. Throws Error like the import itself.
ImportPreview previewImport(const ImportOptions& options, std::size_t rowCount);

/// Only what is new goes in: a row whose pair is there already, by id and content, is skipped and counted.
/// details: format, added, skipped_identical, renamed, missing_images, bad_rows, bad (first 100: line, id, reason),
/// notes, broken_off.
JobResult runImport(Workspace& workspace, const ImportOptions& options, RunContext& context);

/// Ready scores keyed by pair id (JSON, JSONL, CSV; UTF-8 or GB18030). fieldMap: our metric name -> the file's field;
/// empty = every numeric field under its own name. details: metrics, values, unknown_ids, not_numbers.
JobResult runImportMetrics(Workspace& workspace, const std::filesystem::path& file,
    const std::map<std::string, std::string>& fieldMap, RunContext& context);
/// Ready vectors in pair order (.pt, .npy, .safetensors).
JobResult runImportFeatures(
    Workspace& workspace, const std::filesystem::path& file, const std::string& space, RunContext& context);
/// Ready clusters (JSON: cluster -> ids).
JobResult runImportClusters(
    Workspace& workspace, const std::filesystem::path& file, const std::string& name, RunContext& context);

struct ExportOptions {
    std::filesystem::path out;
    std::string selection; ///< name, or "all"
    std::string format = "llava";
    enum class Images { Reference, Copy, Link } images = Images::Reference;
    std::vector<std::string> metrics; ///< written along, in the formats that have room for them
};

/// What the exports of a format look like, for forms.
struct ExportShape {
    bool isFolder = false;
    std::string dataFile;    ///< in a folder: "filter_cap.json"
    std::string ending;      ///< of one file: ".json"
    std::string imageFolder; ///< of copies and links, beside the data
    bool takesMetrics = false;
    bool holdsPictures = false; ///< the pictures are in it, whatever is said about copies
};
/// Throws Error(InvalidInput) for an unknown name.
ExportShape exportShape(const std::string& format);

/// details: pairs, format, out, images_copied, missing_images, notes, failed_images.
JobResult runExport(Workspace& workspace, const ExportOptions& options, RunContext& context);

} // namespace winnow::pipeline
