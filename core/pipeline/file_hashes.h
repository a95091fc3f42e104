#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace winnow::pipeline {

/// SHA-256 of large files, kept over sessions by path, size and time of change:
/// XDG_CACHE_HOME/winnow/model-hashes.json. The cache may be deleted, and is of no harm when it cannot be written.
class FileHashes {
public:
    FileHashes();

    /// Nothing where the file was never hashed, or changed since.
    std::optional<std::string> find(const std::filesystem::path& file) const;
    /// `step(count)` is told after each piece of at most 4 MB and may throw to end it. Throws Error: NotFound, Io.
    std::string findOrCompute(const std::filesystem::path& file, const std::function<void(std::int64_t)>& step);
    void remember(const std::filesystem::path& file, const std::string& sha256);

private:
    std::filesystem::path m_path;
    Json m_entries;
};

/// Bytes as a job counts them for people: in a unit that leaves a number of at most six digits.
struct ProgressUnit {
    const char* name = "kB";
    std::int64_t bytes = 1000;
    /// Rounded up.
    std::int64_t of(std::int64_t count) const { return (count + bytes - 1) / bytes; }
};
ProgressUnit progressUnit(std::int64_t totalBytes);

} // namespace winnow::pipeline
