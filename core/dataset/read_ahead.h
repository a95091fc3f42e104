#pragma once

#include "core/dataset/ahead.h"
#include "core/dataset/importer.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace winnow::dataset {

/// Some rows of a source, with what was found on the way.
struct ReadBatch {
    std::vector<Pair> pairs;
    std::vector<std::uint8_t> imageMissing; ///< 1 where the first picture of that pair is not on disk
    std::vector<std::vector<std::pair<std::string, double>>> metrics; ///< that came with that pair
    std::vector<std::pair<std::size_t, std::int64_t>> imageMarks; ///< position in `pairs`, as RawPair::imageMarks
    std::vector<BadRow> badRows;
    std::int64_t bytesRead = 0; ///< of the source, up to here
};

/// Reads a source ahead on one thread and looks for the pictures of its rows. While it lives the source belongs to that
/// thread; ask it about its end once next() gave false.
class ReadAhead {
public:
    /// `batchRows` rows a batch, the last one may have fewer (and bad rows only).
    ReadAhead(PairSource& source, std::size_t batchRows);
    /// The next batch; false at the end. Throws what the source throws.
    bool next(ReadBatch& out) { return m_batches.next(out); }

private:
    Ahead<ReadBatch> m_batches;
};

} // namespace winnow::dataset
