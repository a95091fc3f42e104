#include "tests/bench/cluster/vectors.h"

#include <torch/types.h>

#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <utility>

namespace winnow::bench {

namespace {

    /// Directions [40, D] and the heap of each row [N].
    std::pair<torch::Tensor, torch::Tensor> drawHeaps(std::int64_t rows, std::int64_t width, std::int64_t heaps)
    {
        torch::manual_seed(1);
        const auto basis = torch::randn({40, width}) / std::sqrt(40.0);
        return {basis, torch::randint(heaps, {rows})};
    }

} // namespace

std::vector<std::int32_t> heapsOf(std::int64_t rows, std::int64_t width, std::int64_t heaps)
{
    const auto labels = drawHeaps(rows, width, heaps).second.to(torch::kInt32).contiguous();
    return {labels.data_ptr<std::int32_t>(), labels.data_ptr<std::int32_t>() + rows};
}

torch::Tensor makeVectors(std::int64_t rows, std::int64_t width, std::int64_t heaps, float spread)
{
    const auto [basis, heap] = drawHeaps(rows, width, heaps);
    const auto place = torch::randn({heaps, 40}).index_select(0, heap) * spread;
    return torch::matmul(place + torch::randn({rows, 40}), basis) + 0.3 * torch::randn({rows, width});
}

double secondsOf(const std::function<void()>& work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double peakMegabytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

} // namespace winnow::bench
