#include "core/base/file.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace winnow::file {

namespace {

    [[noreturn]] void failWithErrno(std::string_view attempt, const std::filesystem::path& path)
    {
        const int code = errno;
        if (code == ENOENT && attempt == "read")
            throw Error(ErrorCode::NotFound, text::join("there is no file ", path.string()));
        const auto kind = code == ENOENT       ? ErrorCode::NotFound
            : code == ENOSPC || code == EDQUOT ? ErrorCode::DiskFull
                                               : ErrorCode::Io;
        throw Error(
            kind, text::join("cannot ", attempt, " ", path.string(), ": ", std::generic_category().message(code)));
    }

    /// An open file descriptor that closes itself.
    class Descriptor {
    public:
        /// `shown` is the path that a failure names. A pipe or a device does not make the opening wait.
        Descriptor(const std::filesystem::path& path, int flags, std::string_view attempt,
            const std::filesystem::path& shown = {})
            : m_fd(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0644))
        {
            if (m_fd < 0)
                failWithErrno(attempt, shown.empty() ? path : shown);
        }
        ~Descriptor() { ::close(m_fd); }
        Descriptor(const Descriptor&) = delete;
        Descriptor& operator=(const Descriptor&) = delete;
        int get() const { return m_fd; }

    private:
        int m_fd;
    };

    std::uint64_t regularSize(const Descriptor& descriptor, const std::filesystem::path& path)
    {
        struct stat info { };
        if (::fstat(descriptor.get(), &info) != 0)
            failWithErrno("read", path);
        require(S_ISREG(info.st_mode), ErrorCode::Io,
            text::join("cannot read ", path.string(), ": it is not a regular file"));
        return static_cast<std::uint64_t>(info.st_size);
    }

    void writeFully(const Descriptor& descriptor, std::string_view bytes, const std::filesystem::path& path)
    {
        while (!bytes.empty()) {
            const auto written = ::write(descriptor.get(), bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                failWithErrno("write", path);
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
    }

} // namespace

std::string readAll(const std::filesystem::path& path, std::uint64_t maxBytes)
{
    const Descriptor descriptor(path, O_RDONLY, "read");
    const auto size = regularSize(descriptor, path);
    require(size <= maxBytes, ErrorCode::TooLarge,
        text::join("cannot read ", path.string(), ": it has ", size, " bytes, the limit is ", maxBytes));
    std::string out(size, '\0');
    std::size_t at = 0;
    while (at < out.size()) {
        const auto got = ::read(descriptor.get(), out.data() + at, out.size() - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            failWithErrno("read", path);
        if (got == 0)
            break;
        at += static_cast<std::size_t>(got);
    }
    out.resize(at);
    return out;
}

void writeAtomically(const std::filesystem::path& path, std::string_view bytes)
{
    auto partial = path;
    partial += text::join(".part", ::getpid());
    try {
        const Descriptor descriptor(partial, O_WRONLY | O_CREAT | O_TRUNC, "write", path);
        writeFully(descriptor, bytes, path);
        if (::fsync(descriptor.get()) != 0)
            failWithErrno("write", path);
    } catch (...) {
        ::unlink(partial.c_str());
        throw;
    }
    if (::rename(partial.c_str(), path.c_str()) != 0) {
        const int code = errno;
        ::unlink(partial.c_str());
        errno = code;
        failWithErrno("write", path);
    }
}

void append(const std::filesystem::path& path, std::string_view bytes)
{
    const Descriptor descriptor(path, O_WRONLY | O_CREAT | O_APPEND, "append to");
    writeFully(descriptor, bytes, path);
}

std::filesystem::path confined(const std::filesystem::path& root, std::string_view relative)
{
    const std::filesystem::path wanted(relative);
    const auto normal = wanted.lexically_normal();
    const bool leaves = wanted.is_absolute() || normal.empty() || *normal.begin() == "..";
    require(!leaves && relative.find('\0') == std::string_view::npos, ErrorCode::InvalidInput,
        text::join("path ", text::shortened(relative, 120), " leaves its folder ", root.string()));
    return root / normal;
}

std::filesystem::path asFolder(const std::filesystem::path& path)
{
    auto normal = std::filesystem::absolute(path).lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

void refuseLink(const std::filesystem::path& path)
{
    std::error_code code;
    require(!std::filesystem::is_symlink(path, code), ErrorCode::BadFile,
        text::join(path.string(),
            " is a symbolic link, which could lead anywhere: put the file or folder itself in its place"));
}

MemoryMap::MemoryMap(const std::filesystem::path& path)
{
    const Descriptor descriptor(path, O_RDONLY, "read");
    m_size = regularSize(descriptor, path);
    if (m_size == 0)
        return;
    void* const mapped = ::mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
    if (mapped == MAP_FAILED)
        failWithErrno("map", path);
    m_data = static_cast<const std::byte*>(mapped);
}

MemoryMap::~MemoryMap()
{
    if (m_data != nullptr)
        ::munmap(const_cast<std::byte*>(m_data), m_size);
}

MemoryMap::MemoryMap(MemoryMap&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr))
    , m_size(std::exchange(other.m_size, 0))
{
}

MemoryMap& MemoryMap::operator=(MemoryMap&& other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

Sha256::Sha256()
    : m_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
    , m_pending{}
{
}

void Sha256::addBlock(const unsigned char* block)
{
    static constexpr std::uint32_t kRound[64] = {0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
        0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7,
        0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
        0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
        0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c,
        0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
        0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
    std::uint32_t w[64];
    for (int i = 0; i < 16; ++i)
        w[i] = std::uint32_t(block[4 * i]) << 24 | std::uint32_t(block[4 * i + 1]) << 16
            | std::uint32_t(block[4 * i + 2]) << 8 | block[4 * i + 3];
    for (int i = 16; i < 64; ++i) {
        const auto s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
        const auto s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = m_state;
    for (int i = 0; i < 64; ++i) {
        const auto s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const auto t1 = h + s1 + ((e & f) ^ (~e & g)) + kRound[i] + w[i];
        const auto s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const auto t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    const std::uint32_t add[8] = {a, b, c, d, e, f, g, h};
    for (int i = 0; i < 8; ++i)
        m_state[i] += add[i];
}

void Sha256::add(std::string_view bytes)
{
    m_total += bytes.size();
    while (!bytes.empty()) {
        const auto take = std::min(bytes.size(), sizeof m_pending - m_pendingSize);
        std::memcpy(m_pending + m_pendingSize, bytes.data(), take);
        m_pendingSize += take;
        bytes.remove_prefix(take);
        if (m_pendingSize == sizeof m_pending) {
            addBlock(m_pending);
            m_pendingSize = 0;
        }
    }
}

void Sha256::add(std::span<const std::byte> bytes)
{
    add(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::string Sha256::hexDigest()
{
    const std::uint64_t bits = m_total * 8;
    std::string padding("\x80", 1);
    padding.append((119 - m_total % 64) % 64, '\0');
    for (int shift = 56; shift >= 0; shift -= 8)
        padding += static_cast<char>(bits >> shift);
    add(padding);
    std::string out;
    for (const auto word : m_state)
        for (int shift = 28; shift >= 0; shift -= 4)
            out += "0123456789abcdef"[(word >> shift) & 15];
    return out;
}

std::string sha256(std::string_view bytes)
{
    Sha256 hash;
    hash.add(bytes);
    return hash.hexDigest();
}

std::string sha256OfFile(const std::filesystem::path& path)
{
    const MemoryMap map(path);
    Sha256 hash;
    hash.add(map.bytes());
    return hash.hexDigest();
}

} // namespace winnow::file
