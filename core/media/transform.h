#pragma once

#include "core/media/image.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace winnow::media {

/// Resized to width x height as Pillow 9.4 does it with Image.BICUBIC: a = -0.5, antialiased when shrinking (the
/// support grows with the scale), a horizontal and then a vertical pass on 8-bit values with 22-bit fixed-point
/// weights, rounded and clipped after each pass. Bit for bit Pillow's result. Throws Error(InvalidInput): an empty
/// picture or a size below 1.
Image resizeBicubic(const Image& image, int width, int height);

/// Where a transform's square lies: the picture is resized to `resized`, the square starts at (left, top) of that.
struct CropPlan {
    ImageSize resized;
    int left = 0;
    int top = 0;
    bool operator==(const CropPlan&) const = default;
};

/// Picture → square network input. Only the pixels that the crop keeps are computed. Weight tables of sizes seen before
/// are kept. Thread: any number at once; copies share the kept tables.
class ImageTransform {
public:
    enum class Kind {
        Clip,   ///< shorter side to S, the other int(S * long / short); centre crop at round((side - S) / 2), halves to
                ///< even
        Square, ///< straight to S x S, aspect not kept (MiniGPT-4's evaluation transform)
    };

    /// Throws Error(InvalidInput) unless 1 <= size <= 4096.
    ImageTransform(Kind kind, int size);

    Kind kind() const { return m_kind; }
    int size() const { return m_size; }
    /// "clip-224", "square-224": part of the key of what is computed from the pixels.
    std::string name() const;

    CropPlan plan(ImageSize source) const;
    /// The 8-bit stage: S x S. Throws Error: InvalidInput (empty picture), TooLarge (an aspect that would resize past
    /// 65,500).
    Image apply(const Image& image) const;
    /// [3, S, S] planes of (value / 255 - mean) / deviation with CLIP's mean and deviation per channel. Throws as
    /// apply().
    std::vector<float> pixels(const Image& image) const;
    /// The same into a place of 3 * S * S floats, for filling a batch.
    void writePixels(const Image& image, std::span<float> out) const;

private:
    class TableCache;

    Kind m_kind;
    int m_size;
    std::shared_ptr<TableCache> m_tables;
};

/// openai/CLIP's and open_clip's preprocessing (and Hugging Face's, but for one rounding of the crop).
ImageTransform clipTransform(int size);
/// MiniGPT-4's evaluation preprocessing.
ImageTransform squareTransform(int size);

/// [3, H, W] normalised planes of a picture that has the right size already.
void normaliseClip(const Image& image, std::span<float> out);

} // namespace winnow::media
