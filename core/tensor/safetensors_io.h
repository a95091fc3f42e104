#pragma once

#include <torch/types.h>

#include <filesystem>
#include <map>
#include <string>

namespace winnow::tensor {

using NamedTensors = std::map<std::string, torch::Tensor>;

/// Writes all tensors (any device, any strides) atomically; equal content gives equal bytes.
/// Throws Error: InvalidInput (a type the format lacks), DiskFull, Io.
void saveSafetensors(const std::filesystem::path& path, const NamedTensors& tensors,
    const std::map<std::string, std::string>& metadata = {});

/// Every tensor of the file on the CPU, each in memory of its own. Throws Error: NotFound, Io, BadFile.
NamedTensors loadSafetensors(const std::filesystem::path& path);

} // namespace winnow::tensor
