#include "core/dataset/csv_reader.h"

#include "core/base/text.h"

#include <algorithm>

namespace winnow::dataset {

namespace {
    constexpr int kEnd = -1;
}

/// The next character, or kEnd.
int CsvReader::peek()
{
    if (m_at >= m_buffer.size()) {
        m_buffer.clear();
        m_at = 0;
        if (!m_text.read(m_buffer))
            return kEnd;
    }
    return static_cast<unsigned char>(m_buffer[m_at]);
}

void CsvReader::bump()
{
    m_line += m_buffer[m_at] == '\n' ? 1 : 0;
    ++m_at;
    ++m_recordBytes;
}

/// A field whose opening quote was passed; false when the file ends inside or the limit is reached.
bool CsvReader::readQuoted(std::string& field)
{
    for (int c = peek(); c != kEnd && m_recordBytes <= kMaxRecordBytes; c = peek()) {
        bump();
        if (c != '"') {
            field += static_cast<char>(c);
            continue;
        }
        if (peek() != '"')
            return true;
        bump();
        field += '"';
    }
    m_brokeOff = text::join(
        m_text.path().filename().string(), " has a quote that is not closed in the record of line ", m_recordLine);
    return false;
}

bool CsvReader::readField(std::string& field)
{
    field.clear();
    if (peek() == '"') {
        bump();
        if (!readQuoted(field))
            return false;
        const int after = peek();
        if (after != kEnd && after != '\r' && after != '\n' && after != m_delimiter)
            m_problem = "has text after a closing quote";
    }
    for (int c = peek(); c != kEnd && c != '\n' && c != m_delimiter; c = peek()) {
        bump();
        if (c != '\r' || peek() != '\n')
            field += static_cast<char>(c);
        if (m_recordBytes > kMaxRecordBytes) {
            m_brokeOff =
                text::join(m_text.path().filename().string(), " has a record over 16 MB in line ", m_recordLine);
            return false;
        }
    }
    return true;
}

bool CsvReader::next(std::vector<std::string>& fields)
{
    fields.clear();
    m_problem.clear();
    for (int c = peek(); c == '\n' || c == '\r'; c = peek())
        bump();
    if (m_brokeOff || peek() == kEnd)
        return false;
    m_recordLine = m_line;
    m_recordBytes = 0;
    for (;;) {
        if (fields.size() == kMaxFields) {
            m_brokeOff = text::join(m_text.path().filename().string(), " has more than ", kMaxFields,
                " columns in the record of line ", m_recordLine);
            return false;
        }
        fields.emplace_back();
        if (!readField(fields.back()))
            return false;
        const int c = peek();
        if (c != kEnd)
            bump();
        if (c == kEnd || c == '\n')
            return true;
    }
}

char guessDelimiter(std::string_view firstLine)
{
    std::int64_t counts[4] = {};
    constexpr std::string_view kDelimiters = "\t,;|";
    bool isQuoted = false;
    for (const char c : firstLine) {
        isQuoted = c == '"' ? !isQuoted : isQuoted;
        const auto which = kDelimiters.find(c);
        if (!isQuoted && which != std::string_view::npos)
            ++counts[which];
    }
    const auto* const best = std::max_element(std::begin(counts), std::end(counts));
    return *best == 0 ? '\0' : kDelimiters[static_cast<std::size_t>(best - counts)];
}

} // namespace winnow::dataset
