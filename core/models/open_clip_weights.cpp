#include "core/models/open_clip.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/config_reading.h"
#include "core/tensor/weight_file.h"
#include "core/tensor/weight_map.h"

#include <array>
#include <cmath>

namespace winnow::models {
namespace {

    namespace fs = std::filesystem;

    constexpr const char* kOpenClipConfig = "open_clip config";
    constexpr const char* kConfigFile = "open_clip_config.json";
    constexpr std::array<const char*, 2> kWeightFiles{"open_clip_pytorch_model.bin", "open_clip_model.safetensors"};
    constexpr std::array<const char*, 4> kHubWeightFiles{
        "model.safetensors", "pytorch_model.bin", "model.safetensors.index.json", "pytorch_model.bin.index.json"};

    template <std::size_t N> fs::path findAmong(const fs::path& folder, const std::array<const char*, N>& names)
    {
        for (const auto* name : names)
            if (fs::exists(folder / name))
                return folder / name;
        return {};
    }

    /// Options that build other towers than ours; a false, zero or absent one changes nothing.
    void refuseOptions(const Json& section, const char* what, std::initializer_list<const char*> names)
    {
        for (const auto* name : names) {
            const auto found = section.find(name);
            const bool isOff = found == section.end() || found->is_null() || *found == Json(false)
                || (found->is_number() && found->get<double>() == 0);
            require(isOff, ErrorCode::Unsupported,
                text::join(kOpenClipConfig, ": ", what, " has ", name, ", which is not built"));
        }
    }

    const Json& sectionOf(const Json& config, const char* name)
    {
        const auto found = config.find(name);
        require(found != config.end() && found->is_object(), ErrorCode::BadFile,
            text::join(kOpenClipConfig, ": ", name, " is missing or not an object"));
        return *found;
    }

    /// open_clip cuts the fraction off: 1664 x 4.9231 is 8192.
    std::int64_t innerOf(const Json& section, std::int64_t width)
    {
        const auto ratio = json::fieldOr(section, "mlp_ratio", 4.0, kOpenClipConfig);
        require(ratio > 0 && ratio <= 64, ErrorCode::InvalidInput,
            text::join(kOpenClipConfig, ": mlp_ratio is ", ratio, ", allowed are numbers above 0 and up to 64"));
        return static_cast<std::int64_t>(double(width) * ratio);
    }

    void readVision(ClipVisionConfig& vision, const Json& section)
    {
        refuseOptions(section, "vision_cfg",
            {"timm_model_name", "global_average_pool", "attentional_pool", "input_patchnorm", "no_ln_pre",
                "ls_init_value", "final_ln_after_pool", "qk_norm"});
        require(!section.contains("layers") || section.at("layers").is_number_integer(), ErrorCode::Unsupported,
            text::join(kOpenClipConfig, ": vision_cfg describes a ResNet, only vision transformers are built"));
        const auto headWidth = json::fieldOr(section, "head_width", std::int64_t(64), kOpenClipConfig);
        vision.imageSize = json::fieldOr(section, "image_size", std::int64_t(224), kOpenClipConfig);
        vision.patch = json::fieldOr(section, "patch_size", std::int64_t(16), kOpenClipConfig);
        vision.layers = json::fieldOr(section, "layers", std::int64_t(12), kOpenClipConfig);
        vision.hidden = json::fieldOr(section, "width", std::int64_t(768), kOpenClipConfig);
        requireRange(headWidth, 1, 65536, kOpenClipConfig, "head_width");
        requireDivisible(vision.hidden, headWidth, kOpenClipConfig, "vision width");
        vision.heads = vision.hidden / headWidth;
        vision.inner = innerOf(section, vision.hidden);
    }

    void readText(ClipTextConfig& text, const Json& section)
    {
        refuseOptions(section, "text_cfg",
            {"hf_model_name", "ls_init_value", "embed_cls", "no_causal_mask", "final_ln_after_pool"});
        const auto pooling = json::fieldOr(section, "pool_type", std::string("argmax"), kOpenClipConfig);
        require(pooling == "argmax", ErrorCode::Unsupported,
            winnow::text::join(kOpenClipConfig, ": text_cfg pools by \"", winnow::text::shortened(pooling, 40),
                "\", expected argmax"));
        text.contextLength = json::fieldOr(section, "context_length", std::int64_t(77), kOpenClipConfig);
        text.vocabulary = json::fieldOr(section, "vocab_size", std::int64_t(49408), kOpenClipConfig);
        text.hidden = json::fieldOr(section, "width", std::int64_t(512), kOpenClipConfig);
        text.heads = json::fieldOr(section, "heads", std::int64_t(8), kOpenClipConfig);
        text.layers = json::fieldOr(section, "layers", std::int64_t(12), kOpenClipConfig);
        text.inner = innerOf(section, text.hidden);
        text.eosToken = 2; // the state at the largest id is taken, as in the old published configs
    }

    /// Pictures are normalised by CLIP's own statistics everywhere in this program.
    void checkStatistics(const Json& config)
    {
        const auto found = config.find("preprocess_cfg");
        if (found == config.end() || !found->is_object())
            return;
        constexpr std::array<double, 3> kMean{0.48145466, 0.4578275, 0.40821073};
        constexpr std::array<double, 3> kDeviation{0.26862954, 0.26130258, 0.27577711};
        const auto check = [&](const char* name, const std::array<double, 3>& want) {
            const auto got =
                json::fieldOr(*found, name, std::vector<double>(want.begin(), want.end()), kOpenClipConfig);
            bool isEqual = got.size() == want.size();
            for (std::size_t i = 0; isEqual && i < want.size(); ++i)
                isEqual = std::abs(got[i] - want[i]) < 1e-4;
            require(isEqual, ErrorCode::Unsupported,
                text::join(kOpenClipConfig, ": preprocess_cfg has another ", name, " than CLIP, which is not built"));
        };
        check("mean", kMean);
        check("std", kDeviation);
    }

    using Fold = tensor::NameMap::Fold;

    /// One of the three equal parts of a fused projection.
    Fold thirdOf(const char* theirs, const std::string& ours, std::int64_t part)
    {
        return {{theirs}, ours, [part](const std::vector<torch::Tensor>& parts, const torch::Tensor& target) {
                    const auto& whole = parts.front();
                    const auto rows = target.size(0);
                    return whole.dim() == target.dim() && whole.size(0) == 3 * rows ? whole.narrow(0, part * rows, rows)
                                                                                    : whole;
                }};
    }

    /// open_clip multiplies by these from the left: [C, E] there, [E, C] here.
    Fold transposed(const char* theirs, const char* ours)
    {
        return {{theirs}, ours, [](const std::vector<torch::Tensor>& parts, const torch::Tensor&) {
                    return parts.front().dim() == 2 ? parts.front().t() : parts.front();
                }};
    }

    std::vector<Fold> openClipFolds()
    {
        std::vector<Fold> folds{transposed("visual.proj", "visual_projection.weight"),
            transposed("text_projection", "text_projection.weight")};
        constexpr std::array<const char*, 3> kParts{"q_proj", "k_proj", "v_proj"};
        for (std::int64_t part = 0; part < 3; ++part) {
            const auto add = [&](const char* theirs, const char* tower, const char* ending) {
                folds.push_back(thirdOf(theirs,
                    text::join(tower, ".encoder.layers.{n}.self_attn.", kParts[std::size_t(part)], ".", ending), part));
            };
            add("visual.transformer.resblocks.{n}.attn.in_proj_weight", "vision_model", "weight");
            add("visual.transformer.resblocks.{n}.attn.in_proj_bias", "vision_model", "bias");
            add("transformer.resblocks.{n}.attn.in_proj_weight", "text_model", "weight");
            add("transformer.resblocks.{n}.attn.in_proj_bias", "text_model", "bias");
        }
        return folds;
    }

    /// The original authors' names.
    const tensor::NameMap& openClipNames()
    {
        static const tensor::NameMap names(
            {
                {"visual.class_embedding", "vision_model.embeddings.class_embedding"},
                {"visual.positional_embedding", "vision_model.embeddings.position_embedding.weight"},
                {"visual.conv1.weight", "vision_model.embeddings.patch_embedding.weight"},
                {"visual.ln_pre.{x}", "vision_model.pre_layrnorm.{x}"},
                {"visual.ln_post.{x}", "vision_model.post_layernorm.{x}"},
                {"visual.transformer.resblocks.{n}.attn.out_proj.{x}",
                    "vision_model.encoder.layers.{n}.self_attn.out_proj.{x}"},
                {"visual.transformer.resblocks.{n}.ln_1.{x}", "vision_model.encoder.layers.{n}.layer_norm1.{x}"},
                {"visual.transformer.resblocks.{n}.ln_2.{x}", "vision_model.encoder.layers.{n}.layer_norm2.{x}"},
                {"visual.transformer.resblocks.{n}.mlp.c_fc.{x}", "vision_model.encoder.layers.{n}.mlp.fc1.{x}"},
                {"visual.transformer.resblocks.{n}.mlp.c_proj.{x}", "vision_model.encoder.layers.{n}.mlp.fc2.{x}"},
                {"transformer.resblocks.{n}.attn.out_proj.{x}", "text_model.encoder.layers.{n}.self_attn.out_proj.{x}"},
                {"transformer.resblocks.{n}.ln_1.{x}", "text_model.encoder.layers.{n}.layer_norm1.{x}"},
                {"transformer.resblocks.{n}.ln_2.{x}", "text_model.encoder.layers.{n}.layer_norm2.{x}"},
                {"transformer.resblocks.{n}.mlp.c_fc.{x}", "text_model.encoder.layers.{n}.mlp.fc1.{x}"},
                {"transformer.resblocks.{n}.mlp.c_proj.{x}", "text_model.encoder.layers.{n}.mlp.fc2.{x}"},
                {"positional_embedding", "text_model.embeddings.position_embedding.weight"},
                {"token_embedding.weight", "text_model.embeddings.token_embedding.weight"},
                {"ln_final.{x}", "text_model.final_layer_norm.{x}"},
                {"attn_mask", tensor::NameMap::kIgnored}, // older exports carry these constants
                {"input_resolution", tensor::NameMap::kIgnored},
                {"context_length", tensor::NameMap::kIgnored},
                {"vocab_size", tensor::NameMap::kIgnored},
            },
            openClipFolds());
        return names;
    }

} // namespace

ClipConfig openClipConfig(const Json& object)
{
    require(object.is_object(), ErrorCode::BadFile, "open_clip config: not an object");
    checkStatistics(object);
    const Json& inner = object.contains("model_cfg") ? sectionOf(object, "model_cfg") : object;
    ClipConfig config;
    readVision(config.vision, sectionOf(inner, "vision_cfg"));
    readText(config.text, sectionOf(inner, "text_cfg"));
    config.embedding = json::field<std::int64_t>(inner, "embed_dim", kOpenClipConfig);
    const auto activation =
        json::fieldOr(inner, "quick_gelu", false, kOpenClipConfig) ? Activation::QuickGelu : Activation::Gelu;
    config.vision.activation = config.text.activation = activation;
    config.validate();
    return config;
}

bool isOpenClipFolder(const fs::path& folder)
{
    if (!fs::exists(folder / kConfigFile) || findAmong(folder, kWeightFiles).empty())
        return false;
    return !fs::exists(folder / "config.json") || findAmong(folder, kHubWeightFiles).empty();
}

Clip loadOpenClip(const fs::path& folder, const torch::TensorOptions& options)
{
    require(fs::is_regular_file(folder / kConfigFile), ErrorCode::NotFound,
        text::join(folder.string(), " has no ", kConfigFile, ", so the model's sizes are unknown"));
    const auto weights = findAmong(folder, kWeightFiles);
    require(!weights.empty(), ErrorCode::NotFound,
        text::join(folder.string(), " has no weights: expected ", kWeightFiles[0], " or ", kWeightFiles[1]));
    const auto config = openClipConfig(json::load(folder / kConfigFile, std::uint64_t(1) << 20));
    const tensor::WeightFile file(weights);
    requireEnough(config.parameterCount(), file);
    Clip model(config, options);
    tensor::LoadOptions loading;
    loading.prefix = file.findPrefix("visual.conv1.weight", {"", "state_dict.", "state_dict.module.", "module."});
    try {
        tensor::loadInto(*model, file, openClipNames(), loading);
    } catch (Error& e) {
        e.during(text::join("loading the open_clip model of ", folder.string()));
        throw;
    }
    setTrainable(*model, false);
    model->eval();
    model->pack();
    return model;
}

} // namespace winnow::models
