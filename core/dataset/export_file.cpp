#include "core/dataset/export_file.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace winnow::dataset {

namespace {

    constexpr std::size_t kBufferBytes = std::size_t(1) << 20;

    [[noreturn]] void failWrite(const std::filesystem::path& path)
    {
        const int code = errno;
        throw Error(code == ENOSPC || code == EDQUOT ? ErrorCode::DiskFull : ErrorCode::Io,
            text::join("cannot write ", path.string(), ": ", std::generic_category().message(code)));
    }

} // namespace

AtomicTextFile::AtomicTextFile(std::filesystem::path path)
    : m_path(std::move(path))
    , m_partial(m_path)
{
    m_partial += text::join(".part", ::getpid());
    m_file = ::open(m_partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (m_file < 0)
        failWrite(m_path);
}

AtomicTextFile::~AtomicTextFile()
{
    if (m_file < 0)
        return;
    ::close(m_file);
    ::unlink(m_partial.c_str());
}

void AtomicTextFile::write(std::string_view text)
{
    m_buffer += text;
    if (m_buffer.size() >= kBufferBytes)
        flush();
}

void AtomicTextFile::flush()
{
    std::string_view rest = m_buffer;
    while (!rest.empty()) {
        const auto written = ::write(m_file, rest.data(), rest.size());
        if (written < 0 && errno != EINTR)
            failWrite(m_path);
        rest.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    m_buffer.clear();
}

void AtomicTextFile::commit()
{
    flush();
    if (::fsync(m_file) != 0)
        failWrite(m_path);
    ::close(std::exchange(m_file, -1));
    if (::rename(m_partial.c_str(), m_path.c_str()) != 0) {
        const int code = errno;
        ::unlink(m_partial.c_str());
        errno = code;
        failWrite(m_path);
    }
}

std::string quotedJson(std::string_view text)
{
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\b':
            out += "\\b";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                out += "\\u00";
                out += kHex[c >> 4];
                out += kHex[c & 15];
            } else {
                out += c;
            }
        }
    }
    return out + '"';
}

std::string imagesAsJson(const std::vector<std::string>& images)
{
    if (images.empty())
        return "null";
    if (images.size() == 1)
        return quotedJson(images.front());
    std::string out = "[";
    for (const auto& image : images)
        out += (out.size() > 1 ? ", " : "") + quotedJson(image);
    return out + "]";
}

} // namespace winnow::dataset
