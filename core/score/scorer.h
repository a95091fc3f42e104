#pragma once

#include "core/base/run_context.h"
#include "core/domain/pair.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::score {

/// What a scorer looks at of one pair.
struct ScoreItem {
    PairRow row = 0;
    std::string id;
    std::filesystem::path image;           ///< the first picture; empty = the pair has none
    std::vector<std::string> responses;    ///< all assistant texts, in order
    std::vector<std::string> instructions; ///< the user's text before each response; empty where there was none
};

/// The pairs of a job in chunks whose borders never move: chunk c is the same pairs whether the job runs through or
/// goes on after a stop, so that resumed numbers are bit for bit those of an undisturbed run. Chunks of a few hundred
/// pairs serve well.
class ItemSource {
public:
    virtual ~ItemSource() = default;
    virtual std::int64_t chunkCount() const = 0;
    virtual std::vector<ScoreItem> chunk(std::int64_t number) const = 0;
    /// Pairs in all chunks.
    virtual std::int64_t itemCount() const = 0;
};

/// To four digits, as the published files hold their scores.
inline double rounded4(double value) { return std::round(value * 10'000) / 10'000; }

/// A pair that has no score, and why.
struct ItemFailure {
    PairRow row = 0;
    std::string id;
    std::string reason; ///< one sentence without full stop
};

/// What came of one chunk.
struct ScoredChunk {
    std::int64_t number = 0;
    std::vector<PairRow> rows;  ///< pairs that have a score
    std::vector<double> scores; ///< beside rows
    std::vector<std::vector<double>>
        further; ///< beside rows: the second and later columns of a pass that fills several
    std::vector<PairRow>
        featureRows;             ///< pairs that have a vector (a picture that decodes), where vectors were asked for
    std::vector<float> features; ///< row by row, featureRows.size() x dimension
    std::int64_t dimension = 0;
    std::vector<ItemFailure> failures;
};

/// Takes chunks as they are done.
class ScoreSink {
public:
    virtual ~ScoreSink() = default;
    /// True for a chunk that an earlier run has written: it is passed over.
    virtual bool hasChunk(std::int64_t number) const = 0;
    /// Durable when it returns: one transaction.
    virtual void write(const ScoredChunk& chunk) = 0;
};

struct ScoreReport {
    std::int64_t itemCount = 0;    ///< pairs looked at in this run
    std::int64_t scoredCount = 0;  ///< of these, pairs with a score
    std::int64_t passedChunks = 0; ///< chunks that were there already
    std::vector<ItemFailure> failures;
};

/// Goes through all chunks that the sink does not have: checkpoint, score, write, progress under the given stage name.
ScoreReport runChunks(const ItemSource& items, ScoreSink& sink, std::string_view stage, RunContext& context,
    const std::function<ScoredChunk(std::int64_t number, const std::vector<ScoreItem>&)>& scoreChunk);

} // namespace winnow::score
