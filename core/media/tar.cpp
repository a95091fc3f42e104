#include "core/media/tar.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <exception>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace winnow::media {

namespace {

    constexpr std::size_t kBlockBytes = std::size_t(64) << 10;
    constexpr std::size_t kHeaderBytes = 512;

    struct CloseRead {
        void operator()(archive* one) const { archive_read_free(one); }
    };
    struct CloseWrite {
        void operator()(archive* one) const { archive_write_free(one); }
    };
    struct CloseEntry {
        void operator()(archive_entry* one) const { archive_entry_free(one); }
    };

    /// What libarchive says went wrong, as half a sentence.
    std::string reasonOf(archive* one)
    {
        const char* const said = archive_error_string(one);
        return said == nullptr ? "it is no tar archive" : said;
    }

    /// The member's name as later look-ups write it, or nothing where it would lead out of the archive.
    std::string normalName(const std::string& name)
    {
        const std::filesystem::path path(name);
        if (name.empty() || path.is_absolute())
            return {};
        for (const auto& part : path)
            if (part == "..")
                return {};
        auto normal = path.lexically_normal().generic_string();
        if (normal.ends_with('/'))
            normal.pop_back();
        return normal;
    }

    /// The name as it is written where that is UTF-8 (ustar, GNU), else as pax gives it: the locale has no say.
    std::string nameOf(archive_entry* entry)
    {
        const char* const written = archive_entry_pathname(entry);
        if (written != nullptr && text::isValidUtf8(written))
            return written;
        const char* const converted = archive_entry_pathname_utf8(entry);
        return converted != nullptr ? converted : written != nullptr ? written : "";
    }

    std::string problemOf(archive_entry* entry)
    {
        if (archive_entry_hardlink(entry) != nullptr || archive_entry_filetype(entry) == AE_IFLNK)
            return "is a link, only files are read";
        if (archive_entry_filetype(entry) != AE_IFREG)
            return "is no plain file";
        // A file with holes says how long it is, not how much of it is there.
        if (archive_entry_sparse_count(entry) > 0)
            return "is a sparse file, which is not read";
        return {};
    }

} // namespace

struct TarReader::State {
    std::filesystem::path path;
    int file = -1;
    std::int64_t fileBytes = 0;
    std::int64_t start = 0;
    std::unique_ptr<archive, CloseRead> handle;
    archive_entry* entry = nullptr; ///< owned by the archive
    TarEntry current;

    ~State()
    {
        handle.reset();
        if (file >= 0)
            ::close(file);
    }
    [[noreturn]] void fail(ErrorCode code, const std::string& why) const
    {
        throw Error(code, text::join("cannot read ", path.string(), ": ", why));
    }
};

TarReader::TarReader(const std::filesystem::path& path, std::int64_t offset)
    : m_state(std::make_unique<State>())
{
    m_state->path = path;
    m_state->start = offset;
    m_state->file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat info { };
    if (m_state->file < 0 || ::fstat(m_state->file, &info) != 0)
        m_state->fail(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io, std::generic_category().message(errno));
    if (!S_ISREG(info.st_mode))
        m_state->fail(ErrorCode::Io, "it is not a regular file");
    m_state->fileBytes = info.st_size;
    if (::lseek(m_state->file, offset, SEEK_SET) != offset)
        m_state->fail(ErrorCode::Io, std::generic_category().message(errno));
    m_state->handle.reset(archive_read_new());
    auto* const reader = m_state->handle.get();
    archive_read_support_format_tar(reader);
    if (archive_read_open_fd(reader, m_state->file, kBlockBytes) != ARCHIVE_OK)
        m_state->fail(ErrorCode::BadFile, reasonOf(reader));
}

TarReader::~TarReader() = default;

bool TarReader::next(TarEntry& out)
{
    auto* const reader = m_state->handle.get();
    const int status = archive_read_next_header(reader, &m_state->entry);
    if (status == ARCHIVE_EOF)
        return false;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
        m_state->fail(ErrorCode::BadFile, reasonOf(reader));
    archive_entry* const entry = m_state->entry;
    TarEntry& current = m_state->current;
    current = {};
    current.name = nameOf(entry);
    current.isFolder = archive_entry_filetype(entry) == AE_IFDIR;
    current.sizeBytes = archive_entry_size(entry);
    current.offset = m_state->start + archive_read_header_position(reader);
    if (!current.isFolder)
        current.problem = problemOf(entry);
    auto normal = normalName(current.name);
    if (!text::isValidUtf8(current.name))
        current.problem = "has a name that is not UTF-8";
    else if (normal.empty())
        current.problem = "has a name that leaves the archive";
    else
        current.name = std::move(normal);
    out = current;
    return true;
}

std::string TarReader::readHead(std::size_t maxBytes)
{
    std::string out(static_cast<std::size_t>(
                        std::clamp<std::int64_t>(m_state->current.sizeBytes, 0, static_cast<std::int64_t>(maxBytes))),
        '\0');
    std::size_t filled = 0;
    while (filled < out.size()) {
        const auto got = archive_read_data(m_state->handle.get(), out.data() + filled, out.size() - filled);
        if (got < 0)
            m_state->fail(ErrorCode::BadFile,
                text::join(m_state->current.name, " breaks off: ", reasonOf(m_state->handle.get())));
        if (got == 0)
            break;
        filled += static_cast<std::size_t>(got);
    }
    out.resize(filled);
    return out;
}

std::string TarReader::readAll(std::size_t maxBytes)
{
    const TarEntry& current = m_state->current;
    require(current.sizeBytes <= static_cast<std::int64_t>(maxBytes), ErrorCode::TooLarge,
        text::join("cannot read ", current.name, " in ", m_state->path.string(), ": it has ", current.sizeBytes,
            " bytes, the limit is ", maxBytes));
    if (current.sizeBytes > m_state->fileBytes)
        m_state->fail(ErrorCode::BadFile, text::join(current.name, " is said to be larger than the archive"));
    std::string out = readHead(maxBytes);
    if (static_cast<std::int64_t>(out.size()) != current.sizeBytes)
        m_state->fail(ErrorCode::BadFile, text::join(current.name, " breaks off"));
    return out;
}

std::int64_t TarReader::bytesRead() const { return archive_filter_bytes(m_state->handle.get(), -1); }

struct TarWriter::State {
    Sink sink;
    std::exception_ptr thrown; ///< by the sink, inside the library's call
    std::unique_ptr<archive, CloseWrite> handle;

    static la_ssize_t write(struct archive*, void* self, const void* bytes, std::size_t size)
    {
        auto& state = *static_cast<State*>(self);
        try {
            state.sink({static_cast<const char*>(bytes), size});
            return static_cast<la_ssize_t>(size);
        } catch (...) {
            state.thrown = std::current_exception();
            return -1;
        }
    }
    void check(bool isGood)
    {
        if (thrown)
            std::rethrow_exception(std::exchange(thrown, nullptr));
        require(isGood, ErrorCode::Internal, text::join("cannot write a tar archive: ", reasonOf(handle.get())));
    }
};

TarWriter::TarWriter(Sink sink)
    : m_state(std::make_unique<State>())
{
    m_state->sink = std::move(sink);
    m_state->handle.reset(archive_write_new());
    auto* const writer = m_state->handle.get();
    archive_write_set_format_pax_restricted(writer);
    m_state->check(archive_write_open(writer, m_state.get(), nullptr, &State::write, nullptr) == ARCHIVE_OK);
}

/// An archive that was given up is not finished: its sink may be gone already.
TarWriter::~TarWriter()
{
    m_state->sink = [](std::string_view) {};
}

void TarWriter::add(const std::string& name, std::string_view content)
{
    // The library cannot write other names where the locale is C.
    assert(std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; }) && "an ASCII name");
    const std::unique_ptr<archive_entry, CloseEntry> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), 0, 0);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    auto* const writer = m_state->handle.get();
    m_state->check(archive_write_header(writer, entry.get()) == ARCHIVE_OK);
    const auto written = archive_write_data(writer, content.data(), content.size());
    m_state->check(written == static_cast<la_ssize_t>(content.size()));
}

void TarWriter::finish() { m_state->check(archive_write_close(m_state->handle.get()) == ARCHIVE_OK); }

bool isTarHeader(std::string_view bytes)
{
    constexpr std::size_t kChecksumAt = 148, kChecksumBytes = 8;
    if (bytes.size() < kHeaderBytes)
        return false;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < kHeaderBytes; ++i) {
        const bool isChecksum = i >= kChecksumAt && i < kChecksumAt + kChecksumBytes;
        sum += isChecksum ? ' ' : static_cast<unsigned char>(bytes[i]);
    }
    std::int64_t written = 0;
    bool hasDigits = false;
    for (const char c : bytes.substr(kChecksumAt, kChecksumBytes)) {
        if (c >= '0' && c <= '7') {
            written = written * 8 + (c - '0');
            hasDigits = true;
        } else if (hasDigits) {
            break;
        }
    }
    return hasDigits && written == sum;
}

} // namespace winnow::media
