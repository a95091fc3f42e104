// A change of weights on 1,000,000 pairs x 10 metrics x 100 clusters to a new 1 % selection, against the limit of 50 ms
// and against computing z-scores, sorting every cluster and cutting it anew each time, as a plain program would.
#include "core/base/random.h"
#include "core/select/policy.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

namespace {

using namespace winnow;

constexpr std::size_t kPairs = 1'000'000;
constexpr std::size_t kMetrics = 10;
constexpr std::int32_t kClusters = 100;
constexpr double kLimitMs = 50;

struct Pool {
    std::vector<std::vector<double>> metrics{kMetrics};
    std::vector<std::int32_t> clusters;
};

Pool makePool()
{
    Pool pool;
    Random random(1, "select-bench");
    for (auto& column : pool.metrics)
        for (std::size_t row = 0; row < kPairs; ++row)
            column.push_back(random.normal());
    for (std::size_t row = 0; row < kPairs; ++row)
        pool.clusters.push_back(static_cast<std::int32_t>(random.below(kClusters)));
    return pool;
}

double milliseconds(auto work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// The plain way; the same rule but for the quotas' rounding. Gives the number of pairs chosen.
std::size_t choosePlainly(const Pool& pool, const std::vector<double>& weights)
{
    std::vector<double> scores(kPairs, 0);
    for (std::size_t m = 0; m < kMetrics; ++m) {
        double mean = 0, variance = 0;
        for (const double value : pool.metrics[m])
            mean += value / kPairs;
        for (const double value : pool.metrics[m])
            variance += (value - mean) * (value - mean) / kPairs;
        for (std::size_t row = 0; row < kPairs; ++row)
            scores[row] += weights[m] * (pool.metrics[m][row] - mean) / std::sqrt(variance);
    }
    std::vector<std::vector<std::size_t>> members(kClusters);
    for (std::size_t row = 0; row < kPairs; ++row)
        members[static_cast<std::size_t>(pool.clusters[row])].push_back(row);
    std::size_t chosen = 0;
    for (auto& rows : members) {
        std::sort(rows.begin(), rows.end(),
            [&](auto a, auto b) { return scores[a] != scores[b] ? scores[a] > scores[b] : a < b; });
        chosen += rows.size() / 100;
    }
    return chosen;
}

} // namespace

int main()
{
    const auto pool = makePool();
    select::PolicyInput input;
    input.pairCount = kPairs;
    for (const auto& column : pool.metrics)
        input.metrics.push_back({"m", column});
    input.clusters = pool.clusters;
    select::SelectionPlan plan(input);
    select::PolicyRequest request;
    request.budget = {1, true};
    request.weights.assign(kMetrics, 1);
    plan.choose(request); // the first one computes means and deviations
    std::vector<double> times;
    for (int change = 0; change < 20; ++change) {
        request.weights[static_cast<std::size_t>(change) % kMetrics] += 0.1;
        times.push_back(milliseconds([&] { plan.choose(request); }));
    }
    std::sort(times.begin(), times.end());
    const double plain = milliseconds([&] { choosePlainly(pool, request.weights); });
    std::printf("weight change to selection: median %.1f ms, worst %.1f ms of 20; limit %.0f ms; plain way %.0f ms, "
                "ratio %.1f\n",
        times[times.size() / 2], times.back(), kLimitMs, plain, plain / times[times.size() / 2]);
    return times[times.size() / 2] < kLimitMs ? 0 : 1;
}
