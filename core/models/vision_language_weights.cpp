#include "core/models/vision_language.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/config_reading.h"
#include "core/models/original_files.h"
#include "core/tensor/weight_file.h"
#include "core/tensor/weight_map.h"

#include <algorithm>
#include <vector>

namespace winnow::models {
namespace {

    namespace fs = std::filesystem;

    constexpr const char* kVisionLanguageConfig = "MiniGPT-4 config";

    const Json& section(const Json& object, const char* name)
    {
        static const Json empty = Json::object();
        const auto found = object.find(name);
        if (found == object.end() || found->is_null())
            return empty;
        require(found->is_object(), ErrorCode::BadFile, text::join("MiniGPT-4 config: ", name, " is not an object"));
        return *found;
    }

    bool isLlamaFolder(const fs::path& folder)
    {
        if (!fs::is_regular_file(folder / "config.json"))
            return false;
        const auto config = loadConfig(folder);
        return config.is_object() && config.contains("num_attention_heads") && config.contains("hidden_size")
            && json::fieldOr(config, "model_type", std::string("llama"), "config.json") == "llama";
    }

    /// The assembled weights, or nothing: model.safetensors, its sharded form, model.pth, or a Hub-style .bin.
    std::optional<fs::path> findAssembled(const fs::path& folder)
    {
        for (const char* name :
            {"model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"})
            if (fs::is_regular_file(folder / name))
                return folder;
        if (fs::is_regular_file(folder / "model.pth"))
            return folder / "model.pth";
        return {};
    }

    fs::path requireOriginal(const fs::path& folder, const char* part, const char* meaning)
    {
        const auto found = findOriginalFile(folder, part);
        require(found.has_value(), ErrorCode::NotFound,
            text::join(
                folder.string(), " has neither an assembled MiniGPT-4 (model.safetensors or model.pth) nor ", meaning));
        return *found;
    }

    struct OriginalFiles {
        fs::path vision, qformer, projection, llama;
    };

    OriginalFiles findOriginalFiles(const fs::path& folder)
    {
        return {requireOriginal(folder, "eva_vit", "the vision transformer eva_vit_g.pth"),
            requireOriginal(folder, "blip2_pretrained", "the Q-Former blip2_pretrained_flant5xxl.pth"),
            requireOriginal(folder, "minigpt4", "the projection pretrained_minigpt4.pth"), findLlamaFolder(folder)};
    }

    bool isAssembled(const fs::path& folder) { return findAssembled(folder).has_value(); }

    /// Names of the assembled file; what the original files carry besides may stand in it too.
    tensor::NameMap assembledNames(
        const MiniGpt4Config& config, const tensor::WeightFile& file, const std::string& prefix)
    {
        auto patterns = surplusOfBlip2(file, prefix);
        for (auto& pattern : surplusOfEva(config.vision.depth, file, prefix, "visual_encoder."))
            patterns.push_back(std::move(pattern));
        patterns.push_back("{any}.rotary_emb.inv_freq");
        if (config.llama.tiedEmbeddings)
            patterns.push_back("llama_model.lm_head.weight");
        return ignoring(patterns, {positionFold("visual_encoder.pos_embed")});
    }

    void loadQFormer(MiniGpt4& model, const fs::path& path)
    {
        const tensor::WeightFile file(path);
        tensor::LoadOptions options;
        options.prefix = file.findPrefix("query_tokens", {"model.", ""});
        options.only = {"query_tokens", "ln_vision.{any}", "Qformer.{any}"};
        tensor::loadInto(*model, file, ignoring(surplusOfBlip2(file, options.prefix)), options);
    }

    void loadOriginals(MiniGpt4& model, const OriginalFiles& files)
    {
        const tensor::WeightFile vision(files.vision);
        loadEvaVitInto(model->visual_encoder, vision, vision.findPrefix("pos_embed", {"", "model."}));
        loadQFormer(model, files.qformer);
        loadLlamaInto(model->llama_model, tensor::WeightFile(files.llama));
        loadProjectionInto(model, files.projection);
    }

    /// The originals together must hold about as much as the config asks for, before memory is asked for.
    void requireEnoughOriginals(const MiniGpt4Config& config, const OriginalFiles& files)
    {
        requireEnough(config.vision.parameterCount(), tensor::WeightFile(files.vision));
        requireEnough(config.qformer.parameterCount(), tensor::WeightFile(files.qformer));
        requireEnough(config.llama.parameterCount(), tensor::WeightFile(files.llama));
    }

    MiniGpt4Config configOf(const fs::path& folder, MiniGpt4Form form)
    {
        const bool hasConfig = fs::is_regular_file(folder / "config.json");
        require(hasConfig || form == MiniGpt4Form::OriginalFiles, ErrorCode::NotFound,
            text::join(folder.string(), " has no config.json, so the assembled model's sizes are unknown"));
        const auto object = hasConfig ? loadConfig(folder) : Json::object();
        const bool ownLlama = form == MiniGpt4Form::OriginalFiles || !object.contains("llama_model");
        return MiniGpt4Config::fromJson(object, ownLlama ? findLlamaFolder(folder) : fs::path());
    }

} // namespace

fs::path findLlamaFolder(const fs::path& folder)
{
    if (isLlamaFolder(folder / "llama"))
        return folder / "llama";
    std::vector<fs::path> found;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed))
        if (entry.is_directory(failed) && isLlamaFolder(entry.path()))
            found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    if (!found.empty())
        return found.front();
    require(fs::is_regular_file(folder / "tokenizer.model") || fs::is_regular_file(folder / "tokenizer.json"),
        ErrorCode::NotFound,
        text::join(folder.string(), " has no sub-folder with a LLaMA (config.json, weights, tokenizer.model)"));
    return folder;
}

MiniGpt4Config MiniGpt4Config::fromJson(const Json& object, const fs::path& llamaFolder)
{
    require(object.is_object(), ErrorCode::BadFile, "MiniGPT-4 config: not an object");
    auto vision = section(object, "visual_encoder");
    for (const char* name : {"image_size", "patch_size"})
        if (object.contains(name) && !vision.contains(name))
            vision[name] = object.at(name);
    MiniGpt4Config config;
    config.vision = EvaVitConfig::fromJson(vision);
    auto qformer = section(object, "Qformer");
    if (object.contains("num_query_token") && !qformer.contains("query_length"))
        qformer["query_length"] = object.at("num_query_token");
    if (!qformer.contains("encoder_width"))
        qformer["encoder_width"] = config.vision.width;
    config.qformer = QFormerConfig::fromJson(qformer);
    config.llama =
        LlamaConfig::fromJson(llamaFolder.empty() ? section(object, "llama_model") : loadConfig(llamaFolder));
    config.promptTemplate = json::fieldOr(object, "prompt_template", config.promptTemplate, kVisionLanguageConfig);
    config.endMark = json::fieldOr(object, "end_sym", config.endMark, kVisionLanguageConfig);
    config.maxAnswerTokens = json::fieldOr(object, "max_txt_len", config.maxAnswerTokens, kVisionLanguageConfig);
    config.validate();
    return config;
}

Json MiniGpt4Config::toJson() const
{
    return Json{{"arch", "minigpt4"}, {"image_size", vision.imageSize}, {"patch_size", vision.patch},
        {"num_query_token", qformer.queries}, {"visual_encoder", vision.toJson()}, {"ln_vision", Json{{"eps", 1e-5}}},
        {"Qformer", qformer.toJson()}, {"llama_model", llama.toJson()}, {"prompt_template", promptTemplate},
        {"end_sym", endMark}, {"max_txt_len", maxAnswerTokens}};
}

void MiniGpt4Config::validate() const
{
    vision.validate();
    qformer.validate();
    llama.validate();
    require(qformer.encoderWidth == vision.width, ErrorCode::InvalidInput,
        text::join("MiniGPT-4 config: the Q-Former reads pictures of width ", qformer.encoderWidth,
            ", the vision transformer makes ", vision.width));
    require(promptTemplate.find("{}") != std::string::npos, ErrorCode::InvalidInput,
        "MiniGPT-4 config: prompt_template has no {} for the instruction");
    requireRange(maxAnswerTokens, 1, 100'000, "MiniGPT-4", "max_txt_len");
}

int64_t MiniGpt4Config::parameterCount() const
{
    return vision.parameterCount() + qformer.parameterCount() + llama.parameterCount() + 2 * vision.width
        + qformer.hidden * (qformer.queries + llama.hidden) + llama.hidden;
}

void loadProjectionInto(MiniGpt4& model, const fs::path& path)
{
    const tensor::WeightFile file(path);
    tensor::LoadOptions options;
    options.prefix = file.findPrefix("llama_proj.weight", {"model.", ""});
    options.only = {"llama_proj.{any}"};
    // Checkpoints of a training run carry the frozen modules' tables beside the tuned tensors.
    tensor::loadInto(*model, file, ignoring({"{any}.position_ids", "{any}.rotary_emb.inv_freq"}), options);
}

void loadAssembledInto(MiniGpt4& model, const fs::path& fileOrFolder)
{
    const tensor::WeightFile file(fileOrFolder);
    requireEnough(model->config().parameterCount(), file);
    tensor::LoadOptions options;
    options.prefix = file.findPrefix("llama_proj.weight", {"", "model."});
    tensor::loadInto(*model, file, assembledNames(model->config(), file, options.prefix), options);
}

MiniGpt4Config loadMiniGpt4Config(const fs::path& folder)
{
    return configOf(folder, isAssembled(folder) ? MiniGpt4Form::Assembled : MiniGpt4Form::OriginalFiles);
}

MiniGpt4 loadMiniGpt4(const fs::path& folder, MiniGpt4Form form, const torch::TensorOptions& options)
{
    try {
        OriginalFiles files;
        if (form == MiniGpt4Form::OriginalFiles)
            files = findOriginalFiles(folder);
        const auto config = configOf(folder, form);
        if (form == MiniGpt4Form::OriginalFiles)
            requireEnoughOriginals(config, files);
        MiniGpt4 model(config, options);
        if (form == MiniGpt4Form::Assembled)
            loadAssembledInto(model, findAssembled(folder).value_or(folder));
        else
            loadOriginals(model, files);
        model->freezeAllButProjection();
        model->eval();
        model->pack();
        return model;
    } catch (Error& e) {
        e.during(text::join("loading the vision-language model of ", folder.string()));
        throw;
    }
}

MiniGpt4 loadMiniGpt4(const fs::path& folder, const torch::TensorOptions& options)
{
    return loadMiniGpt4(folder, isAssembled(folder) ? MiniGpt4Form::Assembled : MiniGpt4Form::OriginalFiles, options);
}

} // namespace winnow::models
