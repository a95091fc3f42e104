#pragma once

#include "core/base/random.h"

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace winnow::train {

/// What a sample says.
struct TrainingText {
    struct Turn {
        std::string
            instruction; ///< empty in cc_sbu_align: one of the four published prompts, drawn once for the whole batch
        std::string response;
    };
    std::vector<Turn> turns; ///< at least one; the picture stands in the first question
};

/// A sample that could not be used, and why.
struct SkippedSample {
    std::int64_t sample = 0;
    std::string id;
    std::string reason; ///< one sentence without full stop
};

/// Frozen picture features that are ready.
struct FeatureBatch {
    torch::Tensor features; ///< [n, Q, C] f32, before the projection; undefined = not ready, compute them from pixels
    std::vector<SkippedSample> skipped; ///< their rows may hold anything finite
};

struct PixelBatch {
    torch::Tensor pixels; ///< [n, 3, S, S] f32, normalised; rows of skipped samples may hold anything finite
    std::vector<SkippedSample> skipped;
};

/// Where a trainer's samples come from. Samples are numbered 0 … sampleCount() - 1 in an order that never changes.
class BatchSource {
public:
    virtual ~BatchSource() = default;
    virtual std::int64_t sampleCount() const = 0;
    virtual TrainingText text(std::int64_t sample) const = 0;
    /// Pictures in the given order. With `crops` each is cut by RandomResizedCrop first (published mode): see
    /// randomCrop(). Without, it is resized plainly, and the same sample always gives the same pixels.
    virtual PixelBatch loadPixels(const std::vector<std::int64_t>& samples, Random* crops) = 0;
    /// Features of whole pictures (no crops) in the given order, where the source keeps them. They depend on the
    /// picture and the model alone.
    virtual FeatureBatch loadFeatures(const std::vector<std::int64_t>&) { return {}; }
    /// Equal for equal samples in equal order: a run is not resumed on other data.
    virtual std::string fingerprint() const = 0;
};

/// Part of a picture in pixels.
struct CropBox {
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
};

/// The box that torchvision's RandomResizedCrop(scale 0.5 … 1, ratio 3/4 … 4/3) would take, with numbers of `random`:
/// ten tries at area and aspect, then the largest centred box of an allowed aspect.
CropBox randomCrop(int width, int height, Random& random);

} // namespace winnow::train
