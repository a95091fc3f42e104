#include "core/demo/slots.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/demo/grammar.h"

#include <algorithm>

namespace winnow::demo {

namespace {

    std::vector<std::int64_t> idsOfWords(const text::Tokenizer& tokenizer, const std::vector<std::string>& words)
    {
        std::vector<std::int64_t> ids;
        for (const std::string& word : words) {
            const auto encoded = tokenizer.encode(word);
            require(encoded.size() == 1, ErrorCode::Internal, text::join("the word ", word, " is not one token"));
            ids.push_back(encoded.front());
        }
        return ids;
    }

} // namespace

SlotWords::SlotWords(const text::Tokenizer& tokenizer)
    : m_places(idsOfWords(tokenizer, {"left", "middle", "right", "air"}))
    , m_grounds(idsOfWords(tokenizer, {"meadow", "beach", "street", "desert", "valley", "room"}))
    , m_lights(idsOfWords(tokenizer, {"day", "sunset", "night"}))
    , m_weathers(idsOfWords(tokenizer, {"clear", "cloudy", "raining", "snowing"}))
    , m_none(idsOfWords(tokenizer, {"no"}).front())
{
    for (int kind = 0; kind < kKindCount; ++kind) {
        const auto ids = idsOfWords(tokenizer, nounOf(static_cast<Kind>(kind)).singular);
        m_kinds.push_back(ids.front());
        for (const auto id : ids)
            m_kindOf.emplace_back(id, kind);
    }
    for (int colour = 0; colour < kColourCount; ++colour)
        m_colours.push_back(idsOfWords(tokenizer, {std::string(wordOf(static_cast<Colour>(colour)))}).front());
    for (int count = 1; count <= kMaxCount; ++count)
        m_counts.push_back(idsOfWords(tokenizer, {std::string(wordOfCount(count))}).front());
}

int SlotWords::findKind(std::int64_t id) const
{
    for (const auto& [word, kind] : m_kindOf)
        if (word == id)
            return kind;
    return -1;
}

int SlotWords::findPlace(std::int64_t id) const
{
    for (std::size_t i = 0; i < m_places.size(); ++i)
        if (m_places[i] == id)
            return int(i);
    return -1;
}

int SlotWords::findColour(std::int64_t id) const
{
    const auto found = std::find(m_colours.begin(), m_colours.end(), id);
    return found == m_colours.end() ? -1 : int(found - m_colours.begin());
}

int SlotWords::findSetting(std::int64_t id, const Scene& scene) const
{
    const std::pair<const std::vector<std::int64_t>*, int> lists[] = {
        {&m_grounds, int(scene.ground)}, {&m_lights, int(scene.light)}, {&m_weathers, int(scene.weather)}};
    for (const auto& [words, actual] : lists)
        if (const auto found = std::find(words->begin(), words->end(), id); found != words->end())
            return found - words->begin() == actual ? 1 : 0;
    return -1;
}

torch::Tensor SlotWords::idsOf(const std::vector<const Scene*>& scenes) const
{
    std::vector<std::int64_t> ids;
    const auto add = [&](std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
        ids.insert(ids.end(), {a, b, c, d});
    };
    const auto addGroup = [&](std::int64_t first, std::int64_t second, const Group* group) {
        if (group)
            add(first, second, m_colours[std::size_t(group->colour)], m_counts[std::size_t(group->count - 1)]);
        else
            add(first, m_none, -1, -1);
    };
    for (const Scene* scene : scenes) {
        for (std::size_t kind = 0; kind < m_kinds.size(); ++kind) {
            const Group* group = scene->find(static_cast<Kind>(kind));
            addGroup(m_kinds[kind], group ? m_places[std::size_t(group->place)] : -1, group);
        }
        for (std::size_t place = 0; place < m_places.size(); ++place) {
            const Group* group = scene->find(static_cast<Place>(place));
            addGroup(m_places[place], group ? m_kinds[std::size_t(group->kind)] : -1, group);
        }
        add(m_grounds[std::size_t(scene->ground)], m_lights[std::size_t(scene->light)], -1, -1);
        add(m_weathers[std::size_t(scene->weather)], -1, -1, -1);
    }
    return torch::tensor(ids, torch::kLong).view({std::int64_t(scenes.size()), kSlotCount, 4});
}

} // namespace winnow::demo
