#pragma once

#include "core/media/image.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace winnow::media {

// JPEG by TurboJPEG: the library behind OpenCV's reader and writer, and the same pixels and bytes, without the row by
// row exchange of red and blue around it that took longer than the decoding (decision 0024).

/// A JPEG decoded at 1, 1/2, 1/4 or 1/8 of its size (sides rounded up), as it lies in the file: EXIF is not applied.
/// Nothing for what is damaged, not made of grey, YCbCr or RGB, or not of the size that was found in its header before
/// (and held against the limits).
std::optional<Image> decodeJpeg(std::span<const std::byte> bytes, const ImageSize& size, int reduction);

/// Colours at half the resolution (4:2:0). Throws Error(InvalidInput).
std::string encodeJpegAt(const Image& image, int quality);

} // namespace winnow::media
