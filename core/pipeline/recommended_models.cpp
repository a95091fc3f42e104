#include "core/pipeline/recommended_models.h"

#include "core/base/text.h"

#include <algorithm>

namespace winnow::pipeline {

namespace {

    constexpr std::int64_t kMega = 1'000'000;

    std::vector<RecommendedModel> clips()
    {
        return {
            {"clip", "openai/clip-vit-base-patch32", "clip-vit-base-patch32", 608 * kMega, 1'200 * kMega,
                "MIT (OpenAI's code; the page names none)",
                "CLIP score, picture and text features of real pictures, clusters, coverage",
                "small enough for every computer"},
            {"clip", "openai/clip-vit-large-patch14", "clip-vit-large-patch14", 1'713 * kMega, 2'600 * kMega,
                "MIT (OpenAI's code; the page names none)", "the same, finer: the usual choice for CLIP scores", ""},
            {"clip", "laion/CLIP-ViT-bigG-14-laion2B-39B-b160k", "clip-vit-bigg-14", 10'200 * kMega, 13'000 * kMega,
                "MIT", "the CLIP of InstructionGPT-4: CLIP scores comparable with the published ones",
                "2.5 billion parameters: slow without a graphics card"},
        };
    }

    std::vector<RecommendedModel> languageModels()
    {
        return {
            {"text", "sentence-transformers/all-MiniLM-L6-v2", "all-minilm-l6-v2", 92 * kMega, 400 * kMega,
                "Apache-2.0", "sentence features and search by meaning", ""},
            {"reward", "OpenAssistant/reward-model-deberta-v3-large-v2", "reward-model-deberta-v3-large-v2",
                1'743 * kMega, 2'600 * kMega, "MIT", "the reward score of InstructionGPT-4", ""},
            {"llm", "TinyLlama/TinyLlama-1.1B-Chat-v1.0", "tinyllama-1.1b-chat-v1.0", 2'202 * kMega, 6'000 * kMega,
                "Apache-2.0", "perplexity, IFD and text features of a language model; a small local judge", ""},
            {"llm", "lmsys/vicuna-7b-v1.5", "vicuna-7b-v1.5", 13'480 * kMega, 29'000 * kMega,
                "Llama 2 Community License", "the same, from a model of the size that is fine-tuned in practice",
                "not the Vicuna v0 that MiniGPT-4 was trained with"},
        };
    }

    RecommendedModel miniGpt4()
    {
        return {"vlm", "", "minigpt-4", 16'000 * kMega, 34'000 * kMega,
            "BSD-3-Clause (MiniGPT-4, LAVIS); the Vicuna part LLaMA's, non-commercial",
            "fine-tuning, evaluation and chat; losses and gradients as metrics",
            "no hub has it in one place. Put four things into one folder and name it with \"winnow models add vlm "
            "FOLDER\": eva_vit_g.pth (2 GB) and blip2_pretrained_flant5xxl.pth (0.4 GB), both from "
            "https://storage.googleapis.com/sfr-vision-language-research/LAVIS/models/BLIP2/; Vicuna-7B v0 (13.5 GB) "
            "as "
            "a folder of its own inside, made from LLaMA or fetched from Vision-CAIR/vicuna-7b on the hub; and the "
            "projection pretrained_minigpt4_7b.pth, linked from the README of "
            "https://github.com/Vision-CAIR/MiniGPT-4"};
    }

} // namespace

const std::vector<RecommendedModel>& recommendedModels()
{
    static const std::vector<RecommendedModel> kModels = [] {
        auto out = clips();
        for (auto& model : languageModels())
            out.push_back(std::move(model));
        out.push_back(miniGpt4());
        return out;
    }();
    return kModels;
}

std::optional<RecommendedModel> findRecommendedModel(std::string_view nameOrRepository)
{
    const auto wanted = text::toLowerAscii(nameOrRepository);
    const auto& models = recommendedModels();
    const auto found = std::find_if(models.begin(), models.end(), [&](const RecommendedModel& model) {
        return model.name == wanted || (!model.repository.empty() && text::toLowerAscii(model.repository) == wanted);
    });
    if (found == models.end())
        return {};
    return *found;
}

} // namespace winnow::pipeline
