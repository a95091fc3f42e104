#pragma once

#include "core/media/image.h"

#include <cstdint>
#include <filesystem>

namespace winnow::media {

/// Pictures are measured at this longer side, so that a picture and a larger copy of it get like numbers; smaller ones
/// are measured as they are.
inline constexpr int kQualitySide = 512;

/// What can be said of a picture without knowing what it shows. Grey is Rec. 601 luma in 8 bits, 0 black … 255 white.
struct PictureQuality {
    double blur =
        0; ///< variance of the Laplacian (0 1 0; 1 −4 1; 0 1 0, edges mirrored) of grey; low = blurred, 0 and up
    double brightness = 0; ///< mean grey, 0 … 255
    double contrast = 0;   ///< population standard deviation of grey (RMS contrast), 0 … 127.5
    double darkShare = 0;  ///< share of pixels with grey of at most kDarkGrey, 0 … 1: lost in the shadows
    double lightShare = 0; ///< share of pixels with grey of at least kLightGrey, 0 … 1: blown out
    double entropy = 0;    ///< Shannon entropy of the 256 grey values, bits, 0 … 8; low = nearly uniform
    double uniform = 0; ///< share of the commonest colour when each channel has 16 steps, 0 … 1; near 1 = one colour
    double colorfulness = 0; ///< 0 = grey; above 60 or so = vivid
};

inline constexpr int kDarkGrey = 5;
inline constexpr int kLightGrey = 250;

/// Measures the picture at the size it has. Thread: any. Throws Error(InvalidInput): an empty picture.
/// Sources: blur after Pech-Pacheco et al., ICPR 2000 (LAPV of Pertuz et al., Pattern Recognition 46, 2013);
/// colourfulness after Hasler and Süsstrunk, SPIE Human Vision and Electronic Imaging VIII, 2003.
PictureQuality measureQuality(const Image& image);

/// The same of a file at kQualitySide. A JPEG of more than twice that is decoded at a fraction of its size before the
/// bicubic step, which lowers the blur of a noisy picture by some 6 percent. Throws as decodeImage().
PictureQuality measureQualityFile(const std::filesystem::path& file);

/// What a picture file's header and directory entry tell.
struct PictureSize {
    int width = 0; ///< as a viewer shows it, turned as its EXIF orientation says
    int height = 0;
    std::int64_t fileBytes = 0;
};

/// Throws as readImageHeader(). Cost: nothing is decoded.
PictureSize measureSize(const std::filesystem::path& file);

} // namespace winnow::media
