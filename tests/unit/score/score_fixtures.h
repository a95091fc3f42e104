#pragma once

#include "core/base/error.h"
#include "core/score/scorer.h"
#include "tests/support/stopping_context.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace winnow::score {

/// Items in memory, cut into chunks of equal size.
class MemoryItems final : public ItemSource {
public:
    MemoryItems(std::vector<ScoreItem> items, std::size_t chunkSize)
        : m_items(std::move(items))
        , m_chunkSize(chunkSize)
    {
    }
    std::int64_t chunkCount() const override
    {
        return static_cast<std::int64_t>((m_items.size() + m_chunkSize - 1) / m_chunkSize);
    }
    std::vector<ScoreItem> chunk(std::int64_t number) const override
    {
        const auto begin = static_cast<std::size_t>(number) * m_chunkSize;
        const auto end = std::min(begin + m_chunkSize, m_items.size());
        return {
            m_items.begin() + static_cast<std::ptrdiff_t>(begin), m_items.begin() + static_cast<std::ptrdiff_t>(end)};
    }
    std::int64_t itemCount() const override { return static_cast<std::int64_t>(m_items.size()); }

private:
    std::vector<ScoreItem> m_items;
    std::size_t m_chunkSize;
};

/// Keeps what is written.
class MemorySink final : public ScoreSink {
public:
    bool hasChunk(std::int64_t number) const override { return written.contains(number); }
    void write(const ScoredChunk& chunk) override
    {
        written.insert(chunk.number);
        for (std::size_t i = 0; i < chunk.rows.size(); ++i)
            scores[chunk.rows[i]] = chunk.scores[i];
        for (std::size_t i = 0; i < chunk.featureRows.size(); ++i) {
            const auto* vector = chunk.features.data() + i * static_cast<std::size_t>(chunk.dimension);
            features[chunk.featureRows[i]].assign(vector, vector + chunk.dimension);
        }
        failures.insert(failures.end(), chunk.failures.begin(), chunk.failures.end());
    }

    std::set<std::int64_t> written;
    std::map<PairRow, double> scores;
    std::map<PairRow, std::vector<float>> features;
    std::vector<ItemFailure> failures;
};

} // namespace winnow::score
