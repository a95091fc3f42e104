#include "core/base/json.h"
#include "core/base/run_context.h"
#include "core/models/generate.h"
#include "core/models/llama.h"
#include "core/tensor/device.h"
#include "core/tensor/linalg.h"
#include "core/tensor/weight_file.h"
#include "tests/golden/golden_tensor.h"

#include <algorithm>
#include <cmath>

namespace winnow::golden {
namespace {

    namespace fs = std::filesystem;

    void checkLlamaForward(Reporter& reporter, const GoldenSet& set, models::Llama& model, const std::string& label)
    {
        const torch::NoGradGuard noGrad;
        const auto ids = set("input_ids"), mask = set("attention_mask");
        TraceMap traced;
        const auto logits = model->forward(ids, mask, traced.trace());
        compareKept(reporter, label + "logits", logits, set("logits"), mask);
        if (set.has("logits_nomask"))
            compare(reporter, label + "logits_nomask", model->forward(ids), set("logits_nomask"));
        if (set.has("inputs_embeds"))
            compare(reporter, label + "inputs_embeds", traced("inputs_embeds"), set("inputs_embeds"));
        compareTraced(reporter, set, traced, "hidden_states.", mask);
    }

    void checkLlamaLoss(Reporter& reporter, const GoldenSet& set, models::Llama& model)
    {
        models::setTrainable(*model, true);
        const auto embeds = model->embed(set("input_ids"));
        const auto loss = model->loss(embeds, set("attention_mask"), set("labels"));
        compare(reporter, "loss", loss, set("loss"));
        compare(reporter, "token_loss", model->tokenLoss(embeds.detach(), set("attention_mask"), set("labels")),
            set("token_loss"));
        loss.backward();
        compareGradients(reporter, set, *model);
        double squares = 0;
        for (const auto& parameter : model->parameters())
            squares += parameter.grad().square().sum().item<double>();
        compare(reporter, "grad_global_norm", torch::tensor({std::sqrt(squares)}), set("grad_global_norm"));
        models::setTrainable(*model, false);
    }

    torch::Tensor generate(
        models::Llama& model, const torch::Tensor& prompt, const torch::Tensor& keep, models::GenerateOptions options)
    {
        NullContext context;
        return models::generateGreedy(model, model->embed(prompt), keep, options, context, prompt);
    }

    void checkLlamaGeneration(Reporter& reporter, const GoldenSet& set, models::Llama& model)
    {
        const auto steps = set("gen.greedy_ids").size(1);
        const auto greedy = [&](const std::string& name, const std::string& prompt, models::GenerateOptions options) {
            if (!set.has(name))
                return;
            options.maxNewTokens = set.has("gen.greedy_ids") ? steps : set(name).size(1);
            const auto keep = prompt == "gen.batch_prompt" ? set("gen.batch_attention_mask") : torch::Tensor();
            compareIds(reporter, name, generate(model, set(prompt), keep, options), set(name));
        };
        const auto stopAt = [&](const char* name) {
            models::GenerateOptions options;
            if (set.has(name))
                options.stopTokens = {set(name).flatten()[0].item<int64_t>()};
            return options;
        };
        greedy("gen.greedy_ids", "gen.prompt", {});
        greedy("gen.eos_greedy_ids", "gen.prompt", stopAt("gen.eos_id"));
        greedy("gen.batch_greedy_ids", "gen.batch_prompt", {});
        greedy("gen.batch_eos_greedy_ids", "gen.batch_prompt", stopAt("gen.batch_eos_id"));
        for (const auto& name : set.namesUnder("gen.reppen")) {
            models::GenerateOptions options;
            require(text::parseDouble(name.substr(10, name.size() - 14), options.repetitionPenalty), ErrorCode::BadFile,
                text::join(name, " names no penalty"));
            greedy(name, "gen.prompt", options);
        }
        for (const auto& name : set.namesUnder("gen.beam"))
            reporter.note(name, "beam search is not built");
    }

    /// Last hidden state at the last token of each text, then PCA (float64), up to the sign of each component.
    void checkTextFeatures(const Request& request, Reporter& reporter, const torch::Device& device)
    {
        const torch::NoGradGuard noGrad;
        const GoldenSet set(request.dir, device);
        auto model = models::loadLlama(request.dir, torch::TensorOptions(device));
        std::vector<torch::Tensor> rows;
        for (const auto& item : json::load(request.dir / "cases.json")) {
            const auto ids = json::field<std::vector<int64_t>>(item, "input_ids", "cases.json");
            const auto states =
                model->hidden(model->embed(torch::tensor(ids, torch::kLong).unsqueeze(0).to(device))); // [1, T, C]
            rows.push_back(states[0][states.size(1) - 1]);                                             // [C]
        }
        const auto features = torch::stack(rows); // [n, C]
        compare(reporter, "text_features", features, set("text_features"));
        const auto want = set("pca.transformed").cpu().to(torch::kDouble);
        const auto pca = tensor::computePca(set("text_features").cpu(), want.size(1));
        compare(reporter, "pca.explained_variance", pca.variance, set("pca.explained_variance"), {1e-6, 1e-4});
        auto got = pca.transform(features.cpu()); // [n, 6]
        got = got * ((got * want).sum(0).sign()); // signs as in the golden
        compare(reporter, "pca.transformed", got, want, {1e-3, 1e-3});
    }

    /// Other files of the same model (sharded, of either kind) against the set's own numbers; sets of their own in
    /// full.
    void checkVariants(const Request& request, Reporter& reporter, const GoldenSet& set, const torch::Device& device)
    {
        std::vector<fs::path> folders;
        for (const auto& entry : fs::directory_iterator(request.dir))
            if (entry.is_directory() && fs::exists(entry.path() / "config.json"))
                folders.push_back(entry.path());
        std::sort(folders.begin(), folders.end());
        for (const auto& folder : folders) {
            reporter.note(folder.filename().string(), "another file of this model");
            if (fs::exists(folder / "golden.safetensors")) {
                checkLlama({folder, request.data, request.device}, reporter);
                continue;
            }
            const torch::NoGradGuard noGrad;
            auto model = models::loadLlama(folder, torch::TensorOptions(device));
            compareKept(reporter, folder.filename().string() + "/logits",
                model->forward(set("input_ids"), set("attention_mask")), set("logits"), set("attention_mask"));
        }
    }

    /// A folder with both kinds of weights holds the same model twice.
    void checkOtherWeights(
        const Request& request, Reporter& reporter, const GoldenSet& set, const torch::Device& device)
    {
        if (!fs::exists(request.dir / "model.safetensors") || !fs::exists(request.dir / "pytorch_model.bin"))
            return;
        const torch::NoGradGuard noGrad;
        models::Llama model(
            models::LlamaConfig::fromJson(json::load(request.dir / "config.json")), torch::TensorOptions(device));
        models::loadLlamaInto(model, tensor::WeightFile(request.dir / "pytorch_model.bin"));
        compareKept(reporter, "pytorch_model.bin: logits", model->forward(set("input_ids"), set("attention_mask")),
            set("logits"), set("attention_mask"));
    }

} // namespace

void checkLlama(const Request& request, Reporter& reporter)
{
    const auto device = tensor::parseDevice(request.device);
    if (fs::exists(request.dir / "cases.json"))
        return checkTextFeatures(request, reporter, device);
    const GoldenSet set(request.dir, device);
    auto model = models::loadLlama(request.dir, torch::TensorOptions(device));
    checkLlamaForward(reporter, set, model, "");
    if (set.has("loss"))
        checkLlamaLoss(reporter, set, model);
    if (set.has("gen.greedy_ids"))
        checkLlamaGeneration(reporter, set, model);
    checkOtherWeights(request, reporter, set, device);
    checkVariants(request, reporter, set, device);
}

} // namespace winnow::golden
