#include "tests/bench/cluster/vectors.h"

#include <torch/types.h>

#include <sys/resource.h>

#include <chrono>
#include <cmath>

namespace winnow::bench {

torch::Tensor makeVectors(std::int64_t rows, std::int64_t width, std::int64_t heaps, float spread)
{
    torch::manual_seed(1);
    const auto basis = torch::randn({40, width}) / std::sqrt(40.0);
    const auto heap = torch::randint(heaps, {rows});
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
