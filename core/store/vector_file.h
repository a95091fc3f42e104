#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace winnow::store {

/// Name of a finished space's file inside vectors/.
std::string vectorFileName(const std::string& space);
/// The file inside the project's vectors/, which no name may leave. Throws Error(InvalidInput).
std::filesystem::path vectorPath(const std::filesystem::path& project, const std::string& file);

/// Gives a vector file a second name, replacing what bears it; a file that is not there is left so.
void linkVectors(const std::filesystem::path& project, const std::string& from, const std::string& to);
void removeVectors(const std::filesystem::path& project, const std::string& file);

/// The SHA-256 of a finished vector file is kept in the provenance of its space; a provenance that is not an object
/// stays as it is.
std::string withVectorHash(const std::string& provenance, const std::string& sha256);
/// Empty where none was stored (a space made by an earlier version).
std::string storedVectorHash(const std::string& provenance);

/// A vector file being filled: the same bytes as the finished one, with `valid` 0 where a row is not yet written.
class VectorPart {
public:
    struct Shape {
        std::int64_t rows = 0;
        std::int64_t dimension = 0;
    };
    /// Makes a new file of that shape, nothing written. Throws Error: TooLarge, DiskFull, Io.
    static void create(
        const std::filesystem::path& file, Shape shape, const std::map<std::string, std::string>& metadata);
    /// Opens an existing one. Throws Error: NotFound, BadFile, Io.
    explicit VectorPart(const std::filesystem::path& file);
    ~VectorPart();
    VectorPart(const VectorPart&) = delete;
    VectorPart& operator=(const VectorPart&) = delete;

    Shape shape() const { return m_shape; }
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }
    std::vector<std::uint8_t> valid() const;
    std::vector<float> readRow(std::int64_t row) const;
    void writeRow(std::int64_t row, std::span<const float> vector);
    /// Everything written so far reaches the disk.
    void flush();
    void markValid(std::span<const std::uint32_t> rows);
    /// Rows that were never written become NaN.
    void fillMissing();

private:
    void writeAt(std::uint64_t offset, const void* bytes, std::size_t size);

    std::filesystem::path m_file;
    std::map<std::string, std::string> m_metadata;
    Shape m_shape;
    std::uint64_t m_vectorsAt = 0;
    std::uint64_t m_validAt = 0;
    int m_descriptor = -1;
};

} // namespace winnow::store
