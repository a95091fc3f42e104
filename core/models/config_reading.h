#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace winnow::tensor {
class WeightFile;
}

namespace winnow::models {

/// The folder's config.json, at most 1 MB. Throws Error: NotFound, BadFile.
Json loadConfig(const std::filesystem::path& folder);

/// Throws Error(InvalidInput) unless low ≤ value ≤ high: "LLaMA config: hidden_size is 0, allowed are 1 to 65536".
void requireRange(std::int64_t value, std::int64_t low, std::int64_t high, const char* model, const char* field);
/// Throws Error(InvalidInput) unless heads divide the width.
void requireDivisible(std::int64_t width, std::int64_t heads, const char* model, const char* field);
/// Throws Error(InvalidInput) unless eps is a positive number below 1.
void requireEps(double eps, const char* model, const char* field);

/// Throws Error(BadShape) when the file cannot possibly fill so many parameters: a config of a far larger model is
/// refused before memory is asked for.
void requireEnough(std::int64_t parameters, const tensor::WeightFile& file);

} // namespace winnow::models
