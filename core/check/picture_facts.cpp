#include "core/check/picture_facts.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/media/image.h"

#include <array>
#include <charconv>
#include <span>
#include <sys/stat.h>

namespace winnow::check {

namespace {

    constexpr std::uint64_t kMaxFileBytes = std::uint64_t(1) << 30;
    constexpr int kLineVersion = 1;

    template <std::size_t Size> std::string toHex(const std::array<std::uint8_t, Size>& bytes)
    {
        static constexpr std::string_view kDigits = "0123456789abcdef";
        std::string out;
        for (const auto byte : bytes) {
            out += kDigits[byte >> 4];
            out += kDigits[byte & 15];
        }
        return out;
    }

    template <std::size_t Size> bool fromHex(const std::string& digits, std::array<std::uint8_t, Size>& bytes)
    {
        if (digits.size() != 2 * Size)
            return false;
        for (std::size_t i = 0; i < Size; ++i) {
            const char* const first = digits.data() + 2 * i;
            if (std::from_chars(first, first + 2, bytes[i], 16).ptr != first + 2)
                return false;
        }
        return true;
    }

    PictureFacts failed(PictureState state, std::string problem, bool isLasting = true)
    {
        PictureFacts out;
        out.isLasting = isLasting;
        out.state = state;
        out.problem = std::move(problem);
        return out;
    }

    void requireAllowedSize(const media::ImageSize& size, const std::filesystem::path& path)
    {
        const media::DecodeOptions limits;
        const auto pixels = static_cast<std::int64_t>(size.width) * size.height;
        require(size.width <= limits.maxSide && size.height <= limits.maxSide && pixels <= limits.maxPixels,
            ErrorCode::TooLarge,
            text::join(path.string(), " has ", size.width, " x ", size.height, " pixels, at most ",
                limits.maxPixels / 1'000'000, " million are read"));
    }

    PictureFacts decoded(const std::filesystem::path& path)
    {
        requireAllowedSize(media::readImageSize(path), path); // before the whole file is read
        const auto content = file::readAll(path, kMaxFileBytes);
        media::DecodeOptions options;
        options.applyExif = true;
        const auto image =
            media::decodeImage(std::as_bytes(std::span(content.data(), content.size())), path.string(), options);
        PictureFacts out;
        out.state = PictureState::Readable;
        out.width = image.width;
        out.height = image.height;
        out.digest = Digest::of(content);
        out.look = media::hashPicture(image);
        return out;
    }

} // namespace

PictureFacts inspectPicture(const std::filesystem::path& path)
{
    if (path.empty())
        return failed(PictureState::Missing, "its path leaves the folder of the pictures", false);
    try {
        return decoded(path);
    } catch (const Error& e) {
        switch (e.code()) {
        case ErrorCode::NotFound:
            return failed(PictureState::Missing, text::join("there is no file ", path.string()), false);
        case ErrorCode::TooLarge:
            return failed(PictureState::TooLarge, e.message());
        case ErrorCode::OutOfMemory:
        case ErrorCode::Internal:
            throw;
        default:
            return failed(PictureState::Unreadable, e.message(), e.code() != ErrorCode::Io);
        }
    }
}

bool isLike(const media::PictureHash& first, const media::PictureHash& second)
{
    const media::NearPictureOptions limits;
    return !first.isFlat && !second.isFlat && media::hammingDistance(first.bits, second.bits) <= limits.maxDistance
        && media::colourDifference(first, second) <= limits.maxColourDifference;
}

std::string stampOf(const std::filesystem::path& path)
{
    struct stat info { };
    if (path.empty() || ::stat(path.c_str(), &info) != 0)
        return {};
    return text::join(path.string(), '|', info.st_size, '|', info.st_mtim.tv_sec, '.', info.st_mtim.tv_nsec);
}

std::string toLine(const PictureFacts& facts)
{
    return json::dump(Json{kLineVersion, static_cast<int>(facts.state), facts.problem, facts.width, facts.height,
        facts.digest.high, facts.digest.low, facts.look.bits, toHex(facts.look.colours), facts.look.isFlat});
}

std::optional<PictureFacts> factsFromLine(std::string_view line)
{
    try {
        const Json fields = json::parse(line, "a kept picture");
        if (!fields.is_array() || fields.size() != 10 || fields[0].get<int>() != kLineVersion)
            return std::nullopt;
        const auto state = fields[1].get<int>();
        if (state < 0 || state > static_cast<int>(PictureState::TooLarge))
            return std::nullopt;
        PictureFacts out;
        out.state = static_cast<PictureState>(state);
        out.problem = fields[2].get<std::string>();
        out.width = fields[3].get<int>();
        out.height = fields[4].get<int>();
        out.digest = {fields[5].get<std::uint64_t>(), fields[6].get<std::uint64_t>()};
        out.look.bits = fields[7].get<std::uint64_t>();
        if (!fromHex(fields[8].get<std::string>(), out.look.colours))
            return std::nullopt;
        out.look.isFlat = fields[9].get<bool>();
        return out;
    } catch (const Error&) {
        return std::nullopt;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

} // namespace winnow::check
