// One JSON object a line, or a JSON list of such objects: id, image, instruction, response or conversations, under
// their own names, common other ones, or those given by the mapping.
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/conversation.h"
#include "core/dataset/export_file.h"
#include "core/dataset/field_guess.h"
#include "core/dataset/formats.h"
#include "core/dataset/json_source.h"

#include <cmath>
#include <limits>
#include <utility>

namespace winnow::dataset {

namespace {

    class JsonlSource final : public JsonSource {
    public:
        JsonlSource(SourcePlace given, Layout layout)
            : JsonSource(std::move(given), layout)
            , m_fields(place().map)
        {
        }

        std::map<std::string, std::string> mapping() const override { return m_fields; }

    private:
        void convertObject(jsonrow::object row, RawPair& out) override
        {
            if (m_shape != jsonrow::keys(row)) {
                m_shape = jsonrow::keys(row);
                m_rowFields = guessFields(m_shape, place().map);
                m_fields.insert(m_rowFields.begin(), m_rowFields.end());
            }
            if (const auto id = value(row, "id"))
                out.pair.id.value = jsonrow::toId(*id, column("id"));
            out.pair.images = jsonrow::toImages(value(row, "image"), column("image"));
            if (const auto conversations = value(row, "conversations"))
                setConversation(out.pair, toTurns(*conversations));
            else
                setSingle(row, out.pair);
            for (const auto& [field, name] : place().map)
                if (!isPairField(field))
                    if (const auto number = jsonrow::find(row, name))
                        out.metrics.emplace_back(field, jsonrow::toNumber(*number, name));
        }

        void setSingle(jsonrow::object row, Pair& pair) const
        {
            const auto response = value(row, "response");
            require(response.has_value(), ErrorCode::BadFile,
                column("response").empty() ? "there is no response, caption, output or conversations"
                                           : column("response") + " is missing");
            pair.response = jsonrow::toText(*response, column("response"));
            if (const auto instruction = value(row, "instruction"))
                pair.instruction = jsonrow::toText(*instruction, column("instruction"));
        }

        std::string column(const std::string& field) const { return mapped(m_rowFields, field); }
        std::optional<jsonrow::element> value(jsonrow::object row, const std::string& field) const
        {
            const std::string name = column(field);
            return name.empty() ? std::nullopt : jsonrow::find(row, name);
        }

        std::map<std::string, std::string> m_fields;    ///< met so far
        std::map<std::string, std::string> m_rowFields; ///< of rows with the keys m_shape
        std::vector<std::string> m_shape;
    };

    std::string recognise(const SourceHead& head)
    {
        if (head.hasAnnotations || head.objectKeys.empty())
            return {};
        const auto fields = guessFields(head.objectKeys, head.map);
        if (fields.count("response") == 0 && fields.count("conversations") == 0)
            return {};
        if (head.isLines)
            return text::join("one JSON object a line with ", text::joined(head.objectKeys, ", "));
        return head.firstCharacter == '[' ? text::join("a list of objects with ", text::joined(head.objectKeys, ", "))
                                          : "";
    }

    std::unique_ptr<RowSource> open(SourcePlace place)
    {
        const SourceHead head = readHead(place.file);
        const auto layout = head.firstCharacter == '[' ? JsonSource::Layout::List : JsonSource::Layout::Lines;
        return std::make_unique<JsonlSource>(std::move(place), layout);
    }

    class JsonlWriter final : public PairWriter {
    public:
        JsonlWriter(AtomicTextFile& out, std::vector<std::string> metricNames)
            : m_out(out)
            , m_metricNames(std::move(metricNames))
        {
        }

        void write(const ExportRow& row, const std::vector<std::string>& images) override
        {
            const Pair& pair = row.pair;
            m_out.write(text::join(R"({"id": )", quotedJson(pair.id.value), R"(, "image": )", imagesAsJson(images)));
            if (pair.turns.empty())
                m_out.write(text::join(R"(, "instruction": )", quotedJson(instructionOrStandIn(pair)),
                    R"(, "response": )", quotedJson(pair.response)));
            else
                m_out.write(text::join(R"(, "conversations": )", conversationsAsJson(pair, images.size())));
            for (std::size_t i = 0; i < m_metricNames.size(); ++i) {
                const double value = i < row.metrics.size() ? row.metrics[i] : kMissingValue;
                m_out.write(text::join(
                    ", ", quotedJson(m_metricNames[i]), ": ", std::isfinite(value) ? text::toText(value) : "null"));
            }
            m_out.write("}\n");
        }

        void finish() override { }

    private:
        static constexpr double kMissingValue = std::numeric_limits<double>::quiet_NaN();
        AtomicTextFile& m_out;
        const std::vector<std::string> m_metricNames;
    };

} // namespace

const Format& jsonlFormat()
{
    static const Format kFormat{"jsonl", "", false, "images", recognise, open,
        [](AtomicTextFile& out, const ExportOptions& options) -> std::unique_ptr<PairWriter> {
            return std::make_unique<JsonlWriter>(out, options.metricNames);
        },
        [](const Pair&, const std::string& image) { return image; }};
    return kFormat;
}

} // namespace winnow::dataset
