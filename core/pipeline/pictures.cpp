#include "core/pipeline/pictures.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/media/image.h"
#include "core/media/picture_file.h"
#include "core/store/thumbnails.h"

#include <chrono>
#include <mutex>

namespace winnow::pipeline {

namespace {

    Picture broken(std::string problem)
    {
        Picture out;
        out.problem = std::move(problem);
        return out;
    }

    Picture toPicture(media::Image image) { return {image.width, image.height, std::move(image.rgb), {}}; }

    /// Runs the decoding and says in the picture what went wrong.
    template <typename Decode> Picture guarded(Decode decode)
    {
        try {
            return toPicture(decode());
        } catch (const std::exception& e) {
            return broken(e.what());
        }
    }

    constexpr int kThumbnailQuality = 88;

} // namespace

Picture loadPicture(const std::filesystem::path& file, int maxSide)
{
    if (maxSide > 0)
        return guarded([&] { return media::decodeThumbnail(file, maxSide); });
    media::DecodeOptions options;
    options.applyExif = true;
    return guarded([&] { return media::decodeImage(file, options); });
}

/// One connection under a mutex: reading a thumbnail takes a few microseconds, decoding happens outside the lock.
struct ThumbnailStore::State {
    explicit State(const std::filesystem::path& folder)
        : cache(folder / "thumbs.sqlite")
    {
    }
    std::mutex mutex;
    store::ThumbnailCache cache;
};

ThumbnailStore::ThumbnailStore(const std::filesystem::path& projectFolder)
    : m_state(std::make_unique<State>(projectFolder))
{
}

ThumbnailStore::~ThumbnailStore() = default;

Picture ThumbnailStore::load(const std::filesystem::path& path, int side)
{
    const auto stamp = media::findPictureStamp(path);
    if (!stamp)
        return broken(text::join("there is no file ", path.string()));
    constexpr std::int64_t kNs = 1'000'000'000;
    const auto key = text::join(
        path.string(), '|', stamp->sizeBytes, '|', stamp->changedNs / kNs, '.', stamp->changedNs % kNs, '|', side);
    std::string jpeg;
    {
        const std::lock_guard lock(m_state->mutex);
        jpeg = m_state->cache.find(key);
    }
    if (!jpeg.empty()) {
        const auto bytes = std::as_bytes(std::span(jpeg.data(), jpeg.size()));
        const auto picture = guarded([&] { return media::decodeImage(bytes, "a kept thumbnail"); });
        if (!picture.isNull())
            return picture;
    }
    return guarded([&] {
        auto image = media::decodePreview(path, side);
        const auto encoded = media::encodeJpeg(image, kThumbnailQuality);
        const std::lock_guard lock(m_state->mutex);
        m_state->cache.put(key, encoded);
        return image;
    });
}

} // namespace winnow::pipeline
