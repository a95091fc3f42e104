// Ready feature vectors from a stranger; the first line of the input is the file's ending.
#include "core/pipeline/feature_file.h"
#include "tests/fuzz/fuzz_input.h"

#include <cmath>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace winnow;
    static const fuzz::Scratch scratch;
    auto rest = fuzz::asText(data, size);
    const auto ending = fuzz::takeLine(rest);
    const bool isKnown = ending == "pt" || ending == "safetensors";
    const auto file = scratch.write(isKnown ? "v." + std::string(ending) : "v.npy", rest);
    fuzz::mayRefuse([&] {
        const auto matrix = pipeline::loadFeatureFile(file);
        fuzz::promise(
            static_cast<std::int64_t>(matrix.values.size()) == matrix.rows * matrix.dimension, "a matrix is full");
        for (const float value : matrix.values)
            fuzz::promise(std::isfinite(value), "a matrix is finite");
    });
    return 0;
}
