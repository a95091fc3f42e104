#include "core/models/bert.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/config_reading.h"
#include "core/tensor/weight_file.h"
#include "core/tensor/weight_map.h"

namespace winnow::models {
namespace {

    constexpr const char* kBert = "BERT";
    constexpr const char* kBertConfig = "BERT config";

    void requireWord(const Json& object, const char* field, const char* expected)
    {
        const auto word = json::fieldOr(object, field, std::string(expected), kBertConfig);
        require(word == expected, ErrorCode::Unsupported,
            text::join(kBertConfig, ": ", field, " is \"", text::shortened(word, 40), "\", expected ", expected));
    }

    /// Positions 0, 1, 2, ... of old exports, and what the tasks put on top.
    const tensor::NameMap& bertNames()
    {
        static const tensor::NameMap names{
            {"{any}.position_ids", tensor::NameMap::kIgnored},
            {"pooler.{any}", tensor::NameMap::kIgnored},
            {"cls.{any}", tensor::NameMap::kIgnored},
        };
        return names;
    }

} // namespace

BertConfig BertConfig::fromJson(const Json& object)
{
    require(object.is_object(), ErrorCode::BadFile, "BERT config: not an object");
    requireWord(object, "model_type", "bert");
    requireWord(object, "hidden_act", "gelu");
    requireWord(object, "position_embedding_type", "absolute");
    require(!json::fieldOr(object, "is_decoder", false, kBertConfig), ErrorCode::Unsupported,
        "BERT config: is_decoder is true, a BERT that reads both ways is expected");
    BertConfig config;
    config.vocabulary = json::fieldOr(object, "vocab_size", config.vocabulary, kBertConfig);
    config.hidden = json::fieldOr(object, "hidden_size", config.hidden, kBertConfig);
    config.layers = json::fieldOr(object, "num_hidden_layers", config.layers, kBertConfig);
    config.heads = json::fieldOr(object, "num_attention_heads", config.heads, kBertConfig);
    config.inner = json::fieldOr(object, "intermediate_size", config.inner, kBertConfig);
    config.positions = json::fieldOr(object, "max_position_embeddings", config.positions, kBertConfig);
    config.tokenTypes = json::fieldOr(object, "type_vocab_size", config.tokenTypes, kBertConfig);
    config.normEps = json::fieldOr(object, "layer_norm_eps", config.normEps, kBertConfig);
    config.validate();
    return config;
}

Json BertConfig::toJson() const
{
    return Json{{"architectures", Json::array({"BertModel"})}, {"model_type", "bert"}, {"vocab_size", vocabulary},
        {"hidden_size", hidden}, {"num_hidden_layers", layers}, {"num_attention_heads", heads},
        {"intermediate_size", inner}, {"max_position_embeddings", positions}, {"type_vocab_size", tokenTypes},
        {"layer_norm_eps", normEps}, {"hidden_act", "gelu"}};
}

void BertConfig::validate() const
{
    requireRange(vocabulary, 1, 4'000'000, kBert, "vocab_size");
    requireRange(hidden, 1, 65536, kBert, "hidden_size");
    requireRange(layers, 1, 512, kBert, "num_hidden_layers");
    requireRange(heads, 1, 1024, kBert, "num_attention_heads");
    requireDivisible(hidden, heads, kBert, "hidden_size");
    requireRange(inner, 1, 262144, kBert, "intermediate_size");
    requireRange(positions, 1, 65536, kBert, "max_position_embeddings");
    requireRange(tokenTypes, 1, 65536, kBert, "type_vocab_size");
    requireEps(normEps, kBert, "layer_norm_eps");
}

int64_t BertConfig::parameterCount() const
{
    const auto C = hidden, F = inner;
    const auto layer = 4 * C * C + 6 * C + 2 * C * F + F + 3 * C;
    return layers * layer + (vocabulary + positions + tokenTypes + 2) * C;
}

void loadBertInto(Bert& model, const tensor::WeightFile& file)
{
    tensor::LoadOptions options;
    options.prefix = file.findPrefix("embeddings.word_embeddings.weight", {"", "bert."});
    tensor::loadInto(*model, file, bertNames(), options);
}

Bert loadBert(const std::filesystem::path& folder, const torch::TensorOptions& options)
{
    const auto config = BertConfig::fromJson(loadConfig(folder));
    const tensor::WeightFile file(folder);
    requireEnough(config.parameterCount(), file);
    Bert model(config, options);
    try {
        loadBertInto(model, file);
    } catch (Error& e) {
        e.during(text::join("loading the BERT of ", folder.string()));
        throw;
    }
    setTrainable(*model, false);
    model->eval();
    return model;
}

} // namespace winnow::models
