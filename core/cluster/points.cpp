#include "core/cluster/points.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/linalg.h"

#include <algorithm>
#include <cmath>

namespace winnow::cluster {

namespace {

    constexpr std::int64_t kChunk = 8192; // rows looked at in one go
    constexpr float kLargest = 1e15F;     // squares of lengths stay within single precision

    double squaredLength(const float* row, std::int64_t width)
    {
        double sum = 0;
        for (std::int64_t d = 0; d < width; ++d)
            sum += static_cast<double>(row[d]) * row[d];
        return sum;
    }

} // namespace

void requireFinite(const torch::Tensor& rows)
{
    for (std::int64_t begin = 0; begin < rows.size(0); begin += kChunk)
        require(torch::isfinite(rows.slice(0, begin, std::min(begin + kChunk, rows.size(0)))).all().item<bool>(),
            ErrorCode::InvalidInput, "cannot cluster: the features hold values that are not finite");
}

static void requireModerate(const torch::Tensor& rows)
{
    for (std::int64_t begin = 0; begin < rows.size(0); begin += kChunk)
        require((rows.slice(0, begin, std::min(begin + kChunk, rows.size(0))).abs() <= kLargest).all().item<bool>(),
            ErrorCode::InvalidInput, "cannot cluster: the features hold values above 1e15; divide them first");
}

std::vector<float> rowLengths(const torch::Tensor& rows)
{
    std::vector<float> out(static_cast<std::size_t>(rows.size(0)));
    const auto* row = rows.data_ptr<float>();
    for (auto& length : out) {
        length = static_cast<float>(std::sqrt(squaredLength(row, rows.size(1))));
        row += rows.size(1);
    }
    return out;
}

double squaredDistance(const float* a, const float* b, std::int64_t width)
{
    double sum = 0;
    for (std::int64_t d = 0; d < width; ++d) {
        const double difference = static_cast<double>(a[d]) - static_cast<double>(b[d]);
        sum += difference * difference;
    }
    return sum;
}

Points makePoints(const torch::Tensor& rows, Metric metric)
{
    require(rows.dim() == 2 && rows.size(1) > 0, ErrorCode::BadShape,
        text::join("clustering needs rows of features [N, D], not ", rows.sizes()));
    require(rows.size(0) > 0, ErrorCode::InvalidInput, "there are no rows to cluster");
    Points out;
    out.metric = metric;
    out.count = rows.size(0);
    out.width = rows.size(1);
    out.rows = rows.detach().to(torch::kCPU, torch::kFloat).contiguous(); // [N, D]
    requireFinite(out.rows);
    requireModerate(out.rows);
    if (metric == Metric::Cosine) {
        out.mean = torch::zeros({out.width});
        out.rows = tensor::unitRows(out.rows).contiguous(); // [N, D]
    } else {
        out.mean = out.rows.mean(0);                   // [D]
        out.rows = (out.rows - out.mean).contiguous(); // [N, D]
    }
    out.lengths = rowLengths(out.rows);
    return out;
}

torch::Tensor unitCenters(const torch::Tensor& centers, const torch::Tensor& before)
{
    const auto lengths = centers.to(torch::kDouble).square().sum(1, true).sqrt(); // [K, 1]
    const auto unit = centers.to(torch::kDouble) / lengths.clamp_min(1e-30);      // [K, D]
    return torch::where(lengths > 1e-12, unit, before.to(torch::kDouble)).to(torch::kFloat).contiguous();
}

} // namespace winnow::cluster
