#include "core/cluster/landmarks.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/cluster/kmeans.h"
#include "core/cluster/points.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace winnow::cluster {

namespace {

    constexpr std::int64_t kSampleOfEach = 20; // rows a landmark
    constexpr std::int64_t kIterations = 10;   // of the k-means that places them
    constexpr std::int64_t kLinkedRows = 1024;
    constexpr double kLeastValue = 1e-12; // an eigenvalue below it has no vector

    /// Which landmarks a row is linked with, nearest first, and how strongly.
    struct Links {
        std::int64_t each = 0;
        std::vector<std::int32_t> landmarks; // [N, each]
        std::vector<double> weights;         // [N, each], first squared distances, then weights that sum to 1 a row
    };

    torch::Tensor placeLandmarks(const Points& points, const LandmarkOptions& options, RunContext& context)
    {
        const auto most = options.count * kSampleOfEach;
        auto rows = points.rows;
        if (points.count > most) {
            Random random(options.seed, "cluster.landmarks");
            std::vector<std::int64_t> sample;
            for (const auto row :
                random.sample(static_cast<std::uint64_t>(points.count), static_cast<std::size_t>(most)))
                sample.push_back(static_cast<std::int64_t>(row));
            rows = rows.index_select(0, torch::tensor(sample, torch::kInt64)); // [S, D]
        }
        KMeansOptions given;
        given.clusters = options.count;
        given.restarts = 1;
        given.maxIterations = kIterations;
        given.seed = options.seed;
        return kmeans(rows, given, context).centers.contiguous(); // [P, D]
    }

    /// The nearest landmarks by products in single precision, their distances in double.
    class LinkSearch {
    public:
        LinkSearch(const Points& points, const torch::Tensor& landmarks, std::int64_t each)
            : m_points(points)
            , m_landmarks(landmarks)
            , m_halfSquares(rowLengths(landmarks))
        {
            for (auto& value : m_halfSquares)
                value *= value / 2;
            m_links.each = each;
        }

        Links run(RunContext& context)
        {
            context.progress("Landmarks", 0, m_points.count);
            for (std::int64_t begin = 0; begin < m_points.count; begin += kLinkedRows) {
                context.checkpoint();
                const auto end = std::min(begin + kLinkedRows, m_points.count);
                const auto products = torch::mm(m_points.rows.slice(0, begin, end), m_landmarks.t()); // [n, P]
                for (auto i = begin; i < end; ++i)
                    addRow(i, products.data_ptr<float>() + (i - begin) * m_landmarks.size(0));
                context.progress("Landmarks", end, m_points.count);
            }
            return std::move(m_links);
        }

    private:
        using Candidate = std::pair<float, std::int32_t>;

        void addRow(std::int64_t row, const float* products)
        {
            m_nearest.clear();
            const auto each = static_cast<std::size_t>(m_links.each);
            for (std::size_t p = 0; p < m_halfSquares.size(); ++p) {
                const Candidate candidate{m_halfSquares[p] - products[p], static_cast<std::int32_t>(p)};
                if (m_nearest.size() == each && !(candidate < m_nearest.back()))
                    continue;
                if (m_nearest.size() == each)
                    m_nearest.pop_back();
                m_nearest.insert(std::upper_bound(m_nearest.begin(), m_nearest.end(), candidate), candidate);
            }
            const auto width = m_points.width;
            for (const auto& [score, landmark] : m_nearest) {
                m_links.landmarks.push_back(landmark);
                m_links.weights.push_back(
                    squaredDistance(m_points.row(row), m_landmarks.data_ptr<float>() + landmark * width, width));
            }
        }

        const Points& m_points;
        torch::Tensor m_landmarks;        // [P, D]
        std::vector<float> m_halfSquares; // [P]
        std::vector<Candidate> m_nearest; // of one row
        Links m_links;
    };

    /// Squared distances become weights.
    void weigh(Links& links)
    {
        double sum = 0;
        for (const auto square : links.weights)
            sum += std::sqrt(square);
        const double width = sum / static_cast<double>(links.weights.size());
        const double scale = 2 * std::max(width * width, std::numeric_limits<double>::min());
        for (auto row = links.weights.begin(); row != links.weights.end(); row += links.each) {
            const auto end = row + links.each;
            const double least = *std::min_element(row, end); // taken off: a row far away keeps its weights
            std::transform(row, end, row, [&](double square) { return std::exp((least - square) / scale); });
            const double total = std::accumulate(row, end, 0.0);
            std::transform(row, end, row, [&](double weight) { return weight / total; });
        }
    }

    /// Each weight divided by the root of its landmark's degree: [N, P] without its zeros.
    void normalise(Links& links, std::int64_t count)
    {
        std::vector<double> degrees(static_cast<std::size_t>(count), 0);
        for (std::size_t e = 0; e < links.weights.size(); ++e)
            degrees[static_cast<std::size_t>(links.landmarks[e])] += links.weights[e];
        for (std::size_t e = 0; e < links.weights.size(); ++e)
            if (links.weights[e] > 0)
                links.weights[e] /= std::sqrt(degrees[static_cast<std::size_t>(links.landmarks[e])]);
    }

    /// [P, P]: the products of the columns.
    torch::Tensor productOf(const Links& links, std::int64_t count)
    {
        auto out = torch::zeros({count, count}, torch::kDouble);
        auto* const values = out.data_ptr<double>();
        const auto each = static_cast<std::size_t>(links.each);
        for (std::size_t first = 0; first < links.weights.size(); first += each)
            for (std::size_t a = first; a < first + each; ++a)
                for (std::size_t b = first; b < first + each; ++b)
                    values[links.landmarks[a] * count + links.landmarks[b]] += links.weights[a] * links.weights[b];
        return out;
    }

    /// Parts of the graph, by the landmarks that rows tie together; a landmark without rows is none.
    std::int64_t countParts(const Links& links, std::int64_t count)
    {
        std::vector<std::int32_t> parents(static_cast<std::size_t>(count));
        std::iota(parents.begin(), parents.end(), 0);
        const auto rootOf = [&](std::int32_t landmark) {
            auto root = landmark;
            while (parents[static_cast<std::size_t>(root)] != root)
                root = parents[static_cast<std::size_t>(root)] =
                    parents[static_cast<std::size_t>(parents[static_cast<std::size_t>(root)])];
            return root;
        };
        std::vector<bool> isUsed(static_cast<std::size_t>(count), false);
        const auto each = static_cast<std::size_t>(links.each);
        for (std::size_t e = 0; e < links.landmarks.size(); ++e) {
            if (links.weights[e] <= 0)
                continue;
            isUsed[static_cast<std::size_t>(links.landmarks[e])] = true;
            parents[static_cast<std::size_t>(rootOf(links.landmarks[e]))] = rootOf(links.landmarks[e - e % each]);
        }
        std::int64_t parts = 0;
        for (std::int32_t landmark = 0; landmark < count; ++landmark)
            parts += isUsed[static_cast<std::size_t>(landmark)] && rootOf(landmark) == landmark;
        return parts;
    }

    /// The graph [N, P] times [P, K].
    torch::Tensor multiply(const Links& links, const torch::Tensor& columns)
    {
        const auto right = columns.contiguous();
        const auto width = right.size(1);
        const auto count = static_cast<std::int64_t>(links.weights.size()) / links.each;
        auto out = torch::empty({count, width}); // [N, K]
        std::vector<double> sum(static_cast<std::size_t>(width));
        for (std::int64_t i = 0; i < count; ++i) {
            std::fill(sum.begin(), sum.end(), 0);
            for (std::int64_t e = i * links.each; e < (i + 1) * links.each; ++e) {
                const double weight = links.weights[static_cast<std::size_t>(e)];
                const auto* const from =
                    right.data_ptr<double>() + links.landmarks[static_cast<std::size_t>(e)] * width;
                for (std::size_t k = 0; k < sum.size(); ++k)
                    sum[k] += weight * from[k];
            }
            std::copy(sum.begin(), sum.end(), out.data_ptr<float>() + i * width);
        }
        return out;
    }

} // namespace

void LandmarkOptions::validate() const
{
    require(columns > 0, ErrorCode::InvalidInput, text::join("cannot make ", columns, " clusters"));
    require(count >= columns, ErrorCode::InvalidInput,
        text::join("cannot find ", columns, " clusters by ", count, " landmarks: choose as many or more"));
    require(count <= 10'000, ErrorCode::TooLarge,
        text::join("cannot place ", count, " landmarks: at most 10000")); // their square is held in memory
    require(nearest >= 1, ErrorCode::InvalidInput, text::join("cannot link a pair with ", nearest, " landmarks"));
}

LandmarkEmbedding embedByLandmarks(const torch::Tensor& rows, const LandmarkOptions& options, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    options.validate();
    const auto points = makePoints(rows, Metric::Euclidean);
    require(options.count <= points.count, ErrorCode::InvalidInput,
        text::join("cannot place ", options.count, " landmarks among ", points.count, " pairs: choose fewer"));
    const auto landmarks = placeLandmarks(points, options, context);
    auto links = LinkSearch(points, landmarks, std::min(options.nearest, options.count)).run(context);
    weigh(links);
    LandmarkEmbedding out;
    out.components = countParts(links, options.count);
    normalise(links, options.count);
    context.checkpoint();
    context.progress("Eigenvectors", 0, 0);
    const auto [ascending, vectors] = torch::linalg_eigh(productOf(links, options.count), "L");
    const auto values = ascending.flip({0}).slice(0, 0, options.columns).contiguous(); // [K], largest first
    const auto right = vectors.flip({1}).slice(1, 0, options.columns);                 // [P, K]
    const auto roots =
        torch::where(values > kLeastValue, values.clamp_min(kLeastValue).rsqrt(), torch::zeros_like(values));
    out.rows = multiply(links, right * roots); // [N, K]
    out.eigenvalues = (1 - values).clamp_min(0);
    return out;
}

} // namespace winnow::cluster
