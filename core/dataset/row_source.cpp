#include "core/dataset/row_source.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <utility>

namespace winnow::dataset {

namespace {

    constexpr std::string_view kMarker = "<image>";
    constexpr std::size_t kMaxIdBytes = 4096;

    [[noreturn]] void failRow(const std::string& reason) { throw Error(ErrorCode::BadFile, reason); }

    void checkText(std::string_view value, std::string_view field)
    {
        if (value.find('\0') != std::string_view::npos)
            failRow(text::join(field, " holds a zero character"));
        if (!text::isValidUtf8(value))
            failRow(text::join(field, " is not valid UTF-8"));
    }

    /// Takes the markers and the white space around them off a text; gives how many there were.
    std::int64_t takeMarkers(std::string& line)
    {
        std::int64_t count = 0;
        for (auto at = line.find(kMarker); at != std::string::npos; at = line.find(kMarker, at + kMarker.size()))
            ++count;
        if (count > 0)
            line = withoutImageMarker(line);
        return count;
    }

    std::int64_t takeMarkers(Pair& pair)
    {
        const auto single = takeMarkers(pair.instruction) + takeMarkers(pair.response);
        std::int64_t inTurns = 0;
        for (auto& turn : pair.turns)
            inTurns += takeMarkers(turn.text);
        return pair.turns.empty() ? single : inTurns;
    }

} // namespace

bool RowSource::next(RawPair& out)
{
    while (advance()) {
        out = {};
        out.line = line();
        try {
            convert(out);
            finish(out);
            return true;
        } catch (const Error& e) {
            if (e.code() != ErrorCode::BadFile)
                throw;
            m_badRows.push_back({out.line, text::isValidUtf8(out.pair.id.value) ? out.pair.id.value : "", e.message()});
        }
    }
    return false;
}

std::vector<BadRow> RowSource::takeBadRows() { return std::exchange(m_badRows, {}); }

void RowSource::finish(RawPair& out)
{
    Pair& pair = out.pair;
    checkText(pair.id.value, "id");
    checkText(pair.instruction, "instruction");
    checkText(pair.response, "response");
    for (const auto& turn : pair.turns)
        checkText(turn.text, "a turn");
    if (pair.id.value.size() > kMaxIdBytes)
        failRow(text::join("id has ", pair.id.value.size(), " bytes"));
    for (auto& image : pair.images)
        image = confined(image);
    const auto marks = takeMarkers(pair);
    if ((marks > 0 || marksPictures()) && marks != static_cast<std::int64_t>(pair.images.size()))
        out.imageMarks = marks;
    out.hasOwnId = !pair.id.value.empty();
    if (!out.hasOwnId)
        pair.id = m_namer.next(pair.images.empty() ? std::string_view() : std::string_view(pair.images.front()));
}

/// The path as the source wrote it, unless it leaves its root; an absolute one inside a given root becomes relative.
std::string RowSource::confined(const std::string& image) const
{
    checkText(image, "image");
    if (image.empty())
        failRow("image is empty");
    if (image.find("://") != std::string::npos)
        failRow(text::join("image ", text::shortened(image, 80), " is a web address, only local files are read"));
    const auto leaves = [](const std::filesystem::path& relative) {
        return relative.empty() || *relative.begin() == "..";
    };
    const std::filesystem::path path(image);
    if (!path.is_absolute()) {
        if (leaves(path.lexically_normal()))
            failRow(text::join("image ", text::shortened(image, 80), " leaves its folder"));
        return image;
    }
    if (!m_place.isRootGiven)
        return image;
    const auto relative = path.lexically_normal().lexically_relative(m_place.imagesRoot);
    if (leaves(relative))
        failRow(text::join("image ", text::shortened(image, 80), " lies outside ", m_place.imagesRoot.string()));
    return relative.generic_string();
}

PairId RowNamer::next(std::string_view image)
{
    const std::string_view name = image.empty() ? std::string_view("text") : image;
    auto found = m_counts.find(name);
    if (found == m_counts.end())
        found = m_counts.emplace(std::string(name), 0).first;
    return {text::join(name, "#", ++found->second)};
}

std::string mapped(const std::map<std::string, std::string>& map, const std::string& field)
{
    const auto found = map.find(field);
    return found == map.end() ? std::string() : found->second;
}

bool isPairField(std::string_view field)
{
    static constexpr std::string_view kFields[] = {"id", "image", "instruction", "response", "conversations"};
    return std::find(std::begin(kFields), std::end(kFields), field) != std::end(kFields);
}

std::string withoutImageMarker(const std::string& written)
{
    if (written.find(kMarker) == std::string::npos)
        return written;
    return std::string(text::trimmed(text::replaced(written, kMarker, "")));
}

void setConversation(Pair& pair, std::vector<Turn> turns)
{
    const auto firstOf = [&](Role role) {
        const auto found =
            std::find_if(turns.begin(), turns.end(), [&](const Turn& turn) { return turn.role == role; });
        return found == turns.end() ? std::string() : found->text;
    };
    pair.instruction = firstOf(Role::User);
    pair.response = firstOf(Role::Assistant);
    const bool isSingle = turns.size() == 2 && turns[0].role == Role::User && turns[1].role == Role::Assistant;
    if (!isSingle)
        pair.turns = std::move(turns);
}

} // namespace winnow::dataset
