#include "core/models/catalog.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/models/blip2.h"
#include "core/models/clip.h"
#include "core/models/deberta.h"
#include "core/models/llama.h"
#include "core/models/open_clip.h"
#include "core/models/original_files.h"
#include "core/models/sentence_encoder.h"
#include "core/models/vision_language.h"

#include <algorithm>
#include <iomanip>

namespace winnow::models {

namespace {

    std::string millions(int64_t count)
    {
        std::ostringstream out;
        out << std::fixed << std::setprecision(count < 100'000'000 ? 2 : 0) << double(count) / 1e6 << " M parameters";
        return out.str();
    }

    int64_t weightBytes(const std::filesystem::path& folder)
    {
        int64_t bytes = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            const auto ending = entry.path().extension();
            if (entry.is_regular_file()
                && (ending == ".safetensors" || ending == ".pth" || ending == ".pt" || ending == ".bin"))
                bytes += static_cast<int64_t>(entry.file_size());
        }
        return bytes;
    }

    bool hasAny(const std::filesystem::path& folder, std::initializer_list<const char*> names)
    {
        return std::any_of(
            names.begin(), names.end(), [&](const char* name) { return std::filesystem::exists(folder / name); });
    }

    void requireLlamaTokenizer(const std::filesystem::path& folder, const char* owner)
    {
        require(hasAny(folder, {"tokenizer.model", "tokenizer.json"}), ErrorCode::NotFound,
            text::join(folder.string(), " has no tokenizer: ", owner, " needs tokenizer.model or tokenizer.json"));
    }

    // Loading onto the meta device takes no memory and still says every misfit of config and weight files.

    FolderDescription describeClip(const std::filesystem::path& folder)
    {
        const auto config = loadClip(folder, torch::kMeta)->config();
        const bool hasTokenizer = (hasAny(folder, {"vocab.json"}) && hasAny(folder, {"merges.txt"}))
            || hasAny(folder, {"bpe_simple_vocab_16e6.txt.gz", "tokenizer.json"});
        require(hasTokenizer, ErrorCode::NotFound,
            text::join(folder.string(),
                " has no tokenizer: vocab.json and merges.txt, or tokenizer.json, belong beside the weights"));
        return {true, "clip",
            text::join(isOpenClipFolder(folder) ? "open_clip's CLIP, " : "CLIP, ", config.vision.imageSize, " px, ",
                config.embedding, "-d, ", millions(config.parameterCount())),
            config.parameterCount(), weightBytes(folder)};
    }

    FolderDescription describeReward(const std::filesystem::path& folder)
    {
        const auto config = loadDeberta(folder, torch::kMeta)->config();
        require(config.labels == 1, ErrorCode::Unsupported,
            text::join(folder.string(), " sorts texts into ", config.labels,
                " labels: a reward model has one number, so one label"));
        require(std::filesystem::exists(folder / "spm.model") || std::filesystem::exists(folder / "tokenizer.model"),
            ErrorCode::NotFound,
            text::join(folder.string(), " has no tokenizer: spm.model belongs beside the weights"));
        return {true, "reward",
            text::join("DeBERTa reward model, ", config.layers, " layers, width ", config.hidden, ", ",
                millions(config.parameterCount())),
            config.parameterCount(), weightBytes(folder)};
    }

    FolderDescription describeLlama(const std::filesystem::path& folder, const Json& json)
    {
        const auto config = LlamaConfig::fromJson(json);
        loadLlama(folder, torch::kMeta);
        requireLlamaTokenizer(folder, "a LLaMA");
        return {true, "llm",
            text::join(
                "LLaMA, ", config.layers, " layers, width ", config.hidden, ", ", millions(config.parameterCount())),
            config.parameterCount(), weightBytes(folder)};
    }

    FolderDescription describeVlm(const std::filesystem::path& folder)
    {
        const auto config = loadMiniGpt4Config(folder);
        loadMiniGpt4(folder, torch::kMeta);
        requireLlamaTokenizer(findLlamaFolder(folder), "the LLaMA of a MiniGPT-4");
        return {true, "vlm",
            text::join("MiniGPT-4, ", config.vision.imageSize, " px, ", config.qformer.queries,
                " picture tokens, LLaMA width ", config.llama.hidden, ", ", millions(config.parameterCount())),
            config.parameterCount(), weightBytes(folder)};
    }

    FolderDescription describeSentences(const std::filesystem::path& folder)
    {
        const auto encoder = loadSentenceEncoder(folder, torch::kMeta);
        require(hasAny(encoder.tokenizerFolder, {"tokenizer.json", "vocab.txt"}), ErrorCode::NotFound,
            text::join(encoder.tokenizerFolder.string(),
                " has no tokenizer: tokenizer.json or vocab.txt belongs beside the weights"));
        const auto config = encoder.bert->config();
        const bool isMean = encoder.options.pooling == SentenceOptions::Pooling::Mean;
        return {true, "text",
            text::join("BERT sentence encoder, ", config.layers, " layers, ", config.hidden, "-d, ",
                isMean ? "mean of the tokens" : "vector of [CLS]", ", at most ", encoder.maxTokens(), " tokens, ",
                millions(config.parameterCount())),
            config.parameterCount(), weightBytes(folder)};
    }

    /// Good files, but no role: its language model is none that can be run here.
    FolderDescription describeBlip2(const std::filesystem::path& folder)
    {
        const auto config = loadBlip2(folder, torch::kMeta)->config();
        return {true, "",
            text::join("BLIP-2 in the Hub's naming: vision tower, ", config.vision.imageSize, " px, and Q-Former, ",
                config.qformer.queries, " picture tokens, ", millions(config.parameterCount()),
                "; its language model (", text::shortened(config.languageModel, 20),
                ") is not one that runs here, so it plays no role by itself"),
            config.parameterCount(), weightBytes(folder)};
    }

    /// A MiniGPT-4: its original files, or an assembled one whose configuration or tensors say so.
    bool isVlm(const std::filesystem::path& folder, const Json& json)
    {
        if (findOriginalFile(folder, "eva_vit") || findOriginalFile(folder, "blip2"))
            return true;
        return json.contains("Qformer") || json.contains("qformer") || json.contains("prompt_template");
    }

    /// The sentence with the folder in it: a config that was read from it does not know where it lay.
    std::string placed(const std::filesystem::path& folder, const std::string& sentence)
    {
        return sentence.find(folder.string()) != std::string::npos ? sentence
                                                                   : text::join(folder.string(), ": ", sentence);
    }

    FolderDescription inspect(const std::filesystem::path& folder)
    {
        require(std::filesystem::is_directory(folder), ErrorCode::NotFound,
            text::join("there is no folder ", folder.string()));
        const auto configPath = folder / "config.json";
        const Json json = std::filesystem::exists(configPath) ? json::load(configPath, 1 << 24) : Json::object();
        require(json.is_object(), ErrorCode::BadFile,
            text::join(configPath.string(), " is not a model's configuration: a JSON object is expected"));
        if (isVlm(folder, json))
            return describeVlm(folder);
        if (isOpenClipFolder(folder))
            return describeClip(folder);
        if (std::filesystem::exists(folder / "modules.json"))
            return describeSentences(folder);
        require(std::filesystem::exists(configPath), ErrorCode::NotFound,
            text::join(folder.string(),
                " has no config.json: a Hugging Face folder, or MiniGPT-4's original files, are expected"));
        const auto type = json::fieldOr<std::string>(json, "model_type", "", configPath.string());
        if (type == "blip-2" || isBlip2Config(json))
            return describeBlip2(folder);
        if (type == "clip" || json.contains("text_config"))
            return describeClip(folder);
        if (type == "bert")
            return describeSentences(folder);
        if (type == "deberta-v2")
            return describeReward(folder);
        if (type == "llama" || json.contains("rms_norm_eps"))
            return describeLlama(folder, json);
        throw Error(ErrorCode::Unsupported,
            text::join(folder.string(), " is ", type.empty() ? "no model of a known kind" : "a " + type + " model",
                ": clip, bert, deberta-v2, llama and MiniGPT-4 can be used"));
    }

} // namespace

FolderDescription inspectModelFolder(const std::filesystem::path& folder)
{
    try {
        return inspect(folder);
    } catch (const std::exception& e) {
        FolderDescription out;
        out.about = placed(folder, e.what());
        return out;
    }
}

} // namespace winnow::models
