#pragma once

#include "core/score/scorer.h"

#include <span>
#include <string_view>

namespace winnow::score {

/// One number of a picture; each is a metric of its own.
enum class PictureMeasure {
    Width,
    Height,
    Megapixels, ///< width · height / 10⁶
    Aspect,     ///< width / height
    FileSize,   ///< kB of 1,000 bytes
    Blur,
    Brightness,
    Contrast,
    DarkShare,
    LightShare,
    Entropy,
    Uniform,
    Colorfulness,
};
inline constexpr int kPictureMeasureCount = 13;

/// Name of the metric: "width", "blur", "clipped.dark", …
std::string_view toString(PictureMeasure measure);
/// False for what the file's header tells.
bool needsPixels(PictureMeasure measure);

/// The wanted numbers of every pair's first picture, one column each, in order; what they are: media::PictureQuality
/// and media::PictureSize. A picture is read once for all of them, and once for neighbouring pairs that share it. Pairs
/// without a readable picture are failures. Pictures are decoded on OpenCV's threads; checkpoints every 32 pictures.
ScoreReport runPictureMeasures(
    const ItemSource& items, std::span<const PictureMeasure> wanted, ScoreSink& sink, RunContext& context);

} // namespace winnow::score
