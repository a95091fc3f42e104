#include "core/tensor/device.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/compat.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/types.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace winnow::tensor {

torch::Device parseDevice(std::string_view name)
{
    if (name == "cpu")
        return torch::kCPU;
    std::int64_t index = 0;
    const bool isCuda = name == "cuda"
        || (name.starts_with("cuda:") && name.size() <= 8 && text::parseInt(name.substr(5), index) && index >= 0);
    require(isCuda, ErrorCode::InvalidInput,
        text::join("unknown device ", text::shortened(name, 40), ", expected cpu, cuda or cuda:N"));
    const auto count = static_cast<std::int64_t>(torch::cuda::is_available() ? torch::cuda::device_count() : 0);
    require(index < count, ErrorCode::Device,
        text::join("device ", name, " is not there: this machine and build offer ", count, " CUDA devices"));
    compat::keepFullPrecision();
    return {torch::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

std::vector<std::string> availableDevices()
{
    std::vector<std::string> out{"cpu"};
    const auto count = torch::cuda::is_available() ? torch::cuda::device_count() : 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
        out.push_back(text::join("cuda:", i));
    return out;
}

void setThreads(int count)
{
    at::set_num_threads(count > 0 ? count : static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
}

void manualSeed(std::uint64_t seed) { torch::manual_seed(seed); }

namespace {

    /// MemTotal and MemAvailable of /proc/meminfo, given in kB.
    std::optional<MemoryInfo> findHostMemory()
    {
        std::ifstream in("/proc/meminfo");
        MemoryInfo info;
        std::string name, unit;
        for (std::uint64_t value = 0; in >> name >> value; std::getline(in, unit)) {
            if (name == "MemTotal:")
                info.totalBytes = value * 1024;
            if (name == "MemAvailable:")
                info.availableBytes = value * 1024;
        }
        if (info.totalBytes == 0)
            return std::nullopt;
        return info;
    }

} // namespace

std::optional<MemoryInfo> findMemoryInfo(const torch::Device& device)
{
    if (device.is_cpu())
        return findHostMemory();
    return std::nullopt;
}

void synchronize(const torch::Device& device)
{
    if (device.is_cuda())
        torch::cuda::synchronize(device.index());
}

} // namespace winnow::tensor
