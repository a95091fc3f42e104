// Near duplicates among perceptual hashes, without comparing every picture with every other.
#include "core/base/disjoint_sets.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/media/perceptual_hash.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace winnow::media {

namespace {

    constexpr int kBlocks = 4;
    constexpr int kBlockBits = 16;
    constexpr int kRounds = (kSearchedDistance + 1) / kBlocks; ///< round s finds all within kBlocks * (s + 1) - 1
    constexpr std::int64_t kMostCompared = 50'000;
    constexpr std::size_t kPicturesBetweenCheckpoints = 4096;

    using Rows = std::vector<std::uint32_t>;

    std::uint32_t blockOf(std::uint64_t bits, int block) { return (bits >> (block * kBlockBits)) & 0xFFFF; }

    /// Which distinct hashes have a block of bits: one row of numbers in order of the block's value.
    class BlockTable {
    public:
        BlockTable(std::span<const PictureHash> hashes, int block)
            : m_starts((std::size_t(1) << kBlockBits) + 1, 0)
            , m_rows(hashes.size())
        {
            for (const auto& hash : hashes)
                ++m_starts[blockOf(hash.bits, block) + 1];
            std::partial_sum(m_starts.begin(), m_starts.end(), m_starts.begin());
            auto next = m_starts;
            for (std::uint32_t row = 0; row < hashes.size(); ++row)
                m_rows[next[blockOf(hashes[row].bits, block)]++] = row;
        }
        std::span<const std::uint32_t> find(std::uint32_t value) const
        {
            return std::span(m_rows).subspan(m_starts[value], m_starts[value + 1] - m_starts[value]);
        }

    private:
        Rows m_starts;
        Rows m_rows;
    };

    /// 16-bit numbers by how many bits they have, 0, 1, 2.
    std::vector<std::vector<std::uint32_t>> changesByRound()
    {
        std::vector<std::vector<std::uint32_t>> out(kRounds);
        for (std::uint32_t change = 0; change < (std::uint32_t(1) << kBlockBits); ++change)
            if (std::popcount(change) < kRounds)
                out[static_cast<std::size_t>(std::popcount(change))].push_back(change);
        return out;
    }

    /// Distinct hashes with structure, and how near they lie to each other.
    class Search {
    public:
        Search(std::span<const PictureHash> hashes, const NearPictureOptions& options)
            : m_hashes(hashes)
            , m_options(options)
            , m_changes(changesByRound())
        {
            for (int block = 0; block < kBlocks; ++block)
                m_tables.emplace_back(hashes, block);
        }

        /// Distance of the nearest other hash; `join` is called for each that is a near duplicate.
        template <typename Join> int nearest(std::uint32_t row, const Join& join) const
        {
            int best = kSearchedDistance + 1;
            std::int64_t left = kMostCompared;
            for (int round = 0; round < kRounds && left > 0; ++round) {
                for (int block = 0; block < kBlocks; ++block)
                    for (const auto change : m_changes[static_cast<std::size_t>(round)])
                        for (const auto other :
                            m_tables[static_cast<std::size_t>(block)].find(blockOf(m_hashes[row].bits, block) ^ change))
                            if (other != row && left-- > 0)
                                best = std::min(best, compare(row, other, join));
                const int complete = kBlocks * (round + 1) - 1;
                if (complete >= std::max(best, m_options.maxDistance))
                    break;
            }
            return best;
        }

    private:
        template <typename Join> int compare(std::uint32_t row, std::uint32_t other, const Join& join) const
        {
            const int distance = hammingDistance(m_hashes[row].bits, m_hashes[other].bits);
            if (distance > kSearchedDistance
                || colourDifference(m_hashes[row], m_hashes[other]) > m_options.maxColourDifference)
                return kSearchedDistance + 1;
            if (distance <= m_options.maxDistance)
                join(other);
            return distance;
        }

        std::span<const PictureHash> m_hashes;
        const NearPictureOptions& m_options;
        std::vector<std::vector<std::uint32_t>> m_changes;
        std::vector<BlockTable> m_tables;
    };

    /// Rows in order of their hashes, so that equal ones lie side by side, lower rows first.
    Rows sortedRows(std::span<const PictureHash> hashes)
    {
        Rows rows(hashes.size());
        std::iota(rows.begin(), rows.end(), std::uint32_t(0));
        std::stable_sort(rows.begin(), rows.end(), [&](auto a, auto b) { return hashes[a] < hashes[b]; });
        return rows;
    }

    /// Joins equal hashes, and flat pictures of like colours; returns one row for each distinct hash with structure.
    Rows joinEqual(std::span<const PictureHash> hashes, NearPictures& out, DisjointSets& sets)
    {
        Rows distinct;
        std::map<std::array<std::uint8_t, 12>, std::uint32_t> flats;
        const auto rows = sortedRows(hashes);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto& hash = hashes[rows[i]];
            std::uint32_t same = rows[i];
            if (hash.isFlat) {
                auto steps = hash.colours;
                for (auto& colour : steps)
                    colour = static_cast<std::uint8_t>(std::min(255, colour + 4) / 8);
                same = flats.try_emplace(steps, rows[i]).first->second;
            } else if (i > 0 && hash == hashes[rows[i - 1]]) {
                same = distinct.back();
            } else {
                distinct.push_back(rows[i]);
            }
            if (same != rows[i]) {
                sets.join(same, rows[i]);
                out.distances[same] = out.distances[rows[i]] = 0;
            }
        }
        return distinct;
    }

} // namespace

void NearPictureOptions::validate() const
{
    require(maxDistance >= 0 && maxDistance <= kSearchedDistance, ErrorCode::InvalidInput,
        text::join("near duplicates may differ in 0 to ", kSearchedDistance, " bits, not ", maxDistance));
    require(maxColourDifference >= 0, ErrorCode::InvalidInput, "a difference of colours is never below 0");
}

NearPictures findNearPictures(
    std::span<const PictureHash> hashes, const NearPictureOptions& options, RunContext& context)
{
    options.validate();
    NearPictures out;
    out.distances.assign(hashes.size(), kSearchedDistance + 1);
    DisjointSets sets(hashes.size());
    const auto distinct = joinEqual(hashes, out, sets);
    std::vector<PictureHash> kept;
    kept.reserve(distinct.size());
    for (const auto row : distinct)
        kept.push_back(hashes[row]);
    const Search search(kept, options);
    std::vector<std::uint8_t> nearest(kept.size());
    for (std::uint32_t i = 0; i < kept.size(); ++i) {
        if (i % kPicturesBetweenCheckpoints == 0) {
            context.checkpoint();
            context.progress("Near duplicates", i, static_cast<std::int64_t>(kept.size()));
        }
        nearest[i] = static_cast<std::uint8_t>(
            search.nearest(i, [&](std::uint32_t other) { sets.join(distinct[i], distinct[other]); }));
    }
    context.progress("Near duplicates", static_cast<std::int64_t>(kept.size()), static_cast<std::int64_t>(kept.size()));
    for (std::size_t i = 0; i < distinct.size(); ++i)
        out.distances[distinct[i]] = std::min(out.distances[distinct[i]], nearest[i]);
    out.groups = sets.numbered();
    return out;
}

} // namespace winnow::media
