// ShareGPT with pictures, as LLaMA-Factory reads it: objects with {"conversations": [{"from", "value"}], "images":
// […]}, in a list or one a line; a system text stands as a turn or under `system`.
#include "core/base/text.h"
#include "core/dataset/conversation.h"
#include "core/dataset/export_file.h"
#include "core/dataset/formats.h"
#include "core/dataset/json_writer.h"
#include "core/dataset/talk_source.h"

#include <utility>

namespace winnow::dataset {

namespace {

    constexpr const char* kShareGptTurns = "conversations";

    std::string recogniseShareGpt(const SourceHead& head)
    {
        if (head.hasAnnotations || !head.hasKey(kShareGptTurns))
            return {};
        const char* const what = head.isLines ? "one object a line" : "a list of objects";
        if (head.hasKey("images"))
            return text::join(what, " with conversations and a list of images");
        return hasSystem(head, kShareGptTurns) ? text::join(what, " with conversations and a system text") : "";
    }

    class ShareGptWriter final : public JsonWriter {
    public:
        using JsonWriter::JsonWriter;

    private:
        std::string object(const ExportRow& row, const std::vector<std::string>& images) override
        {
            std::string list;
            for (const auto& image : images)
                list += (list.empty() ? "" : ", ") + quotedJson(image);
            return text::join(R"({"id": )", quotedJson(row.pair.id.value), R"(, "conversations": )",
                conversationsAsJson(row.pair, images.size()), R"(, "images": [)", list, "]}");
        }
    };

} // namespace

const Format& shareGptFormat()
{
    static const Format kFormat{.name = "sharegpt",
        .ending = ".json",
        .recognise = recogniseShareGpt,
        .open = [](SourcePlace place) -> std::unique_ptr<RowSource> {
            const auto layout = layoutOf(readHead(place.file));
            return std::make_unique<TalkSource>(std::move(place), layout, kShareGptTurns);
        },
        .makeWriter = [](AtomicTextFile& out, const ExportOptions&) -> std::unique_ptr<PairWriter> {
            return std::make_unique<ShareGptWriter>(out, layoutFor(out, JsonWriter::Layout::List));
        }};
    return kFormat;
}

} // namespace winnow::dataset
