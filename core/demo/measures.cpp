#include "core/demo/measures.h"

#include "core/demo/demo_project.h"
#include "core/evaluate/statistics.h"
#include "core/tensor/linalg.h"
#include "core/text/sentences.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace winnow::demo {

namespace {

    /// Rows of ids, filled with zeros behind their end token.
    torch::Tensor padded(const std::vector<std::vector<std::int64_t>>& rows)
    {
        std::size_t longest = 0;
        for (const auto& row : rows)
            longest = std::max(longest, row.size());
        std::vector<std::int64_t> ids;
        for (auto row : rows) {
            row.resize(longest, 0);
            ids.insert(ids.end(), row.begin(), row.end());
        }
        return torch::tensor(ids, torch::kLong).view({std::int64_t(rows.size()), std::int64_t(longest)});
    }

    torch::Tensor encodeTexts(
        models::Clip& clip, const text::ClipTokenizer& tokenizer, const std::vector<std::string>& lines)
    {
        const torch::NoGradGuard noGrad;
        const auto context = std::size_t(clip->config().text.contextLength);
        std::vector<torch::Tensor> parts;
        for (std::size_t i = 0; i < lines.size(); i += 64) {
            std::vector<std::vector<std::int64_t>> rows;
            for (std::size_t j = i; j < std::min(lines.size(), i + 64); ++j)
                rows.push_back(tokenizer.encodeForModel(lines[j], context));
            parts.push_back(tensor::unitRows(clip->textFeatures(padded(rows))));
        }
        return torch::cat(parts); // [N, E]
    }

} // namespace

Measure shareOf(std::int64_t successes, std::int64_t trials)
{
    const auto interval = evaluate::wilsonInterval(successes, trials);
    return {trials ? 100.0 * double(successes) / double(trials) : 0, 100 * interval.low, 100 * interval.high, trials};
}

Measure areaUnderCurve(const std::vector<double>& good, const std::vector<double>& bad)
{
    std::vector<double> sorted = bad;
    std::sort(sorted.begin(), sorted.end());
    double wins = 0;
    for (const double value : good) {
        const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), value);
        wins += double(low - sorted.begin()) + 0.5 * double(high - low);
    }
    const double n = double(good.size()), m = double(bad.size());
    const double area = n * m > 0 ? wins / (n * m) : 0.5;
    const double q1 = area / (2 - area), q2 = 2 * area * area / (1 + area);
    const double variance =
        (area * (1 - area) + (n - 1) * (q1 - area * area) + (m - 1) * (q2 - area * area)) / std::max(1.0, n * m);
    const double half = 1.959964 * std::sqrt(std::max(0.0, variance));
    return {area, std::max(0.0, area - half), std::min(1.0, area + half), std::int64_t(good.size() + bad.size())};
}

torch::Tensor encodePictures(models::Clip& clip, const PictureSet& pictures, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    std::vector<torch::Tensor> parts;
    for (std::int64_t i = 0; i < pictures.size(); i += 64) {
        context.checkpoint();
        std::vector<std::int64_t> rows(std::size_t(std::min<std::int64_t>(64, pictures.size() - i)));
        std::iota(rows.begin(), rows.end(), i);
        parts.push_back(tensor::unitRows(clip->imageFeatures(pictures.pixels(rows))));
    }
    return torch::cat(parts); // [N, E]
}

std::vector<double> clipScores(models::Clip& clip, const text::ClipTokenizer& tokenizer,
    const torch::Tensor& pictureVectors, const std::vector<std::string>& captions)
{
    std::vector<std::string> pieces;
    std::vector<std::size_t> ends;
    for (const std::string& caption : captions) {
        for (const std::string& piece : text::splitSentences(caption, text::SentenceMode::Corrected))
            pieces.push_back(piece);
        ends.push_back(pieces.size());
    }
    const auto vectors = encodeTexts(clip, tokenizer, pieces); // [M, E]
    std::vector<double> scores;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < captions.size(); ++i) {
        const auto mean = vectors.narrow(0, std::int64_t(begin), std::int64_t(ends[i] - begin)).mean(0);
        scores.push_back(100 * mean.dot(pictureVectors[std::int64_t(i)]).item<double>());
        begin = ends[i];
    }
    return scores;
}

ClipFigures measureClip(models::Clip& clip, const text::ClipTokenizer& tokenizer, std::uint64_t seed,
    std::int64_t scenes, RunContext& context)
{
    const PictureSet pictures(
        heldOutScenes(seed, "retrieval", std::size_t(scenes)), PictureSet::Through::Jpeg, context);
    const auto vectors = encodePictures(clip, pictures, context);
    Random random(seed, "retrieval-captions");
    std::vector<std::string> clean, mismatched, hallucinated;
    for (const Scene& scene : pictures.scenes()) {
        clean.push_back(writeCaption(scene, random));
        mismatched.push_back(writeFaulty(scene, Fault::Mismatched, random));
        hallucinated.push_back(writeFaulty(scene, Fault::Hallucinated, random));
    }
    const auto similarity = torch::matmul(encodeTexts(clip, tokenizer, clean), vectors.t()); // [captions, pictures]
    const auto rank = similarity.gt(similarity.diagonal().unsqueeze(1)).sum(1);              // [N]
    ClipFigures figures;
    figures.rAt1 = shareOf(rank.lt(1).sum().item<std::int64_t>(), scenes);
    figures.rAt10 = shareOf(rank.lt(10).sum().item<std::int64_t>(), scenes);
    const auto good = clipScores(clip, tokenizer, vectors, clean);
    figures.aucMismatched = areaUnderCurve(good, clipScores(clip, tokenizer, vectors, mismatched));
    figures.aucHallucinated = areaUnderCurve(good, clipScores(clip, tokenizer, vectors, hallucinated));
    return figures;
}

} // namespace winnow::demo
