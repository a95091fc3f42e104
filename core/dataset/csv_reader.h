#pragma once

#include "core/dataset/text_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::dataset {

/// Reads records of comma-, tab-, semicolon- or bar-separated text (RFC 4180: quoted fields may hold delimiters, line
/// ends and doubled quotes). Blank lines are passed over.
class CsvReader {
public:
    CsvReader(TextReader& text, char delimiter)
        : m_text(text)
        , m_delimiter(delimiter)
    {
    }

    /// The next record; false at the end. Its fields live until the next call.
    bool next(std::vector<std::string>& fields);
    /// Line where the record starts.
    std::int64_t lineNumber() const { return m_recordLine; }
    /// What is wrong with the quotes of the record, or empty.
    const std::string& problem() const { return m_problem; }
    /// A quote that never closes, or a record over the limit: the reading ended there.
    const std::optional<std::string>& brokeOff() const { return m_brokeOff; }

    static constexpr std::size_t kMaxRecordBytes = std::size_t(16) << 20;
    static constexpr std::size_t kMaxFields = 100'000;

private:
    int peek();
    void bump();
    bool readField(std::string& field);
    bool readQuoted(std::string& field);

    TextReader& m_text;
    const char m_delimiter;
    std::string m_buffer;
    std::size_t m_at = 0;
    std::int64_t m_line = 1;
    std::int64_t m_recordLine = 0;
    std::size_t m_recordBytes = 0;
    std::string m_problem;
    std::optional<std::string> m_brokeOff;
};

/// The delimiter that the first line has most of outside quotes; 0 where it has none.
char guessDelimiter(std::string_view firstLine);

} // namespace winnow::dataset
