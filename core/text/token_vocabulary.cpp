#include "core/text/token_vocabulary.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"

#include <algorithm>

namespace winnow::text {

namespace {

    constexpr std::int64_t kMaxTokens = 2'000'000;
    constexpr int kMaxDepth = 64;
    constexpr std::int64_t kMaxValues = 8'000'000; // the largest published vocabularies take a fifth

} // namespace

SortedJson loadSortedJson(const std::filesystem::path& path, std::uint64_t maxBytes)
{
    const auto content = file::readAll(path, maxBytes);
    std::int64_t count = 0;
    const auto watch = [&](int depth, SortedJson::parse_event_t, SortedJson&) {
        require(++count <= kMaxValues, ErrorCode::TooLarge,
            [&] { return join(path.string(), " has more than ", kMaxValues, " keys and values"); });
        require(depth <= kMaxDepth, ErrorCode::BadFile,
            [&] { return join(path.string(), " is nested deeper than ", kMaxDepth, " levels"); });
        return true;
    };
    try {
        return SortedJson::parse(content, watch);
    } catch (const SortedJson::exception& e) {
        throw Error(ErrorCode::BadFile, join(path.string(), " is not valid JSON: ", shortened(e.what(), 200)));
    }
}

TokenVocabulary TokenVocabulary::fromJson(const SortedJson& object, const std::string& what)
{
    require(object.is_object() && !object.empty() && static_cast<std::int64_t>(object.size()) <= kMaxTokens,
        ErrorCode::BadFile, join(what, " has no vocabulary of 1 to ", kMaxTokens, " tokens and their ids"));
    TokenVocabulary out;
    std::int64_t largest = 0;
    for (const auto& [token, id] : object.items()) {
        const bool fits = id.is_number_unsigned() && id.get<std::uint64_t>() < std::uint64_t(kMaxTokens);
        require(fits, ErrorCode::BadFile,
            join(what, ": the id of ", shortened(token, 40), " is no number below ", kMaxTokens));
        out.m_ids.emplace(token, id.get<std::int32_t>());
        largest = std::max(largest, id.get<std::int64_t>());
    }
    out.m_spellings.resize(static_cast<std::size_t>(largest) + 1);
    for (const auto& [token, id] : out.m_ids) {
        auto& place = out.m_spellings[static_cast<std::size_t>(id)];
        require(place.empty(), ErrorCode::BadFile,
            join(what, ": the id ", id, " is that of ", shortened(std::min(place, token), 40), " and of ",
                shortened(std::max(place, token), 40)));
        place = token;
    }
    return out;
}

TokenVocabulary TokenVocabulary::fromLines(std::string_view content, const std::string& what)
{
    TokenVocabulary out;
    while (!content.empty()) {
        const auto end = content.find('\n');
        auto line = content.substr(0, end);
        content.remove_prefix(end == content.npos ? content.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        require(std::ssize(out.m_spellings) < kMaxTokens, ErrorCode::TooLarge,
            join(what, " has more than ", kMaxTokens, " lines"));
        out.m_ids[std::string(line)] = static_cast<std::int32_t>(out.m_spellings.size());
        out.m_spellings.emplace_back(line);
    }
    require(!out.m_spellings.empty(), ErrorCode::BadFile, join(what, " is empty"));
    return out;
}

} // namespace winnow::text
