#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace winnow::store {

class Project;

/// As it is stored: relative to the project's folder where the root lies inside the project or beside it, so that both
/// can move together; else absolute.
std::string portableRoot(const std::filesystem::path& root, const std::filesystem::path& project);
/// The folder of every image root, by its number.
std::map<std::int64_t, std::filesystem::path> rootsOf(Project& project);

/// Where the image lies; empty for a path that leaves its root, which no importer writes but a forged project may hold.
std::filesystem::path resolved(const std::string& image, const std::filesystem::path& root);
bool isThere(const std::filesystem::path& image);

/// `path` with `from` replaced by `to` where it starts with it, or nothing.
std::optional<std::filesystem::path> moved(
    const std::filesystem::path& path, const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace winnow::store
