#include "core/score/picture_quality_score.h"

#include "core/base/error.h"
#include "core/media/picture_quality.h"
#include "core/score/picture_pass.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace winnow::score {

namespace {

    struct Numbers {
        media::PictureSize size;
        media::PictureQuality quality;
    };

    struct Measure {
        std::string_view name;
        double (*of)(const Numbers&);
    };

    /// Beside PictureMeasure.
    constexpr std::array<Measure, kPictureMeasureCount> kMeasures{{
        {"width", [](const Numbers& n) { return double(n.size.width); }},
        {"height", [](const Numbers& n) { return double(n.size.height); }},
        {"megapixels", [](const Numbers& n) { return double(n.size.width) * n.size.height / 1e6; }},
        {"aspect", [](const Numbers& n) { return double(n.size.width) / n.size.height; }},
        {"file-size", [](const Numbers& n) { return static_cast<double>(n.size.fileBytes) / 1e3; }},
        {"blur", [](const Numbers& n) { return n.quality.blur; }},
        {"brightness", [](const Numbers& n) { return n.quality.brightness; }},
        {"contrast", [](const Numbers& n) { return n.quality.contrast; }},
        {"clipped.dark", [](const Numbers& n) { return n.quality.darkShare; }},
        {"clipped.light", [](const Numbers& n) { return n.quality.lightShare; }},
        {"entropy", [](const Numbers& n) { return n.quality.entropy; }},
        {"uniform", [](const Numbers& n) { return n.quality.uniform; }},
        {"colorfulness", [](const Numbers& n) { return n.quality.colorfulness; }},
    }};

    const Measure& measureOf(PictureMeasure measure) { return kMeasures[static_cast<std::size_t>(measure)]; }

    ScoredChunk measureChunk(
        const std::vector<ScoreItem>& items, std::span<const PictureMeasure> wanted, RunContext& context)
    {
        const bool wantsPixels = std::any_of(wanted.begin(), wanted.end(), needsPixels);
        const bool wantsSize = !std::all_of(wanted.begin(), wanted.end(), needsPixels);
        const auto pictures = distinctPictures(items);
        std::vector<Numbers> numbers(pictures.files.size());
        const auto reasons = lookAtPictures(pictures, context, [&](std::size_t file) {
            if (wantsSize)
                numbers[file].size = media::measureSize(pictures.files[file]);
            if (wantsPixels)
                numbers[file].quality = media::measureQualityFile(pictures.files[file]);
        });
        ScoredChunk out;
        out.further.resize(wanted.size() - 1);
        for (std::size_t i = 0; i < items.size(); ++i) {
            const auto reason = whyNoPicture(pictures, reasons, i);
            if (!reason.empty()) {
                out.failures.push_back({items[i].row, items[i].id, reason});
                continue;
            }
            const auto& own = numbers[pictures.fileOf[i]];
            out.rows.push_back(items[i].row);
            out.scores.push_back(measureOf(wanted[0]).of(own));
            for (std::size_t c = 1; c < wanted.size(); ++c)
                out.further[c - 1].push_back(measureOf(wanted[c]).of(own));
        }
        return out;
    }

} // namespace

std::string_view toString(PictureMeasure measure) { return measureOf(measure).name; }

bool needsPixels(PictureMeasure measure) { return measure >= PictureMeasure::Blur; }

ScoreReport runPictureMeasures(
    const ItemSource& items, std::span<const PictureMeasure> wanted, ScoreSink& sink, RunContext& context)
{
    assert(!wanted.empty() && "a pass fills one column at least");
    return runChunks(items, sink, "Pictures", context,
        [&](std::int64_t, const std::vector<ScoreItem>& chunk) { return measureChunk(chunk, wanted, context); });
}

} // namespace winnow::score
