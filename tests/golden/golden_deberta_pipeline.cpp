#include "core/base/json.h"
#include "core/models/deberta.h"
#include "core/score/reward_score.h"
#include "core/tensor/device.h"
#include "core/text/sentencepiece.h"
#include "tests/golden/golden_tensor.h"

namespace winnow::golden {
namespace {

    constexpr const char* kDebertaPipelineCases = "cases.json";
    constexpr double kAllowed = 1e-4;
    constexpr double kRounded = 1.01e-4; // one step of the last of four decimals

} // namespace

void checkDebertaPipeline(const Request& request, Reporter& reporter)
{
    const auto device = tensor::parseDevice(request.device);
    const text::SentencePieceTokenizer tokenizer(request.dir);
    auto model = models::loadDeberta(request.dir, torch::TensorOptions(device));
    score::RewardScorer corrected(model, tokenizer, {});
    score::RewardScorer published(model, tokenizer, {.mode = Mode::Published});
    std::vector<score::RewardPair> pairs;
    std::vector<score::ScoreItem> items, constant;
    std::vector<double> want, wantRounded;
    for (const auto& item : json::load(request.dir / kDebertaPipelineCases)) {
        const score::RewardPair pair{json::field<std::string>(item, "question", kDebertaPipelineCases),
            json::field<std::string>(item, "answer", kDebertaPipelineCases)};
        const auto tokens = tokenizer.encodePair(pair.question, pair.answer);
        const auto name = text::join("case", pairs.size());
        reporter.expect(name + ".input_ids",
            tokens.ids == json::field<std::vector<std::int64_t>>(item, "input_ids", kDebertaPipelineCases));
        reporter.expect(name + ".token_type_ids",
            tokens.typeIds == json::field<std::vector<std::int64_t>>(item, "token_type_ids", kDebertaPipelineCases));
        want.push_back(json::field<double>(item, "score", kDebertaPipelineCases));
        const auto row = static_cast<PairRow>(pairs.size());
        if (pair.question == score::kRewardQuestion) {
            constant.push_back({row, name, {}, {pair.answer}, {"Is this read?"}});
            wantRounded.push_back(json::field<double>(item, "score_rounded", kDebertaPipelineCases));
        }
        pairs.push_back(pair);
        items.push_back({row, name, {}, {pair.answer}, {pair.question}});
    }
    reporter.compare("score", corrected.logits(pairs), want, {kAllowed, 0});
    reporter.compare("score, corrected", corrected.score(items).scores, want, {kAllowed, 0});
    reporter.compare("score_rounded, published", published.score(constant).scores, wantRounded, {kRounded, 0});
}

} // namespace winnow::golden
