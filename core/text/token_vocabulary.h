#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace winnow::text {

/// Large JSON: keys are found in a tree, where ordered Json would search them one by one.
using SortedJson = nlohmann::json;

/// Throws Error: NotFound, TooLarge (also more than eight million keys and values), BadFile (also nesting beyond 64
/// levels).
SortedJson loadSortedJson(const std::filesystem::path& path, std::uint64_t maxBytes);

/// Hashes string and string_view alike, so that a look-up makes no copy.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// Tokens and their ids, both ways.
class TokenVocabulary {
public:
    /// {"token": id, ...}. Throws Error(BadFile): ids that are negative, twice, or beyond two million. `what` names
    /// the file.
    static TokenVocabulary fromJson(const SortedJson& object, const std::string& what);
    /// One token a line, ids in their order (BERT's vocab.txt). Throws Error: BadFile, TooLarge.
    static TokenVocabulary fromLines(std::string_view content, const std::string& what);

    /// -1 where there is no such token.
    std::int32_t find(std::string_view token) const
    {
        const auto found = m_ids.find(token);
        return found == m_ids.end() ? -1 : found->second;
    }
    /// Empty for an id that no token has.
    const std::string& spelling(std::int64_t id) const { return m_spellings[static_cast<std::size_t>(id)]; }
    /// The largest id and one.
    std::int64_t size() const { return static_cast<std::int64_t>(m_spellings.size()); }

private:
    std::unordered_map<std::string, std::int32_t, TextHash, std::equal_to<>> m_ids;
    std::vector<std::string> m_spellings; ///< by id
};

/// Cuts a word into tokens.
class TokenModel {
public:
    virtual ~TokenModel() = default;
    virtual void append(std::string_view word, std::vector<std::int64_t>& out) const = 0;
    virtual const TokenVocabulary& vocabulary() const = 0;
};

} // namespace winnow::text
