// MiniGPT-4's stage-2 data: filter_cap.json = {"annotations": [{"image_id", "caption"}]} beside image/{image_id}.jpg.
// A bare list is read too, as MiniGPT-4's own reader does. There is no instruction.
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/export_file.h"
#include "core/dataset/formats.h"
#include "core/dataset/json_source.h"

#include <utility>

namespace winnow::dataset {

namespace {

    constexpr std::string_view kImageFolder = "image";

    class CcSbuAlignSource final : public JsonSource {
    public:
        explicit CcSbuAlignSource(SourcePlace given)
            : JsonSource(std::move(given), Layout::List)
        {
            // The root may be the data set's folder or, when the user names it, its folder of pictures.
            const bool isPictureFolder =
                place().isRootGiven && !std::filesystem::exists(place().imagesRoot / kImageFolder);
            m_prefix = isPictureFolder ? "" : std::string(kImageFolder) + "/";
        }

        std::map<std::string, std::string> mapping() const override
        {
            return {{"id", "image_id"}, {"response", "caption"}};
        }

    private:
        void convertObject(jsonrow::object row, RawPair& out) override
        {
            const auto id = jsonrow::find(row, "image_id");
            require(id.has_value(), ErrorCode::BadFile, "image_id is missing");
            out.pair.id.value = jsonrow::toId(*id, "image_id");
            require(!out.pair.id.value.empty(), ErrorCode::BadFile, "image_id is empty");
            const auto caption = jsonrow::find(row, "caption");
            require(caption.has_value(), ErrorCode::BadFile, "caption is missing");
            out.pair.response = jsonrow::toText(*caption, "caption");
            out.pair.images.push_back(m_prefix + out.pair.id.value + ".jpg");
        }

        std::string m_prefix;
    };

    std::string recogniseCcSbuAlign(const SourceHead& head)
    {
        // COCO captions have integer ids of their own beside image_id.
        if (!head.hasKey("image_id") || !head.hasKey("caption") || head.hasKey("id") || head.isLines)
            return {};
        return head.hasAnnotations ? "an object whose annotations have image_id and caption"
                                   : "a list of objects with image_id and caption";
    }

    /// Text as Python's json.dump(indent=4, ensure_ascii=False) writes it.
    class CcSbuAlignWriter final : public PairWriter {
    public:
        explicit CcSbuAlignWriter(AtomicTextFile& out)
            : m_out(out)
        {
        }

        void write(const ExportRow& row, const std::vector<std::string>&) override
        {
            const Pair& pair = row.pair;
            m_out.write(m_count++ == 0 ? "{\n    \"annotations\": [\n" : ",\n");
            m_out.write(text::join("        {\n            \"image_id\": ", quotedJson(pair.id.value),
                ",\n            \"caption\": ", quotedJson(text::joined(pair.responses(), "\n")), "\n        }"));
            m_instructions += pair.instruction.empty() ? 0 : 1;
            m_conversations += pair.turns.empty() ? 0 : 1;
            m_extraImages += pair.images.size() > 1 ? 1 : 0;
        }

        void finish() override { m_out.write(m_count == 0 ? "{\n    \"annotations\": []\n}" : "\n    ]\n}"); }

        std::vector<std::string> notes() const override
        {
            std::vector<std::string> out;
            if (m_instructions > 0)
                out.push_back(
                    text::join("the instructions of ", m_instructions, " pairs have no place in cc_sbu_align"));
            if (m_conversations > 0)
                out.push_back(
                    text::join("the answers of ", m_conversations, " conversations were joined into one caption each"));
            if (m_extraImages > 0)
                out.push_back(text::join(m_extraImages, " pairs keep only the first of their pictures"));
            return out;
        }

    private:
        AtomicTextFile& m_out;
        std::int64_t m_count = 0;
        std::int64_t m_instructions = 0;
        std::int64_t m_conversations = 0;
        std::int64_t m_extraImages = 0;
    };

    /// The reader appends ".jpg" to the id, so a picture keeps its bytes but not its name.
    std::string imageName(const Pair& pair) { return pair.id.value + ".jpg"; }

} // namespace

const Format& ccSbuAlignFormat()
{
    static const Format kFormat{.name = "cc_sbu_align",
        .usualFile = "filter_cap.json",
        .isFolder = true,
        .imageFolder = kImageFolder,
        .hasOneImage = true,
        .recognise = recogniseCcSbuAlign,
        .open = [](SourcePlace place) -> std::unique_ptr<RowSource> {
            return std::make_unique<CcSbuAlignSource>(std::move(place));
        },
        .makeWriter = [](AtomicTextFile& out, const ExportOptions&) -> std::unique_ptr<PairWriter> {
            return std::make_unique<CcSbuAlignWriter>(out);
        },
        .imageName = imageName};
    return kFormat;
}

} // namespace winnow::dataset
