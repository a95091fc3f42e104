#pragma once

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::tensor {

/// "cpu", "cuda" (the first one) or "cuda:1". Throws Error: InvalidInput (no such word), Device (not on this machine or
/// not in this build of libtorch).
torch::Device parseDevice(std::string_view name);

/// What parseDevice() accepts here: "cpu", then each CUDA device.
std::vector<std::string> availableDevices();

/// Sets the threads of torch's operators; 0 takes all cores. Call once, before the first operation.
void setThreads(int count);

/// Seeds torch's generators on the CPU and on every CUDA device.
void manualSeed(std::uint64_t seed);

struct MemoryInfo {
    std::uint64_t totalBytes = 0;
    std::uint64_t availableBytes = 0; ///< without pushing out other programs
};
/// Memory of the machine or of the CUDA device; nothing where it cannot be asked.
std::optional<MemoryInfo> findMemoryInfo(const torch::Device& device);

/// Waits until the device has done all that was asked of it: for timing. Nothing on the CPU.
void synchronize(const torch::Device& device);

} // namespace winnow::tensor
