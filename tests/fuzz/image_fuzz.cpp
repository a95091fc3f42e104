// Pictures from strangers: header, size checks, decoding, thumbnails. Larger pictures than these limits allow are
// refused by the same checks as pictures over the ordinary ones.
#include "core/media/image.h"
#include "tests/fuzz/fuzz_input.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace winnow;
    static const fuzz::Scratch scratch;
    const auto file = scratch.write("picture.jpg", fuzz::asText(data, size));
    media::DecodeOptions options;
    options.applyExif = true;
    options.maxPixels = 1'000'000;
    options.maxSide = 4'000;
    const auto fits = [&](int width, int height) {
        return width >= 1 && height >= 1 && width <= options.maxSide && height <= options.maxSide
            && std::int64_t(width) * height <= options.maxPixels;
    };
    media::ImageHeader header;
    const bool hasHeader = fuzz::mayRefuse([&] { header = media::readImageHeader(file); });
    const bool isDecoded = fuzz::mayRefuse([&] {
        const auto image = media::decodeImage(std::as_bytes(std::span(data, size)), "picture.jpg", options);
        fuzz::promise(fits(image.width, image.height), "a decoded picture keeps the limits");
        fuzz::promise(image.rgb.size() == std::size_t(3) * image.width * image.height, "a picture has all its pixels");
    });
    fuzz::promise(hasHeader || !isDecoded, "what can be decoded has a header");
    if (hasHeader && fits(header.size.width, header.size.height))
        fuzz::mayRefuse([&] {
            const auto small = media::decodeThumbnail(file, 32);
            fuzz::promise(small.width <= 32 && small.height <= 32 && !small.empty(), "a thumbnail is small");
        });
    return 0;
}
