#include "core/score/duplicate_score.h"

#include "core/base/text.h"
#include "core/score/picture_pass.h"

#include <sys/stat.h>

#include <cassert>
#include <cmath>
#include <map>
#include <tuple>

namespace winnow::score {

std::vector<float> toVector(const media::PictureHash& hash)
{
    std::vector<float> out;
    out.reserve(kPictureHashDimension);
    for (int bit = 63; bit >= 0; --bit)
        out.push_back(hash.isFlat ? 0.0F : (hash.bits >> bit & 1) != 0 ? 1.0F : -1.0F);
    for (const auto colour : hash.colours)
        out.push_back(static_cast<float>(colour) / 255);
    return out;
}

media::PictureHash toPictureHash(std::span<const float> vector)
{
    assert(vector.size() == kPictureHashDimension && "not the vector of a picture's hash");
    media::PictureHash out;
    out.isFlat = vector[0] == 0;
    for (std::size_t i = 0; i < 64; ++i)
        out.bits = out.bits << 1 | (vector[i] > 0 ? 1 : 0);
    for (std::size_t i = 0; i < out.colours.size(); ++i)
        out.colours[i] = static_cast<std::uint8_t>(std::lround(vector[64 + i] * 255));
    return out;
}

ScoreReport runPictureHashes(const ItemSource& items, ScoreSink& sink, RunContext& context)
{
    return runChunks(items, sink, "Picture hashes", context, [&](std::int64_t, const std::vector<ScoreItem>& chunk) {
        const auto pictures = distinctPictures(chunk);
        std::vector<std::vector<float>> vectors(pictures.files.size());
        const auto reasons = lookAtPictures(pictures, context,
            [&](std::size_t file) { vectors[file] = toVector(media::hashPictureFile(pictures.files[file])); });
        ScoredChunk out;
        out.dimension = kPictureHashDimension;
        for (std::size_t i = 0; i < chunk.size(); ++i) {
            const auto reason = whyNoPicture(pictures, reasons, i);
            if (!reason.empty()) {
                out.failures.push_back({chunk[i].row, chunk[i].id, reason});
                continue;
            }
            const auto& vector = vectors[pictures.fileOf[i]];
            out.featureRows.push_back(chunk[i].row);
            out.features.insert(out.features.end(), vector.begin(), vector.end());
        }
        return out;
    });
}

PictureFiles numberPictureFiles(const ItemSource& items, RunContext& context)
{
    using Identity = std::tuple<std::uint64_t, std::uint64_t, std::string>; // device and file number, or a path
    PictureFiles out;
    std::map<Identity, std::uint32_t> numbers;
    for (std::int64_t number = 0; number < items.chunkCount(); ++number) {
        context.checkpoint();
        for (const auto& item : items.chunk(number)) {
            assert(item.row == out.numbers.size() && "files are numbered for all pairs in order");
            if (item.image.empty()) {
                out.numbers.push_back(PictureFiles::kNone);
                continue;
            }
            struct stat entry { };
            const bool isThere = ::stat(item.image.c_str(), &entry) == 0;
            const Identity identity = isThere ? Identity{entry.st_dev, entry.st_ino, {}}
                                              : Identity{0, 0, item.image.lexically_normal().string()};
            const auto [found, isNew] = numbers.try_emplace(identity, static_cast<std::uint32_t>(out.firstRows.size()));
            if (isNew)
                out.firstRows.push_back(item.row);
            out.numbers.push_back(found->second);
        }
    }
    return out;
}

text::MinHashTable signResponses(const ItemSource& items, RunContext& context)
{
    text::MinHashTable out;
    out.reserve(static_cast<std::size_t>(items.itemCount()));
    for (std::int64_t number = 0; number < items.chunkCount(); ++number) {
        context.checkpoint();
        for (const auto& item : items.chunk(number))
            out.add(text::joined(item.responses, "\n"));
        context.progress("Reading responses", static_cast<std::int64_t>(out.size()), items.itemCount());
    }
    return out;
}

} // namespace winnow::score
