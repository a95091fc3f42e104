// LLaVA's fine-tuning data: a list of {"id", "image", "conversations": [{"from", "value"}]}; the first question of a
// pair with a picture holds the marker <image>.
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/conversation.h"
#include "core/dataset/export_file.h"
#include "core/dataset/formats.h"
#include "core/dataset/json_source.h"

#include <utility>

namespace winnow::dataset {

namespace {

    class LlavaSource final : public JsonSource {
    public:
        explicit LlavaSource(SourcePlace given)
            : JsonSource(std::move(given), Layout::List)
        {
        }

        std::map<std::string, std::string> mapping() const override
        {
            return {{"id", "id"}, {"image", "image"}, {"conversations", "conversations"}};
        }

    private:
        bool marksPictures() const override { return true; }

        void convertObject(jsonrow::object row, RawPair& out) override
        {
            if (const auto id = jsonrow::find(row, "id"))
                out.pair.id.value = jsonrow::toId(*id, "id");
            out.pair.images = jsonrow::toImages(jsonrow::find(row, "image"), "image");
            const auto conversations = jsonrow::find(row, "conversations");
            require(conversations.has_value(), ErrorCode::BadFile, "conversations is missing");
            setConversation(out.pair, toTurns(*conversations));
        }
    };

    std::string recognise(const SourceHead& head)
    {
        const bool isList = head.firstCharacter == '[' && !head.isLines;
        return isList && head.hasKey("conversations") ? "a list of objects with conversations" : "";
    }

    class LlavaWriter final : public PairWriter {
    public:
        explicit LlavaWriter(AtomicTextFile& out)
            : m_out(out)
        {
        }

        void write(const ExportRow& row, const std::vector<std::string>& images) override
        {
            m_out.write(m_count++ == 0 ? "[\n" : ",\n");
            m_out.write(text::join(R"(  {"id": )", quotedJson(row.pair.id.value)));
            if (!images.empty())
                m_out.write(text::join(R"(, "image": )", imagesAsJson(images)));
            m_out.write(text::join(R"(, "conversations": )", conversationsAsJson(row.pair, images.size()), "}"));
        }

        void finish() override { m_out.write(m_count == 0 ? "[]\n" : "\n]\n"); }

    private:
        AtomicTextFile& m_out;
        std::int64_t m_count = 0;
    };

} // namespace

const Format& llavaFormat()
{
    static const Format kFormat{"llava", "", false, "images", recognise,
        [](SourcePlace place) -> std::unique_ptr<RowSource> { return std::make_unique<LlavaSource>(std::move(place)); },
        [](AtomicTextFile& out, const ExportOptions&) -> std::unique_ptr<PairWriter> {
            return std::make_unique<LlavaWriter>(out);
        },
        [](const Pair&, const std::string& image) { return image; }};
    return kFormat;
}

} // namespace winnow::dataset
