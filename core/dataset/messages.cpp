// OpenAI's chat fine-tuning data: one {"messages": [{"role", "content"}]} a line, where content is a text or a list of
// parts with text and pictures. Lists of such objects are read too, and pictures listed under `images`.
#include "core/base/text.h"
#include "core/dataset/conversation.h"
#include "core/dataset/export_file.h"
#include "core/dataset/formats.h"
#include "core/dataset/json_writer.h"
#include "core/dataset/talk_source.h"

#include <algorithm>
#include <utility>

namespace winnow::dataset {

namespace {

    constexpr const char* kMessages = "messages";

    std::string recogniseMessages(const SourceHead& head)
    {
        if (head.hasAnnotations || !head.hasKey(kMessages))
            return {};
        return head.isLines ? "one object a line with messages" : "a list of objects with messages";
    }

    class MessagesWriter final : public JsonWriter {
    public:
        using JsonWriter::JsonWriter;

    private:
        std::string object(const ExportRow& row, const std::vector<std::string>& images) override
        {
            const auto& turns = row.pair.turns;
            const bool isAsked = turns.empty()
                || std::any_of(turns.begin(), turns.end(), [](const Turn& turn) { return turn.role == Role::User; });
            // Pictures are parts of a question; where nothing is asked they stand beside the turns.
            const std::string beside =
                isAsked || images.empty() ? "" : text::join(R"(, "images": )", imagesAsJson(images));
            return text::join(R"({"id": )", quotedJson(row.pair.id.value), R"(, "messages": )",
                messagesAsJson(row.pair, images), beside, "}");
        }
    };

} // namespace

const Format& messagesFormat()
{
    static const Format kFormat{.name = "messages",
        .ending = ".jsonl",
        .recognise = recogniseMessages,
        .open = [](SourcePlace place) -> std::unique_ptr<RowSource> {
            const auto layout = layoutOf(readHead(place.file));
            return std::make_unique<TalkSource>(std::move(place), layout, kMessages);
        },
        .makeWriter = [](AtomicTextFile& out, const ExportOptions&) -> std::unique_ptr<PairWriter> {
            return std::make_unique<MessagesWriter>(out, layoutFor(out, JsonWriter::Layout::Lines));
        }};
    return kFormat;
}

} // namespace winnow::dataset
