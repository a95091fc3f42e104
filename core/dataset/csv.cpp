// Tables with a header line: CSV, TSV and kin. Several rows of one picture are welcome (Flickr8k: image,caption).
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/csv_reader.h"
#include "core/dataset/export_file.h"
#include "core/dataset/field_guess.h"
#include "core/dataset/formats.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace winnow::dataset {

namespace {

    std::string_view firstLine(std::string_view head) { return head.substr(0, head.find('\n')); }

    std::vector<std::string> headerOf(const SourceHead& head)
    {
        const char delimiter = guessDelimiter(firstLine(head.text));
        if (delimiter == '\0' || head.firstCharacter == '{' || head.firstCharacter == '[')
            return {};
        TextReader text(head.file, detectEncoding(head.file, WhenUnsure::Utf8));
        std::vector<std::string> columns;
        CsvReader(text, delimiter).next(columns);
        return columns;
    }

    class CsvSource final : public RowSource {
    public:
        CsvSource(SourcePlace given, char delimiter)
            : RowSource(std::move(given))
            , m_text(place().file, detectEncoding(place().file, WhenUnsure::Utf8))
            , m_records(m_text, delimiter)
        {
            require(m_records.next(m_columns) && m_records.problem().empty(), ErrorCode::BadFile,
                text::join("cannot import ", place().file.string(), ": it has no header line"));
            m_map = guessFields(m_columns, place().map);
            require(m_map.count("response") > 0, ErrorCode::BadFile,
                text::join("cannot import ", place().file.string(), ": none of its columns ",
                    text::joined(m_columns, ", "), " is a response; name it with the mapping response=COLUMN"));
            m_id = findColumn("id");
            m_image = findColumn("image");
            m_instruction = findColumn("instruction");
            m_response = findColumn("response");
            for (const auto& [field, column] : place().map)
                if (!isPairField(field))
                    m_metrics.emplace_back(field, findColumn(field));
        }

        std::map<std::string, std::string> mapping() const override { return m_map; }
        std::vector<std::string> columns() const override { return m_columns; }
        std::optional<std::string> brokeOff() const override { return m_records.brokeOff(); }
        std::int64_t bytesRead() const override { return m_text.bytesRead(); }
        std::int64_t bytesTotal() const override { return m_text.bytesTotal(); }

    private:
        using Column = std::optional<std::size_t>;

        Column findColumn(const std::string& field) const
        {
            const std::string name = mapped(m_map, field);
            if (name.empty())
                return std::nullopt;
            const auto found = std::find(m_columns.begin(), m_columns.end(), name);
            require(found != m_columns.end(), ErrorCode::InvalidInput,
                text::join("cannot import ", place().file.string(), ": it has no column ", name, " (there are ",
                    text::joined(m_columns, ", "), ")"));
            return static_cast<std::size_t>(found - m_columns.begin());
        }

        bool advance() override { return m_records.next(m_row); }
        std::int64_t line() const override { return m_records.lineNumber(); }
        const std::string& at(Column column) const { return m_row[*column]; }

        void convert(RawPair& out) override
        {
            require(m_records.problem().empty(), ErrorCode::BadFile, m_records.problem());
            require(m_row.size() == m_columns.size(), ErrorCode::BadFile,
                text::join("has ", m_row.size(), " columns, expected ", m_columns.size()));
            if (m_id) {
                out.pair.id.value = at(m_id);
                require(!out.pair.id.value.empty(), ErrorCode::BadFile, m_columns[*m_id] + " is empty");
            }
            if (m_image && !at(m_image).empty())
                out.pair.images.push_back(at(m_image));
            if (m_instruction)
                out.pair.instruction = at(m_instruction);
            out.pair.response = at(m_response);
            for (const auto& [name, column] : m_metrics)
                addMetric(name, *column, out);
        }

        void addMetric(const std::string& name, std::size_t column, RawPair& out) const
        {
            const std::string& written = m_row[column];
            if (text::trimmed(written).empty())
                return;
            double value = 0;
            require(text::parseDouble(written, value) && std::isfinite(value), ErrorCode::BadFile,
                text::join(m_columns[column], " is \"", text::shortened(written, 30), "\", expected a finite number"));
            out.metrics.emplace_back(name, value);
        }

        TextReader m_text;
        CsvReader m_records;
        std::vector<std::string> m_columns;
        std::map<std::string, std::string> m_map;
        Column m_id, m_image, m_instruction, m_response;
        std::vector<std::pair<std::string, Column>> m_metrics;
        std::vector<std::string> m_row;
    };

    std::string recognise(const SourceHead& head)
    {
        const auto columns = headerOf(head);
        const auto fields = guessFields(columns, head.map);
        if (fields.count("response") == 0 || columns.size() < 2)
            return {};
        return text::join("a table with the columns ", text::joined(columns, ", "));
    }

    std::unique_ptr<RowSource> open(SourcePlace place)
    {
        const SourceHead head = readHead(place.file);
        const char delimiter = guessDelimiter(firstLine(head.text));
        require(delimiter != '\0', ErrorCode::BadFile,
            text::join("cannot import ", place.file.string(), ": its first line has no comma, tab, semicolon or bar"));
        return std::make_unique<CsvSource>(std::move(place), delimiter);
    }

} // namespace

const Format& csvFormat()
{
    static const Format kFormat{"csv", "", false, "images", recognise, open, nullptr, nullptr};
    return kFormat;
}

} // namespace winnow::dataset
