#include "core/models/llama.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/config_reading.h"
#include "core/tensor/weight_file.h"
#include "core/tensor/weight_map.h"

namespace winnow::models {
namespace {

    constexpr const char* kLlama = "LLaMA";
    constexpr const char* kLlamaConfig = "LLaMA config";

    const tensor::NameMap& llamaNames()
    {
        static const tensor::NameMap names{
            {"{any}.rotary_emb.inv_freq", tensor::NameMap::kIgnored}, // recomputed from the config
        };
        return names;
    }

    /// Exports of tied models may repeat the embeddings as their head.
    const tensor::NameMap& tiedLlamaNames()
    {
        static const tensor::NameMap names{
            {"{any}.rotary_emb.inv_freq", tensor::NameMap::kIgnored},
            {"lm_head.weight", tensor::NameMap::kIgnored},
        };
        return names;
    }

    void readRopeScaling(LlamaConfig& config, const Json& object)
    {
        const auto found = object.find("rope_scaling");
        if (found == object.end() || found->is_null())
            return;
        auto kind = json::fieldOr(*found, "type", std::string(), kLlamaConfig);
        if (kind.empty())
            kind = json::fieldOr(*found, "rope_type", std::string(), kLlamaConfig);
        if (kind == "default")
            return;
        require(kind == "linear", ErrorCode::Unsupported,
            text::join(
                "LLaMA config: rope_scaling is \"", text::shortened(kind, 40), "\", only linear scaling is known"));
        config.ropeFactor = json::field<double>(*found, "factor", kLlamaConfig);
    }

    std::vector<int64_t> readEosTokens(const Json& object)
    {
        const auto found = object.find("eos_token_id");
        if (found == object.end() || found->is_null())
            return {2};
        if (found->is_array())
            return json::field<std::vector<int64_t>>(object, "eos_token_id", kLlamaConfig);
        return {json::field<int64_t>(object, "eos_token_id", kLlamaConfig)};
    }

} // namespace

LlamaConfig LlamaConfig::fromJson(const Json& object)
{
    require(object.is_object(), ErrorCode::BadFile, "LLaMA config: not an object");
    const auto family = json::fieldOr(object, "model_type", std::string("llama"), kLlamaConfig);
    require(family == "llama" || family == "qwen2", ErrorCode::Unsupported,
        text::join("config.json says model_type \"", text::shortened(family, 40), "\", expected llama"));
    const auto activation =
        activationNamed(json::fieldOr(object, "hidden_act", std::string("silu"), kLlamaConfig), kLlamaConfig);
    require(activation == Activation::Silu, ErrorCode::Unsupported, "LLaMA config: hidden_act is not silu");

    LlamaConfig config;
    config.vocabulary = json::fieldOr(object, "vocab_size", config.vocabulary, kLlamaConfig);
    config.hidden = json::fieldOr(object, "hidden_size", config.hidden, kLlamaConfig);
    config.inner = json::fieldOr(object, "intermediate_size", config.inner, kLlamaConfig);
    config.layers = json::fieldOr(object, "num_hidden_layers", config.layers, kLlamaConfig);
    config.heads = json::fieldOr(object, "num_attention_heads", config.heads, kLlamaConfig);
    config.kvHeads = json::fieldOr(object, "num_key_value_heads", config.heads, kLlamaConfig);
    config.positions = json::fieldOr(object, "max_position_embeddings", config.positions, kLlamaConfig);
    config.normEps = json::fieldOr(object, "rms_norm_eps", config.normEps, kLlamaConfig);
    config.ropeTheta = json::fieldOr(object, "rope_theta", config.ropeTheta, kLlamaConfig);
    config.attentionBias = json::fieldOr(object, "attention_bias", family == "qwen2", kLlamaConfig);
    config.outputBias = config.attentionBias && family == "llama";
    config.tiedEmbeddings = json::fieldOr(object, "tie_word_embeddings", false, kLlamaConfig);
    config.bosToken = json::fieldOr(object, "bos_token_id", config.bosToken, kLlamaConfig);
    config.eosTokens = readEosTokens(object);
    readRopeScaling(config, object);
    requireRange(config.heads, 1, 1024, kLlama, "num_attention_heads");
    config.headWidth = json::fieldOr(object, "head_dim", config.hidden / config.heads, kLlamaConfig);
    if (!object.contains("head_dim") || object.at("head_dim").is_null())
        requireDivisible(config.hidden, config.heads, kLlama, "hidden_size");
    config.validate();
    return config;
}

Json LlamaConfig::toJson() const
{
    Json object{{"architectures", Json::array({"LlamaForCausalLM"})}, {"model_type", "llama"},
        {"vocab_size", vocabulary}, {"hidden_size", hidden}, {"intermediate_size", inner},
        {"num_hidden_layers", layers}, {"num_attention_heads", heads}, {"num_key_value_heads", kvHeads},
        {"max_position_embeddings", positions}, {"rms_norm_eps", normEps}, {"rope_theta", ropeTheta},
        {"hidden_act", "silu"}, {"attention_bias", attentionBias}, {"tie_word_embeddings", tiedEmbeddings},
        {"bos_token_id", bosToken}, {"torch_dtype", "float32"}};
    if (headWidth * heads != hidden)
        object["head_dim"] = headWidth;
    if (ropeFactor != 1)
        object["rope_scaling"] = Json{{"type", "linear"}, {"factor", ropeFactor}};
    if (attentionBias && !outputBias)
        object["model_type"] = "qwen2";
    object["eos_token_id"] = eosTokens.size() == 1 ? Json(eosTokens.front()) : Json(eosTokens);
    return object;
}

void LlamaConfig::validate() const
{
    requireRange(vocabulary, 1, 4'000'000, kLlama, "vocab_size");
    requireRange(hidden, 1, 65536, kLlama, "hidden_size");
    requireRange(inner, 1, 262144, kLlama, "intermediate_size");
    requireRange(layers, 1, 512, kLlama, "num_hidden_layers");
    requireRange(heads, 1, 1024, kLlama, "num_attention_heads");
    requireRange(kvHeads, 1, heads, kLlama, "num_key_value_heads");
    require(heads % kvHeads == 0, ErrorCode::InvalidInput,
        text::join("LLaMA config: ", heads, " heads cannot share ", kvHeads, " key/value heads evenly"));
    requireRange(headWidth, 2, 4096, kLlama, "head_dim");
    require(headWidth % 2 == 0, ErrorCode::InvalidInput,
        text::join("LLaMA config: the head width ", headWidth, " is odd, rotary positions need an even one"));
    requireRange(positions, 1, 10'000'000, kLlama, "max_position_embeddings");
    requireEps(normEps, kLlama, "rms_norm_eps");
    require(ropeTheta > 1 && ropeTheta < 1e12, ErrorCode::InvalidInput,
        text::join("LLaMA config: rope_theta is ", ropeTheta, ", allowed are numbers above 1"));
    require(ropeFactor >= 1 && ropeFactor < 1e6, ErrorCode::InvalidInput,
        text::join("LLaMA config: the rope_scaling factor is ", ropeFactor, ", allowed are numbers from 1"));
}

int64_t LlamaConfig::parameterCount() const
{
    const auto attention = hidden * headWidth * (2 * heads + 2 * kvHeads);
    return layers * (attention + 3 * hidden * inner + 2 * hidden) + (tiedEmbeddings ? 1 : 2) * vocabulary * hidden
        + hidden;
}

void loadLlamaInto(Llama& model, const tensor::WeightFile& file, const std::string& prefix)
{
    tensor::LoadOptions options;
    options.prefix = prefix;
    tensor::loadInto(*model, file, model->config().tiedEmbeddings ? tiedLlamaNames() : llamaNames(), options);
}

Llama loadLlama(const std::filesystem::path& folder, const torch::TensorOptions& options)
{
    const auto config = LlamaConfig::fromJson(loadConfig(folder));
    const tensor::WeightFile file(folder);
    requireEnough(config.parameterCount(), file);
    Llama model(config, options);
    try {
        loadLlamaInto(model, file);
    } catch (Error& e) {
        e.during(text::join("loading the LLaMA model of ", folder.string()));
        throw;
    }
    setTrainable(*model, false);
    model->eval();
    model->pack();
    return model;
}

} // namespace winnow::models
