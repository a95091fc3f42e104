#include "core/cluster/nearest_center.h"

#include "core/cluster/points.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace winnow::cluster {

namespace {

    constexpr std::int64_t kMostProducts = 2 << 20; // in memory at a time
    constexpr std::int64_t kLeastRows = 32;
    constexpr std::int64_t kMostRows = 4096;
    constexpr int kLanes = 16; // minima side by side: the compiler makes vector instructions of them

    /// Least of half[k] − product[k].
    float leastOf(const float* products, const float* half, std::size_t count)
    {
        float lanes[kLanes];
        std::fill(lanes, lanes + kLanes, std::numeric_limits<float>::infinity());
        std::size_t k = 0;
        for (; k + kLanes <= count; k += kLanes)
            for (int lane = 0; lane < kLanes; ++lane) {
                const float value =
                    half[k + static_cast<std::size_t>(lane)] - products[k + static_cast<std::size_t>(lane)];
                lanes[lane] = value < lanes[lane] ? value : lanes[lane];
            }
        float least = *std::min_element(lanes, lanes + kLanes);
        for (; k < count; ++k)
            least = std::min(least, half[k] - products[k]);
        return least;
    }

} // namespace

NearestCenter::NearestCenter(const torch::Tensor& centers)
    : m_centers(centers)
    , m_rounding(static_cast<float>(centers.size(1) + 4) * std::numeric_limits<float>::epsilon())
{
    for (const auto length : rowLengths(centers)) {
        m_halfSquares.push_back(length * length / 2);
        m_longest = std::max(m_longest, length);
    }
}

std::vector<std::int32_t> NearestCenter::assign(
    const torch::Tensor& rows, const std::vector<float>& lengths, RunContext& context) const
{
    const auto K = m_centers.size(0), N = rows.size(0);
    const auto blockRows = std::clamp(kMostProducts / K, kLeastRows, kMostRows);
    std::vector<std::int32_t> out(static_cast<std::size_t>(N));
    auto products = torch::empty({std::min(blockRows, N), K}); // [n, K]
    const auto transposed = m_centers.t();                     // [D, K]
    for (std::int64_t begin = 0; begin < N; begin += blockRows) {
        context.checkpoint();
        const auto end = std::min(begin + blockRows, N);
        auto part = products.slice(0, 0, end - begin);
        torch::mm_out(part, rows.slice(0, begin, end), transposed); // [n, K]
        const auto* product = part.data_ptr<float>();
        const auto* row = rows.data_ptr<float>() + begin * rows.size(1);
        for (auto i = begin; i < end; ++i, product += K, row += rows.size(1))
            out[static_cast<std::size_t>(i)] = nearest(product, row, lengths[static_cast<std::size_t>(i)]);
    }
    return out;
}

std::int32_t NearestCenter::nearest(const float* products, const float* row, float length) const
{
    const float least = leastOf(products, m_halfSquares.data(), m_halfSquares.size());
    const float limit = least + m_rounding * m_longest * (length + m_longest);
    std::int32_t found = -1;
    for (std::size_t k = 0; k < m_halfSquares.size(); ++k)
        if (m_halfSquares[k] - products[k] <= limit) {
            if (found >= 0)
                return measureAgain(products, row, limit);
            found = static_cast<std::int32_t>(k);
        }
    return std::max(found, 0);
}

std::int32_t NearestCenter::measureAgain(const float* products, const float* row, float limit) const
{
    const auto width = m_centers.size(1);
    const auto* const centers = m_centers.data_ptr<float>();
    double least = std::numeric_limits<double>::infinity();
    std::size_t best = 0;
    for (std::size_t k = 0; k < m_halfSquares.size(); ++k) {
        if (m_halfSquares[k] - products[k] > limit)
            continue;
        const auto* const center = centers + static_cast<std::int64_t>(k) * width;
        const auto* const nearest = centers + static_cast<std::int64_t>(best) * width;
        if (k > best && std::memcmp(center, nearest, static_cast<std::size_t>(width) * sizeof(float)) == 0)
            continue; // the same centre twice
        const double distance = squaredDistance(row, center, width);
        if (distance < least) {
            least = distance;
            best = k;
        }
    }
    return static_cast<std::int32_t>(best);
}

} // namespace winnow::cluster
