// Near duplicates among MinHash signatures, by locality-sensitive hashing.
#include "core/base/disjoint_sets.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/min_hash.h"

#include <algorithm>
#include <numeric>

namespace winnow::text {

namespace {

    constexpr std::size_t kBandRows = 5;
    constexpr std::size_t kBands = MinHashTable::kValues / kBandRows; ///< 25; three values are in none
    constexpr std::size_t kMostCompared = 64;
    constexpr std::size_t kTextsBetweenCheckpoints = 4096;

    using Rows = std::vector<std::uint32_t>;

    class Search {
    public:
        Search(const MinHashTable& texts, const NearTextOptions& options)
            : m_texts(texts)
            , m_options(options)
            , m_sets(texts.size())
        {
            m_found.similarities.assign(texts.size(), 0);
            m_found.nearest.resize(texts.size());
            std::iota(m_found.nearest.begin(), m_found.nearest.end(), std::uint32_t(0));
        }

        NearTexts run(RunContext& context)
        {
            const auto distinct = joinEqual();
            for (std::size_t band = 0; band < kBands; ++band) {
                context.checkpoint();
                context.progress("Near duplicates", static_cast<std::int64_t>(band), kBands);
                searchBand(distinct, band, context);
            }
            context.progress("Near duplicates", kBands, kBands);
            m_found.groups = m_sets.numbered();
            return std::move(m_found);
        }

    private:
        struct Entry {
            std::uint64_t key;
            std::uint32_t row;
            auto operator<=>(const Entry&) const = default;
        };

        /// Texts that are the same are joined; returns the first row of each, without empty ones.
        Rows joinEqual()
        {
            std::vector<Entry> entries;
            for (std::size_t row = 0; row < m_texts.size(); ++row)
                if (!m_texts.isEmpty(row))
                    entries.push_back({m_texts.whole(row), static_cast<std::uint32_t>(row)});
            std::sort(entries.begin(), entries.end());
            Rows distinct;
            for (std::size_t i = 0; i < entries.size(); ++i) {
                if (i > 0 && entries[i].key == entries[i - 1].key)
                    note(distinct.back(), entries[i].row, 1);
                else
                    distinct.push_back(entries[i].row);
            }
            std::sort(distinct.begin(), distinct.end());
            return distinct;
        }

        void searchBand(const Rows& distinct, std::size_t band, RunContext& context)
        {
            std::vector<Entry> entries;
            entries.reserve(distinct.size());
            for (const auto row : distinct)
                entries.push_back({keyOf(row, band), row});
            std::sort(entries.begin(), entries.end());
            std::size_t sinceCheckpoint = 0;
            for (std::size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
                end = begin + 1;
                while (end < entries.size() && entries[end].key == entries[begin].key)
                    ++end;
                compareAll(std::span(entries).subspan(begin, end - begin));
                sinceCheckpoint += end - begin;
                if (sinceCheckpoint > kTextsBetweenCheckpoints) {
                    context.checkpoint();
                    sinceCheckpoint = 0;
                }
            }
        }

        std::uint64_t keyOf(std::uint32_t row, std::size_t band) const
        {
            std::uint64_t key = 0;
            for (const auto value : m_texts.signature(row).subspan(band * kBandRows, kBandRows))
                key = (key ^ value) * 0x9E3779B97F4A7C15u + (key >> 32);
            return key;
        }

        void compareAll(std::span<Entry> entries)
        {
            if (entries.size() > kMostCompared + 1)
                std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
                    const auto first = m_texts.signature(a.row), second = m_texts.signature(b.row);
                    const auto order = std::lexicographical_compare_three_way(
                        first.begin(), first.end(), second.begin(), second.end());
                    return order == 0 ? a.row < b.row : order < 0;
                });
            for (std::size_t i = 0; i < entries.size(); ++i)
                for (std::size_t j = i + 1; j < std::min(entries.size(), i + 1 + kMostCompared); ++j)
                    note(entries[i].row, entries[j].row, m_texts.similarity(entries[i].row, entries[j].row));
        }

        void note(std::uint32_t first, std::uint32_t second, double similarity)
        {
            if (similarity < kLeastSimilarity)
                return;
            if (similarity >= m_options.minimum)
                m_sets.join(first, second);
            raise(first, second, static_cast<float>(similarity));
            raise(second, first, static_cast<float>(similarity));
        }

        void raise(std::uint32_t row, std::uint32_t other, float similarity)
        {
            auto& best = m_found.similarities[row];
            auto& nearest = m_found.nearest[row];
            if (similarity > best || (similarity == best && other < nearest)) {
                best = similarity;
                nearest = other;
            }
        }

        const MinHashTable& m_texts;
        const NearTextOptions& m_options;
        DisjointSets m_sets;
        NearTexts m_found;
    };

} // namespace

void NearTextOptions::validate() const
{
    require(minimum >= kLeastSimilarity && minimum <= 1, ErrorCode::InvalidInput,
        join("near duplicates have a similarity of ", kLeastSimilarity, " to 1 at least, not ", minimum));
}

NearTexts findNearTexts(const MinHashTable& texts, const NearTextOptions& options, RunContext& context)
{
    options.validate();
    return Search(texts, options).run(context);
}

} // namespace winnow::text
