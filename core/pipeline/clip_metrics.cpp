#include "core/pipeline/model_cache.h"
#include "core/pipeline/score_pass.h"
#include "core/score/clip_score.h"

namespace winnow::pipeline {

namespace {

    void computeClip(ScorePass& pass)
    {
        const auto folder = pass.modelFolder("clip");
        const auto clip = pass.workspace().models().clip(folder, pass.options().device);
        const std::string mode(toString(pass.options().mode));
        score::ClipScoreOptions options;
        options.mode = pass.options().mode;
        if (pass.options().batchSize > 0)
            options.imageBatch = pass.options().batchSize;
        score::ClipScorer scorer(clip->model, *clip->tokenizer, options);
        pass.fill({.column = pass.columnName("clip"),
                      .keyText = "clip-v1|" + mode + "|" + clip->hash,
                      .provenance = {{"metric", "clip"}, {"mode", mode}, {"model", folder.string()},
                          {"weights_sha256", clip->hash}}},
            [&](score::ScoreSink& sink) { return score::runClipScore(pass.items(), scorer, sink, pass.context()); });
    }

} // namespace

std::vector<ComputedMetric> clipMetrics()
{
    return {
        {{.name = "clip",
             .title = "CLIP score",
             .meaning =
                 "How well the response fits the picture: 100 times the mean cosine between the picture and each "
                 "sentence. Usually 15 to 45; higher fits better.",
             .source = "InstructionGPT-4 (arXiv 2308.12067), after CLIPScore (Hessel et al., EMNLP 2021)",
             .unit = "",
             .role = "clip",
             .family = "picture and text",
             .hasPublished = true},
            &computeClip},
    };
}

} // namespace winnow::pipeline
