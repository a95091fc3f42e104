// LLaVA's fine-tuning data: a list of {"id", "image", "conversations": [{"from", "value"}]}; the first question of a
// pair with a picture holds the marker <image>.
#include "core/base/text.h"
#include "core/dataset/conversation.h"
#include "core/dataset/export_file.h"
#include "core/dataset/formats.h"
#include "core/dataset/json_writer.h"
#include "core/dataset/talk_source.h"

#include <utility>

namespace winnow::dataset {

namespace {

    constexpr const char* kLlavaTurns = "conversations";

    std::string recogniseLlava(const SourceHead& head)
    {
        const bool isList = head.firstCharacter == '[' && !head.isLines;
        // Lists of pictures and system texts are ShareGPT's.
        const bool isLlava =
            isList && head.hasKey(kLlavaTurns) && !head.hasKey("images") && !hasSystem(head, kLlavaTurns);
        return isLlava ? "a list of objects with conversations" : "";
    }

    class LlavaWriter final : public JsonWriter {
    public:
        using JsonWriter::JsonWriter;

    private:
        std::string object(const ExportRow& row, const std::vector<std::string>& images) override
        {
            const std::string image = images.empty() ? "" : text::join(R"(, "image": )", imagesAsJson(images));
            return text::join(R"({"id": )", quotedJson(row.pair.id.value), image, R"(, "conversations": )",
                conversationsAsJson(row.pair, images.size()), "}");
        }
    };

} // namespace

const Format& llavaFormat()
{
    static const Format kFormat{.name = "llava",
        .ending = ".json",
        .recognise = recogniseLlava,
        .open = [](SourcePlace place) -> std::unique_ptr<RowSource> {
            return std::make_unique<TalkSource>(std::move(place), JsonSource::Layout::List, kLlavaTurns);
        },
        .makeWriter = [](AtomicTextFile& out, const ExportOptions&) -> std::unique_ptr<PairWriter> {
            return std::make_unique<LlavaWriter>(out, JsonWriter::Layout::List);
        }};
    return kFormat;
}

} // namespace winnow::dataset
