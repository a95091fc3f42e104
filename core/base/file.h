#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace winnow::file {

/// The whole file. Throws Error: NotFound, TooLarge, Io.
std::string readAll(const std::filesystem::path& path, std::uint64_t maxBytes = std::uint64_t(1) << 31);

/// Writes beside the target, flushes to disk, then renames: readers see the old file or the new one, never a part.
/// Throws Error: DiskFull, Io.
void writeAtomically(const std::filesystem::path& path, std::string_view bytes);

/// Appends and flushes to the operating system. Throws Error: DiskFull, Io.
void append(const std::filesystem::path& path, std::string_view bytes);

/// `relative` under `root`, with neither an absolute path nor `..` allowed to leave it (symbolic links inside are
/// followed only when `root` itself was given by the user). Throws Error(InvalidInput).
std::filesystem::path confined(const std::filesystem::path& root, std::string_view relative);

/// Absolute, without `.`, `..` and a slash at the end.
std::filesystem::path asFolder(const std::filesystem::path& path);

/// Throws Error(BadFile) where the path itself is a symbolic link: what comes from a stranger must not lead elsewhere.
void refuseLink(const std::filesystem::path& path);

/// A file mapped into memory for reading; moves, does not copy.
class MemoryMap {
public:
    MemoryMap() = default;
    /// Throws Error: NotFound, Io.
    explicit MemoryMap(const std::filesystem::path& path);
    ~MemoryMap();
    MemoryMap(MemoryMap&& other) noexcept;
    MemoryMap& operator=(MemoryMap&& other) noexcept;
    MemoryMap(const MemoryMap&) = delete;
    MemoryMap& operator=(const MemoryMap&) = delete;

    std::span<const std::byte> bytes() const { return {m_data, m_size}; }

private:
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

/// SHA-256 (FIPS 180-4), fed in pieces.
class Sha256 {
public:
    Sha256();
    void add(std::string_view bytes);
    void add(std::span<const std::byte> bytes);
    /// 64 lower-case hexadecimal digits. The object must not be used afterwards.
    std::string hexDigest();

private:
    void addBlock(const unsigned char* block);

    std::uint32_t m_state[8];
    unsigned char m_pending[64];
    std::size_t m_pendingSize = 0;
    std::uint64_t m_total = 0;
};

std::string sha256(std::string_view bytes);
std::string sha256OfFile(const std::filesystem::path& path);

} // namespace winnow::file
