#pragma once

#include "core/base/run_context.h"
#include "core/demo/pictures.h"
#include "core/models/clip.h"
#include "core/text/bpe.h"

#include <cstdint>
#include <string>
#include <vector>

namespace winnow::demo {

/// A value with its 95 % interval.
struct Measure {
    double value = 0, ciLow = 0, ciHigh = 0;
    std::int64_t count = 0;
};

/// In percent, with Wilson's interval.
Measure shareOf(std::int64_t successes, std::int64_t trials);
/// Area under the curve that tells `good` from `bad` by their scores (higher is better), with the interval of Hanley
/// and McNeil (Radiology 143, 1982). 0 … 1.
Measure areaUnderCurve(const std::vector<double>& good, const std::vector<double>& bad);

/// Unit picture vectors [N, E].
torch::Tensor encodePictures(models::Clip& clip, const PictureSet& pictures, RunContext& context);
/// The CLIP score of METHOD 4.1 (corrected mode) of one caption a picture: 100 x the mean cosine of its sentences.
std::vector<double> clipScores(models::Clip& clip, const text::ClipTokenizer& tokenizer,
    const torch::Tensor& pictureVectors, const std::vector<std::string>& captions);

struct ClipFigures {
    Measure rAt1, rAt10; ///< the caption finds its picture among all, by the whole caption's vector, percent
    Measure aucMismatched, aucHallucinated; ///< the score tells clean captions from faulty ones
};
/// On held-out scenes whose pictures went through JPEG files.
ClipFigures measureClip(models::Clip& clip, const text::ClipTokenizer& tokenizer, std::uint64_t seed,
    std::int64_t scenes, RunContext& context);

} // namespace winnow::demo
