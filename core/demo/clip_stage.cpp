#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/demo/grammar.h"
#include "core/demo/measures.h"
#include "core/demo/stages.h"
#include "core/demo/vocabulary.h"
#include "core/tensor/linalg.h"

#include <cmath>

namespace winnow::demo {

namespace {

    using torch::indexing::Slice;

    /// The tower that learned to see, in CLIP's form. The offset of the patches goes into their positions; keys have
    /// none; the norm in front of the blocks, which the other tower lacks, starts with the scale that the tokens have.
    void copyTower(models::Clip& clip, const models::EvaVit& vit)
    {
        const torch::NoGradGuard noGrad;
        auto& to = *clip->vision_model;
        const auto width = vit->config().width;
        to.embeddings->class_embedding.copy_(vit->cls_token.view({width}));
        to.embeddings->patch_embedding->weight.copy_(vit->patch_embed->proj->weight);
        auto positions = vit->pos_embed.view({-1, width}).clone();
        positions.index({Slice(1)}) += vit->patch_embed->proj->bias;
        to.embeddings->position_embedding->weight.copy_(positions);
        to.pre_layrnorm->weight.fill_(positions.std(1).mean().item<double>());
        for (std::size_t i = 0; i < vit->blocks->size(); ++i) {
            const auto from = vit->blocks->ptr<models::EvaBlockImpl>(i);
            const auto layer = to.encoder->layers->ptr<models::ClipLayerImpl>(i);
            const auto parts = from->attn->qkv->weight.chunk(3, 0);
            layer->self_attn->q_proj->weight.copy_(parts[0]);
            layer->self_attn->k_proj->weight.copy_(parts[1]);
            layer->self_attn->v_proj->weight.copy_(parts[2]);
            layer->self_attn->q_proj->bias.copy_(from->attn->q_bias);
            layer->self_attn->v_proj->bias.copy_(from->attn->v_bias);
            const auto copy = [](auto& target, const auto& source) {
                target->weight.copy_(source->weight);
                target->bias.copy_(source->bias);
            };
            copy(layer->self_attn->out_proj, from->attn->proj);
            copy(layer->layer_norm1, from->norm1);
            copy(layer->layer_norm2, from->norm2);
            copy(layer->mlp->fc1, from->mlp->fc1);
            copy(layer->mlp->fc2, from->mlp->fc2);
        }
    }

    /// What one sentence says, so that it is known of which pictures it is true.
    struct Claim {
        enum class About { Group, Setting, Weather } about = About::Group;
        Group group;
        Ground ground = Ground::Meadow;
        Light light = Light::Day;
        Weather weather = Weather::Clear;
        std::string text;

        bool isTrueOf(const Scene& scene) const
        {
            if (about == About::Setting)
                return scene.ground == ground && scene.light == light;
            if (about == About::Weather)
                return scene.weather == weather;
            const Group* found = scene.find(group.kind);
            return found && *found == group;
        }
    };

    /// Every sentence of a caption.
    std::vector<Claim> trueClaims(const Scene& scene, Random& random)
    {
        const auto sentences = writeSentences(scene, random);
        std::vector<Claim> claims;
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            Claim claim;
            claim.ground = scene.ground;
            claim.light = scene.light;
            claim.weather = scene.weather;
            claim.text = sentences[i];
            if (i == 0)
                claim.about = Claim::About::Setting;
            else if (i + 1 == sentences.size())
                claim.about = Claim::About::Weather;
            else
                claim.group = scene.groups[i - 1];
            claims.push_back(std::move(claim));
        }
        return claims;
    }

    /// A sentence about something that is not there, or (one in four) of another colour or number than is there.
    Claim falseClaim(const Scene& scene, Random& random)
    {
        Claim claim;
        if (random.chance(0.25)) {
            claim.group = random.pick(scene.groups);
            const auto other = 1 + random.below(kMaxCount - 1);
            if (random.chance(0.5))
                claim.group.colour = static_cast<Colour>(
                    (std::uint64_t(claim.group.colour) + 1 + random.below(kColourCount - 1)) % kColourCount);
            else
                claim.group.count = 1 + int((std::uint64_t(claim.group.count - 1) + other) % kMaxCount);
        } else {
            do
                claim.group.kind = static_cast<Kind>(random.below(kKindCount));
            while (scene.find(claim.group.kind));
            claim.group.colour = static_cast<Colour>(random.below(kColourCount));
            claim.group.count = int(1 + random.below(kMaxCount));
            claim.group.place =
                int(claim.group.kind) >= kGroundKindCount ? Place::Sky : static_cast<Place>(random.below(3));
        }
        claim.text = writeGroupSentence(claim.group, random);
        return claim;
    }

    /// What is learned beside the model: how similar a true sentence has to be.
    struct MatchScale {
        torch::Tensor scale = torch::full({1}, std::log(10.0)).requires_grad_();
        torch::Tensor offset = torch::full({1}, -4.0).requires_grad_();
    };

    torch::Tensor idsOf(const text::ClipTokenizer& tokenizer, const std::vector<std::string>& lines)
    {
        std::vector<std::vector<std::int64_t>> rows;
        std::size_t longest = 0;
        for (const std::string& line : lines) {
            rows.push_back(tokenizer.encodeForModel(line, 77));
            longest = std::max(longest, rows.back().size());
        }
        std::vector<std::int64_t> ids;
        for (auto& row : rows) {
            row.resize(longest, 0);
            ids.insert(ids.end(), row.begin(), row.end());
        }
        return torch::tensor(ids, torch::kLong).view({std::int64_t(rows.size()), std::int64_t(longest)});
    }

    /// The sentences of all captions and one false one a picture, with the pictures they belong to.
    struct ClaimBatch {
        std::vector<Claim> claims;
        std::vector<std::int64_t> owner;
        std::vector<char> isFalse;
    };

    ClaimBatch makeClaims(const std::vector<Scene>& scenes, Random& random)
    {
        ClaimBatch batch;
        const auto add = [&](Claim claim, std::size_t owner, bool isFalse) {
            batch.claims.push_back(std::move(claim));
            batch.owner.push_back(std::int64_t(owner));
            batch.isFalse.push_back(isFalse);
        };
        for (std::size_t i = 0; i < scenes.size(); ++i) {
            for (Claim& claim : trueClaims(scenes[i], random))
                add(std::move(claim), i, false);
            add(falseClaim(scenes[i], random), i, true);
        }
        return batch;
    }

    /// Which sentences are true of which pictures, as so many yes/no decisions (Zhai et al., Sigmoid Loss for Language
    /// Image Pre-Training, ICCV 2023): true ones, false ones about the same picture and those of others weigh the same.
    torch::Tensor decisionLoss(const torch::Tensor& cosines, const MatchScale& match, const ClaimBatch& batch,
        const std::vector<Scene>& scenes)
    {
        std::vector<float> truth, weight;
        float trueCount = 0;
        for (const Scene& scene : scenes)
            for (const Claim& claim : batch.claims) {
                truth.push_back(claim.isTrueOf(scene) ? 1 : 0);
                trueCount += truth.back();
            }
        const std::size_t N = batch.claims.size();
        for (std::size_t i = 0; i < scenes.size(); ++i)
            for (std::size_t j = 0; j < N; ++j) {
                const bool isOwnFalse = batch.isFalse[j] && batch.owner[j] == std::int64_t(i);
                weight.push_back(
                    truth[i * N + j] > 0 ? 1 / trueCount : 1 / float(isOwnFalse ? scenes.size() : scenes.size() * N));
            }
        const auto logits = match.scale.exp() * cosines + match.offset; // [B, N]
        return torch::binary_cross_entropy_with_logits(logits, torch::tensor(truth).view(cosines.sizes()),
            torch::tensor(weight).view(cosines.sizes()), {}, at::Reduction::Sum);
    }

    /// Captions with a false sentence must score below captions without, across pictures: what the score is used for.
    torch::Tensor orderLoss(const torch::Tensor& cosines, const ClaimBatch& batch)
    {
        const auto owner = torch::tensor(batch.owner, torch::kLong);
        const auto own = cosines.gather(0, owner.unsqueeze(0)).squeeze(0); // [N]
        std::vector<float> truths;
        for (const char isFalse : batch.isFalse)
            truths.push_back(isFalse ? 0 : 1);
        const auto isTrue = torch::tensor(truths); // [N]
        const auto zeros = torch::zeros({cosines.size(0)});
        const auto count = zeros.index_add(0, owner, isTrue);                                      // [B]
        const auto clean = zeros.index_add(0, owner, own * isTrue);                                // [B]
        const auto mixed = zeros.index_add(0, owner, own);                                         // [B]
        const auto difference = (clean / count).unsqueeze(1) - (mixed / (count + 1)).unsqueeze(0); // [B, B]
        return torch::softplus(-30 * difference).mean();
    }

    /// What the class token has to tell about each kind: is it there, its colour, how many; thrown away afterwards.
    class AttributeHeadsImpl : public torch::nn::Module {
    public:
        explicit AttributeHeadsImpl(std::int64_t width)
            : present(register_module("present", models::Linear(width, kKindCount)))
            , colour(register_module("colour", models::Linear(width, kKindCount * (kColourCount + 1))))
            , count(register_module("count", models::Linear(width, kKindCount * (kMaxCount + 1))))
        {
        }

        torch::Tensor loss(const torch::Tensor& pooled, const SceneLabels& labels)
        {
            const auto ask = [&](const models::Linear& head, const torch::Tensor& label, std::int64_t classes) {
                return torch::cross_entropy_loss(head->forward(pooled).view({-1, classes}), label.reshape({-1}));
            };
            return torch::binary_cross_entropy_with_logits(present(pooled), labels.kindPresent.to(torch::kFloat))
                + ask(colour, labels.kindColour, kColourCount + 1) + ask(count, labels.kindCount, kMaxCount + 1);
        }

        models::Linear present, colour, count;
    };
    TORCH_MODULE(AttributeHeads);

    torch::Tensor clipLoss(models::Clip& clip, const text::ClipTokenizer& tokenizer, const MatchScale& match,
        AttributeHeads& heads, const torch::Tensor& pixels, const std::vector<Scene>& scenes, Random& random)
    {
        std::vector<std::string> captions, sentences;
        std::vector<const Scene*> views;
        for (const Scene& scene : scenes) {
            captions.push_back(writeCaption(scene, random));
            views.push_back(&scene);
        }
        const ClaimBatch batch = makeClaims(scenes, random);
        for (const Claim& claim : batch.claims)
            sentences.push_back(claim.text);
        const auto pooled = clip->vision_model->forward(pixels, {});                         // [B, C]
        const auto pictures = tensor::unitRows(clip->visual_projection(pooled));             // [B, E]
        const auto texts = tensor::unitRows(clip->textFeatures(idsOf(tokenizer, captions))); // [B, E]
        const auto cosines =
            torch::matmul(pictures, tensor::unitRows(clip->textFeatures(idsOf(tokenizer, sentences))).t()); // [B, N]
        return 0.3 * models::contrastiveLoss(clip->logitsPerImage(pictures, texts))
            + decisionLoss(cosines, match, batch, scenes) + orderLoss(cosines, batch)
            + heads->loss(pooled, labelsOf(views));
    }

    std::string judge(models::Clip& clip, const text::ClipTokenizer& tokenizer, const StageContext& stage)
    {
        const auto figures = measureClip(clip, tokenizer, 93, stage.judgedOf(300), *stage.run);
        return text::join("among ", figures.rAt1.count, " held-out pictures a caption finds its own first in ",
            figures.rAt1.value, " % and among the first ten in ", figures.rAt10.value,
            " %; AUC of mismatched captions ", figures.aucMismatched.value, ", of hallucinated ones ",
            figures.aucHallucinated.value);
    }

} // namespace

std::string trainClip(const StageContext& stage)
{
    models::EvaVit vit(embeddedVitConfig());
    loadModule(stage.training / "vision.safetensors", *vit);
    const auto folder = stage.out / "clip";
    const auto tokenizer = makeClipTokenizer(folder);
    models::Clip clip(embeddedClipConfig(tokenizer->vocabularySize()));
    models::initialise(*clip, stage.seed + 31, 0.04);
    copyTower(clip, vit);
    MatchScale match;
    AttributeHeads heads(clip->config().vision.hidden);
    models::initialise(*heads, stage.seed + 32, 0.04);
    auto parameters = namedParameters(*clip, "clip.");
    parameters.push_back({"match.scale", match.scale});
    parameters.push_back({"match.offset", match.offset});
    for (auto& parameter : namedParameters(*heads, "heads."))
        parameters.push_back(parameter);
    const PictureSet set(stage.scenes(), PictureSet::Through::Nothing, *stage.run);
    StageOptions options;
    options.name = "clip";
    options.seed = stage.seed;
    options.steps = stage.stepsOf(1000);
    options.peakRate = 1e-3;
    options.checkpoints = stage.training / "clip";
    RowOrder order(stage.seed, "clip", set.size(), 48);
    runSteps(
        options, parameters,
        [&](std::int64_t step, Random& random) {
            const auto rows = order.at(step);
            std::vector<Scene> scenes;
            std::vector<std::int64_t> flips;
            for (const auto row : rows) {
                flips.push_back(random.chance(0.5) ? 1 : 0);
                const Scene& scene = set.scenes()[std::size_t(row)];
                scenes.push_back(flips.back() ? mirrored(scene) : scene);
            }
            const auto pixels = set.pixels(rows, torch::tensor(flips, torch::kLong).to(torch::kBool));
            return clipLoss(clip, *tokenizer, match, heads, pixels, scenes, random);
        },
        *stage.run);
    models::setTrainable(*clip, false);
    writeHalf(folder / "model.safetensors", *clip);
    file::writeAtomically(folder / "config.json", json::dumpPretty(clip->config().toJson()));
    return judge(clip, *tokenizer, stage);
}

} // namespace winnow::demo
