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
    std::filesystem::path source;                ///< the data file or its folder
    std::string format = "auto";                 ///< one of importFormats(), or "auto"
    std::filesystem::path imagesRoot;            ///< empty = where the format keeps them, beside the source
    std::map<std::string, std::string> fieldMap; ///< ours (id, image, instruction, response) -> the source's column
    bool strict = false;                         ///< bad rows make the command line exit with 1
};

struct ImportPreview {
    std::string format;                          ///< recognised or given
    std::string why;                             ///< one sentence: how it was recognised
    std::vector<std::string> columns;            ///< of a table or of the first JSON object; empty where fixed
    std::map<std::string, std::string> fieldMap; ///< given or guessed
    std::vector<Pair> first;
    std::vector<std::filesystem::path> firstImages; ///< resolved, parallel to `first`
    std::vector<std::string> problems;              ///< of the rows read for the preview
    std::filesystem::path imagesRoot;
    std::int64_t sourceBytes = 0;
};

std::vector<std::string> importFormats();
std::vector<std::string> exportFormats();

/// Reads the first rows only. Throws Error like the import itself.
ImportPreview previewImport(const ImportOptions& options, std::size_t rowCount);

/// details: format, added, skipped_identical, renamed, missing_images, bad_rows, bad (first 100: line, reason),
/// broken_off.
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
    std::vector<std::string> metrics; ///< extra columns of jsonl
};

/// details: pairs, format, out, images_copied, missing_images.
JobResult runExport(Workspace& workspace, const ExportOptions& options, RunContext& context);

} // namespace winnow::pipeline
