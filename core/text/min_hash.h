#pragma once

#include "core/base/run_context.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {

/// A text as duplicates are looked for: compatibility form, case folded (NFKC_Casefold), runs of anything but letters,
/// marks and digits one blank, none at the ends. A text without any of these keeps its signs, white space taken out.
/// Empty only for white space. Thread: any.
std::u32string comparableText(std::string_view line);

/// Which pieces of a text make the set that is compared.
enum class Shingle {
    Characters, ///< every run of n characters of comparableText(): works for every language
    Words,      ///< every run of n words
};

struct MinHashOptions {
    Shingle shingle = Shingle::Characters;
    int shingleLength = 5;  ///< n; a shorter text is one piece
    std::uint64_t seed = 1; ///< of the 128 hash functions
    /// Throws Error(InvalidInput).
    void validate() const;
};

/// Signatures of texts, from which the Jaccard similarity of their shingle sets is estimated: the share of 128 random
/// orders in which both sets have the same first element. The estimate's standard error is sqrt(J (1 - J) / 128), at
/// most 0.044. 264 bytes a text. Thread: adding by one.
/// Source: Broder, On the resemblance and containment of documents, 1997.
class MinHashTable {
public:
    static constexpr std::size_t kValues = 128;

    /// Throws Error(InvalidInput).
    explicit MinHashTable(const MinHashOptions& options = {});

    const MinHashOptions& options() const { return m_options; }
    void reserve(std::size_t count);
    /// The text gets the next row. Cost: some 10 microseconds for 100 characters.
    void add(std::string_view line);
    std::size_t size() const { return m_wholes.size(); }

    /// White space alone: it resembles nothing, not even another such text.
    bool isEmpty(std::size_t row) const { return m_wholes[row] == 0; }
    /// A hash of the whole comparableText(); 0 for an empty one.
    std::uint64_t whole(std::size_t row) const { return m_wholes[row]; }
    /// Equal texts, but for case, punctuation and white space.
    bool isSame(std::size_t first, std::size_t second) const
    {
        return m_wholes[first] == m_wholes[second] && !isEmpty(first);
    }
    /// Each value stands for the first element in one order; all zero for an empty text.
    std::span<const std::uint16_t, kValues> signature(std::size_t row) const
    {
        return std::span<const std::uint16_t, kValues>(m_values.data() + row * kValues, kValues);
    }
    /// 1 for the same text, else the estimated Jaccard similarity, always below 1; 0 where one is empty.
    double similarity(std::size_t first, std::size_t second) const;

private:
    MinHashOptions m_options;
    std::vector<std::uint32_t> m_factors; ///< [128] odd
    std::vector<std::uint32_t> m_offsets; ///< [128]
    std::vector<std::uint64_t> m_wholes;
    std::vector<std::uint16_t> m_values; ///< [texts][128]
};

/// The exact similarity of two texts' sets of shingles, 0 … 1: |A ∩ B| / |A ∪ B|; 0 where one is empty. For single
/// pairs.
double jaccard(std::string_view first, std::string_view second, const MinHashOptions& options = {});

struct NearTextOptions {
    double minimum = 0.8; ///< texts from this similarity on are near duplicates, 0.5 … 1
    /// Throws Error(InvalidInput).
    void validate() const;
};

/// Similarities below this are not told: too many would be missed.
inline constexpr double kLeastSimilarity = 0.5;

struct NearTexts {
    std::vector<std::uint32_t> groups; ///< beside the texts: 0, 1, … by their first members; a text alone has its own
    std::vector<float>
        similarities; ///< to the most similar other text; 0 where none from kLeastSimilarity on was found
    std::vector<std::uint32_t>
        nearest; ///< that text's row, the lowest of equally similar ones; its own where there is none
};

/// Finds near duplicates without comparing every text with every other: candidates agree in all five values of one of
/// 25 bands (locality-sensitive hashing), which a pair of similarity 0.5, 0.6, 0.7, 0.8 does with 55, 87, 99 and 99.99
/// %. Where more than 64 different texts share a band, each is compared with the 64 that follow it in order of
/// signatures. Groups are joined link by link. Cost: about 50 microseconds a text at 100,000; 16 bytes a text beside
/// the table. Checkpoints. Throws Error(InvalidInput).
NearTexts findNearTexts(const MinHashTable& texts, const NearTextOptions& options, RunContext& context);

} // namespace winnow::text
