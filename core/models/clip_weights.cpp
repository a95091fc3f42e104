#include "core/models/clip.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/config_reading.h"
#include "core/models/open_clip.h"
#include "core/tensor/weight_file.h"
#include "core/tensor/weight_map.h"

namespace winnow::models {
namespace {

    constexpr const char* kClip = "CLIP";

    const Json& clipSection(const Json& config, const char* name)
    {
        static const Json empty = Json::object();
        const auto found = config.find(name);
        if (found == config.end() || found->is_null())
            return empty;
        require(found->is_object(), ErrorCode::BadFile, text::join("CLIP config: ", name, " is not an object"));
        return *found;
    }

    void readTower(ClipTowerConfig& tower, const Json& object, const std::string& what)
    {
        tower.hidden = json::fieldOr(object, "hidden_size", tower.hidden, what);
        tower.inner = json::fieldOr(object, "intermediate_size", tower.inner, what);
        tower.layers = json::fieldOr(object, "num_hidden_layers", tower.layers, what);
        tower.heads = json::fieldOr(object, "num_attention_heads", tower.heads, what);
        tower.normEps = json::fieldOr(object, "layer_norm_eps", tower.normEps, what);
        tower.activation = activationNamed(json::fieldOr(object, "hidden_act", std::string("quick_gelu"), what), what);
    }

    Json towerJson(const ClipTowerConfig& tower, const char* modelType)
    {
        const bool quick = tower.activation == Activation::QuickGelu;
        return Json{{"model_type", modelType}, {"hidden_size", tower.hidden}, {"intermediate_size", tower.inner},
            {"num_hidden_layers", tower.layers}, {"num_attention_heads", tower.heads},
            {"layer_norm_eps", tower.normEps}, {"hidden_act", quick ? "quick_gelu" : "gelu"}};
    }

    int64_t towerParameters(const ClipTowerConfig& tower)
    {
        const auto C = tower.hidden, F = tower.inner;
        return tower.layers * (4 * C * C + 2 * C * F + 9 * C + F);
    }

    /// Old exports carry the positions 0, 1, 2, ... as tensors.
    const tensor::NameMap& clipNames()
    {
        static const tensor::NameMap names{
            {"{any}.position_ids", tensor::NameMap::kIgnored},
        };
        return names;
    }

} // namespace

ClipConfig::ClipConfig()
{
    vision.hidden = 768;
    vision.inner = 3072;
    vision.heads = 12;
}

ClipConfig ClipConfig::fromJson(const Json& object)
{
    require(object.is_object(), ErrorCode::BadFile, "CLIP config: not an object");
    ClipConfig config;
    const auto& text = clipSection(object, "text_config");
    const auto& vision = clipSection(object, "vision_config");
    readTower(config.text, text, "CLIP text_config");
    config.text.vocabulary = json::fieldOr(text, "vocab_size", config.text.vocabulary, "CLIP text_config");
    config.text.contextLength =
        json::fieldOr(text, "max_position_embeddings", config.text.contextLength, "CLIP text_config");
    config.text.eosToken = json::fieldOr(text, "eos_token_id", config.text.eosToken, "CLIP text_config");
    readTower(config.vision, vision, "CLIP vision_config");
    config.vision.imageSize = json::fieldOr(vision, "image_size", config.vision.imageSize, "CLIP vision_config");
    config.vision.patch = json::fieldOr(vision, "patch_size", config.vision.patch, "CLIP vision_config");
    config.vision.channels = json::fieldOr(vision, "num_channels", config.vision.channels, "CLIP vision_config");
    config.embedding = json::fieldOr(object, "projection_dim", config.embedding, "CLIP config");
    config.logitScale = json::fieldOr(object, "logit_scale_init_value", config.logitScale, "CLIP config");
    config.validate();
    return config;
}

Json ClipConfig::toJson() const
{
    Json object{{"architectures", Json::array({"CLIPModel"})}, {"model_type", "clip"}, {"projection_dim", embedding},
        {"logit_scale_init_value", logitScale}};
    object["text_config"] = towerJson(text, "clip_text_model");
    object["text_config"].update(Json{{"vocab_size", text.vocabulary}, {"max_position_embeddings", text.contextLength},
        {"eos_token_id", text.eosToken}, {"projection_dim", embedding}});
    object["vision_config"] = towerJson(vision, "clip_vision_model");
    object["vision_config"].update(Json{{"image_size", vision.imageSize}, {"patch_size", vision.patch},
        {"num_channels", vision.channels}, {"projection_dim", embedding}});
    return object;
}

void ClipTowerConfig::validate(const char* tower) const
{
    requireRange(hidden, 1, 65536, tower, "hidden_size");
    requireRange(inner, 1, 262144, tower, "intermediate_size");
    requireRange(layers, 1, 512, tower, "num_hidden_layers");
    requireRange(heads, 1, 1024, tower, "num_attention_heads");
    requireDivisible(hidden, heads, tower, "hidden_size");
    requireEps(normEps, tower, "layer_norm_eps");
}

void ClipConfig::validate() const
{
    text.validate("CLIP text");
    vision.validate("CLIP vision");
    requireRange(text.vocabulary, 1, 4'000'000, kClip, "vocab_size");
    requireRange(text.contextLength, 1, 65536, kClip, "max_position_embeddings");
    requireRange(vision.imageSize, 1, 8192, kClip, "image_size");
    requireRange(vision.patch, 1, vision.imageSize, kClip, "patch_size");
    require(vision.imageSize % vision.patch == 0, ErrorCode::InvalidInput,
        winnow::text::join(
            "CLIP config: image_size ", vision.imageSize, " is not a multiple of patch_size ", vision.patch));
    requireRange(vision.channels, 1, 16, kClip, "num_channels");
    requireRange(embedding, 1, 65536, kClip, "projection_dim");
}

int64_t ClipConfig::parameterCount() const
{
    const auto vocabularyRows = (text.vocabulary + text.contextLength) * text.hidden;
    const auto patchRows = (vision.channels * vision.patch * vision.patch + vision.patchCount() + 2) * vision.hidden;
    return towerParameters(text) + towerParameters(vision) + vocabularyRows + patchRows
        + embedding * (text.hidden + vision.hidden) + 2 * text.hidden + 4 * vision.hidden + 1;
}

Clip loadClip(const std::filesystem::path& folder, const torch::TensorOptions& options)
{
    if (isOpenClipFolder(folder))
        return loadOpenClip(folder, options);
    const auto config = ClipConfig::fromJson(loadConfig(folder));
    const tensor::WeightFile file(folder);
    requireEnough(config.parameterCount(), file);
    Clip model(config, options);
    try {
        tensor::loadInto(*model, file, clipNames());
    } catch (Error& e) {
        e.during(text::join("loading the CLIP model of ", folder.string()));
        throw;
    }
    setTrainable(*model, false);
    model->eval();
    model->pack();
    return model;
}

} // namespace winnow::models
