#include "core/dataset/row_source.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/conversation.h"

#include <simdjson.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace winnow::dataset {

namespace {

    constexpr std::size_t kMaxIdBytes = 4096;

    [[noreturn]] void failRow(const std::string& reason) { throw Error(ErrorCode::BadFile, reason); }

    void checkText(std::string_view value, std::string_view field, bool isUtf8)
    {
        if (value.find('\0') != std::string_view::npos)
            failRow(text::join(field, " holds a zero character"));
        if (!isUtf8 && !simdjson::validate_utf8(value.data(), value.size()))
            failRow(text::join(field, " is not valid UTF-8"));
    }

    std::int64_t takeMarkers(Pair& pair)
    {
        const auto single = takeImageMarkers(pair.instruction) + takeImageMarkers(pair.response);
        std::int64_t inTurns = 0;
        for (auto& turn : pair.turns)
            inTurns += takeImageMarkers(turn.text);
        return pair.turns.empty() ? single : inTurns;
    }

} // namespace

PairSource::Step RowSource::step(RawPair& out)
{
    if (!advance())
        return Step::End;
    out = {};
    out.line = line();
    try {
        convert(out);
        finish(out);
        return Step::Row;
    } catch (const Error& e) {
        if (e.code() != ErrorCode::BadFile)
            throw;
        m_badRows.push_back({out.line, idToTell(out.pair.id.value), e.message()});
        return Step::BadRow;
    }
}

std::vector<BadRow> RowSource::takeBadRows() { return std::exchange(m_badRows, {}); }

void RowSource::finish(RawPair& out)
{
    Pair& pair = out.pair;
    const bool isUtf8 = textsAreUtf8();
    checkText(pair.id.value, "id", isUtf8);
    checkText(pair.instruction, "instruction", isUtf8);
    checkText(pair.response, "response", isUtf8);
    for (const auto& turn : pair.turns)
        checkText(turn.text, "a turn", isUtf8);
    if (pair.id.value.size() > kMaxIdBytes)
        failRow(text::join("id has ", pair.id.value.size(), " bytes"));
    for (auto& image : pair.images)
        confine(image);
    checkPictures(out);
    const auto marks = takeMarkers(pair);
    if ((marks > 0 || marksPictures()) && marks != static_cast<std::int64_t>(pair.images.size()))
        out.imageMarks = marks;
    m_systems += out.hadSystem ? 1 : 0;
    out.hasOwnId = !pair.id.value.empty();
    if (!out.hasOwnId)
        pair.id = m_namer.next(pair.images.empty() ? std::string_view() : std::string_view(pair.images.front()));
}

void RowSource::checkPictures(RawPair& out)
{
    for (const auto& image : out.pair.images) {
        if (image != m_lastImage) {
            m_lastChecked = checkPicture(image);
            m_lastImage = image;
        }
        if (!m_lastChecked.refusal.empty())
            failRow(text::join("image ", text::shortened(image, 80), " ", m_lastChecked.refusal));
        if (&image == &out.pair.images.front())
            out.isImageMissing = !m_lastChecked.isThere;
    }
}

namespace {

    bool goesThroughTar(std::string_view path)
    {
        constexpr std::string_view kEnding = ".tar";
        for (auto at = path.find('/'); at != std::string_view::npos; at = path.find('/', at + 1))
            if (at >= kEnding.size() && text::toLowerAscii(path.substr(at - kEnding.size(), kEnding.size())) == kEnding)
                return true;
        return false;
    }

} // namespace

media::PictureCheck RowSource::checkPicture(const std::string& image)
{
    // Folders answer for what is not there; a member of an archive is in no folder.
    const bool mayBeThere = m_pictures.isThere(image) || goesThroughTar(image);
    return mayBeThere ? media::checkPicture(m_place.imagesRoot / image) : media::PictureCheck();
}

std::vector<std::string> RowSource::notes() const
{
    if (m_systems == 0)
        return {};
    return {text::join("the system texts of ", m_systems, " conversations stand at the head of their first question")};
}

/// A scheme and "://" at the start.
static bool isWebAddress(std::string_view image)
{
    const auto at = image.find("://");
    return at != std::string_view::npos && at > 1
        && std::all_of(image.begin(), image.begin() + static_cast<std::ptrdiff_t>(at),
            [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.'; });
}

/// Leaves the path as the source wrote it, unless it leaves its root; an absolute one inside a given root becomes
/// relative.
void RowSource::confine(std::string& image) const
{
    checkText(image, "image", textsAreUtf8());
    if (image.empty())
        failRow("image is empty");
    if (isWebAddress(image))
        failRow(text::join("image ", text::shortened(image, 80), " is a web address, only local files are read"));
    const auto leaves = [](const std::filesystem::path& relative) {
        return relative.empty() || *relative.begin() == "..";
    };
    const bool isRelative = image.front() != '/';
    if (isRelative && image.find("..") == std::string::npos)
        return; // nearly all: taking a path apart would cost more than the rest of the row
    const std::filesystem::path path(image);
    if (!path.is_absolute()) {
        if (leaves(path.lexically_normal()))
            failRow(text::join("image ", text::shortened(image, 80), " leaves its folder"));
        return;
    }
    if (!m_place.isRootGiven)
        return;
    const auto relative = path.lexically_normal().lexically_relative(m_place.imagesRoot);
    if (leaves(relative))
        failRow(text::join("image ", text::shortened(image, 80), " lies outside ", m_place.imagesRoot.string()));
    image = relative.generic_string();
}

PairId RowNamer::next(std::string_view image)
{
    const std::string_view name = image.empty() ? std::string_view("text") : image;
    auto found = m_counts.find(name);
    if (found == m_counts.end())
        found = m_counts.emplace(std::string(name), 0).first;
    return {text::join(name, "#", ++found->second)};
}

void NumberColumns::add(const std::string& column, bool isNumber)
{
    const auto found =
        std::find_if(m_columns.begin(), m_columns.end(), [&](const auto& one) { return one.first == column; });
    if (found == m_columns.end())
        m_columns.emplace_back(column, isNumber);
    else
        found->second = found->second && isNumber;
}

std::vector<std::string> NumberColumns::names() const
{
    std::vector<std::string> out;
    for (const auto& [column, isNumber] : m_columns)
        if (isNumber)
            out.push_back(column);
    return out;
}

std::string idToTell(const std::string& id)
{
    return text::isValidUtf8(id) && id.find('\0') == std::string::npos ? id : "";
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

} // namespace winnow::dataset
