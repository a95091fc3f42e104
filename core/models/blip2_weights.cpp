#include "core/models/blip2.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/config_reading.h"
#include "core/tensor/weight_file.h"
#include "core/tensor/weight_map.h"

#include <vector>

namespace winnow::models {
namespace {

    constexpr const char* kBlip2 = "BLIP-2";
    constexpr const char* kBlip2Config = "BLIP-2 config";

    Json blip2Section(const Json& object, const char* name)
    {
        const auto found = object.find(name);
        if (found == object.end() || found->is_null())
            return Json::object();
        require(found->is_object(), ErrorCode::BadFile, text::join(kBlip2Config, ": ", name, " is not an object"));
        return *found;
    }

    EvaVitConfig readVision(const Json& theirs)
    {
        EvaVitConfig ours;
        Json object{{"image_size", json::fieldOr(theirs, "image_size", ours.imageSize, kBlip2Config)},
            {"patch_size", json::fieldOr(theirs, "patch_size", ours.patch, kBlip2Config)},
            {"num_channels", json::fieldOr(theirs, "num_channels", ours.channels, kBlip2Config)},
            {"embed_dim", json::fieldOr(theirs, "hidden_size", ours.width, kBlip2Config)},
            {"depth", json::fieldOr(theirs, "num_hidden_layers", ours.depth, kBlip2Config)},
            {"num_heads", json::fieldOr(theirs, "num_attention_heads", ours.heads, kBlip2Config)},
            {"qkv_bias", json::fieldOr(theirs, "qkv_bias", ours.qkvBias, kBlip2Config)},
            {"layer_norm_eps", json::fieldOr(theirs, "layer_norm_eps", ours.normEps, kBlip2Config)},
            {"hidden_act", json::fieldOr(theirs, "hidden_act", std::string("gelu"), kBlip2Config)}};
        const auto width = object.at("embed_dim").get<int64_t>();
        const auto inner = json::fieldOr(theirs, "intermediate_size", int64_t(6144), kBlip2Config);
        requireRange(width, 1, 65536, kBlip2, "vision hidden_size");
        requireRange(inner, 1, 262144, kBlip2, "vision intermediate_size");
        object["mlp_ratio"] = (double(inner) + 0.5) / double(width); // int(width * ratio) gives the width asked for
        return EvaVitConfig::fromJson(object);
    }

    QFormerConfig readQFormer(const Json& config, const EvaVitConfig& vision)
    {
        auto theirs = blip2Section(config, "qformer_config");
        const auto kind = json::fieldOr(theirs, "position_embedding_type", std::string("absolute"), kBlip2Config);
        require(kind == "absolute", ErrorCode::Unsupported,
            text::join(
                kBlip2Config, ": position_embedding_type is \"", text::shortened(kind, 40), "\", expected absolute"));
        theirs["encoder_width"] = json::fieldOr(theirs, "encoder_hidden_size", vision.width, kBlip2Config);
        theirs["cross_attention_freq"] = json::fieldOr(theirs, "cross_attention_frequency", int64_t(2), kBlip2Config);
        theirs["query_length"] = json::fieldOr(config, "num_query_tokens", int64_t(32), kBlip2Config);
        return QFormerConfig::fromJson(theirs);
    }

    /// The Hub's names → those of the original authors. Heads of other tasks, the text side of the Q-Former and the
    /// language model are not built.
    const std::vector<tensor::NameMap::Rule>& hubRules()
    {
        constexpr auto kIgnored = tensor::NameMap::kIgnored;
        static const std::vector<tensor::NameMap::Rule> rules{
            {"language_model.{any}", kIgnored},
            {"{any}.position_ids", kIgnored},
            {"itm_head.{any}", kIgnored},
            {"vision_projection.{any}", kIgnored},
            {"text_projection.{any}", kIgnored},
            {"embeddings.{any}", kIgnored},
            {"qformer.embeddings.{any}", kIgnored},
            {"vision_model.embeddings.class_embedding", "visual_encoder.cls_token"},
            {"vision_model.embeddings.position_embedding", "visual_encoder.pos_embed"},
            {"vision_model.embeddings.patch_embedding.{p}", "visual_encoder.patch_embed.proj.{p}"},
            {"vision_model.encoder.layers.{i}.layer_norm1.{p}", "visual_encoder.blocks.{i}.norm1.{p}"},
            {"vision_model.encoder.layers.{i}.layer_norm2.{p}", "visual_encoder.blocks.{i}.norm2.{p}"},
            {"vision_model.encoder.layers.{i}.mlp.{p}", "visual_encoder.blocks.{i}.mlp.{p}"},
            {"vision_model.encoder.layers.{i}.self_attn.projection.{p}", "visual_encoder.blocks.{i}.attn.proj.{p}"},
            {"vision_model.encoder.layers.{i}.self_attn.{p}", "visual_encoder.blocks.{i}.attn.{p}"},
            {"vision_model.post_layernorm.{p}", "ln_vision.{p}"},
            {"qformer.layernorm.{p}", "Qformer.bert.embeddings.LayerNorm.{p}"},
            {"qformer.encoder.layer.{i}.attention.attention.{p}", "Qformer.bert.encoder.layer.{i}.attention.self.{p}"},
            {"qformer.encoder.layer.{i}.crossattention.attention.{p}",
                "Qformer.bert.encoder.layer.{i}.crossattention.self.{p}"},
            {"qformer.{rest}", "Qformer.bert.{rest}"},
        };
        return rules;
    }

    /// qkv.bias is (q, 0, v): a bias of the keys would add the same number to all scores of a query and change nothing.
    tensor::NameMap::Fold biasFold(const char* ours, int64_t third)
    {
        return {{"vision_model.encoder.layers.{i}.self_attn.qkv.bias"},
            text::join("visual_encoder.blocks.{i}.attn.", ours),
            [third](const std::vector<torch::Tensor>& parts, const torch::Tensor& target) {
                const auto width = target.size(0);
                require(parts.front().dim() == 1 && parts.front().size(0) == 3 * width, ErrorCode::BadShape,
                    text::join("self_attn.qkv.bias has ", parts.front().numel(), " numbers, expected ", 3 * width));
                return parts.front().narrow(0, third * width, width);
            }};
    }

    tensor::NameMap hubNames(const Blip2Config& config, const tensor::WeightFile& file, const std::string& prefix)
    {
        auto rules = hubRules();
        std::vector<std::string> textSide; // of a Q-Former that also reads: its own feed-forward beside the queries'
        for (int64_t i = 0; i < config.qformer.layers; ++i)
            for (const char* part : {"intermediate", "output"}) {
                const auto name = text::join("qformer.encoder.layer.", i, ".", part, ".");
                if (file.contains(prefix + name + "dense.weight"))
                    textSide.push_back(name + "{any}");
            }
        for (const auto& pattern : textSide)
            rules.insert(rules.begin(), {pattern, tensor::NameMap::kIgnored});
        return {rules, {biasFold("q_bias", 0), biasFold("v_bias", 2)}};
    }

} // namespace

Blip2Config Blip2Config::fromJson(const Json& object)
{
    require(object.is_object(), ErrorCode::BadFile, "BLIP-2 config: not an object");
    const auto type = json::fieldOr(object, "model_type", std::string("blip-2"), kBlip2Config);
    require(type == "blip-2", ErrorCode::Unsupported,
        text::join("BLIP-2 config: model_type is \"", text::shortened(type, 40), "\", expected blip-2"));
    Blip2Config config;
    config.vision = readVision(blip2Section(object, "vision_config"));
    config.qformer = readQFormer(object, config.vision);
    const auto language = blip2Section(object, "text_config");
    config.languageModel = json::fieldOr(language, "model_type", std::string("opt"), kBlip2Config);
    const char* const width = language.contains("d_model") ? "d_model" : "hidden_size";
    config.languageWidth = json::fieldOr(language, width, config.languageWidth, kBlip2Config);
    config.validate();
    return config;
}

void Blip2Config::validate() const
{
    vision.validate();
    qformer.validate();
    require(qformer.encoderWidth == vision.width, ErrorCode::InvalidInput,
        text::join("BLIP-2 config: the Q-Former reads pictures of width ", qformer.encoderWidth,
            ", the vision tower makes ", vision.width));
    requireRange(languageWidth, 1, 65536, kBlip2, "hidden_size of text_config");
}

int64_t Blip2Config::parameterCount() const
{
    return vision.parameterCount() + qformer.parameterCount() + 2 * vision.width
        + qformer.hidden * (qformer.queries + languageWidth) + languageWidth;
}

std::string blip2NameOf(std::string_view theirs)
{
    static const tensor::NameMap names(hubRules(), {});
    return names.toOurs(theirs);
}

bool isBlip2Config(const Json& config)
{
    return config.is_object() && config.contains("vision_config") && config.contains("qformer_config");
}

Blip2 loadBlip2(const std::filesystem::path& folder, const torch::TensorOptions& options)
{
    const auto config = Blip2Config::fromJson(loadConfig(folder));
    const tensor::WeightFile file(folder);
    requireEnough(config.parameterCount(), file);
    Blip2 model(config, options);
    try {
        tensor::LoadOptions loading;
        loading.prefix = file.findPrefix("query_tokens", {"", "model."});
        tensor::loadInto(*model, file, hubNames(config, file, loading.prefix), loading);
    } catch (Error& e) {
        e.during(text::join("loading the BLIP-2 of ", folder.string()));
        throw;
    }
    setTrainable(*model, false);
    model->eval();
    return model;
}

} // namespace winnow::models
