#include "core/models/config_reading.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/weight_file.h"

namespace winnow::models {

Json loadConfig(const std::filesystem::path& folder)
{
    const auto file = folder / "config.json";
    require(std::filesystem::is_regular_file(file), ErrorCode::NotFound,
        text::join(folder.string(), " has no config.json, so the model's sizes are unknown"));
    return json::load(file, std::uint64_t(1) << 20);
}

void requireRange(std::int64_t value, std::int64_t low, std::int64_t high, const char* model, const char* field)
{
    require(value >= low && value <= high, ErrorCode::InvalidInput,
        text::join(model, " config: ", field, " is ", value, ", allowed are ", low, " to ", high));
}

void requireDivisible(std::int64_t width, std::int64_t heads, const char* model, const char* field)
{
    require(heads > 0 && width % heads == 0, ErrorCode::InvalidInput,
        text::join(model, " config: ", field, " ", width, " is not a multiple of ", heads, " heads"));
}

void requireEps(double eps, const char* model, const char* field)
{
    require(eps > 0 && eps < 1, ErrorCode::InvalidInput,
        text::join(model, " config: ", field, " is ", eps, ", allowed are numbers between 0 and 1"));
}

void requireEnough(std::int64_t parameters, const tensor::WeightFile& file)
{
    std::int64_t stored = 0;
    for (const auto& tensor : file.tensors())
        stored += tensor.elementCount();
    // Tied weights and resized grids make a model somewhat larger than its file, never several times.
    require(parameters / 4 <= stored + 1'000'000, ErrorCode::BadShape,
        text::join("the config describes a model of ", parameters, " parameters, but ", file.path().string(),
            " holds only ", stored));
}

} // namespace winnow::models
