#include "core/demo/conversation.h"

#include "core/evaluate/evaluator.h"

#include <algorithm>
#include <array>

namespace winnow::demo {

struct ConversationWriter::Row {
    std::vector<std::int64_t> ids, positions, turns; ///< turn 0 is the prefix
    std::int64_t prefixLength = 0, turnCount = 0;
    std::vector<std::array<std::int64_t, 2>> answers, captions, next;
    std::vector<std::array<std::int64_t, 6>> probes;
};

namespace {

    Question drawQuestion(const Scene& scene, int number, Random& random)
    {
        Question question;
        if (number % 3 == 2) {
            question = writeOpen(scene, static_cast<Open>(random.below(4)), random);
        } else {
            static const std::vector<Topic> kTopics{Topic::Existence, Topic::Count, Topic::Position, Topic::Position,
                Topic::Colour, Topic::Colour, Topic::Colour, Topic::Scene, Topic::Scene};
            const Topic topic = random.pick(kTopics);
            question = writeYesNo(scene, topic, random.chance(0.5), random);
            if (random.chance(0.5))
                question.text += " Please answer yes or no.";
        }
        return question;
    }

    std::array<std::int64_t, 6> probeOf(std::int64_t at, const Group* group)
    {
        if (!group)
            return {at, 0, kKindCount, kColourCount, 0, kPlaceCount};
        return {
            at, 1, std::int64_t(group->kind), std::int64_t(group->colour), group->count, std::int64_t(group->place)};
    }

    /// Only whether what was said is so.
    std::array<std::int64_t, 6> claimProbe(std::int64_t at, bool isSo)
    {
        return {at, isSo ? 1 : 0, kKindCount, kColourCount, 0, kPlaceCount};
    }

    torch::Tensor column(const std::vector<std::int64_t>& values) { return torch::tensor(values, torch::kLong); }

} // namespace

void ConversationWriter::addProbes(
    Row& row, const Scene& scene, std::size_t first, std::size_t answerFirst, bool isDescription) const
{
    const auto stop = m_tokenizer.encode("a.").back();
    const Group* subject = nullptr;
    for (std::size_t i = first; i < row.ids.size(); ++i) {
        const int kind = m_words.findKind(row.ids[i]), place = m_words.findPlace(row.ids[i]);
        const int colour = m_words.findColour(row.ids[i]), setting = m_words.findSetting(row.ids[i], scene);
        if (kind >= 0)
            subject = scene.find(static_cast<Kind>(kind));
        if (colour >= 0 && i < answerFirst)
            row.probes.push_back(
                claimProbe(std::int64_t(i), subject && subject->colour == static_cast<Colour>(colour)));
        if (setting >= 0)
            row.probes.push_back(claimProbe(std::int64_t(i), setting == 1));
        if (kind >= 0)
            row.probes.push_back(probeOf(std::int64_t(i), scene.find(static_cast<Kind>(kind))));
        if (place >= 0)
            row.probes.push_back(probeOf(std::int64_t(i), scene.find(static_cast<Place>(place))));
        if (isDescription && i >= answerFirst && row.ids[i] == stop) {
            int next = kPlaceCount;
            for (std::size_t j = i + 1; j < row.ids.size() && next == kPlaceCount && row.ids[j] != stop; ++j)
                if (const int found = m_words.findPlace(row.ids[j]); found >= 0)
                    next = found;
            row.next.push_back({std::int64_t(i), next});
        }
    }
}

void ConversationWriter::addTurn(
    Row& row, const Scene& scene, const Question& question, bool isDescription, bool isChat) const
{
    const auto prompt = m_tokenizer.encode("</Img> " + question.text + (isChat ? "###Assistant: " : " ###Assistant: "));
    const auto answer = m_tokenizer.encode(question.answer + "###");
    const std::size_t first = row.ids.size(), answerFirst = first + prompt.size();
    ++row.turnCount;
    std::int64_t position = row.prefixLength;
    for (const auto* part : {&prompt, &answer})
        for (const auto id : *part) {
            row.ids.push_back(id);
            row.positions.push_back(position++);
            row.turns.push_back(row.turnCount);
        }
    for (std::size_t i = answerFirst; i < row.ids.size(); ++i)
        (isDescription ? row.captions : row.answers).push_back({std::int64_t(i) - 1, row.ids[i]});
    addProbes(row, scene, first, answerFirst, isDescription);
}

ConversationWriter::Row ConversationWriter::beginRow(const std::vector<std::int64_t>& prefix) const
{
    Row row;
    row.ids.push_back(m_tokenizer.beginToken());
    row.ids.insert(row.ids.end(), prefix.begin(), prefix.end());
    row.ids.insert(row.ids.end(), std::size_t(kSlotCount), 0);
    row.prefixLength = std::int64_t(row.ids.size());
    for (std::int64_t i = 0; i < row.prefixLength; ++i) {
        row.positions.push_back(i);
        row.turns.push_back(0);
    }
    return row;
}

void ConversationWriter::fillTokens(std::vector<Row>& rows, PackedBatch& batch)
{
    std::size_t longest = 0;
    for (const Row& row : rows)
        longest = std::max(longest, row.ids.size());
    std::vector<std::int64_t> ids, positions, turns;
    for (Row& row : rows) {
        row.ids.resize(longest, 0);
        row.positions.resize(longest, 0);
        row.turns.resize(longest, -1);
        ids.insert(ids.end(), row.ids.begin(), row.ids.end());
        positions.insert(positions.end(), row.positions.begin(), row.positions.end());
        turns.insert(turns.end(), row.turns.begin(), row.turns.end());
    }
    const auto B = std::int64_t(rows.size()), T = std::int64_t(longest);
    batch.ids = column(ids).view({B, T});
    batch.positions = column(positions).view({B, T});
    const auto turn = column(turns).view({B, T});
    const auto sameTurn =
        turn.unsqueeze(1).eq(turn.unsqueeze(2)).logical_or(turn.unsqueeze(1).eq(0)); // [B, query, key]
    const auto causal = torch::ones({T, T}, torch::kBool).tril();
    batch.mask = models::additiveMask(sameTurn.logical_and(causal), torch::kFloat).unsqueeze(1); // [B, 1, T, T]
}

void ConversationWriter::fillTargets(const std::vector<Row>& rows, PackedBatch& batch)
{
    const auto T = batch.ids.size(1);
    std::int64_t start = 0;
    std::vector<std::int64_t> probeRows, probeLabels;
    const auto collect = [&](auto member, torch::Tensor& places, torch::Tensor& values) {
        std::vector<std::int64_t> at, what;
        for (std::size_t b = 0; b < rows.size(); ++b)
            for (const auto& pair : rows[b].*member) {
                at.push_back(std::int64_t(b) * T + pair[0]);
                what.push_back(pair[1]);
            }
        places = column(at);
        values = column(what);
    };
    collect(&Row::answers, batch.answerRows, batch.answerTokens);
    collect(&Row::captions, batch.captionRows, batch.captionTokens);
    collect(&Row::next, batch.nextRows, batch.nextLabels);
    for (const Row& row : rows) {
        for (const auto& probe : row.probes) {
            probeRows.push_back(start + probe[0]);
            probeLabels.insert(probeLabels.end(), probe.begin() + 1, probe.end());
        }
        start += T;
    }
    batch.probeRows = column(probeRows);
    batch.probeLabels = column(probeLabels).view({-1, 5});
}

PackedBatch ConversationWriter::write(
    const std::vector<const Scene*>& scenes, int questionsPerScene, Random& random) const
{
    const bool isChat = random.chance(0.25);
    const std::string chat = evaluate::publishedChatTemplate();
    const auto prefix = m_tokenizer.encode((isChat ? chat.substr(0, chat.find("{}")) : "###Human: ") + "<Img>");
    PackedBatch batch;
    batch.slots = m_words.idsOf(scenes);
    batch.slotStart = 1 + std::int64_t(prefix.size());
    std::vector<Row> rows;
    for (const Scene* scene : scenes) {
        Row row = beginRow(prefix);
        const bool isDescribed = rows.size() % 2 == 0;
        if (isDescribed)
            addTurn(row, *scene, {writeInstruction(random), writeCaption(*scene, random)}, true, isChat);
        for (int i = 0; i < (isDescribed ? questionsPerScene : questionsPerScene + 4); ++i)
            addTurn(row, *scene, drawQuestion(*scene, i, random), false, isChat);
        rows.push_back(std::move(row));
    }
    fillTokens(rows, batch);
    fillTargets(rows, batch);
    return batch;
}

} // namespace winnow::demo
