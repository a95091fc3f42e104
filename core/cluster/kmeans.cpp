#include "core/cluster/kmeans.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/cluster/nearest_center.h"
#include "core/cluster/seeding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace winnow::cluster {

namespace {

    constexpr double kMuchWork = 3e9; // rows x centres x width, over which restarts are saved

    std::int64_t restartsOf(const KMeansOptions& options, const Points& points)
    {
        if (options.restarts > 0)
            return options.restarts;
        const double work = static_cast<double>(points.count) * static_cast<double>(points.width)
            * static_cast<double>(options.clusters);
        return std::clamp<std::int64_t>(static_cast<std::int64_t>(kMuchWork / work), 1, 10);
    }

    Points checkedPoints(const torch::Tensor& rows, const KMeansOptions& options)
    {
        options.validate();
        require(rows.dim() != 2 || rows.size(0) >= options.clusters, ErrorCode::InvalidInput,
            text::join("cannot make ", options.clusters, " clusters of ", rows.size(0), " pairs"));
        return makePoints(rows, options.metric);
    }

    /// Each empty cluster takes one of the rows farthest from their centres; that row leaves the sums of its old
    /// cluster.
    void fillEmpty(const Points& points, const torch::Tensor& centers, const std::vector<std::int32_t>& labels,
        torch::Tensor& sums, std::vector<double>& counts)
    {
        std::vector<std::size_t> empty;
        for (std::size_t k = 0; k < counts.size(); ++k)
            if (counts[k] == 0)
                empty.push_back(k);
        if (empty.empty())
            return;
        std::vector<double> distances;
        for (std::int64_t i = 0; i < points.count; ++i)
            distances.push_back(squaredDistance(points.row(i),
                centers.data_ptr<float>() + labels[static_cast<std::size_t>(i)] * points.width, points.width));
        std::vector<std::int64_t> order(static_cast<std::size_t>(points.count));
        std::iota(order.begin(), order.end(), std::int64_t(0));
        std::partial_sort(
            order.begin(), order.begin() + static_cast<std::ptrdiff_t>(empty.size()), order.end(), [&](auto a, auto b) {
                const auto da = distances[static_cast<std::size_t>(a)], db = distances[static_cast<std::size_t>(b)];
                return da != db ? da > db : a < b;
            });
        for (std::size_t n = 0; n < empty.size(); ++n) {
            const auto old = static_cast<std::size_t>(labels[static_cast<std::size_t>(order[n])]);
            const auto row = points.rows[order[n]].to(torch::kDouble); // [D]
            sums[static_cast<std::int64_t>(empty[n])] = row;
            sums[static_cast<std::int64_t>(old)] -= row;
            counts[empty[n]] = 1;
            counts[old] -= 1;
        }
    }

    /// Means of the clusters. A cluster that is left without rows keeps its centre.
    torch::Tensor computeCenters(
        const Points& points, const torch::Tensor& centers, const std::vector<std::int32_t>& labels)
    {
        auto sums = torch::zeros(centers.sizes(), torch::kDouble); // [K, D]
        std::vector<double> counts(static_cast<std::size_t>(centers.size(0)), 0);
        auto* out = sums.data_ptr<double>();
        for (std::int64_t i = 0; i < points.count; ++i) {
            const auto label = labels[static_cast<std::size_t>(i)];
            const auto* row = points.row(i);
            auto* sum = out + label * points.width;
            for (std::int64_t d = 0; d < points.width; ++d)
                sum[d] += row[d];
            counts[static_cast<std::size_t>(label)] += 1;
        }
        fillEmpty(points, centers, labels, sums, counts);
        auto means = centers.clone();
        for (std::size_t k = 0; k < counts.size(); ++k)
            if (counts[k] > 0)
                means[static_cast<std::int64_t>(k)] =
                    (sums[static_cast<std::int64_t>(k)] / counts[k]).to(torch::kFloat);
        return points.metric == Metric::Cosine ? unitCenters(means, centers) : means;
    }

    double computeInertia(const Points& points, const torch::Tensor& centers, const std::vector<std::int32_t>& labels)
    {
        double sum = 0;
        for (std::int64_t i = 0; i < points.count; ++i)
            sum += squaredDistance(points.row(i),
                centers.data_ptr<float>() + labels[static_cast<std::size_t>(i)] * points.width, points.width);
        return sum;
    }

    KMeansResult iterate(const Points& points, torch::Tensor centers, const KMeansOptions& options, RunContext& context)
    {
        const double tolerance =
            options.tolerance * points.rows.var(0, /*unbiased=*/false).mean().item<double>(); // of all movement
        KMeansResult out;
        std::vector<std::int32_t> previous;
        bool isSettled = false;
        while (out.iterations < options.maxIterations && !isSettled) {
            context.checkpoint();
            out.labels = NearestCenter(centers).assign(points.rows, points.lengths, context);
            auto moved = computeCenters(points, centers, out.labels);
            const double shift = (moved - centers).square().sum().item<double>();
            centers = std::move(moved);
            ++out.iterations;
            isSettled = out.labels == previous;
            if (!isSettled && shift <= tolerance)
                break;
            previous = out.labels;
        }
        if (!isSettled) // labels of the centres as they stand now
            out.labels = NearestCenter(centers).assign(points.rows, points.lengths, context);
        out.inertia = computeInertia(points, centers, out.labels);
        out.centers = centers;
        return out;
    }

} // namespace

void KMeansOptions::validate() const
{
    require(clusters > 0 && clusters <= 1'000'000, ErrorCode::InvalidInput,
        text::join("cannot make ", clusters, " clusters"));
    require(restarts >= 0 && restarts <= 10'000, ErrorCode::InvalidInput,
        text::join("cannot restart ", restarts, " times"));
    require(maxIterations > 0, ErrorCode::InvalidInput, text::join("cannot iterate ", maxIterations, " times"));
    require(std::isfinite(tolerance) && tolerance >= 0, ErrorCode::InvalidInput,
        "the tolerance must be a number of at least 0");
}

void numberByFirstRow(KMeansResult& result)
{
    std::vector<std::int64_t> order; // new number → old
    std::vector<std::int32_t> numbers(static_cast<std::size_t>(result.centers.size(0)), -1);
    const auto take = [&](std::size_t old) {
        if (numbers[old] < 0) {
            numbers[old] = static_cast<std::int32_t>(order.size());
            order.push_back(static_cast<std::int64_t>(old));
        }
        return numbers[old];
    };
    for (auto& label : result.labels)
        label = take(static_cast<std::size_t>(label));
    for (std::size_t old = 0; old < numbers.size(); ++old)
        take(old);
    result.centers = result.centers.index_select(0, torch::tensor(order, torch::kInt64));
}

KMeansResult kmeans(const torch::Tensor& rows, const KMeansOptions& options, RunContext& context)
{
    torch::NoGradGuard noGrad;
    const auto points = checkedPoints(rows, options);
    const auto restarts = restartsOf(options, points);
    KMeansResult best;
    context.progress("Clustering", 0, restarts);
    for (std::int64_t restart = 0; restart < restarts; ++restart) {
        Random random(options.seed, text::join("cluster.kmeans.", restart));
        auto result = iterate(points, drawCenters(points, options.clusters, random, context), options, context);
        if (restart == 0 || result.inertia < best.inertia)
            best = std::move(result);
        context.progress("Clustering", restart + 1, restarts);
    }
    numberByFirstRow(best);
    best.centers = best.centers + points.mean;
    best.restarts = restarts;
    return best;
}

KMeansResult lloyd(
    const torch::Tensor& rows, const torch::Tensor& centers, const KMeansOptions& options, RunContext& context)
{
    torch::NoGradGuard noGrad;
    auto settings = options;
    settings.clusters = centers.size(0);
    const auto points = checkedPoints(rows, settings);
    require(centers.dim() == 2 && centers.size(1) == points.width, ErrorCode::BadShape,
        text::join("the first centres are ", centers.sizes(), " for rows of ", points.width));
    auto first = (centers.to(torch::kCPU, torch::kFloat) - points.mean).contiguous(); // [K, D]
    if (options.metric == Metric::Cosine)
        first = unitCenters(first, first);
    auto result = iterate(points, first, settings, context);
    result.centers = result.centers + points.mean;
    return result;
}

std::vector<std::int32_t> assign(const torch::Tensor& rows, const torch::Tensor& centers)
{
    torch::NoGradGuard noGrad;
    require(rows.dim() == 2 && centers.dim() == 2 && rows.size(1) == centers.size(1), ErrorCode::BadShape,
        text::join("rows are ", rows.sizes(), ", centres ", centers.sizes()));
    NullContext context;
    const auto points = rows.detach().to(torch::kCPU, torch::kFloat).contiguous();
    return NearestCenter(centers.detach().to(torch::kCPU, torch::kFloat).contiguous())
        .assign(points, rowLengths(points), context);
}

} // namespace winnow::cluster
