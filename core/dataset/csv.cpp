// Tables with a header line: CSV, TSV and kin. Several rows of one picture are welcome (Flickr8k: image,caption).
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/conversation.h"
#include "core/dataset/csv_reader.h"
#include "core/dataset/export_file.h"
#include "core/dataset/field_guess.h"
#include "core/dataset/formats.h"
#include "core/dataset/object_fields.h"

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
        TextReader text(head.file, WhenUnsure::Utf8);
        std::vector<std::string> columns;
        CsvReader(text, delimiter).next(columns);
        return columns;
    }

    class CsvSource final : public RowSource {
    public:
        CsvSource(SourcePlace given, char delimiter)
            : RowSource(std::move(given))
            , m_text(place().file, WhenUnsure::Utf8)
            , m_records(m_text, delimiter)
        {
            require(m_records.next(m_columns) && m_records.problem().empty(), ErrorCode::BadFile,
                text::join("cannot import ", place().file.string(), ": it has no header line"));
            m_map = guessFields(m_columns, place().map);
            require(m_map.count("response") > 0 || m_map.count("conversations") > 0, ErrorCode::BadFile,
                text::join("cannot import ", place().file.string(), ": none of its columns ",
                    text::joined(m_columns, ", "), " is a response; name it with the mapping response=COLUMN"));
            m_id = findColumn("id");
            m_image = findColumn("image");
            m_instruction = findColumn("instruction");
            m_response = findColumn("response");
            m_conversations = findColumn("conversations");
            for (const auto& [field, column] : place().map)
                if (!isPairField(field))
                    m_metrics.emplace_back(field, findColumn(field));
        }

        std::map<std::string, std::string> mapping() const override { return m_map; }
        std::vector<std::string> columns() const override { return m_columns; }
        std::vector<std::string> numericColumns() const override { return m_numbers.names(); }
        std::string encoding() const override { return std::string(toString(m_text.encoding())); }
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
        std::string& at(Column column) { return m_row[*column]; }

        void convert(RawPair& out) override
        {
            require(m_records.problem().empty(), ErrorCode::BadFile, m_records.problem());
            require(m_row.size() == m_columns.size(), ErrorCode::BadFile,
                [&] { return text::join("has ", m_row.size(), " columns, expected ", m_columns.size()); });
            if (!m_numbers.isDone())
                lookAtColumns();
            if (m_id) {
                out.pair.id.value = at(m_id);
                require(!out.pair.id.value.empty(), ErrorCode::BadFile, [&] { return m_columns[*m_id] + " is empty"; });
            }
            if (m_image && !at(m_image).empty())
                out.pair.images = toImages(at(m_image));
            for (const auto& [name, column] : m_metrics)
                addMetric(name, *column, out);
            readTexts(out);
        }

        /// A cell with a JSON list of turns outdoes the others of its row.
        void readTexts(RawPair& out)
        {
            if (m_conversations && !text::trimmed(at(m_conversations)).empty()) {
                readTalk(m_parser.parse(at(m_conversations)), m_columns[*m_conversations], out);
                return;
            }
            // Without it there is a column of conversations: the constructor saw to it.
            require(
                m_response.has_value(), ErrorCode::BadFile, [&] { return m_columns[*m_conversations] + " is empty"; });
            if (m_instruction)
                out.pair.instruction = at(m_instruction);
            out.pair.response = std::move(at(m_response));
        }

        /// One path, or a JSON list of them.
        std::vector<std::string> toImages(std::string cell)
        {
            if (!cell.starts_with('['))
                return {std::move(cell)};
            try {
                return jsonrow::toImages(m_parser.parse(cell), "image");
            } catch (const Error&) {
                return {std::move(cell)}; // a name may begin with a bracket
            }
        }

        void lookAtColumns()
        {
            for (std::size_t i = 0; i < m_columns.size(); ++i) {
                double number = 0;
                if (!text::trimmed(m_row[i]).empty())
                    m_numbers.add(m_columns[i], text::parseDouble(m_row[i], number) && std::isfinite(number));
            }
            m_numbers.endRow();
        }

        void addMetric(const std::string& name, std::size_t column, RawPair& out) const
        {
            const std::string& written = m_row[column];
            if (text::trimmed(written).empty())
                return;
            double value = 0;
            require(text::parseDouble(written, value) && std::isfinite(value), ErrorCode::BadFile, [&] {
                return text::join(
                    m_columns[column], " is \"", text::shortened(written, 30), "\", expected a finite number");
            });
            out.metrics.emplace_back(name, value);
        }

        TextReader m_text;
        CsvReader m_records;
        std::vector<std::string> m_columns;
        std::map<std::string, std::string> m_map;
        Column m_id, m_image, m_instruction, m_response, m_conversations;
        JsonRowParser m_parser;
        NumberColumns m_numbers;
        std::vector<std::pair<std::string, Column>> m_metrics;
        std::vector<std::string> m_row;
    };

    std::string recogniseCsv(const SourceHead& head)
    {
        const auto columns = headerOf(head);
        const auto fields = guessFields(columns, head.map);
        if ((fields.count("response") == 0 && fields.count("conversations") == 0) || columns.size() < 2)
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

    /// RFC 4180, always with the same columns; turns stand as a JSON list in the last of them before the metrics.
    class CsvWriter final : public PairWriter {
    public:
        CsvWriter(AtomicTextFile& out, const ExportOptions& options)
            : m_out(out)
            , m_delimiter(text::toLowerAscii(out.path().extension().string()) == ".tsv" ? '\t' : ',')
            , m_metricCount(options.metricNames.size())
        {
            std::vector<std::string> columns{"id", "image", "instruction", "response", "conversations"};
            columns.insert(columns.end(), options.metricNames.begin(), options.metricNames.end());
            writeRecord(columns);
        }

        void write(const ExportRow& row, const std::vector<std::string>& images) override
        {
            const Pair& pair = row.pair;
            const bool isPlain = images.size() == 1 && !images.front().starts_with('[');
            std::string list;
            for (const auto& image : images)
                list += (list.empty() ? "[" : ", ") + quotedJson(image);
            std::vector<std::string> fields{pair.id.value, isPlain || images.empty() ? "" : list + "]",
                pair.turns.empty() ? instructionOrStandIn(pair) : pair.instruction, pair.response,
                pair.turns.empty() ? "" : conversationsAsJson(pair, images.size())};
            if (isPlain)
                fields[1] = images.front();
            for (std::size_t i = 0; i < m_metricCount; ++i)
                fields.push_back(
                    i < row.metrics.size() && std::isfinite(row.metrics[i]) ? text::toText(row.metrics[i]) : "");
            writeRecord(fields);
        }

        void finish() override { }

    private:
        void writeRecord(const std::vector<std::string>& fields)
        {
            for (std::size_t i = 0; i < fields.size(); ++i) {
                if (i > 0)
                    m_out.write(std::string_view(&m_delimiter, 1));
                writeField(fields[i]);
            }
            m_out.write("\r\n");
        }

        void writeField(const std::string& field)
        {
            static constexpr std::string_view kSpecial = "\"\r\n,;|\t";
            if (field.find_first_of(kSpecial) == std::string::npos) {
                m_out.write(field);
                return;
            }
            m_out.write("\"");
            m_out.write(text::replaced(field, "\"", "\"\""));
            m_out.write("\"");
        }

        AtomicTextFile& m_out;
        const char m_delimiter;
        const std::size_t m_metricCount;
    };

} // namespace

const Format& csvFormat()
{
    static const Format kFormat{.name = "csv",
        .ending = ".csv",
        .takesMapping = true,
        .takesMetrics = true,
        .recognise = recogniseCsv,
        .open = open,
        .makeWriter = [](AtomicTextFile& out, const ExportOptions& options) -> std::unique_ptr<PairWriter> {
            return std::make_unique<CsvWriter>(out, options);
        }};
    return kFormat;
}

} // namespace winnow::dataset
