#include "core/cluster/balance.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/cluster/balanced_flow.h"
#include "core/cluster/balanced_swaps.h"
#include "core/cluster/points.h"
#include "core/tensor/linalg.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

namespace winnow::cluster {

namespace {

    constexpr std::int64_t kMostCosts = 50'000'000;
    constexpr double kMuchBalancing = 5e8; // rows x clusters x width: starts are saved above it
    constexpr std::int64_t kLeastStarts = 2;
    constexpr std::int64_t kMostStarts = 20;
    constexpr std::int64_t kMostPasses = 100;     // of exchanges, a start
    constexpr std::int64_t kFirstIterations = 10; // of the ordinary k-means that gives the first centres
    constexpr double kInfinity = std::numeric_limits<double>::infinity();

    void checkSize(std::int64_t rows, std::int64_t clusters)
    {
        require(rows >= clusters, ErrorCode::InvalidInput,
            text::join("cannot make ", clusters, " clusters of ", rows, " pairs"));
        require(rows <= kMostCosts / clusters, ErrorCode::TooLarge,
            text::join("cannot balance ", rows, " pairs in ", clusters, " clusters: pairs times clusters may be ",
                kMostCosts, " at most"));
    }

    /// costs [N, K] f64, contiguous; prices [K] are where the search starts and become those of the solution.
    std::vector<std::int32_t> assignPriced(const torch::Tensor& costs, std::vector<double>& prices, RunContext& context)
    {
        BalancedFlow flow(costs.data_ptr<double>(), static_cast<std::size_t>(costs.size(0)), prices);
        flow.solve(context);
        prices = flow.prices();
        return flow.labels();
    }

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

    /// Rows [N, D] f64 around their mean or of unit length, from which balanced clusters are made.
    class Balancing {
    public:
        Balancing(const torch::Tensor& rows, const KMeansOptions& options, RunContext& context)
            : m_rows(rows)
            , m_options(options)
            , m_context(context)
            , m_prices(static_cast<std::size_t>(options.clusters), 0)
        {
        }

        /// Assignments and centres in turns, then exchanges, until neither helps any more.
        KMeansResult run(torch::Tensor centers)
        {
            KMeansResult out;
            out.inertia = kInfinity;
            out.centers = std::move(centers); // [K, D] f64
            alternate(out);
            for (auto passes = mostPasses(); passes > 0 && exchange(out, passes);)
                alternate(out);
            return out;
        }

    private:
        std::int64_t mostPasses() const
        {
            return std::clamp<std::int64_t>(kMostCosts / (m_rows.size(0) * m_options.clusters), 1, kMostPasses);
        }

        void alternate(KMeansResult& out)
        {
            while (out.iterations < m_options.maxIterations) {
                const auto costs = tensor::squaredDistances(m_rows, out.centers).contiguous(); // [N, K]
                auto labels = assignPriced(costs, m_prices, m_context);
                ++out.iterations;
                if (labels == out.labels || costOf(costs, labels) >= out.inertia)
                    break;
                take(out, std::move(labels));
            }
        }

        bool exchange(KMeansResult& out, std::int64_t& passes)
        {
            BalancedSwaps swaps(m_rows, m_options.metric, m_options.clusters);
            auto labels = out.labels;
            bool hasMade = false;
            while (passes > 0) {
                --passes;
                if (swaps.pass(labels, m_context) == 0)
                    break;
                hasMade = true;
            }
            if (hasMade)
                take(out, std::move(labels));
            return hasMade;
        }

        void take(KMeansResult& out, std::vector<std::int32_t> labels)
        {
            out.labels = std::move(labels);
            auto centers = meansOf(m_rows, out.labels, m_options.clusters); // [K, D]
            if (m_options.metric == Metric::Cosine)
                centers = unitCenters(centers, out.centers).to(torch::kDouble);
            out.centers = centers;
            out.inertia = costOf(tensor::squaredDistances(m_rows, centers), out.labels);
        }

        torch::Tensor m_rows;
        const KMeansOptions& m_options;
        RunContext& m_context;
        std::vector<double> m_prices; // of the last assignment, where the next one starts
    };

    std::int64_t startsOf(const torch::Tensor& rows, std::int64_t clusters)
    {
        const double work = static_cast<double>(rows.numel()) * static_cast<double>(clusters);
        return std::clamp<std::int64_t>(static_cast<std::int64_t>(kMuchBalancing / work), kLeastStarts, kMostStarts);
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
    checkSize(costs.size(0), costs.size(1));
    const auto values = costs.detach().to(torch::kCPU, torch::kDouble).contiguous(); // [N, K]
    requireFinite(values);
    std::vector<double> prices(static_cast<std::size_t>(costs.size(1)), 0);
    return assignPriced(values, prices, context);
}

KMeansResult balancedKMeans(const torch::Tensor& rows, const KMeansOptions& options, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    options.validate();
    const auto points = makePoints(rows, options.metric);
    checkSize(points.count, options.clusters);
    const auto given = rows.detach().to(torch::kCPU, torch::kDouble);
    const auto exact = options.metric == Metric::Cosine ? tensor::unitRows(given) : given - points.mean; // [N, D]
    const auto starts = startsOf(rows, options.clusters);
    QuietContext quiet(context);
    KMeansResult best;
    context.progress("Balancing", 0, starts);
    for (std::int64_t start = 0; start < starts; ++start) {
        auto settings = options;
        settings.restarts = 1;
        settings.maxIterations = std::min(options.maxIterations, kFirstIterations);
        settings.seed = options.seed + static_cast<std::uint64_t>(start);
        const auto first = kmeans(rows, settings, quiet).centers - points.mean; // [K, D]
        auto result = Balancing(exact.contiguous(), options, context).run(first.to(torch::kDouble));
        if (start == 0 || result.inertia < best.inertia)
            best = std::move(result);
        context.progress("Balancing", start + 1, starts);
    }
    numberByFirstRow(best);
    best.centers = best.centers.to(torch::kFloat) + points.mean;
    best.restarts = starts;
    return best;
}

} // namespace winnow::cluster
