#pragma once

#include <cstdint>
#include <functional>

namespace winnow::tensor {

/// Cuts 0 ... count - 1 into one range a thread of libtorch's own, each at least `grain` long, and calls work(begin,
/// end) for all of them at once. What work() calls runs on its thread alone: operators, products, another
/// parallelFor(). Threads know nothing of the caller's autograd and autocast. An error of any range is thrown.
void parallelFor(
    std::int64_t count, std::int64_t grain, const std::function<void(std::int64_t begin, std::int64_t end)>& work);

} // namespace winnow::tensor
