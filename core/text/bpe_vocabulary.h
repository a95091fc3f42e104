#pragma once

#include "core/text/bpe.h"
#include "core/text/pair_joining.h"

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
    /// Throws Error: NotFound, BadFile, TooLarge.
    static Vocabulary load(const std::filesystem::path& folderOrFile);

    std::array<std::int32_t, 256> byteIds{};    ///< a byte inside a word
    std::array<std::int32_t, 256> byteEndIds{}; ///< a byte that ends a word
    PairMerges merges;
    std::vector<std::string> spelled; ///< id -> its bytes; `</w>` as a blank, begin and end empty
    std::int32_t begin = 0;
    std::int32_t end = 0;

private:
    static Vocabulary build(const std::unordered_map<std::string, std::int32_t>& ids,
        const std::vector<SymbolPair>& pairs, const std::filesystem::path& path);
    void spell(const std::unordered_map<std::string, std::int32_t>& ids);
};

} // namespace winnow::text
