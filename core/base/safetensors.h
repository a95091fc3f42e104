#pragma once

#include "core/base/file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::safetensors {

/// Element types of the format, by their names in the header ("F32").
enum class Type { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };

std::string_view toString(Type type);
std::size_t byteSize(Type type);

/// One tensor as the header describes it; `begin` and `end` are offsets into the data section.
struct Entry {
    std::string name;
    Type type = Type::F32;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    std::int64_t elementCount() const;
};

/// A safetensors file, memory-mapped. The header is checked before anything is read: size at most 100 MB and inside the
/// file, known types, non-negative shapes whose size equals the byte range, ranges inside the file that do not overlap.
/// Format: 8 bytes little-endian header length, JSON header, data (huggingface/safetensors, README "Format").
class Reader {
public:
    /// Throws Error: NotFound, Io, BadFile.
    explicit Reader(const std::filesystem::path& path);

    /// In the order of their data.
    const std::vector<Entry>& entries() const { return m_entries; }
    /// The optional `__metadata__` strings.
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }
    const Entry* find(std::string_view name) const;
    std::span<const std::byte> bytes(const Entry& entry) const;
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
    file::MemoryMap m_map;
    std::vector<Entry> m_entries;
    std::map<std::string, std::string> m_metadata;
    std::size_t m_dataStart = 0;
};

/// One tensor to write; `bytes` is row-major and lives until write() returns.
struct Part {
    std::string name;
    Type type = Type::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes;
};

/// Writes all parts atomically, names sorted, so equal content gives equal bytes. Throws Error: InvalidInput, DiskFull,
/// Io.
void write(const std::filesystem::path& path, std::vector<Part> parts,
    const std::map<std::string, std::string>& metadata = {});

} // namespace winnow::safetensors
