#pragma once

#include "core/score/scorer.h"
#include "core/store/pair_store.h"
#include "core/store/project.h"

#include <vector>

namespace winnow::pipeline {

inline constexpr std::int64_t kChunkPairs = 256;

/// A project's pairs as scorers see them: chunk c is rows 256 c … 256 c + 255, however often the job is stopped.
class PairItems final : public score::ItemSource {
public:
    explicit PairItems(store::Project& project);
    /// Only these pairs.
    PairItems(store::Project& project, std::vector<PairRow> rows);

    std::int64_t chunkCount() const override;
    std::vector<score::ScoreItem> chunk(std::int64_t number) const override;
    std::int64_t itemCount() const override { return m_count; }

private:
    mutable store::PairStore m_pairs;
    std::vector<PairRow> m_rows; ///< empty = all
    std::int64_t m_count;
};

/// Writes scored chunks into metric columns, and vectors into a feature space, and knows which were written before.
class ProjectSink final : public score::ScoreSink {
public:
    /// No metrics, or an empty space: that kind is not written. The columns and the space have been begun. The first
    /// column takes ScoredChunk::scores, the others take `further` in order.
    ProjectSink(store::Project& project, std::vector<std::string> metrics, std::string space);

    bool hasChunk(std::int64_t number) const override;
    void write(const score::ScoredChunk& chunk) override;
    std::int64_t knownCount() const { return m_known; }

private:
    store::Project& m_project;
    void settle(const std::string& metric);

    std::vector<std::string> m_metrics;
    std::string m_space;
    std::vector<std::uint8_t> m_settled; ///< per row: has its value (and vector), or failed and nothing changed since
    std::int64_t m_known = 0;
};

} // namespace winnow::pipeline
