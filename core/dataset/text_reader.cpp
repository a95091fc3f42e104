#include "core/dataset/text_reader.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/characters.h"

#include <simdjson.h>
#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

namespace winnow::dataset {

namespace {

    constexpr std::size_t kPieceBytes = std::size_t(256) << 10;

    std::ifstream openFile(const std::filesystem::path& path)
    {
        require(std::filesystem::exists(path), ErrorCode::NotFound,
            text::join("cannot read ", path.string(), ": there is no such file"));
        require(std::filesystem::is_regular_file(path), ErrorCode::Io,
            text::join("cannot read ", path.string(), ": it is not a regular file"));
        std::ifstream file(path, std::ios::binary);
        require(file.is_open(), ErrorCode::Io,
            text::join("cannot read ", path.string(), ": ", std::generic_category().message(errno)));
        return file;
    }

    /// Appends the next bytes; nothing at the end. The buffer grows by no more than what is left of the file.
    void appendPiece(std::ifstream& file, const std::filesystem::path& path, std::string& out)
    {
        const auto at = file.tellg();
        file.seekg(0, std::ios::end);
        const auto left = file.tellg() - at;
        file.seekg(at);
        if (left <= 0)
            return;
        const auto before = out.size();
        out.resize(before + std::min(kPieceBytes, static_cast<std::size_t>(left)));
        file.read(out.data() + before, static_cast<std::streamsize>(out.size() - before));
        require(!file.bad(), ErrorCode::Io,
            [&] { return text::join("cannot read ", path.string(), ": the reading failed"); });
        out.resize(before + static_cast<std::size_t>(file.gcount()));
    }

    std::string readPiece(std::ifstream& file, const std::filesystem::path& path)
    {
        std::string out;
        appendPiece(file, path, out);
        return out;
    }

    bool isBetween(unsigned char byte, int low, int high) { return byte >= low && byte <= high; }

    /// Walks a text that comes in pieces and counts characters of several bytes, valid ones and not. `length` gives the
    /// number of bytes of the character at the start, 0 if it is none, or -1 when the bytes at hand do not tell yet.
    class CharacterCount {
    public:
        using Length = std::function<int(std::string_view)>;

        explicit CharacterCount(Length length)
            : m_length(std::move(length))
        {
        }
        void add(std::string_view piece)
        {
            m_pending += piece;
            std::size_t at = 0;
            while (at < m_pending.size()) {
                const int length = m_length(std::string_view(m_pending).substr(at));
                if (length < 0)
                    break;
                m_invalid += length == 0 ? 1 : 0;
                m_valid += length > 1 ? 1 : 0;
                at += static_cast<std::size_t>(std::max(length, 1));
            }
            m_pending.erase(0, at);
        }
        std::int64_t valid() const { return m_valid; }
        std::int64_t invalid() const { return m_invalid + (m_pending.empty() ? 0 : 1); }

    private:
        Length m_length;
        std::string m_pending;
        std::int64_t m_valid = 0;
        std::int64_t m_invalid = 0;
    };

    int utf8Length(std::string_view bytes)
    {
        const auto lead = static_cast<unsigned char>(bytes[0]);
        if (lead < 0x80)
            return 1;
        const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        const auto known = bytes.substr(0, std::min(length, bytes.size()));
        for (std::size_t i = 1; i < known.size(); ++i)
            if (!isBetween(static_cast<unsigned char>(known[i]), 0x80, 0xBF))
                return 0;
        if (known.size() < length)
            return -1;
        return text::isValidUtf8(known) ? static_cast<int>(length) : 0;
    }

    /// GB 18030-2005: one byte, two, or four (digit in the second place).
    int gb18030Length(std::string_view bytes)
    {
        const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
        if (at(0) < 0x80)
            return 1;
        if (!isBetween(at(0), 0x81, 0xFE))
            return 0;
        if (bytes.size() < 2)
            return -1;
        if (isBetween(at(1), 0x40, 0xFE) && at(1) != 0x7F)
            return 2;
        if (!isBetween(at(1), 0x30, 0x39))
            return 0;
        if (bytes.size() < 4)
            return -1;
        return isBetween(at(2), 0x81, 0xFE) && isBetween(at(3), 0x30, 0x39) ? 4 : 0;
    }

    /// UTF-16 without a mark: Latin letters, brackets and line ends have a zero in every second byte, other encodings
    /// have none at all. A text mostly in Chinese has few of them, and some characters (😀) have theirs on the other
    /// side.
    bool looksLikeUtf16(std::string_view head, Encoding& out)
    {
        constexpr std::int64_t kTimes = 8;
        std::array<std::int64_t, 2> zeros{};
        for (std::size_t i = 0; i < head.size(); ++i)
            zeros[i % 2] += head[i] == '\0' ? 1 : 0;
        const auto enough = static_cast<std::int64_t>(head.size() / 32);
        if (head.size() < 4 || zeros[0] + zeros[1] <= enough)
            return false;
        out = zeros[1] > zeros[0] ? Encoding::Utf16Le : Encoding::Utf16Be;
        return std::min(zeros[0], zeros[1]) * kTimes <= std::max(zeros[0], zeros[1]);
    }

    /// The encoding that the first bytes give away: a mark, or the zeros of UTF-16.
    std::optional<Encoding> encodingOfHead(std::string_view head)
    {
        if (head.starts_with("\xEF\xBB\xBF"))
            return Encoding::Utf8;
        if (head.starts_with("\xFF\xFE"))
            return Encoding::Utf16Le;
        if (head.starts_with("\xFE\xFF"))
            return Encoding::Utf16Be;
        Encoding wide{};
        if (looksLikeUtf16(head.substr(0, 4096), wide))
            return wide;
        return std::nullopt;
    }

    /// Which of UTF-8 and GB18030 explains more of a text that is not all UTF-8.
    Encoding likelier(const CharacterCount& utf8, const CharacterCount& gb18030, WhenUnsure whenUnsure)
    {
        if (gb18030.invalid() > 0)
            return Encoding::Utf8;
        const bool isUnsure = utf8.valid() >= utf8.invalid();
        return isUnsure && whenUnsure == WhenUnsure::Utf8 ? Encoding::Utf8 : Encoding::Gb18030;
    }

    /// All of it, or enough: a text in GB18030 breaks UTF-8's rules within a few characters.
    bool isUtf8(const std::filesystem::path& path)
    {
        constexpr std::size_t kBufferBytes = std::size_t(1) << 20;
        constexpr std::ptrdiff_t kEnough = 4096;
        std::ptrdiff_t longCharacters = 0; // of several bytes
        std::ifstream file = openFile(path);
        std::string buffer(kBufferBytes, '\0');
        std::size_t kept = 0; // bytes at the start of a character that the last reading ended in
        for (;;) {
            file.read(buffer.data() + kept, static_cast<std::streamsize>(kBufferBytes - kept));
            require(!file.bad(), ErrorCode::Io,
                [&] { return text::join("cannot read ", path.string(), ": the reading failed"); });
            const auto got = static_cast<std::size_t>(file.gcount());
            if (got == 0)
                return kept == 0;
            const std::string_view known(buffer.data(), kept + got);
            std::size_t whole = known.size();
            for (std::size_t back = 1; back <= 3 && back <= known.size(); ++back)
                if (utf8Length(known.substr(known.size() - back)) == -1)
                    whole = known.size() - back;
            if (!simdjson::validate_utf8(known.data(), whole))
                return false;
            longCharacters += std::count_if(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(whole),
                [](char c) { return static_cast<unsigned char>(c) >= 0xC0; });
            if (longCharacters >= kEnough)
                return true;
            kept = known.size() - whole;
            std::copy(known.end() - static_cast<std::ptrdiff_t>(kept), known.end(), buffer.begin());
        }
    }

    Encoding readEncoding(const std::filesystem::path& path, WhenUnsure whenUnsure)
    {
        std::ifstream file = openFile(path);
        std::string piece = readPiece(file, path);
        if (const auto known = encodingOfHead(piece))
            return *known;
        if (isUtf8(path))
            return Encoding::Utf8;
        CharacterCount utf8(utf8Length), gb18030(gb18030Length);
        for (; !piece.empty(); piece = readPiece(file, path)) {
            utf8.add(piece);
            gb18030.add(piece);
        }
        return likelier(utf8, gb18030, whenUnsure);
    }

    /// What the last files turned out to be: an import asks for its file's encoding at every step, and a file of half a
    /// gigabyte takes a third of a second each time. A changed file is another one.
    class KnownEncodings {
    public:
        using File = std::tuple<std::string, std::uintmax_t, std::int64_t, WhenUnsure>;

        std::optional<Encoding> find(const File& file)
        {
            const std::scoped_lock lock(m_mutex);
            const auto found =
                std::find_if(m_known.begin(), m_known.end(), [&](const auto& one) { return one.first == file; });
            return found == m_known.end() ? std::nullopt : std::optional(found->second);
        }
        void add(File file, Encoding encoding)
        {
            const std::scoped_lock lock(m_mutex);
            m_known.emplace_back(std::move(file), encoding);
            if (m_known.size() > kMost)
                m_known.pop_front();
        }

    private:
        static constexpr std::size_t kMost = 16;
        std::mutex m_mutex;
        std::deque<std::pair<File, Encoding>> m_known;
    };

    /// Nothing where the file cannot be told from another one, or was written just now and may change unnoticed.
    std::optional<KnownEncodings::File> identityOf(const std::filesystem::path& path, WhenUnsure whenUnsure)
    {
        std::error_code failed;
        const auto size = std::filesystem::file_size(path, failed);
        const auto time = failed ? std::filesystem::file_time_type() : std::filesystem::last_write_time(path, failed);
        const bool isFresh = std::filesystem::file_time_type::clock::now() - time < std::chrono::seconds(1);
        if (failed || isFresh)
            return std::nullopt;
        return KnownEncodings::File{
            std::filesystem::absolute(path).string(), size, time.time_since_epoch().count(), whenUnsure};
    }

    void check(UErrorCode status, const std::filesystem::path& path)
    {
        require(U_SUCCESS(status), ErrorCode::Internal,
            text::join("cannot convert ", path.string(), " to UTF-8: ", u_errorName(status)));
    }

} // namespace

std::string_view toString(Encoding encoding)
{
    static constexpr std::string_view kNames[] = {"UTF-8", "GB18030", "UTF-16LE", "UTF-16BE"};
    return kNames[static_cast<std::size_t>(encoding)];
}

Encoding detectEncoding(const std::filesystem::path& path, WhenUnsure whenUnsure)
{
    static KnownEncodings known;
    const auto file = identityOf(path, whenUnsure);
    if (file)
        if (const auto encoding = known.find(*file))
            return *encoding;
    const auto encoding = readEncoding(path, whenUnsure);
    if (file)
        known.add(*file, encoding);
    return encoding;
}

Encoding detectEncoding(std::string_view bytes, WhenUnsure whenUnsure)
{
    if (const auto known = encodingOfHead(bytes))
        return *known;
    if (simdjson::validate_utf8(bytes.data(), bytes.size()))
        return Encoding::Utf8;
    CharacterCount utf8(utf8Length), gb18030(gb18030Length);
    utf8.add(bytes);
    gb18030.add(bytes);
    return likelier(utf8, gb18030, whenUnsure);
}

std::string toUtf8(std::string_view bytes)
{
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    const Encoding encoding = detectEncoding(bytes, WhenUnsure::Utf8);
    std::string out(bytes);
    if (encoding != Encoding::Utf8) {
        UErrorCode status = U_ZERO_ERROR;
        const std::string name(toString(encoding));
        out.resize(4 * bytes.size() + 16); // no character grows more than that
        const auto length = ucnv_convert("UTF-8", name.c_str(), out.data(), static_cast<std::int32_t>(out.size()),
            bytes.data(), static_cast<std::int32_t>(bytes.size()), &status);
        require(U_SUCCESS(status), ErrorCode::BadFile, text::join("is no proper ", name, ": ", u_errorName(status)));
        out.resize(static_cast<std::size_t>(length));
    }
    if (out.starts_with(kMark))
        out.erase(0, kMark.size());
    return out;
}

void TextReader::CloseConverter::operator()(UConverter* converter) const { ucnv_close(converter); }

TextReader::TextReader(const std::filesystem::path& path, Encoding encoding)
    : m_path(path)
    , m_encoding(encoding)
    , m_file(openFile(path))
    , m_bytesTotal(static_cast<std::int64_t>(std::filesystem::file_size(path)))
{
    openConverter();
}

TextReader::TextReader(const std::filesystem::path& path, WhenUnsure whenUnsure)
    : TextReader(path, Encoding::Utf8)
{
    const std::string head = readPiece(m_file, path);
    m_file.clear();
    m_file.seekg(0);
    if (const auto known = encodingOfHead(head))
        m_encoding = *known;
    else
        m_undecided = whenUnsure;
    openConverter();
}

Encoding TextReader::encoding() const { return m_undecided ? detectEncoding(m_path, *m_undecided) : m_encoding; }

void TextReader::openConverter()
{
    if (m_encoding == Encoding::Utf8)
        return;
    UErrorCode status = U_ZERO_ERROR;
    m_converter.reset(ucnv_open(std::string(toString(m_encoding)).c_str(), &status));
    check(status, m_path);
}

bool TextReader::read(std::string& out)
{
    if (m_isEnd)
        return false;
    const std::size_t before = out.size();
    while (out.size() == before && !m_isEnd) {
        appendPiece(m_file, m_path, out);
        m_bytesRead += static_cast<std::int64_t>(out.size() - before);
        m_isEnd = out.size() == before;
        if (m_undecided && !text::isAscii(std::string_view(out).substr(before))) {
            m_encoding = encoding();
            m_undecided.reset();
            openConverter();
        }
        if (m_converter) {
            m_raw.assign(out, before);
            out.resize(before);
            convert(out, m_isEnd);
        }
        if (m_isStart && out.size() > before) {
            m_isStart = false;
            if (std::string_view(out).substr(before).starts_with("\xEF\xBB\xBF"))
                out.erase(before, 3);
        }
    }
    return out.size() > before;
}

void TextReader::convert(std::string& out, bool isLast)
{
    std::vector<UChar> wide(m_raw.size() + 64);
    const char* from = m_raw.data();
    const char* const fromEnd = from + m_raw.size();
    UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
    while (status == U_BUFFER_OVERFLOW_ERROR) {
        UChar* to = wide.data();
        status = U_ZERO_ERROR;
        ucnv_toUnicode(m_converter.get(), &to, wide.data() + wide.size(), &from, fromEnd, nullptr, isLast, &status);
        require(U_SUCCESS(status) || status == U_BUFFER_OVERFLOW_ERROR, ErrorCode::Internal,
            text::join("cannot convert ", m_path.string(), " to UTF-8: ", u_errorName(status)));
        for (const UChar* c = wide.data(); c < to; ++c) {
            char32_t codePoint = *c;
            // The two halves of a pair may come in different pieces.
            if (m_highSurrogate != 0 && codePoint >= 0xDC00 && codePoint <= 0xDFFF) {
                codePoint = 0x10000 + ((m_highSurrogate - 0xD800) << 10) + (codePoint - 0xDC00);
                m_highSurrogate = 0;
            } else if (codePoint >= 0xD800 && codePoint <= 0xDBFF) {
                m_highSurrogate = codePoint;
                continue;
            }
            text::appendUtf8(out, codePoint);
        }
    }
}

bool LineReader::next(std::string_view& line)
{
    std::size_t searched = m_at;
    std::size_t end = m_buffer.find('\n', searched);
    while (end == std::string::npos) {
        searched = m_buffer.size() - m_at;
        m_buffer.erase(0, m_at);
        m_at = 0;
        if (m_buffer.size() > kMaxLineBytes) {
            m_isTooLong = true;
            return false;
        }
        if (!m_text.read(m_buffer))
            break;
        end = m_buffer.find('\n', searched);
    }
    m_hadLineEnd = end != std::string::npos;
    if (!m_hadLineEnd && m_buffer.empty())
        return false;
    const std::size_t stop = m_hadLineEnd ? end : m_buffer.size();
    line = std::string_view(m_buffer).substr(m_at, stop - m_at);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    m_at = m_hadLineEnd ? stop + 1 : stop;
    ++m_line;
    return true;
}

} // namespace winnow::dataset
