#include "core/demo/reward.h"

#include "core/base/text.h"
#include "core/demo/demo_project.h"

#include <algorithm>

namespace winnow::demo {

torch::Tensor rewardsOf(
    models::DebertaClassifier& model, const text::SentencePieceTokenizer& tokenizer, const std::vector<Judged>& judged)
{
    std::vector<std::vector<std::int64_t>> rows;
    std::size_t longest = 0;
    for (const Judged& one : judged) {
        rows.push_back(tokenizer.encodePair(one.question, one.answer, std::size_t(model->config().positions)).ids);
        longest = std::max(longest, rows.back().size());
    }
    std::vector<std::int64_t> ids, mask;
    for (auto& row : rows) {
        for (std::size_t i = 0; i < longest; ++i)
            mask.push_back(i < row.size() ? 1 : 0);
        row.resize(longest, tokenizer.padToken());
        ids.insert(ids.end(), row.begin(), row.end());
    }
    const std::vector<std::int64_t> shape{std::int64_t(rows.size()), std::int64_t(longest)};
    return model->forward(torch::tensor(ids, torch::kLong).view(shape), torch::tensor(mask, torch::kLong).view(shape))
        .select(1, 0); // [N]
}

namespace {

    std::string nonsenseWord(Random& random)
    {
        static const std::string kConsonants = "bcdfghjklmnprstvw", kVowels = "aeiou";
        std::string word;
        const auto syllables = 1 + random.below(3);
        for (std::uint64_t i = 0; i < syllables; ++i) {
            word += kConsonants[random.below(kConsonants.size())];
            word += kVowels[random.below(kVowels.size())];
            if (random.chance(0.5))
                word += kConsonants[random.below(kConsonants.size())];
        }
        return word;
    }

} // namespace

std::string writeNonsense(Random& random)
{
    static const std::vector<std::string> kStarts{"The ", "A ", "My ", "Our ", ""};
    static const std::vector<std::string> kArticles{"the ", "a ", "an ", "the old ", ""};
    std::vector<std::string> sentences;
    const auto count = 1 + random.below(3);
    for (std::uint64_t i = 0; i < count; ++i) {
        std::string line = random.pick(kStarts) + nonsenseWord(random) + " " + nonsenseWord(random) + " "
            + random.pick(kArticles) + nonsenseWord(random);
        if (random.chance(0.4))
            line += " " + nonsenseWord(random);
        sentences.push_back(line + ".");
    }
    return text::joined(sentences, " ");
}

RewardFigures measureReward(models::DebertaClassifier& model, const text::SentencePieceTokenizer& tokenizer,
    std::uint64_t seed, std::int64_t scenes, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    Random random(seed, "reward-captions");
    std::array<std::vector<double>, kFaultCount> rewards;
    const auto all = heldOutScenes(seed, "reward", std::size_t(scenes));
    for (std::size_t i = 0; i < all.size(); ++i) {
        context.checkpoint();
        std::vector<Judged> judged;
        for (int fault = 0; fault < kFaultCount; ++fault)
            judged.push_back(
                {writeInstruction(random), writeFaulty(all[i], static_cast<Fault>(fault), random, OffTopic::ForTests)});
        const auto logits = rewardsOf(model, tokenizer, judged).to(torch::kDouble).contiguous();
        for (std::size_t fault = 0; fault < kFaultCount; ++fault)
            rewards[fault].push_back(logits.data_ptr<double>()[fault]);
        context.progress("reward figures", std::int64_t(i) + 1, scenes);
    }
    RewardFigures figures;
    for (std::size_t fault = 1; fault < kFaultCount; ++fault)
        figures.auc[fault] = areaUnderCurve(rewards[0], rewards[fault]);
    return figures;
}

} // namespace winnow::demo
