#pragma once

#include "core/pipeline/outcome.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::pipeline {

/// Where a downloaded folder came from; kept in it as `winnow-source.json`.
struct ModelOrigin {
    std::string endpoint; ///< "https://huggingface.co"; empty = it was not downloaded by Winnow
    std::string repository;
    std::string revision; ///< "main"
    std::string commit;   ///< 40 hexadecimal digits
    std::string licence;  ///< as the hub names it
    bool isComplete = false;
    std::map<std::string, std::string> files; ///< path → checksum the hub told

    bool isDownloaded() const { return !endpoint.empty(); }
    /// "openai/clip-vit-base-patch32, main at 3d74acf9, from https://huggingface.co"; empty where not downloaded.
    std::string text() const;
};

/// What is worth knowing about a model folder besides what it is.
struct ModelFacts {
    std::string purpose;        ///< what its role makes possible
    std::int64_t diskBytes = 0; ///< of everything in the folder
    std::int64_t weightFileCount = 0;
    std::string sha256;      ///< of the weights (see runModelHash()); empty = not computed yet
    std::string licence;     ///< "MIT", "apache-2.0"; empty where nothing is said
    std::string licenceFile; ///< name of the file that says so: LICENSE.txt, README.md; empty = none
    ModelOrigin origin;
};

/// Looks at names, sizes and the first lines of text files; no weights are read. Never throws on what lies there.
ModelFacts loadModelFacts(const std::filesystem::path& folder, const std::string& role);
Json toJson(const ModelFacts& facts);

/// What a model of this role is good for, in a few words.
std::string purposeOf(const std::string& role);

/// SHA-256 over the weight files: of one file its own, as `sha256sum` and the hub print it; of several that of the
/// lines "HASH  PATH\n", sorted by path, as `sha256sum FILES | sha256sum` gives it. Each file is read once and
/// remembered by size and time of change (XDG_CACHE_HOME/winnow/model-hashes.json). details: sha256, files (path,
/// bytes, sha256). Throws Error: NotFound (no folder, no weights), Io; Cancelled.
JobResult runModelHash(const std::filesystem::path& folder, RunContext& context);
/// Remembers a hash that was computed elsewhere, such as while fetching.
void rememberFileHash(const std::filesystem::path& file, const std::string& sha256);

/// "605 MB", "13.5 GB", "812 kB": powers of ten, three digits.
std::string sizeText(std::int64_t bytes);

ModelOrigin loadModelOrigin(const std::filesystem::path& folder);
void saveModelOrigin(const std::filesystem::path& folder, const ModelOrigin& origin);

} // namespace winnow::pipeline
