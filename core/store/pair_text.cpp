#include "core/store/pair_text.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/column_file.h"

#include <chrono>

namespace winnow::store {

namespace {

    constexpr char kPartEnd = '\x1f';
    constexpr std::size_t kTrigram = 3;

    std::vector<std::string> toImages(const std::string& text)
    {
        if (text.empty())
            return {};
        if (text.front() != '[')
            return {text};
        const Json object = {{"images", json::parse(text, "the images of a pair")}};
        return json::field<std::vector<std::string>>(object, "images", "a pair");
    }

    std::vector<Turn> toTurns(const std::string& text)
    {
        std::vector<Turn> turns;
        const Json list = json::parse(text, "the turns of a pair");
        for (const auto& item : list) {
            require(item.is_array() && item.size() == 2 && item[0].is_string() && item[1].is_string(),
                ErrorCode::BadFile, "the turns of a pair in the project file are damaged");
            turns.push_back({item[0] == "assistant" ? Role::Assistant : Role::User, item[1].get<std::string>()});
        }
        return turns;
    }

    constexpr auto kSelectTexts = "SELECT row, id, images, instruction, response, turns FROM pair "
                                  "JOIN pair_content USING (row) WHERE row >= ? ORDER BY row";

    std::string searchableRow(Statement& row)
    {
        const PairContent content{
            row.text(2), row.text(3), row.text(4), row.isNull(5) ? std::nullopt : std::optional(row.text(5))};
        return searchableText(row.textView(1), content);
    }

    /// The needle as one phrase of the index's language.
    std::string asPhrase(std::string_view needle) { return text::join('"', text::replaced(needle, "\"", "\"\""), '"'); }

} // namespace

std::string PairContent::joined() const
{
    return text::join(images, kPartEnd, instruction, kPartEnd, response, kPartEnd, turns.value_or(""));
}

std::string_view imagesText(const std::vector<std::string>& images, std::string& room)
{
    if (images.size() == 1 && !images.front().empty() && images.front().front() != '[')
        return images.front();
    room = images.empty() ? "" : json::dump(images);
    return room;
}

std::string toImagesText(const std::vector<std::string>& images)
{
    std::string room;
    return std::string(imagesText(images, room));
}

std::optional<std::string> toTurnsText(const std::vector<Turn>& turns)
{
    if (turns.empty())
        return std::nullopt;
    Json list = Json::array();
    for (const auto& turn : turns)
        list.push_back({turn.role == Role::Assistant ? "assistant" : "user", turn.text});
    return json::dump(list);
}

PairContent toContent(const Pair& pair)
{
    return {toImagesText(pair.images), pair.instruction, pair.response, toTurnsText(pair.turns)};
}

Pair toPair(std::string id, const PairContent& content)
{
    Pair pair;
    pair.id.value = std::move(id);
    pair.images = toImages(content.images);
    pair.instruction = content.instruction;
    pair.response = content.response;
    if (content.turns)
        pair.turns = toTurns(*content.turns);
    return pair;
}

std::string searchableText(std::string_view id, const PairContent& content)
{
    std::string out(id);
    const auto append = [&](std::string_view part) {
        out += kPartEnd;
        out += part;
    };
    for (const auto& image : toImages(content.images))
        append(image);
    if (content.turns) {
        for (const auto& turn : toTurns(*content.turns))
            append(turn.text);
    } else {
        append(content.instruction);
        append(content.response);
    }
    return text::toLowerAscii(out);
}

std::int64_t textsIndexed(Database& database)
{
    return database.number("SELECT next_row FROM pair_index_state WHERE one = 1").value_or(0);
}

std::vector<PairRow> searchPairs(Database& database, std::string_view needle)
{
    Transaction reading(database, Transaction::Kind::Read);
    std::vector<PairRow> out;
    const auto lowered = text::toLowerAscii(needle);
    const bool canUseIndex = text::isValidUtf8(lowered) && text::countCodePoints(lowered) >= kTrigram
        && lowered.find('\0') == std::string::npos;
    const auto count = pairCount(database);
    std::int64_t from = 0;
    if (canUseIndex && textsIndexed(database) > 0) {
        from = textsIndexed(database);
        auto found = database.prepare("SELECT rowid FROM pair_index WHERE pair_index MATCH ? ORDER BY rowid");
        found.with(asPhrase(lowered));
        while (found.next()) {
            const auto row = found.integer(0);
            require(row >= 0 && row < count, ErrorCode::BadFile, [&] {
                return text::join(database.file().string(), " is damaged: its text index names row ", row, " of ",
                    count, " pairs; winnow verify tells what else is, and what can be saved");
            });
            out.push_back(static_cast<PairRow>(row));
        }
    }
    auto rest = database.prepare(kSelectTexts);
    rest.with(from);
    while (rest.next())
        if (searchableRow(rest).find(lowered) != std::string::npos)
            out.push_back(static_cast<PairRow>(rest.integer(0)));
    reading.commit();
    return out;
}

bool indexSomePairs(Database& database)
{
    using Clock = std::chrono::steady_clock;
    if (textsIndexed(database) >= pairCount(database))
        return true;
    // Joining the parts of a large index costs some five times as much as the insertions themselves.
    const auto enough = Clock::now() + std::chrono::milliseconds(3);
    Transaction transaction(database);
    auto next = textsIndexed(database);
    bool isComplete = true;
    {
        auto insert = database.prepare("INSERT INTO pair_index (rowid, text) VALUES (?, ?)");
        auto rows = database.prepare(kSelectTexts);
        rows.with(next);
        while (rows.next()) {
            if (Clock::now() >= enough) {
                isComplete = false;
                break;
            }
            insert.with(rows.integer(0), searchableRow(rows)).run();
            next = rows.integer(0) + 1;
        }
    }
    database.run("UPDATE pair_index_state SET next_row = ? WHERE one = 1", next);
    transaction.commit();
    return isComplete;
}

void forgetInIndex(Database& database, PairRow row, std::string_view id, const PairContent& content)
{
    if (row < textsIndexed(database))
        database.run("INSERT INTO pair_index (pair_index, rowid, text) VALUES ('delete', ?, ?)", row,
            searchableText(id, content));
}

void addToIndexAgain(Database& database, PairRow row, std::string_view id, const PairContent& content)
{
    if (row < textsIndexed(database))
        database.run("INSERT INTO pair_index (rowid, text) VALUES (?, ?)", row, searchableText(id, content));
}

} // namespace winnow::store
