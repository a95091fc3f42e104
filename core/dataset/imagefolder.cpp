// The Hugging Face hub's image folder: metadata.jsonl with one {"file_name", …} a line, paths relative to its folder; a
// row of several pictures has file_names. The texts are under any name.
#include "core/base/text.h"
#include "core/dataset/export_file.h"
#include "core/dataset/field_guess.h"
#include "core/dataset/formats.h"
#include "core/dataset/json_source.h"
#include "core/dataset/json_writer.h"
#include "core/dataset/object_fields.h"

#include <utility>

namespace winnow::dataset {

namespace {

    constexpr const char* kImage = "file_name";
    constexpr const char* kImages = "file_names";

    class ImageFolderSource final : public JsonSource {
    public:
        explicit ImageFolderSource(SourcePlace given)
            : JsonSource(std::move(given), Layout::Lines)
            , m_fields(place().map)
        {
        }

        std::map<std::string, std::string> mapping() const override { return m_fields.mapping(); }

    private:
        void convertObject(jsonrow::object row, RawPair& out) override
        {
            m_fields.setObject(row);
            m_fields.read(row, out);
            if (place().map.count("image") > 0)
                return;
            auto images = jsonrow::toImages(jsonrow::find(row, kImages), kImages);
            if (!images.empty())
                out.pair.images = std::move(images);
        }

        ObjectFields m_fields;
    };

    std::string recogniseImageFolder(const SourceHead& head)
    {
        if (!head.isLines || !(head.hasKey(kImage) || head.hasKey(kImages)))
            return {};
        const auto fields = guessFields(head.objectKeys, head.map);
        if (fields.count("response") == 0 && fields.count("conversations") == 0)
            return {};
        return text::join("one object a line with ", head.hasKey(kImage) ? kImage : kImages, " and a text");
    }

    class ImageFolderWriter final : public JsonWriter {
    public:
        ImageFolderWriter(AtomicTextFile& out, std::vector<std::string> metricNames)
            : JsonWriter(out, Layout::Lines)
            , m_metricNames(std::move(metricNames))
        {
        }

        std::vector<std::string> notes() const override
        {
            std::vector<std::string> out;
            if (m_textOnly > 0)
                out.push_back(text::join(m_textOnly,
                    " pairs without a picture have no file_name, which programs that "
                    "read image folders may not expect"));
            if (m_several > 0)
                out.push_back(text::join(m_several, " pairs of several pictures have them under file_names"));
            return out;
        }

    private:
        std::string object(const ExportRow& row, const std::vector<std::string>& images) override
        {
            m_textOnly += images.empty() ? 1 : 0;
            m_several += images.size() > 1 ? 1 : 0;
            return text::join("{", quotedJson(images.size() > 1 ? kImages : kImage), ": ", imagesAsJson(images),
                R"(, "id": )", quotedJson(row.pair.id.value), ", ", textsAsJson(row.pair, images.size(), "text"),
                metricsAsJson(m_metricNames, row.metrics), "}");
        }

        const std::vector<std::string> m_metricNames;
        std::int64_t m_textOnly = 0;
        std::int64_t m_several = 0;
    };

} // namespace

const Format& imageFolderFormat()
{
    static const Format kFormat{.name = "imagefolder",
        .usualFile = "metadata.jsonl",
        .isFolder = true,
        .takesMapping = true,
        .takesMetrics = true,
        .recognise = recogniseImageFolder,
        .open = [](SourcePlace place) -> std::unique_ptr<RowSource> {
            return std::make_unique<ImageFolderSource>(std::move(place));
        },
        .makeWriter = [](AtomicTextFile& out, const ExportOptions& options) -> std::unique_ptr<PairWriter> {
            return std::make_unique<ImageFolderWriter>(out, options.metricNames);
        }};
    return kFormat;
}

} // namespace winnow::dataset
