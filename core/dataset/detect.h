#pragma once

#include "core/dataset/importer.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace winnow::dataset {

/// The data file and its format: of the file itself, or of the one file of a folder that holds pairs. `wanted` is a
/// format that was asked for, or empty; a file asked for by name only has to look like it. Throws as detectFormat(),
/// and InvalidInput where several files of a folder hold pairs.
DetectedFormat detectSource(
    const std::filesystem::path& source, std::string_view wanted, const std::map<std::string, std::string>& map);

} // namespace winnow::dataset
