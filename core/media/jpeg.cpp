#include "core/media/jpeg.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <turbojpeg.h>

#include <memory>

namespace winnow::media {

std::optional<Image> decodeJpeg(std::span<const std::byte> bytes, const ImageSize& expected, int reduction)
{
    const std::unique_ptr<void, int (*)(tjhandle)> decoder(tjInitDecompress(), tjDestroy);
    if (!decoder)
        return std::nullopt;
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto size = static_cast<unsigned long>(bytes.size());
    int width = 0, height = 0, sampling = 0, colours = 0;
    if (tjDecompressHeader3(decoder.get(), data, size, &width, &height, &sampling, &colours) != 0
        || ImageSize{width, height} != expected
        || (colours != TJCS_YCbCr && colours != TJCS_GRAY && colours != TJCS_RGB))
        return std::nullopt;
    const tjscalingfactor scale{1, reduction};
    Image out{TJSCALED(width, scale), TJSCALED(height, scale), {}};
    out.rgb.resize(std::size_t(3) * static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height));
    const int failed = tjDecompress2(
        decoder.get(), data, size, out.rgb.data(), out.width, 0, out.height, TJPF_RGB, TJFLAG_ACCURATEDCT);
    if (failed != 0)
        return std::nullopt;
    return out;
}

std::string encodeJpegAt(const Image& image, int quality)
{
    const std::unique_ptr<void, int (*)(tjhandle)> encoder(tjInitCompress(), tjDestroy);
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    const bool isDone = encoder
        && tjCompress2(encoder.get(), image.rgb.data(), image.width, 0, image.height, TJPF_RGB, &bytes, &size,
               TJSAMP_420, quality, TJFLAG_ACCURATEDCT)
            == 0;
    const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owner(bytes, tjFree);
    require(isDone, ErrorCode::InvalidInput, [&] {
        return text::join("cannot encode a picture of ", image.width, " x ", image.height,
            " as JPEG: ", encoder ? tjGetErrorStr2(encoder.get()) : "out of memory");
    });
    return {reinterpret_cast<const char*>(bytes), size};
}

} // namespace winnow::media
