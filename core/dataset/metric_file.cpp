#include "core/dataset/metric_file.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/csv_reader.h"
#include "core/dataset/formats.h"
#include "core/dataset/json_row.h"
#include "core/dataset/json_splitter.h"
#include "core/dataset/row_source.h"
#include "core/domain/metric.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_set>
#include <utility>

namespace winnow::dataset {

namespace {

    constexpr std::string_view kIdNames[] = {"id", "image_id", "pair_id", "sample_id", "question_id"};

    using FieldMap = std::map<std::string, std::string>;
    using Values = std::vector<std::pair<std::string, double>>;

    [[noreturn]] void failFile(const std::filesystem::path& path, ErrorCode code, std::string_view why)
    {
        throw Error(code, text::join("cannot read scores from ", path.string(), ": ", why));
    }

    /// Gathers rows into columns.
    class TableBuilder {
    public:
        TableBuilder(const std::filesystem::path& path, const FieldMap& map, MetricTable& table)
            : m_path(path)
            , m_table(table)
        {
            for (const auto& [metric, field] : map) {
                if (metric == "id") {
                    m_idField = field;
                    continue;
                }
                m_fields.emplace_back(metric, field);
                addColumn(metric);
            }
        }

        const std::string& idField() const { return m_idField; }
        bool takesAll() const { return m_fields.empty(); }
        /// Metric → field as asked for.
        const std::vector<std::pair<std::string, std::string>>& fields() const { return m_fields; }
        bool isMetric(const std::string& name) const { return m_index.count(name) > 0; }
        void sawField(const std::string& field) { m_seenFields.insert(field); }

        void add(std::int64_t line, const std::string& id, const Values& values)
        {
            if (!m_ids.insert(id).second) {
                addBad(line, id, "the id stands in an earlier row");
                return;
            }
            for (const auto& [name, value] : values)
                addColumn(name);
            m_table.ids.push_back(id);
            for (auto& column : m_table.columns)
                column.push_back(kMissing);
            for (const auto& [name, value] : values)
                m_table.columns[m_index.at(name)].back() = value;
        }
        void addBad(std::int64_t line, const std::string& id, std::string reason)
        {
            m_table.badRows.push_back({line, idToTell(id), std::move(reason)});
        }
        std::vector<double>& addColumn(const std::string& name)
        {
            const auto [entry, isNew] = m_index.emplace(name, m_table.columns.size());
            if (isNew) {
                m_table.names.push_back(name);
                m_table.columns.emplace_back(m_table.ids.size(), kMissing);
            }
            return m_table.columns[entry->second];
        }

        /// Throws when the file had nothing of what was asked for.
        void finish() const
        {
            for (const auto& [metric, field] : m_fields)
                if (m_seenFields.count(field) == 0)
                    failFile(m_path, ErrorCode::InvalidInput, text::join("no row has the field ", field));
            if (m_table.rowCount() == 0 && m_table.brokeOff)
                failFile(m_path, ErrorCode::BadFile, *m_table.brokeOff);
            if (m_table.rowCount() == 0 && !m_table.badRows.empty())
                failFile(m_path, ErrorCode::BadFile,
                    text::join("no row is good; the first, in line ", m_table.badRows.front().line, ": ",
                        m_table.badRows.front().reason));
            if (m_table.rowCount() == 0)
                failFile(m_path, ErrorCode::BadFile, "it holds no numbers keyed by an id");
        }

    private:
        const std::filesystem::path& m_path;
        MetricTable& m_table;
        std::string m_idField;
        std::vector<std::pair<std::string, std::string>> m_fields;
        std::map<std::string, std::size_t> m_index;
        std::set<std::string> m_seenFields;
        std::unordered_set<std::string> m_ids;
    };

    std::string idFieldOf(jsonrow::object row, const TableBuilder& builder)
    {
        if (!builder.idField().empty())
            return builder.idField();
        for (const auto name : kIdNames)
            if (jsonrow::find(row, name))
                return std::string(name);
        return {};
    }

    /// The numbers of one object; `skip` is its id field.
    Values numbersOf(jsonrow::object row, const std::string& skip, TableBuilder& builder)
    {
        Values out;
        if (!builder.takesAll()) {
            for (const auto& [metric, field] : builder.fields()) {
                const auto value = jsonrow::find(row, field);
                if (!value)
                    continue;
                builder.sawField(field);
                out.emplace_back(metric, jsonrow::toNumber(*value, field));
            }
            return out;
        }
        for (const auto field : row) {
            const std::string name(field.key);
            if (name == skip || field.value.is_null() || !(jsonrow::isNumber(field.value) || builder.isMetric(name)))
                continue;
            out.emplace_back(name, jsonrow::toNumber(field.value, name));
        }
        return out;
    }

    void addObject(std::string_view row, std::int64_t line, JsonRowParser& parser, TableBuilder& builder)
    {
        std::string id;
        try {
            const auto object = jsonrow::toObject(parser.parse(row));
            const std::string field = idFieldOf(object, builder);
            const auto value = jsonrow::find(object, field);
            require(value.has_value(), ErrorCode::BadFile,
                [&] { return field.empty() ? "there is no id" : field + " is missing"; });
            id = jsonrow::toId(*value, field);
            builder.add(line, id, numbersOf(object, field, builder));
        } catch (const Error& e) {
            builder.addBad(line, id, e.message());
        }
    }

    /// One member of a top object: id → number, or id → object of numbers.
    void addMember(const JsonPiece& piece, const std::string& soleName, JsonRowParser& parser, TableBuilder& builder)
    {
        try {
            const auto value = parser.parse(piece.text);
            if (value.is_object()) {
                builder.add(piece.line, piece.key, numbersOf(jsonrow::toObject(value), {}, builder));
                return;
            }
            for (const auto& [metric, field] : builder.fields())
                builder.sawField(field);
            if (!value.is_null())
                builder.add(piece.line, piece.key, {{soleName, jsonrow::toNumber(value, piece.key)}});
        } catch (const Error& e) {
            builder.addBad(piece.line, piece.key, e.message());
        }
    }

    /// One vector in pair order.
    std::vector<double> toVector(const JsonPiece& piece, JsonRowParser& parser)
    {
        std::vector<double> out;
        simdjson::dom::array list;
        require(
            parser.parse(piece.text).get(list) == simdjson::SUCCESS, ErrorCode::BadFile, piece.key + " is not a list");
        for (const jsonrow::element item : list)
            out.push_back(item.is_null() ? kMissing : jsonrow::toNumber(item, piece.key));
        return out;
    }

    void addVector(const JsonPiece& piece, JsonRowParser& parser, MetricTable& table, TableBuilder& builder)
    {
        std::vector<std::string> names;
        for (const auto& [metric, field] : builder.fields())
            if (field == piece.key)
                names.push_back(metric);
        if (builder.takesAll())
            names.push_back(piece.key);
        if (names.empty())
            return;
        builder.sawField(piece.key);
        const auto values = toVector(piece, parser);
        require(!table.inPairOrder || values.size() == table.rowCount(), ErrorCode::BadFile,
            text::join(piece.key, " has ", values.size(), " numbers, the vectors before have ", table.rowCount()));
        for (const auto& name : names)
            builder.addColumn(name) = values;
        table.inPairOrder = true;
        for (auto& column : table.columns)
            column.resize(values.size(), kMissing);
    }

    /// Metric of a file that is id → bare number: the one asked for, else the file's name.
    std::string soleMetric(const std::filesystem::path& path, const TableBuilder& builder)
    {
        return builder.fields().empty() ? path.stem().string() : builder.fields().front().first;
    }

    void readMembers(JsonSplitter& pieces, const std::filesystem::path& path, MetricTable& table, TableBuilder& builder)
    {
        JsonRowParser parser;
        JsonPiece piece;
        const std::string soleName = soleMetric(path, builder);
        while (pieces.next(piece)) {
            if (!piece.text.starts_with('[')) {
                addMember(piece, soleName, parser, builder);
                continue;
            }
            try {
                addVector(piece, parser, table, builder);
            } catch (const Error& e) {
                failFile(path, ErrorCode::BadFile, e.message());
            }
        }
        if (table.inPairOrder && !table.ids.empty())
            failFile(path, ErrorCode::BadFile, "it mixes vectors with numbers keyed by an id");
    }

    void readJson(const SourceHead& head, TextReader& text, MetricTable& table, TableBuilder& builder)
    {
        const bool isRows = head.firstCharacter == '[' || head.hasAnnotations;
        JsonSplitter pieces(text, isRows ? "annotations" : "");
        if (isRows) {
            JsonRowParser parser;
            JsonPiece piece;
            while (pieces.next(piece))
                if (piece.key.empty())
                    addObject(piece.text, piece.line, parser, builder);
        } else {
            readMembers(pieces, head.file, table, builder);
        }
        table.brokeOff = pieces.brokeOff();
    }

    void readLines(TextReader& text, MetricTable& table, TableBuilder& builder)
    {
        JsonRowParser parser;
        LineReader lines(text);
        std::string_view line;
        while (lines.next(line)) {
            if (text::trimmed(line).empty())
                continue;
            const auto badBefore = table.badRows.size();
            addObject(line, lines.lineNumber(), parser, builder);
            if (!lines.hadLineEnd() && table.badRows.size() > badBefore)
                table.brokeOff =
                    text::join(text.path().filename().string(), " breaks off in line ", lines.lineNumber());
        }
        if (lines.isTooLong())
            table.brokeOff = text::join(text.path().filename().string(), " has a line over 64 MB");
    }

    std::size_t findIdColumn(
        const std::vector<std::string>& columns, const TableBuilder& builder, const std::filesystem::path& path)
    {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto name = text::toLowerAscii(text::trimmed(columns[i]));
            const bool isCommon = std::find(std::begin(kIdNames), std::end(kIdNames), name) != std::end(kIdNames);
            if (builder.idField().empty() ? isCommon : columns[i] == builder.idField())
                return i;
        }
        failFile(path, ErrorCode::InvalidInput,
            text::join("none of its columns ", text::joined(columns, ", "),
                " is the pair's id; name it with the mapping id=COLUMN"));
    }

    /// The number in a table's field; nothing where the field is empty, or where it is text in a column that is no
    /// metric so far.
    void addField(const std::string& column, const std::string& written, TableBuilder& builder, Values& out)
    {
        std::vector<std::string> names;
        for (const auto& [metric, field] : builder.fields())
            if (field == column)
                names.push_back(metric);
        if (builder.takesAll())
            names.push_back(column);
        if (names.empty())
            return;
        builder.sawField(column);
        if (text::trimmed(written).empty())
            return;
        double value = 0;
        const bool isNumber = text::parseDouble(written, value);
        if (!isNumber && builder.takesAll() && !builder.isMetric(column))
            return;
        require(isNumber && std::isfinite(value), ErrorCode::BadFile,
            [&] { return text::join(column, " is \"", text::shortened(written, 30), "\", expected a finite number"); });
        for (const auto& name : names)
            out.emplace_back(name, value);
    }

    void readTable(const SourceHead& head, TextReader& text, MetricTable& table, TableBuilder& builder)
    {
        const char delimiter = guessDelimiter(std::string_view(head.text).substr(0, head.text.find('\n')));
        if (delimiter == '\0')
            failFile(head.file, ErrorCode::BadFile, "it is neither JSON nor a table with a header line");
        CsvReader records(text, delimiter);
        std::vector<std::string> columns, row;
        records.next(columns);
        const std::size_t idColumn = findIdColumn(columns, builder, head.file);
        while (records.next(row)) {
            const std::string id = idColumn < row.size() ? row[idColumn] : std::string();
            try {
                require(records.problem().empty(), ErrorCode::BadFile, records.problem());
                require(row.size() == columns.size(), ErrorCode::BadFile,
                    [&] { return text::join("has ", row.size(), " columns, expected ", columns.size()); });
                require(!id.empty() && text::isValidUtf8(id), ErrorCode::BadFile, "the id is empty or not valid UTF-8");
                Values values;
                for (std::size_t i = 0; i < columns.size(); ++i)
                    if (i != idColumn)
                        addField(columns[i], row[i], builder, values);
                builder.add(records.lineNumber(), id, values);
            } catch (const Error& e) {
                builder.addBad(records.lineNumber(), id, e.message());
            }
        }
        table.brokeOff = records.brokeOff();
    }

} // namespace

MetricTable readMetricFile(const std::filesystem::path& path, const std::map<std::string, std::string>& map)
{
    for (const auto& [metric, field] : map)
        require(!metric.empty() && !field.empty(), ErrorCode::InvalidInput,
            text::join("the mapping ", metric, "=", field, " has an empty side, expected metric=field"));
    // Ids and numbers are plain ASCII in either encoding, so a file with broken texts is still read whole.
    const SourceHead head = readHead(path, {}, WhenUnsure::Gb18030);
    const Encoding encoding = detectEncoding(path, WhenUnsure::Gb18030);
    MetricTable table;
    table.encoding = toString(encoding);
    TableBuilder builder(path, map, table);
    TextReader text(path, encoding);
    const bool hasId = !builder.idField().empty()
        || std::any_of(
            std::begin(kIdNames), std::end(kIdNames), [&](std::string_view name) { return head.hasKey(name); });
    if (head.firstCharacter == '\0')
        failFile(path, ErrorCode::BadFile, "it is empty");
    if (head.firstCharacter != '{' && head.firstCharacter != '[')
        readTable(head, text, table, builder);
    else if (head.isLines && hasId)
        readLines(text, table, builder);
    else
        readJson(head, text, table, builder);
    builder.finish();
    return table;
}

} // namespace winnow::dataset
