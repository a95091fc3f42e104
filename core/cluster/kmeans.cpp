#include "core/cluster/kmeans.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace winnow::cluster {

namespace {

    constexpr std::int64_t kChunk = 4096; // rows whose distances are in memory at a time

    /// Rows around their mean, as plain numbers beside the tensor.
    struct Points {
        torch::Tensor rows; ///< [N, D] f32, contiguous, mean 0
        torch::Tensor mean; ///< [D] f32
        std::int64_t count = 0;
        std::int64_t width = 0;
        double tolerance = 0; ///< the option times the mean variance

        const float* row(std::int64_t i) const { return rows.data_ptr<float>() + i * width; }
    };

    Points makePoints(const torch::Tensor& rows, const KMeansOptions& options)
    {
        options.validate();
        require(rows.dim() == 2 && rows.size(1) > 0, ErrorCode::BadShape,
            text::join("clustering needs rows of features [N, D], not ", rows.sizes()));
        require(rows.size(0) >= options.clusters, ErrorCode::InvalidInput,
            text::join("cannot make ", options.clusters, " clusters of ", rows.size(0), " pairs"));
        Points out;
        out.rows = rows.detach().to(torch::kCPU, torch::kFloat).contiguous(); // [N, D]
        require(torch::isfinite(out.rows).all().item<bool>(), ErrorCode::InvalidInput,
            "cannot cluster: the features hold values that are not finite");
        out.mean = out.rows.mean(0);                   // [D]
        out.rows = (out.rows - out.mean).contiguous(); // [N, D]
        out.count = out.rows.size(0);
        out.width = out.rows.size(1);
        out.tolerance = options.tolerance * out.rows.var(0, /*unbiased=*/false).mean().item<double>();
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

    /// Nearest centre of each row: least |c|² - 2 x·c, the lower number at a tie.
    void assignRows(const torch::Tensor& rows, const torch::Tensor& centers, std::vector<std::int32_t>& labels)
    {
        const auto norms = centers.square().sum(1); // [K]
        const auto transposed = centers.t();        // [D, K]
        const auto clusters = centers.size(0);
        labels.resize(static_cast<std::size_t>(rows.size(0)));
        for (std::int64_t begin = 0; begin < rows.size(0); begin += kChunk) {
            const auto part = rows.slice(0, begin, std::min(begin + kChunk, rows.size(0)));
            const auto distances = torch::addmm(norms, part, transposed, 1, -2); // [n, K]
            const auto* value = distances.data_ptr<float>();
            for (std::int64_t i = 0; i < part.size(0); ++i, value += clusters)
                labels[static_cast<std::size_t>(begin + i)] =
                    static_cast<std::int32_t>(std::min_element(value, value + clusters) - value);
        }
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
        return means;
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
        KMeansResult out;
        std::vector<std::int32_t> previous;
        bool isSettled = false;
        while (out.iterations < options.maxIterations && !isSettled) {
            context.checkpoint();
            assignRows(points.rows, centers, out.labels);
            auto moved = computeCenters(points, centers, out.labels);
            const double shift = (moved - centers).square().sum().item<double>();
            centers = std::move(moved);
            ++out.iterations;
            isSettled = out.labels == previous;
            if (!isSettled && shift <= points.tolerance)
                break;
            previous = out.labels;
        }
        if (!isSettled)
            assignRows(points.rows, centers, out.labels); // labels of the centres as they stand now
        out.inertia = computeInertia(points, centers, out.labels);
        out.centers = centers;
        return out;
    }

    /// Squared distances of all rows to one row, never negative.
    std::vector<double> distancesTo(const Points& points, const torch::Tensor& norms, std::int64_t row)
    {
        const auto products = torch::mv(points.rows, points.rows[row]); // [N]
        const auto* product = products.data_ptr<float>();
        const auto* norm = norms.data_ptr<double>();
        std::vector<double> out(static_cast<std::size_t>(points.count));
        for (std::int64_t i = 0; i < points.count; ++i)
            out[static_cast<std::size_t>(i)] = i == row ? 0 : std::max(0.0, norm[i] + norm[row] - 2.0 * product[i]);
        return out;
    }

    /// A row with probability in proportion to its distance.
    std::int64_t drawRow(const std::vector<double>& cumulated, double value)
    {
        const auto found = std::lower_bound(cumulated.begin(), cumulated.end(), value);
        return std::min<std::int64_t>(found - cumulated.begin(), static_cast<std::int64_t>(cumulated.size()) - 1);
    }

    /// Greedy k-means++: of several candidates drawn for a centre the one that lowers the inertia most is taken.
    torch::Tensor drawCenters(const Points& points, std::int64_t clusters, Random& random)
    {
        const auto trials = 2 + static_cast<std::int64_t>(std::log(static_cast<double>(clusters)));
        const auto norms = points.rows.to(torch::kDouble).square().sum(1).contiguous(); // [N]
        std::vector<std::int64_t> chosen{
            static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(points.count)))};
        auto nearest = distancesTo(points, norms, chosen.front());
        while (static_cast<std::int64_t>(chosen.size()) < clusters) {
            std::vector<double> cumulated(nearest.size());
            std::partial_sum(nearest.begin(), nearest.end(), cumulated.begin());
            double best = std::numeric_limits<double>::infinity();
            std::vector<double> bestNearest;
            std::int64_t bestRow = 0;
            for (std::int64_t trial = 0; trial < trials; ++trial) {
                const auto row = drawRow(cumulated, random.uniform() * cumulated.back());
                auto distances = distancesTo(points, norms, row);
                for (std::size_t i = 0; i < distances.size(); ++i)
                    distances[i] = std::min(distances[i], nearest[i]);
                const double potential = std::accumulate(distances.begin(), distances.end(), 0.0);
                if (potential < best) {
                    best = potential;
                    bestNearest = std::move(distances);
                    bestRow = row;
                }
            }
            chosen.push_back(bestRow);
            nearest = std::move(bestNearest);
        }
        return points.rows.index_select(0, torch::tensor(chosen, torch::kInt64)); // [K, D]
    }

    /// Clusters in the order of their smallest row.
    void renumber(KMeansResult& result)
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

} // namespace

void KMeansOptions::validate() const
{
    require(clusters > 0 && clusters <= 1'000'000, ErrorCode::InvalidInput,
        text::join("cannot make ", clusters, " clusters"));
    require(
        restarts > 0 && restarts <= 10'000, ErrorCode::InvalidInput, text::join("cannot restart ", restarts, " times"));
    require(maxIterations > 0, ErrorCode::InvalidInput, text::join("cannot iterate ", maxIterations, " times"));
    require(std::isfinite(tolerance) && tolerance >= 0, ErrorCode::InvalidInput,
        "the tolerance must be a number of at least 0");
}

KMeansResult kmeans(const torch::Tensor& rows, const KMeansOptions& options, RunContext& context)
{
    torch::NoGradGuard noGrad;
    const auto points = makePoints(rows, options);
    KMeansResult best;
    context.progress("Clustering", 0, options.restarts);
    for (std::int64_t restart = 0; restart < options.restarts; ++restart) {
        Random random(options.seed, text::join("cluster.kmeans.", restart));
        auto result = iterate(points, drawCenters(points, options.clusters, random), options, context);
        if (restart == 0 || result.inertia < best.inertia)
            best = std::move(result);
        context.progress("Clustering", restart + 1, options.restarts);
    }
    renumber(best);
    best.centers = best.centers + points.mean;
    return best;
}

KMeansResult lloyd(
    const torch::Tensor& rows, const torch::Tensor& centers, const KMeansOptions& options, RunContext& context)
{
    torch::NoGradGuard noGrad;
    auto settings = options;
    settings.clusters = centers.size(0);
    const auto points = makePoints(rows, settings);
    require(centers.dim() == 2 && centers.size(1) == points.width, ErrorCode::BadShape,
        text::join("the first centres are ", centers.sizes(), " for rows of ", points.width));
    const auto first = (centers.to(torch::kCPU, torch::kFloat) - points.mean).contiguous(); // [K, D]
    auto result = iterate(points, first, settings, context);
    result.centers = result.centers + points.mean;
    return result;
}

std::vector<std::int32_t> assign(const torch::Tensor& rows, const torch::Tensor& centers)
{
    torch::NoGradGuard noGrad;
    require(rows.dim() == 2 && centers.dim() == 2 && rows.size(1) == centers.size(1), ErrorCode::BadShape,
        text::join("rows are ", rows.sizes(), ", centres ", centers.sizes()));
    std::vector<std::int32_t> labels;
    assignRows(rows.detach().to(torch::kCPU, torch::kFloat).contiguous(),
        centers.detach().to(torch::kCPU, torch::kFloat).contiguous(), labels);
    return labels;
}

} // namespace winnow::cluster
