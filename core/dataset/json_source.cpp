#include "core/dataset/json_source.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>

namespace winnow::dataset {

JsonSource::JsonSource(SourcePlace place, Layout layout)
    : RowSource(std::move(place))
    , m_layout(layout)
    , m_text(this->place().file, WhenUnsure::Utf8)
    , m_list(m_text)
    , m_lines(m_text)
{
}

bool JsonSource::advance()
{
    if (m_layout == Layout::List) {
        JsonPiece piece;
        do {
            if (!m_list.next(piece))
                return false;
        } while (!piece.key.empty()); // members beside `annotations`
        m_row = piece.text;
        m_bytesBehind = piece.bytesBehind;
        m_line = piece.line;
        return true;
    }
    do {
        if (!m_lines.next(m_row))
            return false;
    } while (text::trimmed(m_row).empty());
    m_bytesBehind = m_lines.bytesBehind();
    m_line = m_lines.lineNumber();
    return true;
}

void JsonSource::convert(RawPair& out)
{
    simdjson::dom::element row;
    try {
        row = m_parser.parse(m_row, m_bytesBehind);
    } catch (const Error&) {
        if (m_layout == Layout::Lines && !m_lines.hadLineEnd())
            m_brokeOff = text::join(place().file.filename().string(), " breaks off in line ", m_line);
        throw;
    }
    const auto object = jsonrow::toObject(row);
    if (!m_numbers.isDone())
        lookAtColumns(object);
    convertObject(object, out);
}

void JsonSource::lookAtColumns(jsonrow::object row)
{
    constexpr std::size_t kMostColumns = 256;
    for (const auto& field : row) {
        const std::string name(field.key);
        if (m_columns.size() >= kMostColumns)
            break;
        if (std::find(m_columns.begin(), m_columns.end(), name) == m_columns.end())
            m_columns.push_back(name);
        if (!field.value.is_null())
            m_numbers.add(name, jsonrow::isNumber(field.value));
    }
    m_numbers.endRow();
}

std::optional<std::string> JsonSource::brokeOff() const
{
    if (m_layout == Layout::List)
        return m_list.brokeOff();
    if (m_lines.isTooLong())
        return text::join(place().file.filename().string(), " has a line over 64 MB after line ", m_lines.lineNumber());
    return m_brokeOff;
}

} // namespace winnow::dataset
