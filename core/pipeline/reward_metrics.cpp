#include "core/base/text.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/score_pass.h"
#include "core/score/reward_score.h"

namespace winnow::pipeline {

namespace {

    void computeReward(ScorePass& pass)
    {
        const auto folder = pass.modelFolder("reward");
        const auto reward = pass.workspace().models().reward(folder, pass.options().device);
        const std::string mode(toString(pass.options().mode));
        score::RewardScoreOptions options;
        options.mode = pass.options().mode;
        if (pass.options().batchSize > 0)
            options.passTokens = pass.options().batchSize * reward->model->config().positions;
        score::RewardScorer scorer(reward->model, *reward->tokenizer, options);
        Json provenance{
            {"metric", "reward"}, {"mode", mode}, {"model", folder.string()}, {"weights_sha256", reward->hash}};
        provenance[pass.options().isPublished() ? "question" : "stand_in_question"] =
            std::string(score::kRewardQuestion);
        pass.fill({.column = pass.columnName("reward"),
                      .keyText = text::join("reward-v1|", mode, "|", reward->hash),
                      .provenance = provenance},
            [&](score::ScoreSink& sink) { return score::runRewardScore(pass.items(), scorer, sink, pass.context()); });
    }

} // namespace

std::vector<ComputedMetric> rewardMetrics()
{
    return {
        {{.name = "reward",
             .title = "Reward score",
             .meaning = "How much a text reward model likes the response as an answer to its instruction: a raw logit, "
                        "with the published model usually -4 to 8; higher is better. It never sees the picture.",
             .source = "InstructionGPT-4 (arXiv 2308.12067); OpenAssistant/reward-model-deberta-v3-large-v2",
             .unit = "",
             .role = "reward",
             .family = "text",
             .hasPublished = true},
            &computeReward},
    };
}

} // namespace winnow::pipeline
