// One JSON object a line, or a JSON list of such objects: id, image, instruction, response or conversations, under
// their own names, common other ones, or those given by the mapping.
#include "core/base/text.h"
#include "core/dataset/export_file.h"
#include "core/dataset/field_guess.h"
#include "core/dataset/formats.h"
#include "core/dataset/json_source.h"
#include "core/dataset/json_writer.h"
#include "core/dataset/object_fields.h"
#include "core/dataset/talk_source.h"

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

        std::map<std::string, std::string> mapping() const override { return m_fields.mapping(); }

    private:
        void convertObject(jsonrow::object row, RawPair& out) override
        {
            m_fields.setObject(row);
            m_fields.read(row, out);
        }

        ObjectFields m_fields;
    };

    std::string recogniseJsonl(const SourceHead& head)
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

    class JsonlWriter final : public JsonWriter {
    public:
        JsonlWriter(AtomicTextFile& out, std::vector<std::string> metricNames)
            : JsonWriter(out, layoutFor(out, Layout::Lines))
            , m_metricNames(std::move(metricNames))
        {
        }

    private:
        std::string object(const ExportRow& row, const std::vector<std::string>& images) override
        {
            return text::join(R"({"id": )", quotedJson(row.pair.id.value), R"(, "image": )", imagesAsJson(images), ", ",
                textsAsJson(row.pair, images.size()), metricsAsJson(m_metricNames, row.metrics), "}");
        }

        const std::vector<std::string> m_metricNames;
    };

} // namespace

const Format& jsonlFormat()
{
    static const Format kFormat{.name = "jsonl",
        .ending = ".jsonl",
        .takesMapping = true,
        .takesMetrics = true,
        .recognise = recogniseJsonl,
        .open = [](SourcePlace place) -> std::unique_ptr<RowSource> {
            const auto layout = layoutOf(readHead(place.file));
            return std::make_unique<JsonlSource>(std::move(place), layout);
        },
        .makeWriter = [](AtomicTextFile& out, const ExportOptions& options) -> std::unique_ptr<PairWriter> {
            return std::make_unique<JsonlWriter>(out, options.metricNames);
        }};
    return kFormat;
}

} // namespace winnow::dataset
