#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace winnow::pipeline {

/// A matrix read from a file of vectors, row-major.
struct FeatureFile {
    std::int64_t rows = 0;
    std::int64_t dimension = 0;
    std::vector<float> values; ///< [rows, dimension]
};

/// Reads `.npy` (version 1-3, little-endian f2 f4 f8, C order), `.pt`/`.pth` (a tensor, or a dict with exactly one) or
/// `.safetensors` (`vectors`, or exactly one tensor): two-dimensional, finite.
/// Throws Error: NotFound, BadFile, BadShape, Unsupported (another ending).
FeatureFile loadFeatureFile(const std::filesystem::path& path);

} // namespace winnow::pipeline
