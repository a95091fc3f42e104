#include "core/dataset/read_ahead.h"

#include <memory>
#include <utility>

namespace winnow::dataset {

namespace {

    constexpr std::size_t kBatchesAhead = 4;
    constexpr std::size_t kMostRowsPerBatchRow = 4; ///< good and bad ones

    /// Makes batches of a source until it ends.
    class BatchMaker {
    public:
        BatchMaker(PairSource& source, std::size_t batchRows)
            : m_source(source)
            , m_batchRows(batchRows)
        {
        }

        bool operator()(ReadBatch& out)
        {
            if (m_isEnd)
                return false;
            out.pairs.reserve(m_batchRows);
            // A source of bad rows alone gives batches, too: somebody may want to stop it.
            for (std::size_t i = 0; i < kMostRowsPerBatchRow * m_batchRows && out.pairs.size() < m_batchRows; ++i) {
                RawPair row;
                const auto step = m_source.step(row);
                m_isEnd = step == PairSource::Step::End;
                if (m_isEnd)
                    break;
                if (step == PairSource::Step::BadRow)
                    continue;
                out.imageMissing.push_back(row.isImageMissing ? 1 : 0);
                if (row.imageMarks)
                    out.imageMarks.emplace_back(out.pairs.size(), *row.imageMarks);
                out.pairs.push_back(std::move(row.pair));
                out.metrics.push_back(std::move(row.metrics));
            }
            out.badRows = m_source.takeBadRows();
            out.bytesRead = m_source.bytesRead();
            return true;
        }

    private:
        PairSource& m_source;
        const std::size_t m_batchRows;
        bool m_isEnd = false;
    };

} // namespace

ReadAhead::ReadAhead(PairSource& source, std::size_t batchRows)
    : m_batches([maker = std::make_shared<BatchMaker>(source, batchRows)](ReadBatch& out) { return (*maker)(out); },
        kBatchesAhead)
{
}

} // namespace winnow::dataset
