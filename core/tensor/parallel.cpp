// libtorch starts its threads in a template of its headers, which without OpenMP's flag is a plain loop. This file
// alone is compiled with it (core/CMakeLists.txt): the flag changes what Eigen does and which precompiled headers fit.
#include "core/tensor/parallel.h"

#include <ATen/Parallel.h>

namespace winnow::tensor {

void parallelFor(
    std::int64_t count, std::int64_t grain, const std::function<void(std::int64_t begin, std::int64_t end)>& work)
{
    at::parallel_for(0, count, grain, work);
}

} // namespace winnow::tensor
