#include "core/net/part_file.h"

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace winnow::net {

namespace {

    [[noreturn]] void failWriting(const std::filesystem::path& path, int code)
    {
        const auto cause = std::generic_category().message(code);
        if (code == ENOSPC || code == EDQUOT || code == EFBIG)
            throw Error(ErrorCode::DiskFull,
                text::join(
                    "cannot write ", path.string(), ": ", cause, "; make room and fetch again: what is there is kept"));
        throw Error(ErrorCode::Io,
            text::join("cannot write ", path.string(), ": ", cause, "; choose a folder that may be written"));
    }

    std::filesystem::path withEnding(const std::filesystem::path& path, const char* ending)
    {
        auto out = path;
        out += ending;
        return out;
    }

    /// A tag by which two answers are known to be the same bytes (RFC 9110, 8.8.1), else nothing.
    std::string strongTag(const HttpReply& head)
    {
        const auto tag = head.header("etag");
        const bool isPlain = tag.size() >= 3 && tag.size() <= 200 && tag.front() == '"' && tag.back() == '"'
            && tag.find_first_of("\r\n") == std::string::npos;
        return isPlain ? tag : "";
    }

    /// "bytes 100-199/200"
    struct ContentRange {
        std::int64_t first = -1, last = -1, total = -1;
    };

    ContentRange readRange(const std::string& value)
    {
        ContentRange out;
        const auto dash = value.find('-'), slash = value.find('/');
        if (!value.starts_with("bytes ") || dash == std::string::npos || slash == std::string::npos || slash < dash)
            return out;
        const std::string_view all(value);
        const bool isRead = text::parseInt(all.substr(6, dash - 6), out.first)
            && text::parseInt(all.substr(dash + 1, slash - dash - 1), out.last);
        if (!isRead)
            return {};
        if (!text::parseInt(all.substr(slash + 1), out.total))
            out.total = -1; // "*": not told
        return out;
    }

} // namespace

PartFile::PartFile(DownloadItem item)
    : m_item(std::move(item))
    , m_part(withEnding(m_item.target, ".part"))
    , m_note(withEnding(m_item.target, ".part.json"))
    , m_hash(m_item.checksum.kind, m_item.bytes)
{
    require(m_item.checksum.isValid() && m_item.bytes >= 0, ErrorCode::InvalidInput,
        text::join("a download needs the size and the checksum of ", m_item.target.filename().string()));
}

PartFile::~PartFile() { close(); }

void PartFile::close()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
}

void PartFile::open(const std::function<void(std::int64_t)>& step)
{
    std::error_code failed;
    std::filesystem::create_directories(m_item.target.parent_path(), failed);
    if (failed)
        failWriting(m_item.target.parent_path(), failed.value());
    m_descriptor = ::open(m_part.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (m_descriptor < 0)
        failWriting(m_part, errno);
    struct stat info { };
    if (::fstat(m_descriptor, &info) != 0 || !S_ISREG(info.st_mode))
        failWriting(m_part, EEXIST);
    try {
        const auto note = std::filesystem::exists(m_note) ? json::load(m_note, 1 << 16) : Json::object();
        const bool isSame = note.value("checksum", "") == m_item.checksum.hex
            && note.value("bytes", -1LL) == m_item.bytes && info.st_size <= m_item.bytes;
        if (isSame) {
            addFile(m_hash, m_part, info.st_size, step);
            m_size = info.st_size;
            m_tag = note.value("etag", "");
            m_isPatchwork = m_size > 0;
            return;
        }
    } catch (const Error&) { // a note that cannot be read: its part is worth nothing
    } catch (const nlohmann::json::exception&) {
    }
    beginAnew();
}

void PartFile::beginAnew()
{
    if (::ftruncate(m_descriptor, 0) != 0)
        failWriting(m_part, errno);
    m_hash = ContentHash(m_item.checksum.kind, m_item.bytes);
    m_size = 0;
    m_tag.clear();
    m_isPatchwork = false;
    writeNote();
}

void PartFile::restart()
{
    m_isMisplaced = false;
    beginAnew();
}

void PartFile::writeNote() const
{
    file::writeAtomically(
        m_note, json::dumpPretty({{"checksum", m_item.checksum.hex}, {"bytes", m_item.bytes}, {"etag", m_tag}}));
}

std::vector<std::string> PartFile::headers() const
{
    if (m_size == 0)
        return {};
    std::vector<std::string> out{text::join("Range: bytes=", m_size, "-")};
    if (!m_tag.empty())
        out.push_back("If-Range: " + m_tag);
    return out;
}

bool PartFile::accept(const HttpReply& head) noexcept
{
    if (head.status != 200 && head.status != 206)
        return false;
    try {
        if (head.status == 206)
            acceptPart(head);
        else
            acceptWhole(head);
    } catch (const Error& error) {
        m_failure = error;
    } catch (const std::exception&) {
        m_failure = Error(ErrorCode::OutOfMemory, "memory ran out");
    }
    return true;
}

void PartFile::acceptPart(const HttpReply& head)
{
    const auto range = readRange(head.header("content-range"));
    const auto tag = strongTag(head);
    const bool isRight = range.first == m_size && range.last == m_item.bytes - 1
        && (range.total < 0 || range.total == m_item.bytes) && (m_tag.empty() || tag.empty() || tag == m_tag);
    m_isMisplaced = !isRight;
    if (!isRight)
        return;
    m_isPatchwork = m_size > 0;
    rememberTag(head);
}

void PartFile::acceptWhole(const HttpReply& head)
{
    std::int64_t length = 0;
    const bool isTold = text::parseInt(head.header("content-length"), length);
    require(!isTold || length == m_item.bytes, ErrorCode::BadFile,
        text::join("the server sends ", length, " bytes for ", m_item.target.filename().string(), ", its list says ",
            m_item.bytes, ": nothing of this answer is kept, what was fetched before stays"));
    if (m_size > 0)
        beginAnew(); // it ignores ranges, or the content is another one by now
    rememberTag(head);
}

void PartFile::rememberTag(const HttpReply& head)
{
    const auto tag = strongTag(head);
    if (tag == m_tag)
        return;
    m_tag = tag;
    writeNote();
}

bool PartFile::write(std::string_view piece) noexcept
{
    if (m_failure || m_isMisplaced)
        return false;
    try {
        writePiece(piece);
        return true;
    } catch (const Error& error) {
        m_failure = error;
    } catch (const std::exception&) {
        m_failure = Error(ErrorCode::OutOfMemory, "memory ran out");
    }
    return false;
}

void PartFile::writePiece(std::string_view piece)
{
    require(static_cast<std::int64_t>(piece.size()) <= m_item.bytes - m_size, ErrorCode::BadFile,
        text::join("the server sends more for ", m_item.target.filename().string(), " than the ", m_item.bytes,
            " bytes that its list says"));
    while (!piece.empty()) {
        const auto written = ::write(m_descriptor, piece.data(), piece.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            failWriting(m_part, errno);
        const auto count = static_cast<std::size_t>(written);
        m_hash.add(piece.substr(0, count));
        m_size += written;
        m_received += written;
        piece.remove_prefix(count);
    }
}

bool PartFile::finish()
{
    m_digest = m_hash.hexDigest();
    if (m_digest != m_item.checksum.hex)
        return false;
    if (::fsync(m_descriptor) != 0)
        failWriting(m_part, errno);
    close();
    if (::rename(m_part.c_str(), m_item.target.c_str()) != 0)
        failWriting(m_item.target, errno);
    ::unlink(m_note.c_str());
    return true;
}

bool isFetched(const DownloadItem& item, const std::function<void(std::int64_t)>& step)
{
    std::error_code failed;
    if (!std::filesystem::is_regular_file(item.target, failed)
        || std::filesystem::file_size(item.target, failed) != static_cast<std::uintmax_t>(item.bytes))
        return false;
    ContentHash hash(item.checksum.kind, item.bytes);
    addFile(hash, item.target, item.bytes, step);
    return hash.hexDigest() == item.checksum.hex;
}

} // namespace winnow::net
