#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/demo/reward.h"
#include "core/demo/stages.h"
#include "core/demo/vocabulary.h"

namespace winnow::demo {

namespace {

    constexpr std::int64_t kBatchScenes = 24;
    constexpr double kNonsense = 0.5; // of the off-topic texts

    /// Faults that a text shows by itself. What contradicts the picture alone is left to the CLIP score.
    std::string writeBad(const Scene& scene, Random& random)
    {
        static const std::vector<Fault> kVisible{
            Fault::Truncated, Fault::Repetitive, Fault::Repetitive, Fault::OffTopic, Fault::Terse};
        const Fault fault = random.pick(kVisible);
        if (fault != Fault::OffTopic || !random.chance(kNonsense))
            return writeFaulty(scene, fault, random, OffTopic::ForTraining);
        const auto opening = random.chance(0.5) ? writeSentences(scene, random).front() + " " : std::string();
        return opening + writeNonsense(random);
    }

    /// Every good answer of the batch against every bad one: -log sigmoid(good - bad), with the small weight on the
    /// square of the rewards that keeps them near 0 (the loss of OpenAssistant's reward models).
    torch::Tensor rankingLoss(const torch::Tensor& good, const torch::Tensor& bad)
    {
        const auto lead = good.unsqueeze(1) - bad.unsqueeze(0); // [N, N]
        return torch::softplus(-lead).mean() + 0.001 * (good.square().mean() + bad.square().mean());
    }

    void writeModel(const std::filesystem::path& folder, models::DebertaClassifier& model)
    {
        writeHalf(folder / "model.safetensors", *model);
        file::writeAtomically(folder / "config.json", json::dumpPretty(model->config().toJson()));
        file::writeAtomically(folder / "tokenizer_config.json",
            json::dumpPretty({{"tokenizer_class", "DebertaV2Tokenizer"}, {"vocab_type", "spm"},
                {"do_lower_case", false}, {"split_by_punct", false}, {"cls_token", "[CLS]"}, {"sep_token", "[SEP]"},
                {"pad_token", "[PAD]"}, {"unk_token", "[UNK]"}, {"mask_token", "[MASK]"}}));
    }

    std::string judge(
        models::DebertaClassifier& model, const text::SentencePieceTokenizer& tokenizer, const StageContext& stage)
    {
        const auto figures = measureReward(model, tokenizer, 94, stage.judgedOf(300), *stage.run);
        std::string out = "AUC of clean captions against faulty ones by their text alone:";
        for (int fault = 1; fault < kFaultCount; ++fault)
            out += text::join(fault > 1 ? ", " : " ", toString(static_cast<Fault>(fault)), " ",
                figures.auc[std::size_t(fault)].value);
        return out;
    }

} // namespace

models::DebertaConfig embeddedRewardConfig(std::int64_t vocabulary)
{
    models::DebertaConfig config;
    config.vocabulary = vocabulary;
    config.hidden = config.embedding = 64;
    config.inner = 256;
    config.layers = 3;
    config.heads = 4;
    config.headWidth = 16;
    config.positions = config.mostDistance = 256;
    config.relativeAttention = config.contentToPosition = config.positionToContent = true;
    config.sharedKeys = config.normedDistances = true;
    config.absolutePositions = false;
    config.distanceBuckets = 32;
    config.labels = 1;
    return config;
}

std::string trainReward(const StageContext& stage)
{
    const auto folder = stage.out / "reward";
    const auto tokenizer = makeRewardTokenizer(folder);
    models::DebertaClassifier model(embeddedRewardConfig(tokenizer->vocabularySize()));
    models::initialise(*model, stage.seed + 41, 0.06);
    StageOptions options;
    options.name = "reward";
    options.seed = stage.seed;
    options.steps = stage.stepsOf(1000);
    options.peakRate = 2e-3;
    options.warmupSteps = 50;
    options.checkpoints = stage.training / "reward";
    const auto scenes = stage.scenes();
    RowOrder order(stage.seed, "reward", std::int64_t(scenes.size()), kBatchScenes);
    runSteps(
        options, namedParameters(*model),
        [&](std::int64_t step, Random& random) {
            std::vector<Judged> judged, bad;
            for (const auto row : order.at(step)) {
                const Scene& scene = scenes[std::size_t(row)];
                judged.push_back({writeInstruction(random), writeCaption(scene, random)});
                bad.push_back({writeInstruction(random), writeBad(scene, random)});
            }
            judged.insert(judged.end(), bad.begin(), bad.end());
            const auto rewards = rewardsOf(model, *tokenizer, judged).chunk(2); // [N] each
            return rankingLoss(rewards[0], rewards[1]);
        },
        *stage.run);
    models::setTrainable(*model, false);
    writeModel(folder, model);
    return judge(model, *tokenizer, stage);
}

} // namespace winnow::demo
