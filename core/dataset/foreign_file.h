#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace winnow::dataset {

/// The first kilobyte of a file. Throws Error: NotFound, Io.
std::string readStart(const std::filesystem::path& file);

/// What a file is that no format reads, known by its first bytes, and the command that makes something readable of it:
/// "it is a Parquet file, which this build does not read; convert it first: …". Parquet, Arrow and Feather tables,
/// compressed archives, pictures. Empty for everything else.
std::string refusalOfFile(std::string_view bytes, const std::filesystem::path& file);

} // namespace winnow::dataset
