#include "core/base/text.h"
#include "core/media/picture_quality.h"
#include "core/pipeline/score_pass.h"
#include "core/score/picture_quality_score.h"

#include <array>

namespace winnow::pipeline {

namespace {

    using score::PictureMeasure;

    /// The file's header and the decoded picture are two passes: a broken picture with a sound header has a size.
    void computeMeasures(ScorePass& pass, bool ofPixels)
    {
        std::vector<PictureMeasure> measures;
        std::vector<ColumnPlan> plans;
        for (int i = 0; i < score::kPictureMeasureCount; ++i) {
            const auto measure = static_cast<PictureMeasure>(i);
            if (score::needsPixels(measure) != ofPixels)
                continue;
            const std::string name(score::toString(measure));
            ColumnPlan plan{name, text::join("picture-v1|", name), {{"metric", name}}};
            if (ofPixels) {
                plan.keyText += text::join("|", media::kQualitySide);
                plan.provenance["longer_side"] = media::kQualitySide;
            }
            measures.push_back(measure);
            plans.push_back(std::move(plan));
        }
        pass.fillAsked(plans, [&](const std::vector<std::size_t>& places, score::ScoreSink& sink) {
            std::vector<PictureMeasure> wanted;
            for (const auto place : places)
                wanted.push_back(measures[place]);
            return score::runPictureMeasures(pass.items(), wanted, sink, pass.context());
        });
    }

    void computeSize(ScorePass& pass) { computeMeasures(pass, false); }
    void computeQuality(ScorePass& pass) { computeMeasures(pass, true); }

    ComputedMetric described(
        PictureMeasure measure, const char* title, const char* meaning, const char* unit = "", const char* source = "")
    {
        return {{.name = std::string(score::toString(measure)),
                    .title = title,
                    .meaning = meaning,
                    .source = source,
                    .unit = unit,
                    .role = "",
                    .family = "picture"},
            score::needsPixels(measure) ? &computeQuality : &computeSize};
    }

} // namespace

std::vector<ComputedMetric> pictureMetrics()
{
    return {
        described(PictureMeasure::Width, "Width", "Width of the first picture as a viewer shows it.", "pixels"),
        described(PictureMeasure::Height, "Height", "Height of the first picture as a viewer shows it.", "pixels"),
        described(PictureMeasure::Megapixels, "Megapixels", "Width times height.", "million pixels"),
        described(PictureMeasure::Aspect, "Aspect ratio",
            "Width divided by height: 1 is square, above 1 wide, below 1 tall. Models see a square of every picture."),
        described(PictureMeasure::FileSize, "File size", "Size of the picture's file.", "kB"),
        described(PictureMeasure::Blur, "Blur",
            "Variance of the Laplacian of grey with the longer side at 512 pixels: low is blurred, below 100 usually "
            "visibly so. Flat drawings are low, too.",
            "",
            "Variance of the Laplacian: Pech-Pacheco et al., ICPR 2000; Pertuz et al., Pattern Recognition 46, 2013"),
        described(PictureMeasure::Brightness, "Brightness",
            "Mean grey, 0 black to 255 white. Under 40 or above 215 a picture is hard to read."),
        described(PictureMeasure::Contrast, "Contrast",
            "Standard deviation of grey (RMS contrast), 0 to 127.5. Low is dull or foggy.", "",
            "RMS contrast: Peli, JOSA A 7, 1990"),
        described(PictureMeasure::DarkShare, "Clipped shadows",
            "Share of pixels that are black but for 5 of 255 steps, 0 to 1. High is underexposed, or night."),
        described(PictureMeasure::LightShare, "Clipped lights",
            "Share of pixels that are white but for 5 of 255 steps, 0 to 1. High is overexposed, or paper."),
        described(PictureMeasure::Entropy, "Entropy",
            "Shannon entropy of the grey values, 0 to 8. Below 3 a picture has little in it: one tone, a logo, a "
            "placeholder.",
            "bits", "Shannon, Bell System Technical Journal 27, 1948"),
        described(PictureMeasure::Uniform, "Commonest colour",
            "Share of the commonest colour when each channel has 16 steps, 0 to 1. Near 1 the picture is of one "
            "colour."),
        described(PictureMeasure::Colorfulness, "Colourfulness",
            "0 is grey, 15 slightly, 45 averagely, 80 and up highly colourful.", "",
            "Hasler and S\u00FCsstrunk, Human Vision and Electronic Imaging VIII, 2003"),
    };
}

} // namespace winnow::pipeline
