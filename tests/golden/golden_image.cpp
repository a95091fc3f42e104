#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/safetensors.h"
#include "core/base/text.h"
#include "core/media/image.h"
#include "core/media/transform.h"
#include "tests/golden/golden.h"

#include <cstring>
#include <exception>
#include <optional>
#include <vector>

namespace winnow::golden {

namespace {

    // One grey level, in units of the normalised pixels: 1 / 255 / the smallest deviation.
    constexpr double kLevel = 1.0 / 255.0 / 0.26130258;
    const Tolerance kExact{0.5, 0};
    const Tolerance kOneLevel{1.0, 0};
    const Tolerance kOtherDecoder{4.0, 0, 0.7};

    std::vector<float> toFloats(std::span<const std::byte> bytes)
    {
        std::vector<float> out(bytes.size());
        for (std::size_t i = 0; i < bytes.size(); ++i)
            out[i] = static_cast<float>(bytes[i]);
        return out;
    }

    std::vector<float> toFloats(const media::Image& image) { return {image.rgb.begin(), image.rgb.end()}; }

    const safetensors::Entry& find(const safetensors::Reader& file, const std::string& name, safetensors::Type type)
    {
        const auto* const entry = file.find(name);
        require(entry != nullptr && entry->type == type, ErrorCode::BadFile,
            text::join(file.path().string(), " has no ", safetensors::toString(type), " tensor ", name));
        return *entry;
    }

    media::Image loadDecoded(const safetensors::Reader& file, const std::string& stem)
    {
        const auto& entry = find(file, stem + ".decoded_rgb", safetensors::Type::U8);
        require(
            entry.shape.size() == 3 && entry.shape[2] == 3, ErrorCode::BadFile, stem + ".decoded_rgb is not [H, W, 3]");
        const auto bytes = file.bytes(entry);
        media::Image image{static_cast<int>(entry.shape[1]), static_cast<int>(entry.shape[0]), {}};
        image.rgb.resize(bytes.size());
        std::memcpy(image.rgb.data(), bytes.data(), bytes.size());
        return image;
    }

    std::vector<float> loadFloats(const safetensors::Reader& file, const std::string& name)
    {
        const auto bytes = file.bytes(find(file, name, safetensors::Type::F32));
        std::vector<float> out(bytes.size() / sizeof(float));
        std::memcpy(out.data(), bytes.data(), bytes.size());
        return out;
    }

    media::ImageTransform makeTransform(const std::string& pipeline)
    {
        const auto parts = text::split(pipeline, '_');
        std::int64_t size = 0;
        require(parts.size() == 2 && text::parseInt(parts[1], size) && size > 0 && size <= 4096, ErrorCode::BadFile,
            text::join("pipeline ", pipeline, " is not clip_S or blip2_S"));
        require(parts[0] == "clip" || parts[0] == "blip2", ErrorCode::Unsupported,
            text::join("pipeline ", pipeline, " is unknown"));
        return parts[0] == "clip" ? media::clipTransform(static_cast<int>(size))
                                  : media::squareTransform(static_cast<int>(size));
    }

    void checkPlan(const Json& entry, const std::string& name, const media::ImageTransform& transform,
        media::ImageSize size, Reporter& reporter)
    {
        if (!entry.contains("resized_width_height") || !entry.contains("crop_left_top"))
            return;
        const auto resized = entry.at("resized_width_height").get<std::vector<int>>();
        const auto corner = entry.at("crop_left_top").get<std::vector<int>>();
        const auto plan = transform.plan(size);
        reporter.expect(name + " resized size and crop corner",
            resized == std::vector{plan.resized.width, plan.resized.height}
                && corner == std::vector{plan.left, plan.top},
            text::join(plan.resized.width, " x ", plan.resized.height, " at ", plan.left, ", ", plan.top));
    }

    /// One picture through one pipeline, from the golden pixels and from the file.
    void checkPipeline(const safetensors::Reader& file, const std::string& name, const media::ImageTransform& transform,
        const media::Image& golden, const media::Image& decoded, bool isLossless, Reporter& reporter)
    {
        const auto wantBytes = toFloats(file.bytes(find(file, name + ".uint8", safetensors::Type::U8)));
        const auto wantPixels = loadFloats(file, name + ".pixel_values");
        const Tolerance fromFile = isLossless ? kOneLevel : kOtherDecoder;
        reporter.compare(name + ".uint8 from decoded_rgb", toFloats(transform.apply(golden)), wantBytes, kOneLevel);
        reporter.compare(name + ".uint8 from the file", toFloats(transform.apply(decoded)), wantBytes, fromFile);
        const auto scaled = [](Tolerance levels) {
            return Tolerance{levels.absolute * kLevel + 1e-5, 0, levels.meanAbsolute * kLevel};
        };
        reporter.compare(
            name + ".pixel_values from decoded_rgb", transform.pixels(golden), wantPixels, scaled(kOneLevel));
        reporter.compare(name + ".pixel_values from the file", transform.pixels(decoded), wantPixels, scaled(fromFile));
    }

    void checkPicture(
        const std::filesystem::path& dir, const safetensors::Reader& file, const Json& entry, Reporter& reporter)
    {
        const auto fileName = json::field<std::string>(entry, "file", "images.json");
        const auto path = file::confined(dir, fileName);
        const auto stem = path.stem().string();
        const media::Image golden = loadDecoded(file, stem);
        const media::Image decoded = media::decodeImage(path);
        const bool isLossless = media::readImageHeader(path).format != media::ImageFormat::Jpeg;
        const media::ImageSize size{golden.width, golden.height};
        reporter.expect(stem + " size from the header", media::readImageSize(path) == size,
            text::join(size.width, " x ", size.height));
        reporter.compare(
            stem + ".decoded_rgb", toFloats(decoded), toFloats(golden), isLossless ? kExact : kOtherDecoder);
        for (const auto& [pipeline, details] : entry.at("pipelines").items()) {
            const auto transform = makeTransform(pipeline);
            const auto name = stem + "." + pipeline;
            checkPlan(details, name, transform, size, reporter);
            checkPipeline(file, name, transform, golden, decoded, isLossless, reporter);
            if (file.find(name + ".hf_processor_pixel_values") != nullptr)
                reporter.note(name + ".hf_processor_pixel_values",
                    "not compared: that processor crops at floor, Winnow at round");
        }
    }

} // namespace

int checkImage(const std::filesystem::path& dir, Reporter& reporter)
{
    const int before = reporter.failures();
    const safetensors::Reader file(dir / "golden.safetensors");
    const Json list = json::load(dir / "images.json");
    require(list.is_array() && !list.empty(), ErrorCode::BadFile,
        (dir / "images.json").string() + " is not a list of pictures");
    for (const Json& entry : list) {
        try {
            checkPicture(dir, file, entry, reporter);
        } catch (const std::exception& e) {
            reporter.fail(entry.is_object() ? entry.value("file", "a picture") : "a picture", e.what());
        }
    }
    return reporter.failures() - before;
}

} // namespace winnow::golden
