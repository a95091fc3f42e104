#include "core/text/added_tokens.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/characters.h"
#include "core/text/cleaning.h"

#include <algorithm>
#include <utility>

namespace winnow::text {

namespace {

    constexpr std::size_t kMostTokens = 100'000;
    constexpr std::uint64_t kMaxId = 2'000'000;

    bool flag(const SortedJson& object, const char* name)
    {
        const auto found = object.find(name);
        return found != object.end() && found->is_boolean() && found->get<bool>();
    }

    /// The last character of valid UTF-8, or 0.
    char32_t lastCharacter(std::string_view line)
    {
        auto begin = line.size();
        while (begin > 0 && (line[begin - 1] & 0xC0) == 0x80)
            --begin;
        const auto codes = begin == 0 ? std::u32string() : toCodePoints(line.substr(begin - 1));
        return codes.empty() ? 0 : codes.front();
    }

    char32_t firstCharacter(std::string_view line)
    {
        const auto codes = toCodePoints(line.substr(0, 4));
        return codes.empty() ? 0 : codes.front();
    }

    std::size_t sizeOf(char32_t c) { return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4; }

} // namespace

AddedTokens::AddedTokens(const SortedJson& list, const TextNormalizer& normalizer, const std::string& what)
{
    if (list.is_null())
        return;
    require(list.is_array(), ErrorCode::BadFile, join(what, ": added_tokens is no list"));
    require(list.size() <= kMostTokens, ErrorCode::TooLarge,
        join(what, " adds ", list.size(), " tokens, at most ", kMostTokens, " are read"));
    for (const auto& entry : list) {
        const bool isToken = entry.is_object() && entry.contains("id") && entry["id"].is_number_unsigned()
            && entry["id"].get<std::uint64_t>() < kMaxId && entry.contains("content") && entry["content"].is_string();
        require(isToken, ErrorCode::BadFile, [&] { return join(what, ": an added token has no id and content"); });
        Token token{entry["content"].get<std::string>(), {}, flag(entry, "special"), flag(entry, "normalized"),
            flag(entry, "single_word"), flag(entry, "lstrip"), flag(entry, "rstrip")};
        token.wanted = token.isNormalized ? normalizer(token.spelling) : token.spelling;
        if (token.wanted.empty())
            continue;
        m_ids.emplace(token.spelling, entry["id"].get<std::int64_t>());
        m_tokens.emplace(entry["id"].get<std::int64_t>(), std::move(token));
    }
    for (const bool isNormalized : {false, true})
        for (const bool withSpecials : {false, true}) {
            std::map<std::string_view, std::int32_t> wanted;
            for (const auto& [id, token] : m_tokens)
                if (token.isNormalized == isNormalized && (withSpecials || !token.isSpecial))
                    wanted.emplace(token.wanted, static_cast<std::int32_t>(id));
            m_trees[isNormalized][withSpecials].build({wanted.begin(), wanted.end()});
        }
}

AddedTokens::Place AddedTokens::placeOf(
    std::string_view line, std::size_t at, std::size_t length, std::int64_t id, std::size_t until) const
{
    const auto& token = m_tokens.at(id);
    Place out{at, at + length, id};
    const bool isInWord = (at > 0 && isWordCharacter(lastCharacter(line.substr(0, at))))
        || (out.end < line.size() && isWordCharacter(firstCharacter(line.substr(out.end))));
    if (token.isWord && isInWord)
        return {};
    while (token.takesLeft && out.begin > until && isSpace(lastCharacter(line.substr(0, out.begin))))
        out.begin -= sizeOf(lastCharacter(line.substr(0, out.begin)));
    while (token.takesRight && out.end < line.size() && isSpace(firstCharacter(line.substr(out.end))))
        out.end += sizeOf(firstCharacter(line.substr(out.end)));
    return out;
}

std::vector<AddedTokens::Part> AddedTokens::cut(std::string_view line, bool isNormalized, Reading reading) const
{
    const auto& tree = treeOf(isNormalized, reading);
    if (tree.isEmpty())
        return {{line, -1}};
    std::vector<Part> out;
    std::size_t until = 0;
    for (std::size_t at = 0; at < line.size();) {
        std::size_t length = 0;
        std::int64_t id = -1;
        tree.forEachPrefix(line.substr(at), [&](std::size_t size, std::int32_t token) {
            length = size;
            id = token;
        });
        const auto place = length > 0 ? placeOf(line, at, length, id, until) : Place();
        if (place.id < 0) {
            at += std::max<std::size_t>(length, 1);
            continue;
        }
        if (place.begin > until)
            out.push_back({line.substr(until, place.begin - until), -1});
        out.push_back({line.substr(place.begin, place.end - place.begin), place.id});
        at = until = place.end;
    }
    if (until < line.size())
        out.push_back({line.substr(until), -1});
    return out;
}

std::int64_t AddedTokens::find(std::string_view spelling) const
{
    const auto found = m_ids.find(spelling);
    return found == m_ids.end() ? -1 : found->second;
}

const std::string* AddedTokens::findReading(std::int64_t id) const
{
    const auto found = m_tokens.find(id);
    return found == m_tokens.end() ? nullptr : &found->second.wanted;
}

bool AddedTokens::isSpecial(std::int64_t id) const
{
    const auto found = m_tokens.find(id);
    return found != m_tokens.end() && found->second.isSpecial;
}

} // namespace winnow::text
