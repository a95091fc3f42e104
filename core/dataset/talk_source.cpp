#include "core/dataset/talk_source.h"

#include "core/base/error.h"
#include "core/dataset/object_fields.h"

namespace winnow::dataset {

std::map<std::string, std::string> TalkSource::mapping() const
{
    return {{"id", "id"}, {"image", m_imageKey}, {"conversations", m_turnsKey}};
}

void TalkSource::convertObject(jsonrow::object row, RawPair& out)
{
    if (const auto id = jsonrow::find(row, "id"))
        out.pair.id.value = jsonrow::toId(*id, "id");
    for (const char* const key : {"image", "images"})
        if (const auto image = jsonrow::find(row, key); image && out.pair.images.empty()) {
            out.pair.images = jsonrow::toImages(image, key);
            m_imageKey = key;
        }
    const auto turns = jsonrow::find(row, m_turnsKey);
    require(turns.has_value(), ErrorCode::BadFile, [&] { return m_turnsKey + " is missing"; });
    const auto system = jsonrow::find(row, "system");
    readTalk(*turns, m_turnsKey, out, system ? jsonrow::toText(*system, "system") : std::string());
}

JsonSource::Layout layoutOf(const SourceHead& head)
{
    return head.firstCharacter == '[' ? JsonSource::Layout::List : JsonSource::Layout::Lines;
}

bool hasSystem(const SourceHead& head, std::string_view turnsKey)
{
    if (head.hasKey("system"))
        return true;
    JsonRowParser parser;
    const auto row = jsonrow::toObject(parser.parse(head.firstObject));
    const auto turns = jsonrow::find(row, turnsKey);
    simdjson::dom::array list;
    if (!turns || turns->get(list) != simdjson::SUCCESS)
        return false;
    for (const jsonrow::element turn : list)
        for (const char* const key : {"from", "role"}) {
            std::string_view role;
            if (turn[key].get(role) == simdjson::SUCCESS && role == "system")
                return true;
        }
    return false;
}

} // namespace winnow::dataset
