#include "core/base/json.h"
#include "core/base/run_context.h"
#include "core/models/generate.h"
#include "core/models/vision_language.h"
#include "core/tensor/device.h"
#include "tests/golden/golden_minigpt4_training.h"
#include "tests/golden/golden_tensor.h"

namespace winnow::golden {
namespace {

    namespace fs = std::filesystem;
    using Ids = std::vector<int64_t>;

    constexpr const char* kMiniGpt4Text = "text.json";

    models::AssemblyOptions assemblyOptions(const Json& text)
    {
        models::AssemblyOptions options;
        options.bosToken = json::fieldOr<int64_t>(text, "bos_token_id", 1, kMiniGpt4Text);
        options.padToken = json::field<int64_t>(text, "pad_token_id", kMiniGpt4Text);
        options.maxAnswerTokens = json::field<int64_t>(text, "max_txt_len", kMiniGpt4Text);
        options.padding = models::AssemblyOptions::Padding::Reference;
        return options;
    }

    /// Prompts and answers of either release: one prompt a sample, or one for the whole batch.
    std::vector<models::PromptedAnswer> samplesOf(const Json& text)
    {
        const auto answers = json::field<std::vector<Ids>>(text, "answer_ids", kMiniGpt4Text);
        std::vector<models::PromptedAnswer> samples;
        for (size_t i = 0; i < answers.size(); ++i) {
            const auto prompt = text.contains("prompt_segment_ids")
                ? json::field<std::vector<Ids>>(text, "prompt_segment_ids", kMiniGpt4Text)
                : json::field<std::vector<std::vector<Ids>>>(text, "segment_ids", kMiniGpt4Text).at(i);
            samples.push_back({prompt, answers[i]});
        }
        return samples;
    }

    void checkVision(Reporter& reporter, const GoldenSet& set, models::MiniGpt4& model)
    {
        const torch::NoGradGuard noGrad;
        TraceMap traced;
        model->encodeImage(set("image"), traced.trace());
        for (const char* prefix : {"visual_encoder.", "ln_vision.out", "qformer.", "img_embeds"})
            compareTraced(reporter, set, traced, prefix);
    }

    /// Inputs, logits, loss and the projection's gradients, as they are and with tight padding.
    void checkLanguage(Reporter& reporter, const GoldenSet& set, models::MiniGpt4& model, const Json& text)
    {
        const auto samples = samplesOf(text);
        auto options = assemblyOptions(text);
        const auto tokens = model->encodeImage(set("image")); // [B, Q, C]
        const auto batch = model->assemble(tokens, samples, options);
        compare(reporter, "inputs_embeds", batch.inputsEmbeds, set("inputs_embeds"));
        compareIds(reporter, "attention_mask", batch.attentionMask, set("attention_mask"));
        compareIds(reporter, "targets", batch.targets, set("targets"));
        {
            const torch::NoGradGuard noGrad;
            compareKept(reporter, "logits", model->forward(batch), set("logits"), set("attention_mask"));
            if (set.has("loss_reduction_none_mean_over_positions"))
                compare(reporter, "loss_reduction_none_mean_over_positions",
                    model->llama_model->tokenLoss(batch.inputsEmbeds, batch.attentionMask, batch.targets).mean(1),
                    set("loss_reduction_none_mean_over_positions"));
        }
        model->zero_grad();
        const auto loss = model->loss(batch);
        compare(reporter, "loss", loss, set("loss"));
        loss.backward();
        compareGradients(reporter, set, *model);
        options.padding = models::AssemblyOptions::Padding::Tight;
        const torch::NoGradGuard noGrad;
        compare(reporter, "loss, tight padding", model->loss(model->assemble(tokens, samples, options)), set("loss"));
    }

    /// The parts of the newest code's assembly, whose numbers the set has too.
    void checkParts(Reporter& reporter, const GoldenSet& set, models::MiniGpt4& model, const Json& text)
    {
        if (!set.has("cond_embeds"))
            return;
        const torch::NoGradGuard noGrad;
        auto samples = samplesOf(text);
        const auto answers = samples;
        for (auto& sample : samples)
            sample.answer.clear();
        const auto options = assemblyOptions(text);
        const auto prompts = model->assemble(model->encodeImage(set("image")), samples, options);
        const auto T = prompts.inputsEmbeds.size(1) - 1;
        compare(reporter, "cond_embeds", prompts.inputsEmbeds.narrow(1, 1, T), set("cond_embeds"));
        compareIds(reporter, "cond_attention_mask", prompts.attentionMask.narrow(1, 1, T), set("cond_attention_mask"));
        const auto whole = model->assemble(model->encodeImage(set("image")), answers, options);
        const auto want = set("part_targets");
        auto got = torch::full_like(want, -100), mask = torch::zeros_like(want);
        for (int64_t i = 0; i < want.size(0); ++i) {
            const auto from = prompts.attentionMask[i].sum().item<int64_t>();
            const auto used = whole.attentionMask[i].sum().item<int64_t>() - from;
            got[i].narrow(0, 0, used).copy_(whole.targets[i].narrow(0, from, used));
            mask[i].narrow(0, 0, used).fill_(1);
        }
        compareIds(reporter, "part_targets", got, want);
        compareIds(reporter, "regress_attention_mask", mask, set("regress_attention_mask"));
    }

    void checkMiniGpt4Generation(Reporter& reporter, const GoldenSet& set, models::MiniGpt4& model, const Json& text)
    {
        if (!set.has("gen.greedy_ids"))
            return;
        const torch::NoGradGuard noGrad;
        const auto prompts = json::field<std::vector<models::PromptSegments>>(text, "gen_context_ids", kMiniGpt4Text);
        const auto batch = model->assemblePrompts(model->encodeImage(set("image")), prompts);
        compareIds(reporter, "gen.attention_mask", batch.attentionMask, set("gen.attention_mask"));
        compareKept(
            reporter, "gen.inputs_embeds", batch.inputsEmbeds, set("gen.inputs_embeds"), set("gen.attention_mask"));
        models::GenerateOptions options;
        options.maxNewTokens = set("gen.greedy_ids").size(1);
        NullContext context;
        compareIds(reporter, "gen.greedy_ids",
            models::generateGreedy(model->llama_model, batch.inputsEmbeds, batch.attentionMask, options, context),
            set("gen.greedy_ids"));
    }

    void checkRelease(Reporter& reporter, const GoldenSet& set, models::MiniGpt4& model, const Json& text)
    {
        checkVision(reporter, set, model);
        checkLanguage(reporter, set, model, text);
        checkParts(reporter, set, model, text);
        checkMiniGpt4Generation(reporter, set, model, text);
    }

    /// Every form the folder has gives the same picture tokens.
    void checkForms(Reporter& reporter, const GoldenSet& set, const fs::path& weights, const torch::Tensor& want,
        const torch::Device& device)
    {
        const torch::NoGradGuard noGrad;
        using models::MiniGpt4Form;
        if (fs::exists(weights / "model.safetensors") || fs::exists(weights / "model.pth")) {
            auto model = models::loadMiniGpt4(weights, MiniGpt4Form::Assembled, torch::TensorOptions(device));
            compare(reporter, "assembled file: img_embeds", model->encodeImage(set("image")), want);
        }
        if (fs::exists(weights / "model.safetensors") && fs::exists(weights / "model.pth")) {
            models::MiniGpt4 model(models::loadMiniGpt4Config(weights), torch::TensorOptions(device));
            models::loadAssembledInto(model, weights / "model.pth");
            compare(reporter, "model.pth: img_embeds", model->encodeImage(set("image")), want);
        }
    }

    bool hasOriginals(const fs::path& weights) { return fs::exists(weights / "eva_vit_g.pth"); }

} // namespace

void checkMinigpt4(const Request& request, Reporter& reporter)
{
    const auto device = tensor::parseDevice(request.device);
    const GoldenSet set(request.dir, device);
    const auto text = json::load(request.dir / kMiniGpt4Text);
    auto weights = request.dir / json::fieldOr(text, "weights", std::string("."), kMiniGpt4Text);
    if (!fs::exists(weights / "config.json"))
        weights = request.dir.parent_path() / "latest";
    const auto form = hasOriginals(weights) ? models::MiniGpt4Form::OriginalFiles : models::MiniGpt4Form::Assembled;
    auto model = models::loadMiniGpt4(weights, form, torch::TensorOptions(device));
    checkRelease(reporter, set, model, text);
    if (set.has("img_embeds"))
        checkForms(reporter, set, weights, set("img_embeds"), device);
    if (set.has("train.loss"))
        checkTraining(request, reporter, weights, form);
}

} // namespace winnow::golden
