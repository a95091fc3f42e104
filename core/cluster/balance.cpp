#include "core/cluster/balance.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/linalg.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <string_view>
#include <utility>

namespace winnow::cluster {

namespace {

    constexpr std::int64_t kMostCosts = 50'000'000;
    constexpr int kStarts = 4;
    constexpr double kInfinity = std::numeric_limits<double>::infinity();

    /// The minimum-cost flow behind assignBalanced(). Nodes are the clusters 0 … K − 1 and one more, K, the reserve:
    /// through it a cluster may take one row above N / K rounded down, as long as there are rows left over by that
    /// rounding.
    class BalancedFlow {
    public:
        explicit BalancedFlow(const torch::Tensor& costs)
            : m_costs(costs.data_ptr<double>())
            , m_clusters(static_cast<std::size_t>(costs.size(1)))
            , m_size(costs.size(0) / costs.size(1))
            , m_reserve(costs.size(0) % costs.size(1))
            , m_labels(static_cast<std::size_t>(costs.size(0)))
            , m_sizes(m_clusters, 0)
            , m_hasExtra(m_clusters, 0)
            , m_moves(m_clusters * m_clusters)
            , m_tolerance(1e-13 * costs.abs().max().item<double>())
        {
            for (std::size_t row = 0; row < m_labels.size(); ++row) {
                const auto* const cost = m_costs + row * m_clusters;
                enter(static_cast<std::int32_t>(row),
                    static_cast<std::size_t>(std::min_element(cost, cost + m_clusters) - cost));
            }
        }

        std::vector<std::int32_t> solve(RunContext& context)
        {
            while (hasExcess()) {
                context.checkpoint();
                findPaths();
                const auto end = cheapestEnd();
                require(end <= m_clusters, ErrorCode::Internal, "no path leads out of a cluster that is too large");
                follow(end);
            }
            return std::move(m_labels);
        }

    private:
        struct Move {
            double cost = 0;
            std::int32_t row = 0;
            bool operator>(const Move& other) const { return std::pair(cost, row) > std::pair(other.cost, other.row); }
        };
        using Moves = std::priority_queue<Move, std::vector<Move>, std::greater<>>;

        std::size_t reserve() const { return m_clusters; }
        std::int64_t excess(std::size_t c) const { return m_sizes[c] - m_size - m_hasExtra[c]; }
        bool hasExcess() const
        {
            for (std::size_t c = 0; c < m_clusters; ++c)
                if (excess(c) > 0)
                    return true;
            return false;
        }

        void enter(std::int32_t row, std::size_t cluster)
        {
            m_labels[static_cast<std::size_t>(row)] = static_cast<std::int32_t>(cluster);
            ++m_sizes[cluster];
            const auto* const cost = m_costs + static_cast<std::size_t>(row) * m_clusters;
            for (std::size_t to = 0; to < m_clusters; ++to)
                if (to != cluster)
                    m_moves[cluster * m_clusters + to].push({cost[to] - cost[cluster], row});
        }

        /// The cheapest move between two clusters; rows that have left are dropped on the way.
        const Move* cheapest(std::size_t from, std::size_t to)
        {
            auto& moves = m_moves[from * m_clusters + to];
            while (!moves.empty()
                && m_labels[static_cast<std::size_t>(moves.top().row)] != static_cast<std::int32_t>(from))
                moves.pop();
            return moves.empty() ? nullptr : &moves.top();
        }

        void relax(std::size_t from, std::size_t to, double cost)
        {
            if (m_distance[from] + cost >= m_distance[to] - m_tolerance)
                return;
            m_distance[to] = m_distance[from] + cost;
            m_before[to] = from;
            m_isChanged = true;
        }

        void relaxFrom(std::size_t from)
        {
            for (std::size_t to = 0; to < m_clusters; ++to)
                if (to != from)
                    if (const auto* const move = cheapest(from, to))
                        relax(from, to, move->cost);
            if (m_hasExtra[from] == 0 && m_sizes[from] >= m_size)
                relax(from, reserve(), 0);
        }

        /// Bellman and Ford, from all clusters that are too large at once.
        void findPaths()
        {
            m_distance.assign(m_clusters + 1, kInfinity);
            m_before.assign(m_clusters + 1, m_clusters + 1);
            for (std::size_t c = 0; c < m_clusters; ++c)
                if (excess(c) > 0)
                    m_distance[c] = 0;
            m_isChanged = true;
            for (std::size_t round = 0; round <= m_clusters && m_isChanged; ++round) {
                m_isChanged = false;
                for (std::size_t from = 0; from < m_clusters; ++from)
                    if (m_distance[from] < kInfinity)
                        relaxFrom(from);
                if (m_distance[reserve()] < kInfinity)
                    for (std::size_t to = 0; to < m_clusters; ++to)
                        if (m_hasExtra[to] != 0)
                            relax(reserve(), to, 0);
            }
        }

        /// A cluster with room or the reserve while it lasts; past all nodes when none can be reached.
        std::size_t cheapestEnd() const
        {
            auto best = m_clusters + 1;
            double least = kInfinity;
            for (std::size_t c = 0; c < m_clusters; ++c)
                if (m_sizes[c] < m_size && m_distance[c] < least) {
                    least = m_distance[c];
                    best = c;
                }
            return m_reserve > 0 && m_distance[reserve()] < least ? reserve() : best;
        }

        /// Makes the moves of the path to `end`.
        void follow(std::size_t end)
        {
            m_reserve -= end == reserve() ? 1 : 0;
            for (auto to = end; m_before[to] <= m_clusters; to = m_before[to]) {
                const auto from = m_before[to];
                if (to == reserve())
                    m_hasExtra[from] = 1;
                else if (from == reserve())
                    m_hasExtra[to] = 0;
                else {
                    const auto row = cheapest(from, to)->row;
                    --m_sizes[from];
                    enter(row, to);
                }
            }
        }

        const double* m_costs; // [N, K]
        std::size_t m_clusters;
        std::int64_t m_size;    // N / K rounded down
        std::int64_t m_reserve; // rows that may still be above it
        std::vector<std::int32_t> m_labels;
        std::vector<std::int64_t> m_sizes;
        std::vector<std::int64_t> m_hasExtra; // 1 where a cluster has taken one from the reserve
        std::vector<Moves> m_moves;           // [K, K]
        double m_tolerance;                   // below it two paths are of one length
        std::vector<double> m_distance;       // of the nodes in the search under way
        std::vector<std::size_t> m_before;
        bool m_isChanged = false;
    };

    /// Stops as the given one and keeps the progress of parts to itself.
    class QuietContext final : public RunContext {
    public:
        explicit QuietContext(RunContext& context)
            : m_context(context)
        {
        }
        void checkpoint() override { m_context.checkpoint(); }
        void progress(std::string_view, std::int64_t, std::int64_t) override { }
        void metric(std::string_view series, double x, double y) override { m_context.metric(series, x, y); }
        void log(LogLevel level, std::string_view line) override { m_context.log(level, line); }

    private:
        RunContext& m_context;
    };

    torch::Tensor meansOf(const torch::Tensor& rows, const std::vector<std::int32_t>& labels, std::int64_t clusters)
    {
        const auto index = torch::tensor(labels, torch::kInt32).to(torch::kInt64);                           // [N]
        const auto sums = torch::zeros({clusters, rows.size(1)}, torch::kDouble).index_add_(0, index, rows); // [K, D]
        const auto counts = torch::bincount(index, {}, clusters).to(torch::kDouble).unsqueeze(1);            // [K, 1]
        return sums / counts;
    }

    double costOf(const torch::Tensor& costs, const std::vector<std::int32_t>& labels)
    {
        const auto index = torch::tensor(labels, torch::kInt32).to(torch::kInt64).unsqueeze(1); // [N, 1]
        return costs.gather(1, index).sum().item<double>();
    }

    /// Lloyd's algorithm with balanced assignments from the given centres [K, D] f64.
    KMeansResult iterateBalanced(
        const torch::Tensor& rows, torch::Tensor centers, const KMeansOptions& options, RunContext& context)
    {
        KMeansResult out;
        out.inertia = kInfinity;
        while (out.iterations < options.maxIterations) {
            const auto costs = tensor::squaredDistances(rows, centers); // [N, K]
            auto labels = assignBalanced(costs, context);
            ++out.iterations;
            const double cost = costOf(costs, labels);
            if (labels == out.labels || cost >= out.inertia)
                break;
            out.labels = std::move(labels);
            centers = meansOf(rows, out.labels, centers.size(0));
            out.inertia = costOf(tensor::squaredDistances(rows, centers), out.labels);
        }
        out.centers = centers;
        return out;
    }

    /// Clusters in the order of their smallest row.
    void renumber(KMeansResult& result)
    {
        std::vector<std::int64_t> order; // new number → old
        std::vector<std::int32_t> numbers(static_cast<std::size_t>(result.centers.size(0)), -1);
        for (auto& label : result.labels) {
            auto& number = numbers[static_cast<std::size_t>(label)];
            if (number < 0) {
                number = static_cast<std::int32_t>(order.size());
                order.push_back(label);
            }
            label = number;
        }
        result.centers = result.centers.index_select(0, torch::tensor(order, torch::kInt64));
    }

} // namespace

EqualisedClusters equalise(std::vector<std::vector<std::int64_t>> members)
{
    std::size_t total = 0;
    for (const auto& cluster : members)
        total += cluster.size();
    require(!members.empty() && total >= members.size(), ErrorCode::InvalidInput,
        text::join("cannot make ", members.size(), " clusters of one size from ", total, " pairs"));
    const auto size = total / members.size();
    EqualisedClusters out;
    out.size = static_cast<std::int64_t>(size);
    std::size_t target = 0; // all clusters before it are full
    for (auto& source : members) {
        std::size_t given = 0;
        while (source.size() - given > size) {
            while (target < members.size() && members[target].size() >= size)
                ++target;
            if (target == members.size())
                break;
            members[target].push_back(source[given++]);
        }
        source.erase(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(given));
        out.moved += static_cast<std::int64_t>(given);
    }
    for (auto& cluster : members) {
        out.dropped += static_cast<std::int64_t>(cluster.size() - size);
        cluster.resize(size);
    }
    out.members = std::move(members);
    return out;
}

std::vector<std::int32_t> assignBalanced(const torch::Tensor& costs, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    require(costs.dim() == 2 && costs.size(1) > 0, ErrorCode::BadShape,
        text::join("balanced clusters need costs [N, K], not ", costs.sizes()));
    require(costs.size(0) >= costs.size(1), ErrorCode::InvalidInput,
        text::join("cannot make ", costs.size(1), " clusters of ", costs.size(0), " pairs"));
    require(costs.size(0) <= kMostCosts / costs.size(1), ErrorCode::TooLarge,
        text::join("cannot balance ", costs.size(0), " pairs in ", costs.size(1),
            " clusters: pairs times clusters may be ", kMostCosts, " at most"));
    const auto values = costs.detach().to(torch::kCPU, torch::kDouble).contiguous(); // [N, K]
    require(torch::isfinite(values).all().item<bool>(), ErrorCode::InvalidInput,
        "cannot cluster: the features hold values that are not finite");
    return BalancedFlow(values).solve(context);
}

KMeansResult balancedKMeans(const torch::Tensor& rows, const KMeansOptions& options, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    QuietContext quiet(context);
    context.progress("Balancing", 0, kStarts);
    KMeansResult best;
    std::vector<torch::Tensor> starts{kmeans(rows, options, quiet).centers}; // checks rows and options
    const auto points = rows.detach().to(torch::kCPU, torch::kDouble);
    const auto mean = points.mean(0);    // [D]
    const auto centered = points - mean; // [N, D]
    for (int start = 0; start < kStarts; ++start) {
        auto settings = options;
        settings.restarts = 1;
        settings.seed = options.seed + static_cast<std::uint64_t>(start);
        if (start > 0)
            starts.push_back(kmeans(rows, settings, quiet).centers);
        auto result = iterateBalanced(centered, starts.back().to(torch::kDouble) - mean, options, context);
        if (start == 0 || result.inertia < best.inertia)
            best = std::move(result);
        context.progress("Balancing", start + 1, kStarts);
    }
    renumber(best);
    best.centers = (best.centers + mean).to(torch::kFloat);
    return best;
}

} // namespace winnow::cluster
