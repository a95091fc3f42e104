#include "core/train/batch_source.h"

#include <algorithm>
#include <cmath>

namespace winnow::train {

CropBox randomCrop(int width, int height, Random& random)
{
    constexpr double kMinScale = 0.5, kMaxScale = 1, kMinRatio = 3.0 / 4, kMaxRatio = 4.0 / 3;
    constexpr int kTries = 10;
    const double area = static_cast<double>(width) * height;
    for (int i = 0; i < kTries; ++i) {
        const double target = area * random.uniform(kMinScale, kMaxScale);
        const double ratio = std::exp(random.uniform(std::log(kMinRatio), std::log(kMaxRatio)));
        const int w = static_cast<int>(std::lround(std::sqrt(target * ratio)));
        const int h = static_cast<int>(std::lround(std::sqrt(target / ratio)));
        if (w > 0 && w <= width && h > 0 && h <= height) {
            const int top = static_cast<int>(random.below(static_cast<std::uint64_t>(height - h + 1)));
            const int left = static_cast<int>(random.below(static_cast<std::uint64_t>(width - w + 1)));
            return {left, top, w, h};
        }
    }
    int w = width, h = height;
    const double ratio = static_cast<double>(width) / height;
    if (ratio < kMinRatio)
        h = std::max(1, static_cast<int>(std::lround(w / kMinRatio)));
    else if (ratio > kMaxRatio)
        w = std::max(1, static_cast<int>(std::lround(h * kMaxRatio)));
    return {(width - w) / 2, (height - h) / 2, w, h};
}

} // namespace winnow::train
