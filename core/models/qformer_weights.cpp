#include "core/models/qformer.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/config_reading.h"
#include "core/models/original_files.h"
#include "core/tensor/weight_file.h"
#include "core/tensor/weight_map.h"

namespace winnow::models {
namespace {

    constexpr const char* kQFormer = "Q-Former";
    constexpr const char* kQFormerConfig = "Q-Former config";

} // namespace

QFormerConfig QFormerConfig::fromJson(const Json& object)
{
    require(object.is_object(), ErrorCode::BadFile, "Q-Former config: not an object");
    const auto activation = json::fieldOr(object, "hidden_act", std::string("gelu"), kQFormerConfig);
    require(activation == "gelu", ErrorCode::Unsupported,
        text::join("Q-Former config: hidden_act is \"", text::shortened(activation, 40), "\", expected gelu"));
    QFormerConfig config;
    config.hidden = json::fieldOr(object, "hidden_size", config.hidden, kQFormerConfig);
    config.inner = json::fieldOr(object, "intermediate_size", config.inner, kQFormerConfig);
    config.layers = json::fieldOr(object, "num_hidden_layers", config.layers, kQFormerConfig);
    config.heads = json::fieldOr(object, "num_attention_heads", config.heads, kQFormerConfig);
    config.queries = json::fieldOr(object, "query_length", config.queries, kQFormerConfig);
    config.encoderWidth = json::fieldOr(object, "encoder_width", config.encoderWidth, kQFormerConfig);
    config.crossEvery = json::fieldOr(object, "cross_attention_freq", config.crossEvery, kQFormerConfig);
    config.normEps = json::fieldOr(object, "layer_norm_eps", config.normEps, kQFormerConfig);
    config.validate();
    return config;
}

Json QFormerConfig::toJson() const
{
    return Json{{"model_type", "bert"}, {"hidden_size", hidden}, {"intermediate_size", inner},
        {"num_hidden_layers", layers}, {"num_attention_heads", heads}, {"query_length", queries},
        {"encoder_width", encoderWidth}, {"cross_attention_freq", crossEvery}, {"layer_norm_eps", normEps},
        {"hidden_act", "gelu"}};
}

void QFormerConfig::validate() const
{
    requireRange(hidden, 1, 65536, kQFormer, "hidden_size");
    requireRange(inner, 1, 262144, kQFormer, "intermediate_size");
    requireRange(layers, 1, 512, kQFormer, "num_hidden_layers");
    requireRange(heads, 1, 1024, kQFormer, "num_attention_heads");
    requireDivisible(hidden, heads, kQFormer, "hidden_size");
    requireRange(queries, 1, 4096, kQFormer, "query_length");
    requireRange(encoderWidth, 1, 65536, kQFormer, "encoder_width");
    requireRange(crossEvery, 1, 512, kQFormer, "cross_attention_freq");
    requireEps(normEps, kQFormer, "layer_norm_eps");
}

int64_t QFormerConfig::parameterCount() const
{
    const auto attention = 4 * hidden * hidden + 6 * hidden;
    const auto cross = 2 * hidden * hidden + 2 * hidden * encoderWidth + 6 * hidden;
    const auto crossLayers = (layers + crossEvery - 1) / crossEvery;
    return layers * (attention + 2 * hidden * inner + inner + 3 * hidden) + crossLayers * cross + 2 * hidden;
}

void loadBlip2QFormerInto(Blip2QFormer& model, const tensor::WeightFile& file)
{
    tensor::LoadOptions options;
    options.prefix = file.findPrefix("query_tokens", {"model.", ""});
    tensor::loadInto(*model, file, ignoring(surplusOfBlip2(file, options.prefix)), options);
}

Blip2QFormer loadBlip2QFormer(const std::filesystem::path& folder, const torch::TensorOptions& options)
{
    const auto config = QFormerConfig::fromJson(loadConfig(folder));
    const auto original = findOriginalFile(folder, "blip2_pretrained");
    const tensor::WeightFile file(original ? *original : folder);
    requireEnough(config.parameterCount(), file);
    Blip2QFormer model(config, options);
    try {
        loadBlip2QFormerInto(model, file);
    } catch (Error& e) {
        e.during(text::join("loading the Q-Former of ", folder.string()));
        throw;
    }
    setTrainable(*model, false);
    model->eval();
    return model;
}

} // namespace winnow::models
