#include "core/dataset/read_ahead.h"

#include "core/dataset/picture_finder.h"

#include <memory>
#include <utility>

namespace winnow::dataset {

namespace {

    constexpr std::size_t kBatchesAhead = 4;

    /// Makes batches of a source until it ends.
    class BatchMaker {
    public:
        BatchMaker(PairSource& source, std::size_t batchRows)
            : m_source(source)
            , m_batchRows(batchRows)
            , m_finder(source.imagesRoot())
        {
        }

        bool operator()(ReadBatch& out)
        {
            if (m_isEnd)
                return false;
            out.pairs.reserve(m_batchRows);
            for (RawPair row; out.pairs.size() < m_batchRows;) {
                if (!m_source.next(row)) {
                    m_isEnd = true;
                    break;
                }
                const auto& images = row.pair.images;
                out.imageMissing.push_back(images.empty() || m_finder.isThere(images.front()) ? 0 : 1);
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
        PictureFinder m_finder;
        bool m_isEnd = false;
    };

} // namespace

ReadAhead::ReadAhead(PairSource& source, std::size_t batchRows)
    : m_batches([maker = std::make_shared<BatchMaker>(source, batchRows)](ReadBatch& out) { return (*maker)(out); },
        kBatchesAhead)
{
}

} // namespace winnow::dataset
