#include "core/dataset/object_fields.h"

#include "core/base/error.h"
#include "core/dataset/conversation.h"
#include "core/dataset/field_guess.h"
#include "core/dataset/row_source.h"

#include <utility>

namespace winnow::dataset {

void ObjectFields::setObject(jsonrow::object row)
{
    if (!m_shape.empty() && jsonrow::hasKeys(row, m_shape))
        return;
    m_shape = jsonrow::keys(row);
    m_fields = guessFields(m_shape, m_given);
    m_met.insert(m_fields.begin(), m_fields.end());
}

std::string ObjectFields::column(const std::string& field) const { return mapped(m_fields, field); }

std::optional<jsonrow::element> ObjectFields::value(jsonrow::object row, const std::string& field) const
{
    const auto found = m_fields.find(field);
    return found == m_fields.end() ? std::nullopt : jsonrow::find(row, found->second);
}

void ObjectFields::read(jsonrow::object row, RawPair& out) const
{
    readIdAndImages(row, out);
    readTexts(row, out);
    readMetrics(row, out);
}

void ObjectFields::readIdAndImages(jsonrow::object row, RawPair& out) const
{
    if (const auto id = value(row, "id"))
        out.pair.id.value = jsonrow::toId(*id, column("id"));
    out.pair.images = jsonrow::toImages(value(row, "image"), column("image"));
}

void ObjectFields::readTexts(jsonrow::object row, RawPair& out) const
{
    if (const auto turns = value(row, "conversations")) {
        readTalk(*turns, column("conversations"), out);
        return;
    }
    const auto response = value(row, "response");
    require(response.has_value(), ErrorCode::BadFile, [&] {
        return column("response").empty() ? "there is no response, caption, output or conversations"
                                          : column("response") + " is missing";
    });
    out.pair.response = jsonrow::toText(*response, column("response"));
    if (const auto instruction = value(row, "instruction"))
        out.pair.instruction = jsonrow::toText(*instruction, column("instruction"));
}

void ObjectFields::readMetrics(jsonrow::object row, RawPair& out) const
{
    for (const auto& [field, name] : m_given)
        if (!isPairField(field))
            if (const auto number = jsonrow::find(row, name))
                out.metrics.emplace_back(field, jsonrow::toNumber(*number, name));
}

void readTalk(jsonrow::element list, std::string_view field, RawPair& out, std::string system)
{
    Talk talk = toTalk(list, field, std::move(system));
    out.hadSystem = talk.hadSystem;
    if (out.pair.images.empty())
        out.pair.images = std::move(talk.images);
    setConversation(out.pair, std::move(talk.turns));
}

} // namespace winnow::dataset
