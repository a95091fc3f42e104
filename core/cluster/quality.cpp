#include "core/cluster/quality.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/tensor/linalg.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace winnow::cluster {

namespace {

    double pairsOf(std::int64_t count) { return static_cast<double>(count) * static_cast<double>(count - 1) / 2; }

    /// Silhouette of one row from its distances to all rows.
    double silhouetteOf(std::span<const std::int32_t> labels, const std::vector<std::int64_t>& sizes,
        const float* squared, std::int32_t own)
    {
        if (sizes[static_cast<std::size_t>(own)] < 2)
            return 0;
        std::vector<double> sums(sizes.size(), 0);
        for (std::size_t i = 0; i < labels.size(); ++i)
            if (labels[i] >= 0)
                sums[static_cast<std::size_t>(labels[i])] += std::sqrt(static_cast<double>(squared[i]));
        double nearest = std::numeric_limits<double>::infinity();
        for (std::size_t k = 0; k < sizes.size(); ++k)
            if (k != static_cast<std::size_t>(own) && sizes[k] > 0)
                nearest = std::min(nearest, sums[k] / static_cast<double>(sizes[k]));
        const double inside =
            sums[static_cast<std::size_t>(own)] / static_cast<double>(sizes[static_cast<std::size_t>(own)] - 1);
        const double larger = std::max(inside, nearest);
        return larger > 0 ? (nearest - inside) / larger : 0;
    }

} // namespace

std::vector<std::int64_t> clusterSizes(std::span<const std::int32_t> labels, std::int64_t clusters)
{
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(clusters), 0);
    for (const auto label : labels) {
        require(label < clusters, ErrorCode::InvalidInput, text::join("cluster ", label, " of ", clusters));
        if (label >= 0)
            ++sizes[static_cast<std::size_t>(label)];
    }
    return sizes;
}

double adjustedRandIndex(std::span<const std::int32_t> first, std::span<const std::int32_t> second)
{
    require(first.size() == second.size(), ErrorCode::InvalidInput,
        text::join("labellings of ", first.size(), " and of ", second.size(), " rows cannot be compared"));
    std::map<std::int32_t, std::int64_t> rows, columns;
    std::map<std::pair<std::int32_t, std::int32_t>, std::int64_t> cells;
    for (std::size_t i = 0; i < first.size(); ++i) {
        ++rows[first[i]];
        ++columns[second[i]];
        ++cells[{first[i], second[i]}];
    }
    const auto sum = [](const auto& counts) {
        double total = 0;
        for (const auto& [key, count] : counts)
            total += pairsOf(count);
        return total;
    };
    const double together = sum(cells), a = sum(rows), b = sum(columns);
    const double all = pairsOf(static_cast<std::int64_t>(first.size()));
    const double expected = all > 0 ? a * b / all : 0;
    const double largest = (a + b) / 2;
    return largest == expected ? 1 : (together - expected) / (largest - expected);
}

double silhouette(
    const torch::Tensor& rows, std::span<const std::int32_t> labels, std::int64_t sampleSize, std::uint64_t seed)
{
    require(rows.dim() == 2 && static_cast<std::size_t>(rows.size(0)) == labels.size(), ErrorCode::InvalidInput,
        text::join(labels.size(), " labels for rows ", rows.sizes()));
    require(sampleSize > 0, ErrorCode::InvalidInput, "the sample of a silhouette cannot be empty");
    torch::NoGradGuard noGrad;
    std::vector<std::int64_t> usable;
    std::int32_t highest = -1;
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i] >= 0) {
            usable.push_back(static_cast<std::int64_t>(i));
            highest = std::max(highest, labels[i]);
        }
    const auto sizes = clusterSizes(labels, highest + 1);
    if (std::count_if(sizes.begin(), sizes.end(), [](auto size) { return size > 0; }) < 2)
        return 0;
    const auto count = std::min(static_cast<std::size_t>(sampleSize), usable.size());
    const auto points = rows.detach().to(torch::kCPU, torch::kFloat).contiguous();
    double sum = 0;
    for (const auto drawn : Random(seed, "cluster.silhouette").sample(usable.size(), count)) {
        const auto row = usable[drawn];
        const auto squared = tensor::squaredDistances(points.slice(0, row, row + 1), points).contiguous(); // [1, N]
        sum += silhouetteOf(labels, sizes, squared.data_ptr<float>(), labels[static_cast<std::size_t>(row)]);
    }
    return sum / static_cast<double>(count);
}

} // namespace winnow::cluster
