#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct UConverter;

namespace winnow::dataset {

enum class Encoding { Utf8, Gb18030, Utf16Le, Utf16Be };

std::string_view toString(Encoding encoding);

/// What to make of a file that is neither valid UTF-8 nor clearly something else.
enum class WhenUnsure {
    Utf8,    ///< its broken rows are bad rows: right for texts, which a wrong guess would turn into nonsense
    Gb18030, ///< as long as all its bytes are GB18030: right where only ids and numbers are wanted
};

/// The encoding of a text file: byte order mark, zero bytes of UTF-16, validity as UTF-8 (of the whole file, or up to
/// its 4,096th character that is not ASCII), else which of UTF-8 and GB18030 explains more of its bytes. Cost: reads
/// the file once where it must, and not again until it changes. Throws Error: NotFound, Io.
Encoding detectEncoding(const std::filesystem::path& path, WhenUnsure whenUnsure);

/// The same of a text that is in memory whole.
Encoding detectEncoding(std::string_view bytes, WhenUnsure whenUnsure);
/// A text in memory as UTF-8 without a byte order mark, its encoding detected.
std::string toUtf8(std::string_view bytes);

/// A text file as UTF-8, piece by piece; the byte order mark is dropped. Bytes of a UTF-8 file pass unchecked; what
/// cannot be converted from another encoding becomes U+FFFD.
class TextReader {
public:
    /// Throws Error: NotFound, Io.
    TextReader(const std::filesystem::path& path, Encoding encoding);
    /// A file whose encoding is found on the way, by the rules of detectEncoding(): plain ASCII reads the same in all
    /// that remain after the first bytes, so that the file is looked through only when something else turns up.
    TextReader(const std::filesystem::path& path, WhenUnsure whenUnsure);

    /// Appends the next piece (about 256 KB) to `out`; false at the end. Throws Error(Io).
    bool read(std::string& out);

    std::int64_t bytesRead() const { return m_bytesRead; }
    std::int64_t bytesTotal() const { return m_bytesTotal; }
    const std::filesystem::path& path() const { return m_path; }
    /// Looks through the file where it is not decided yet. Throws as detectEncoding().
    Encoding encoding() const;

private:
    struct CloseConverter {
        void operator()(UConverter* converter) const;
    };
    void openConverter();
    void convert(std::string& out, bool isLast);

    std::filesystem::path m_path;
    Encoding m_encoding = Encoding::Utf8;
    std::optional<WhenUnsure> m_undecided; ///< all bytes so far were ASCII
    std::ifstream m_file;
    std::string m_raw;
    std::unique_ptr<UConverter, CloseConverter> m_converter;
    std::int64_t m_bytesRead = 0;
    std::int64_t m_bytesTotal = 0;
    char32_t m_highSurrogate = 0;
    bool m_isStart = true;
    bool m_isEnd = false;
};

/// Reads a text line by line.
class LineReader {
public:
    explicit LineReader(TextReader& text)
        : m_text(text)
    {
    }

    /// The next line without its line end; false at the end. A line over the limit ends the reading: see isTooLong().
    bool next(std::string_view& line);
    std::int64_t lineNumber() const { return m_line; }
    /// False for a last line that the file ends in the middle of.
    bool hadLineEnd() const { return m_hadLineEnd; }
    /// How many bytes after the line lie in memory behind it.
    std::size_t bytesBehind() const { return m_buffer.size() - m_at; }
    bool isTooLong() const { return m_isTooLong; }

    static constexpr std::size_t kMaxLineBytes = std::size_t(64) << 20;

private:
    TextReader& m_text;
    std::string m_buffer;
    std::size_t m_at = 0;
    std::int64_t m_line = 0;
    bool m_hadLineEnd = true;
    bool m_isTooLong = false;
};

} // namespace winnow::dataset
