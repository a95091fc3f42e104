#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace winnow::dataset {

/// One cluster of a file: its name and the ids of its pairs.
struct FileCluster {
    std::string name;
    std::vector<std::string> ids;
};

/// Reads a JSON object cluster name → list of ids (text or whole numbers). In the file's order, names that are whole
/// numbers sorted by value. Throws Error: NotFound, Io, BadFile (another shape, an id in two clusters, a repeated
/// name).
std::vector<FileCluster> readClusterFile(const std::filesystem::path& path);

} // namespace winnow::dataset
