#include "core/cluster/spectral.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/cluster/kmeans.h"
#include "core/cluster/landmarks.h"
#include "core/tensor/linalg.h"

#include <Eigen/Core>
#include <Spectra/SymEigsSolver.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace winnow::cluster {

namespace {

    constexpr std::int64_t kMostDenseRows = 4000;
    constexpr std::int64_t kLeastLandmarks = 1000;
    constexpr std::int64_t kMostLandmarks = 4000;
    constexpr double kResidual = 1e-10;
    constexpr double kSameValue = 1e-9; // eigenvalues closer than this count as equal

    /// D^-1/2 W D^-1/2 without the diagonal of W: eigenvalues −1 … 1, one minus those of the Laplacian.
    struct NormalisedGraph {
        const Affinity& affinity;
        std::vector<double> rootDegrees; // [N], 1 for a row without neighbours
        std::vector<double> weights;     // beside affinity.columns

        explicit NormalisedGraph(const Affinity& given)
            : affinity(given)
            , rootDegrees(static_cast<std::size_t>(given.count), 0)
            , weights(given.weights)
        {
            each([&](std::size_t i, std::size_t j, std::size_t e) { rootDegrees[i] += i == j ? 0 : weights[e]; });
            for (auto& degree : rootDegrees)
                degree = degree > 0 ? std::sqrt(degree) : 1;
            each([&](std::size_t i, std::size_t j, std::size_t e) {
                weights[e] = i == j ? 0 : weights[e] / (rootDegrees[i] * rootDegrees[j]);
            });
        }
        /// work(row, column, entry) for each entry.
        template <typename Work> void each(Work work) const
        {
            for (std::size_t i = 0; i < rootDegrees.size(); ++i)
                for (auto e = static_cast<std::size_t>(affinity.starts[i]);
                     e < static_cast<std::size_t>(affinity.starts[i + 1]); ++e)
                    work(i, static_cast<std::size_t>(affinity.columns[e]), e);
        }
        std::size_t size() const { return rootDegrees.size(); }
    };

    /// Connected parts of at least two rows, those of most rows first.
    struct Parts {
        std::vector<std::int64_t> part; // of each row, −1 for a row alone
        std::int64_t count = 0;
    };

    std::vector<std::vector<std::size_t>> collectParts(const NormalisedGraph& graph)
    {
        std::vector<std::vector<std::size_t>> parts;
        std::vector<bool> isSeen(graph.size(), false);
        for (std::size_t start = 0; start < graph.size(); ++start) {
            if (isSeen[start])
                continue;
            std::vector<std::size_t> members{start};
            isSeen[start] = true;
            for (std::size_t next = 0; next < members.size(); ++next)
                for (auto e = graph.affinity.starts[members[next]]; e < graph.affinity.starts[members[next] + 1]; ++e) {
                    const auto other = static_cast<std::size_t>(graph.affinity.columns[static_cast<std::size_t>(e)]);
                    if (isSeen[other] || graph.affinity.weights[static_cast<std::size_t>(e)] <= 0)
                        continue;
                    isSeen[other] = true;
                    members.push_back(other);
                }
            if (members.size() > 1)
                parts.push_back(std::move(members));
        }
        return parts;
    }

    Parts findParts(const NormalisedGraph& graph)
    {
        auto parts = collectParts(graph); // in the order of their smallest rows
        std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
        Parts out{std::vector<std::int64_t>(graph.size(), -1), static_cast<std::int64_t>(parts.size())};
        for (std::size_t p = 0; p < parts.size(); ++p)
            for (const auto row : parts[p])
                out.part[row] = static_cast<std::int64_t>(p);
        return out;
    }

    /// The eigenvector of 1 that lives on each part: the root of the degree. One number a row, for the parts share
    /// none.
    std::vector<double> partVectors(const NormalisedGraph& graph, const Parts& parts)
    {
        std::vector<double> squares(static_cast<std::size_t>(parts.count), 0);
        for (std::size_t i = 0; i < graph.size(); ++i)
            if (parts.part[i] >= 0)
                squares[static_cast<std::size_t>(parts.part[i])] += graph.rootDegrees[i] * graph.rootDegrees[i];
        std::vector<double> out(graph.size(), 0);
        for (std::size_t i = 0; i < graph.size(); ++i)
            if (parts.part[i] >= 0)
                out[i] = graph.rootDegrees[i] / std::sqrt(squares[static_cast<std::size_t>(parts.part[i])]);
        return out;
    }

    /// One eigenvector with its eigenvalue of the normalised graph.
    struct Found {
        double value = 0;
        Eigen::VectorXd vector;
    };

    /// The normalised graph as Spectra wants it, with what is known already moved down to −1.
    class DeflatedGraph {
    public:
        using Scalar = double;

        DeflatedGraph(const NormalisedGraph& graph, const Parts& parts, RunContext& context)
            : m_graph(graph)
            , m_parts(parts)
            , m_partVectors(partVectors(graph, parts))
            , m_context(context)
        {
        }
        Eigen::Index rows() const { return static_cast<Eigen::Index>(m_graph.size()); }
        Eigen::Index cols() const { return rows(); }
        void deflate(std::vector<Found> known) { m_known = std::move(known); }

        void perform_op(const double* x, double* y) const
        {
            if (++m_products % 64 == 0)
                m_context.checkpoint();
            std::fill(y, y + m_graph.size(), 0.0);
            m_graph.each([&](std::size_t i, std::size_t j, std::size_t e) { y[i] += m_graph.weights[e] * x[j]; });
            subtractParts(x, y);
            const Eigen::Map<const Eigen::VectorXd> in(x, rows());
            Eigen::Map<Eigen::VectorXd> out(y, rows());
            for (const auto& known : m_known)
                out -= ((known.value + 1) * known.vector.dot(in)) * known.vector;
        }

    private:
        void subtractParts(const double* x, double* y) const
        {
            std::vector<double> products(static_cast<std::size_t>(m_parts.count), 0);
            for (std::size_t i = 0; i < m_graph.size(); ++i)
                if (m_parts.part[i] >= 0)
                    products[static_cast<std::size_t>(m_parts.part[i])] += m_partVectors[i] * x[i];
            for (std::size_t i = 0; i < m_graph.size(); ++i)
                if (m_parts.part[i] >= 0)
                    y[i] -= 2 * m_partVectors[i] * products[static_cast<std::size_t>(m_parts.part[i])];
        }

        const NormalisedGraph& m_graph;
        const Parts& m_parts;
        std::vector<double> m_partVectors;
        std::vector<Found> m_known;
        RunContext& m_context;
        mutable std::int64_t m_products = 0;
    };

    /// The `count` largest eigenvalues of what is not deflated.
    std::vector<Found> runLanczos(
        DeflatedGraph& graph, std::int64_t count, std::int64_t pass, const EigenOptions& options)
    {
        const auto N = static_cast<std::int64_t>(graph.rows());
        Spectra::SymEigsSolver<DeflatedGraph> solver(graph, count, std::min(N, std::max(3 * count, count + 40)));
        Random random(options.seed, text::join("cluster.lanczos.", pass));
        Eigen::VectorXd start(N);
        for (auto& value : start)
            value = random.normal();
        solver.init(start.data());
        solver.compute(Spectra::SortRule::LargestAlge, options.maxRestarts, kResidual);
        require(solver.info() == Spectra::CompInfo::Successful, ErrorCode::Diverged,
            text::join("cannot cluster: the eigenvectors of the graph were not found in ", options.maxRestarts,
                " restarts; choose more neighbours"));
        std::vector<Found> out;
        const auto values = solver.eigenvalues();
        const auto vectors = solver.eigenvectors();
        for (Eigen::Index e = 0; e < values.size(); ++e)
            out.push_back({values[e], vectors.col(e)});
        return out;
    }

    /// The `count` largest below the parts' own, complete: passes go on until one finds nothing larger than the last.
    std::vector<Found> findLargest(const NormalisedGraph& graph, const Parts& parts, std::int64_t count,
        const EigenOptions& options, RunContext& context)
    {
        DeflatedGraph deflated(graph, parts, context);
        auto found = runLanczos(deflated, count, 0, options);
        for (std::int64_t pass = 1;; ++pass) {
            context.progress("Eigenvectors", 0, 0);
            const auto least = found[static_cast<std::size_t>(count) - 1].value;
            deflated.deflate(found);
            const auto more = runLanczos(deflated, 1, pass, options).front();
            if (more.value <= least + kSameValue)
                break;
            found.push_back(more);
            std::stable_sort(
                found.begin(), found.end(), [](const Found& a, const Found& b) { return a.value > b.value; });
        }
        found.resize(static_cast<std::size_t>(count));
        return found;
    }

    /// The same by all eigenvectors of the full matrix.
    std::vector<Found> findLargestDense(const NormalisedGraph& graph, const Parts& parts, std::int64_t count)
    {
        const auto N = static_cast<std::int64_t>(graph.size());
        auto matrix = torch::zeros({N, N}, torch::kDouble);
        auto* const values = matrix.data_ptr<double>();
        graph.each(
            [&](std::size_t i, std::size_t j, std::size_t e) { values[i * graph.size() + j] = graph.weights[e]; });
        const auto own = partVectors(graph, parts);
        for (std::size_t i = 0; i < graph.size(); ++i)
            for (std::size_t j = 0; j < graph.size(); ++j)
                if (parts.part[i] >= 0 && parts.part[i] == parts.part[j])
                    values[i * graph.size() + j] -= 2 * own[i] * own[j];
        const auto [ascending, columns] = torch::linalg_eigh(matrix, "L");
        std::vector<Found> out;
        for (std::int64_t e = N - 1; e >= N - count; --e) {
            const auto column = columns.select(1, e).contiguous(); // [N]
            out.push_back({ascending[e].item<double>(),
                Eigen::Map<const Eigen::VectorXd>(column.data_ptr<double>(), static_cast<Eigen::Index>(N))});
        }
        return out;
    }

    std::vector<Found> findRest(const NormalisedGraph& graph, const Parts& parts, std::int64_t count,
        const EigenOptions& options, RunContext& context)
    {
        if (count == 0)
            return {};
        const auto N = static_cast<std::int64_t>(graph.size());
        if (N > options.denseRows && count + 3 <= N / 4)
            return findLargest(graph, parts, count, options, context);
        require(N <= kMostDenseRows, ErrorCode::TooLarge,
            text::join("cannot find ", count, " eigenvectors of ", N, " rows: choose fewer clusters"));
        return findLargestDense(graph, parts, count);
    }

    /// The part with the given number as a column of the embedding.
    void writePart(const Parts& parts, const std::vector<double>& own, std::int64_t number, torch::Tensor column)
    {
        auto values = torch::zeros({column.size(0)}, torch::kDouble);
        for (std::size_t i = 0; i < own.size(); ++i)
            if (parts.part[i] == number)
                values.data_ptr<double>()[i] = own[i];
        column.copy_(values);
    }

    EigenPairs solve(const NormalisedGraph& graph, const EigenOptions& options, RunContext& context)
    {
        options.validate();
        const auto N = static_cast<std::int64_t>(graph.size());
        require(options.count <= N, ErrorCode::InvalidInput,
            text::join("cannot find ", options.count, " eigenvectors of ", N, " rows"));
        const auto parts = findParts(graph);
        const auto known = std::min(parts.count, options.count);
        context.progress("Eigenvectors", 0, 0);
        const auto rest = findRest(graph, parts, options.count - known, options, context);
        EigenPairs out{torch::zeros({options.count}, torch::kDouble), torch::empty({N, options.count}, torch::kDouble),
            parts.count};
        const auto own = partVectors(graph, parts);
        for (std::int64_t e = 0; e < known; ++e)
            writePart(parts, own, e, out.vectors.select(1, e));
        for (std::size_t e = 0; e < rest.size(); ++e) {
            const auto column = known + static_cast<std::int64_t>(e);
            out.values[column] = std::max(1 - rest[e].value, 0.0);
            const auto* const data = rest[e].vector.data();
            out.vectors.select(1, column).copy_(torch::tensor(std::vector<double>(data, data + N), torch::kDouble));
        }
        const auto largest = std::get<1>(out.vectors.abs().max(0, true));           // [1, E]
        out.vectors *= torch::where(out.vectors.gather(0, largest) < 0, -1.0, 1.0); // the sign is free, so it is fixed
        return out;
    }

    /// All by one factor: mean variance 1.
    torch::Tensor atUnitScale(const torch::Tensor& rows)
    {
        const double deviation = std::sqrt(rows.var(0, false).mean().item<double>());
        return rows / std::max({deviation, 1e-9 * rows.abs().max().item<double>(), 1e-30});
    }

    /// How many landmarks stand for the rows; 0 = none.
    std::int64_t landmarksOf(const torch::Tensor& rows, const SpectralOptions& options)
    {
        const bool isMany = options.graph == SpectralOptions::Graph::Neighbors && rows.size(0) > options.exactRows;
        if (options.landmarks > 0 || !isMany)
            return options.landmarks;
        require(options.clusters <= kMostLandmarks / 2, ErrorCode::TooLarge,
            text::join("cannot make ", options.clusters, " spectral clusters of ", rows.size(0), " pairs: at most ",
                kMostLandmarks / 2, ", or use k-means"));
        return landmarksFor(rows.size(0), options.clusters);
    }

    SpectralEmbedding byLandmarks(
        const torch::Tensor& rows, const SpectralOptions& options, std::int64_t count, RunContext& context)
    {
        LandmarkOptions given;
        given.columns = options.clusters;
        given.count = count;
        given.seed = options.seed;
        auto found = embedByLandmarks(rows, given, context);
        return {atUnitScale(found.rows), found.eigenvalues, found.components, count};
    }

    Affinity makeAffinity(const torch::Tensor& rows, const SpectralOptions& options, RunContext& context)
    {
        return options.graph == SpectralOptions::Graph::Neighbors ? neighborAffinity(rows, options.neighbors, context)
                                                                  : gaussianAffinity(rows, options.gamma, context);
    }

} // namespace

void EigenOptions::validate() const
{
    require(count > 0, ErrorCode::InvalidInput, text::join("cannot find ", count, " eigenvectors"));
    require(maxRestarts > 0, ErrorCode::InvalidInput, text::join("cannot restart ", maxRestarts, " times"));
}

void SpectralOptions::validate() const
{
    require(clusters > 0 && clusters <= 100'000, ErrorCode::InvalidInput,
        text::join("cannot make ", clusters, " clusters"));
    require(landmarks >= 0, ErrorCode::InvalidInput, text::join("cannot place ", landmarks, " landmarks"));
    require(graph != Graph::Neighbors || neighbors >= 2, ErrorCode::InvalidInput,
        text::join("a graph of ", neighbors, " neighbours links nothing: each pair counts itself, choose 2 or more"));
}

EigenPairs smallestEigenpairs(const Affinity& affinity, const EigenOptions& options, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    return solve(NormalisedGraph(affinity), options, context);
}

std::int64_t landmarksFor(std::int64_t rows, std::int64_t clusters)
{
    const auto wanted = std::clamp(10 * clusters, kLeastLandmarks, kMostLandmarks);
    return std::max(clusters, std::min(wanted, rows / 4));
}

SpectralEmbedding spectralEmbedding(const torch::Tensor& given, const SpectralOptions& options, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    options.validate();
    require(given.dim() == 2 && given.size(1) > 0, ErrorCode::BadShape,
        text::join("clustering needs rows of features [N, D], not ", given.sizes()));
    const auto rows = options.metric == Metric::Cosine ? tensor::unitRows(given) : given;
    require(options.clusters <= rows.size(0), ErrorCode::InvalidInput,
        text::join("cannot make ", options.clusters, " clusters of ", rows.size(0), " pairs"));
    if (const auto landmarks = landmarksOf(rows, options); landmarks > 0)
        return byLandmarks(rows, options, landmarks, context);
    const auto affinity = makeAffinity(rows, options, context);
    const NormalisedGraph graph(affinity);
    const auto pairs = solve(graph, {.count = options.clusters, .seed = options.seed}, context);
    const auto degrees = torch::tensor(graph.rootDegrees, torch::kDouble).unsqueeze(1); // [N, 1]
    return {atUnitScale(pairs.vectors / degrees), pairs.values, pairs.components, 0};
}

SpectralResult spectral(const torch::Tensor& rows, const SpectralOptions& options, RunContext& context)
{
    const auto embedding = spectralEmbedding(rows, options, context);
    KMeansOptions given;
    given.clusters = options.clusters;
    given.restarts = options.restarts;
    given.seed = options.seed;
    auto found = kmeans(embedding.rows, given, context);
    return {std::move(found.labels), embedding.eigenvalues, embedding.components, embedding.landmarks, found.inertia};
}

} // namespace winnow::cluster
