#include "core/cluster/seeding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace winnow::cluster {

namespace {

    constexpr std::int64_t kLeastSample = 16'384;
    constexpr std::int64_t kSampleOfEach = 20; // rows a centre
    constexpr std::int64_t kManyCenters = 128;
    constexpr std::int64_t kCentersAtOnce = 8;

    /// The rows that centres are drawn from, and how far they are from those drawn.
    class Draw {
    public:
        Draw(const torch::Tensor& rows, std::int64_t clusters, Random& random)
            : m_rows(rows)
            , m_count(static_cast<std::size_t>(rows.size(0)))
            , m_clusters(static_cast<std::size_t>(clusters))
            , m_trials(2 + static_cast<std::size_t>(std::log(static_cast<double>(clusters))))
            , m_random(random)
            , m_squares(m_count)
            , m_nearest(m_count, std::numeric_limits<double>::infinity())
        {
            const auto lengths = rowLengths(rows);
            std::transform(lengths.begin(), lengths.end(), m_squares.begin(),
                [](float length) { return static_cast<double>(length) * length; });
        }

        torch::Tensor run(RunContext& context)
        {
            m_pool = {static_cast<std::int64_t>(m_random.below(m_count))};
            measurePool();
            take(0);
            const std::size_t atOnce = m_clusters >= kManyCenters ? kCentersAtOnce : 1;
            while (m_chosen.size() < m_clusters) {
                context.checkpoint();
                drawPool(m_trials * std::min(atOnce, m_clusters - m_chosen.size()));
                takeFromPool();
            }
            return m_rows.index_select(0, torch::tensor(m_chosen, torch::kInt64)); // [K, D]
        }

    private:
        /// Rows with probability in proportion to their distances now.
        void drawPool(std::size_t size)
        {
            std::vector<double> cumulated(m_count);
            std::partial_sum(m_nearest.begin(), m_nearest.end(), cumulated.begin());
            m_pool.clear();
            for (std::size_t p = 0; p < size; ++p) {
                const auto found =
                    std::lower_bound(cumulated.begin(), cumulated.end(), m_random.uniform() * cumulated.back());
                m_pool.push_back(
                    std::min<std::int64_t>(found - cumulated.begin(), static_cast<std::int64_t>(cumulated.size()) - 1));
            }
            m_poolDistances.clear();
            for (const auto row : m_pool)
                m_poolDistances.push_back(m_nearest[static_cast<std::size_t>(row)]);
            measurePool();
        }

        void measurePool()
        {
            const auto index = torch::tensor(m_pool, torch::kInt64);
            m_products = torch::mm(m_rows.index_select(0, index), m_rows.t()); // [P, S]
        }

        /// Centres out of the pool, each the best of so many candidates, until it is used up.
        void takeFromPool()
        {
            std::vector<std::size_t> candidates;
            bool hasTaken = false;
            for (std::size_t p = 0; p < m_pool.size() && m_chosen.size() < m_clusters; ++p) {
                if (!hasTaken || isStillDrawn(p))
                    candidates.push_back(p);
                if (candidates.size() < m_trials && (p + 1 < m_pool.size() || candidates.empty()))
                    continue;
                take(bestOf(candidates));
                candidates.clear();
                hasTaken = true;
            }
        }

        bool isStillDrawn(std::size_t p)
        {
            return m_random.uniform() * m_poolDistances[p] < m_nearest[static_cast<std::size_t>(m_pool[p])];
        }

        double distance(std::size_t p, std::size_t i) const
        {
            const auto row = static_cast<std::size_t>(m_pool[p]);
            const double product = m_products.data_ptr<float>()[p * m_count + i];
            return i == row ? 0 : std::max(0.0, m_squares[i] + m_squares[row] - 2 * product);
        }

        double potential(std::size_t p) const
        {
            double sum = 0;
            for (std::size_t i = 0; i < m_count; ++i)
                sum += std::min(m_nearest[i], distance(p, i));
            return sum;
        }

        std::size_t bestOf(const std::vector<std::size_t>& candidates) const
        {
            if (candidates.size() == 1)
                return candidates.front();
            std::size_t best = candidates.front();
            double least = std::numeric_limits<double>::infinity();
            for (const auto p : candidates)
                if (const double sum = potential(p); sum < least) {
                    least = sum;
                    best = p;
                }
            return best;
        }

        void take(std::size_t p)
        {
            for (std::size_t i = 0; i < m_count; ++i)
                m_nearest[i] = std::min(m_nearest[i], distance(p, i));
            m_chosen.push_back(m_pool[p]);
        }

        torch::Tensor m_rows; // [S, D]
        std::size_t m_count;  // S
        std::size_t m_clusters;
        std::size_t m_trials;
        Random& m_random;
        std::vector<double> m_squares; // [S] of the lengths
        std::vector<double> m_nearest; // [S] squared distance to the nearest centre so far
        std::vector<std::int64_t> m_chosen;
        std::vector<std::int64_t> m_pool;    // [P] rows drawn at once
        std::vector<double> m_poolDistances; // [P] as they were then
        torch::Tensor m_products;            // [P, S]
    };

} // namespace

torch::Tensor drawCenters(const Points& points, std::int64_t clusters, Random& random, RunContext& context)
{
    const auto most = std::max(kLeastSample, kSampleOfEach * clusters);
    auto rows = points.rows;
    if (points.count > most) {
        std::vector<std::int64_t> sample;
        for (const auto row : random.sample(static_cast<std::uint64_t>(points.count), static_cast<std::size_t>(most)))
            sample.push_back(static_cast<std::int64_t>(row));
        rows = rows.index_select(0, torch::tensor(sample, torch::kInt64)); // [S, D]
    }
    return Draw(rows, clusters, random).run(context);
}

} // namespace winnow::cluster
