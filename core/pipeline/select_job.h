#pragma once

#include "core/domain/columns.h"
#include "core/domain/selection.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace winnow::pipeline {

enum class MissingRule { Exclude, Mean };

/// How a selection is made; the same for the live preview, the saved selection and the command line.
struct SelectOptions {
    std::string name;
    Budget budget{200, false};
    std::map<std::string, double> weights; ///< metric column -> weight; the score is the weighted sum of z-scores
    std::string selector;                  ///< a stored selector by name; exclusive with `weights` and `random`
    bool random = false;
    std::string clustering; ///< quotas per cluster; empty = none
    Mode mode = Mode::Corrected;
    std::uint64_t seed = 0;
    MissingRule missing = MissingRule::Exclude;
    std::string batch; ///< "experiment:NAME" whose part it is: not in the list of selections, no recipe line of its own
};

struct QuotaRow {
    std::int32_t cluster = 0;
    std::string name;
    std::int64_t size = 0;
    std::int64_t quota = 0;
    std::int64_t chosen = 0;
};

struct LiveResult {
    std::vector<PairRow> rows;                               ///< chosen, increasing
    std::shared_ptr<const std::vector<std::uint8_t>> chosen; ///< 1 per chosen row
    std::shared_ptr<const std::vector<double>> scores;       ///< per row, NaN where not eligible
    std::vector<QuotaRow> quotas;
    std::int64_t eligible = 0;
    std::int64_t missing = 0; ///< left out for a missing metric
    std::int64_t pinned = 0;
    std::int64_t banned = 0;
    double cut = 0;      ///< lowest score that got in without a pin
    std::string problem; ///< one sentence when there is no selection (more pins than budget, …), else empty
};

/// Why a pair is in or out.
struct WhyCard {
    bool chosen = false;
    std::string sentence; ///< "In: rank 3 of 57 in cluster 4, quota 17"
    double score = kMissing;
    std::int64_t rank = 0; ///< in its cluster (or overall), from 1
    std::int64_t rankOf = 0;
    std::int64_t quota = 0;
    double cut = kMissing;
    std::string flip; ///< "it would enter with CLIP above 31.2 or a budget of 214"
    struct Part {
        std::string metric;
        double value = kMissing;
        double percentile = kMissing; ///< 0 … 100 among eligible pairs
        double zScore = kMissing;
        double contribution = kMissing; ///< weight times z-score; what a linear selector adds for it, else missing
        double importance = kMissing;   ///< of an input of a trained selector; missing for weights
    };
    std::vector<Part> parts;
};

struct SelectorScores; // selector_job.h

/// The selection that follows the sliders. One thread at a time (the window's worker); 1,000,000 pairs over 100
/// clusters answer a weight change in under 50 ms.
class LiveSelection {
public:
    explicit LiveSelection(std::shared_ptr<const Columns> columns);
    ~LiveSelection();
    /// Replaces the columns (after an override or a new metric) and keeps what can be kept.
    void setColumns(std::shared_ptr<const Columns> columns);
    /// What a trained selector says of every pair (loadSelectorScores()), used where options name that selector; null
    /// takes it away. The missing rule is the one it was loaded with.
    void setSelector(std::shared_ptr<const SelectorScores> scores);
    /// Never throws for user mistakes: they stand in `problem`.
    LiveResult compute(const SelectOptions& options);
    /// Against the last computed result.
    WhyCard explain(PairRow row) const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Makes and stores a selection. details: name, pairs, hash, eligible, missing, pinned, banned, quotas.
JobResult runSelect(Workspace& workspace, const SelectOptions& options, RunContext& context);

/// Keeps named weights (`winnow selector ... train --kind weights`).
void saveSelector(Workspace& workspace, const std::string& name, const std::map<std::string, double>& weights);

/// Decisions: each is one ledger entry and one recipe line. `what` is pin, ban, lock or clear; `lockAgainst` names the
/// selection whose verdict a lock keeps (empty = the newest). Throws Error(NotFound) naming the first unknown id.
JobResult decide(Workspace& workspace, const std::string& what, const std::vector<PairRow>& rows,
    const std::string& reason, const std::string& lockAgainst = {});
JobResult setStars(Workspace& workspace, const std::vector<PairRow>& rows, int stars);
JobResult undoDecision(Workspace& workspace);
JobResult redoDecision(Workspace& workspace);

/// Rows of the ids, or of the query. Throws Error: NotFound (an id), InvalidInput (the query, with its position).
std::vector<PairRow> rowsOf(store::Project& project, const std::vector<std::string>& ids);
std::vector<PairRow> rowsWhere(store::Project& project, const std::string& query);

} // namespace winnow::pipeline
