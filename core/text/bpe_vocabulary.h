#pragma once

#include "core/text/bpe.h"

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace winnow::text {

using SymbolPair = std::pair<std::string, std::string>;

inline constexpr std::string_view kBeginSymbol = "<|startoftext|>";
inline constexpr std::string_view kEndSymbol = "<|endoftext|>";

/// The symbols of a CLIP vocabulary with these merges in the order of their ids: 256 bytes (printable ones first), the
/// same at the end of a word, the merges, begin and end.
std::vector<std::string> clipSymbols(const std::vector<SymbolPair>& merges);

/// Symbols, ids and ranked merges, ready for joining.
struct ClipTokenizer::Vocabulary {
    struct Merge {
        std::int32_t rank = 0;
        std::int32_t id = 0;
    };

    /// Throws Error: NotFound, BadFile, TooLarge.
    static Vocabulary load(const std::filesystem::path& folderOrFile);

    const Merge* findMerge(std::int32_t left, std::int32_t right) const
    {
        const auto found = merges.find(pairKey(left, right));
        return found == merges.end() ? nullptr : &found->second;
    }
    static std::uint64_t pairKey(std::int32_t left, std::int32_t right)
    {
        return std::uint64_t(std::uint32_t(left)) << 32 | std::uint32_t(right);
    }

    std::array<std::int32_t, 256> byteIds{};    ///< a byte inside a word
    std::array<std::int32_t, 256> byteEndIds{}; ///< a byte that ends a word
    std::unordered_map<std::uint64_t, Merge> merges;
    std::vector<std::string> spelled; ///< id -> its bytes; `</w>` as a blank, begin and end empty
    std::int32_t begin = 0;
    std::int32_t end = 0;

private:
    static Vocabulary build(const std::unordered_map<std::string, std::int32_t>& ids,
        const std::vector<SymbolPair>& pairs, const std::filesystem::path& path);
    void spell(const std::unordered_map<std::string, std::int32_t>& ids);
};

} // namespace winnow::text
