#pragma once

#include "core/dataset/json_row.h"
#include "core/dataset/json_splitter.h"
#include "core/dataset/row_source.h"
#include "core/dataset/text_reader.h"

#include <optional>
#include <string>
#include <vector>

namespace winnow::dataset {

/// A source whose rows are JSON objects: the elements of a list, of the list under `annotations`, or the lines of a
/// file.
class JsonSource : public RowSource {
public:
    enum class Layout { List, Lines };

    JsonSource(SourcePlace place, Layout layout);

    std::optional<std::string> brokeOff() const final;
    std::int64_t bytesRead() const final { return m_text.bytesRead(); }
    std::int64_t bytesTotal() const final { return m_text.bytesTotal(); }
    std::vector<std::string> columns() const final { return m_columns; }
    std::vector<std::string> numericColumns() const final { return m_numbers.names(); }
    std::string encoding() const final { return std::string(toString(m_text.encoding())); }

protected:
    virtual void convertObject(jsonrow::object row, RawPair& out) = 0;

private:
    bool advance() final;
    void convert(RawPair& out) final;
    std::int64_t line() const final { return m_line; }
    bool textsAreUtf8() const final { return true; }
    void lookAtColumns(jsonrow::object row);

    const Layout m_layout;
    TextReader m_text;
    JsonSplitter m_list;
    LineReader m_lines;
    JsonRowParser m_parser;
    std::string_view m_row;
    std::size_t m_bytesBehind = 0; ///< the row
    std::int64_t m_line = 0;
    std::vector<std::string> m_columns;
    NumberColumns m_numbers;
    std::optional<std::string> m_brokeOff;
};

} // namespace winnow::dataset
