#include "core/models/deberta.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/config_reading.h"
#include "core/tensor/weight_file.h"
#include "core/tensor/weight_map.h"

#include <vector>

namespace winnow::models {
namespace {

    constexpr const char* kDeberta = "DeBERTa";
    constexpr const char* kDebertaConfig = "DeBERTa config";

    /// "p2c|c2p", or the same as a list of words.
    std::vector<std::string> attentionKinds(const Json& object)
    {
        const auto found = object.find("pos_att_type");
        if (found == object.end() || found->is_null())
            return {};
        if (found->is_string())
            return text::split(text::toLowerAscii(found->get<std::string>()), '|');
        return json::field<std::vector<std::string>>(object, "pos_att_type", kDebertaConfig);
    }

    void readAttention(DebertaConfig& config, const Json& object)
    {
        config.relativeAttention =
            json::fieldOr(object, "relative_attention", config.relativeAttention, kDebertaConfig);
        config.absolutePositions =
            json::fieldOr(object, "position_biased_input", config.absolutePositions, kDebertaConfig);
        config.sharedKeys = json::fieldOr(object, "share_att_key", config.sharedKeys, kDebertaConfig);
        config.distanceBuckets = json::fieldOr(object, "position_buckets", config.distanceBuckets, kDebertaConfig);
        config.mostDistance = json::fieldOr(object, "max_relative_positions", std::int64_t(-1), kDebertaConfig);
        if (config.mostDistance < 1)
            config.mostDistance = config.positions;
        for (const auto& kind : attentionKinds(object)) {
            const auto word = text::trimmed(kind);
            require(word == "c2p" || word == "p2c" || word.empty(), ErrorCode::Unsupported,
                text::join(
                    kDebertaConfig, ": pos_att_type names \"", text::shortened(word, 40), "\", known are c2p and p2c"));
            config.contentToPosition = config.contentToPosition || word == "c2p";
            config.positionToContent = config.positionToContent || word == "p2c";
        }
        for (const auto& word :
            text::split(json::fieldOr(object, "norm_rel_ebd", std::string("none"), kDebertaConfig), '|'))
            config.normedDistances = config.normedDistances || text::trimmed(text::toLowerAscii(word)) == "layer_norm";
    }

    std::string readActivation(const Json& object, const char* name, const std::string& fallback)
    {
        const auto activation = json::fieldOr(object, name, fallback, kDebertaConfig);
        if (activation != "tanh")
            activationNamed(activation, kDebertaConfig); // throws for unknown ones
        return activation;
    }

    /// One logit a label: as many as are named, transformers' two where neither names nor a number are given.
    std::int64_t labelCount(const Json& object)
    {
        const auto found = object.find("id2label");
        if (found != object.end() && found->is_object())
            return static_cast<std::int64_t>(found->size());
        return json::fieldOr(object, "num_labels", std::int64_t(2), kDebertaConfig);
    }

    /// Positions 0, 1, 2, ... of old exports, and the heads of the pre-training tasks.
    const tensor::NameMap& debertaNames()
    {
        static const tensor::NameMap names{
            {"{any}.position_ids", tensor::NameMap::kIgnored},
            {"lm_predictions.{any}", tensor::NameMap::kIgnored},
            {"mask_predictions.{any}", tensor::NameMap::kIgnored},
            {"cls.{any}", tensor::NameMap::kIgnored},
        };
        return names;
    }

} // namespace

DebertaConfig DebertaConfig::fromJson(const Json& object)
{
    require(object.is_object(), ErrorCode::BadFile, "DeBERTa config: not an object");
    DebertaConfig config;
    config.vocabulary = json::fieldOr(object, "vocab_size", config.vocabulary, kDebertaConfig);
    config.hidden = json::fieldOr(object, "hidden_size", config.hidden, kDebertaConfig);
    config.embedding = json::fieldOr(object, "embedding_size", config.hidden, kDebertaConfig);
    config.layers = json::fieldOr(object, "num_hidden_layers", config.layers, kDebertaConfig);
    config.heads = json::fieldOr(object, "num_attention_heads", config.heads, kDebertaConfig);
    requireRange(config.heads, 1, 1024, kDeberta, "num_attention_heads");
    config.headWidth = json::fieldOr(object, "attention_head_size", config.hidden / config.heads, kDebertaConfig);
    config.inner = json::fieldOr(object, "intermediate_size", config.inner, kDebertaConfig);
    config.positions = json::fieldOr(object, "max_position_embeddings", config.positions, kDebertaConfig);
    config.tokenTypes = json::fieldOr(object, "type_vocab_size", config.tokenTypes, kDebertaConfig);
    config.normEps = json::fieldOr(object, "layer_norm_eps", config.normEps, kDebertaConfig);
    const auto activation = json::fieldOr(object, "hidden_act", std::string("gelu"), kDebertaConfig);
    require(activation == "gelu", ErrorCode::Unsupported,
        text::join(kDebertaConfig, ": hidden_act is \"", text::shortened(activation, 40), "\", expected gelu"));
    readAttention(config, object);
    config.convKernel = json::fieldOr(object, "conv_kernel_size", config.convKernel, kDebertaConfig);
    config.convGroups = json::fieldOr(object, "conv_groups", config.convGroups, kDebertaConfig);
    config.convActivation = readActivation(object, "conv_act", "tanh");
    config.poolerActivation = readActivation(object, "pooler_hidden_act", "gelu");
    config.labels = labelCount(object);
    config.validate();
    const auto pooler = json::fieldOr(object, "pooler_hidden_size", config.hidden, kDebertaConfig);
    require(pooler == config.hidden, ErrorCode::Unsupported,
        text::join(kDebertaConfig, ": pooler_hidden_size is ", pooler, ", expected hidden_size ", config.hidden));
    return config;
}

Json DebertaConfig::toJson() const
{
    Json kinds = Json::array(), names = Json::object(), numbers = Json::object();
    if (positionToContent)
        kinds.push_back("p2c");
    if (contentToPosition)
        kinds.push_back("c2p");
    for (std::int64_t i = 0; i < labels; ++i) {
        names[std::to_string(i)] = text::join("LABEL_", i);
        numbers[text::join("LABEL_", i)] = i;
    }
    Json object{{"architectures", Json::array({"DebertaV2ForSequenceClassification"})}, {"model_type", "deberta-v2"},
        {"vocab_size", vocabulary}, {"hidden_size", hidden}, {"embedding_size", embedding},
        {"num_hidden_layers", layers}, {"num_attention_heads", heads}, {"attention_head_size", headWidth},
        {"intermediate_size", inner}, {"max_position_embeddings", positions}, {"type_vocab_size", tokenTypes},
        {"layer_norm_eps", normEps}, {"hidden_act", "gelu"}, {"relative_attention", relativeAttention},
        {"position_biased_input", absolutePositions}, {"pos_att_type", kinds}, {"share_att_key", sharedKeys},
        {"norm_rel_ebd", normedDistances ? "layer_norm" : "none"}, {"position_buckets", distanceBuckets},
        {"max_relative_positions", mostDistance == positions ? -1 : mostDistance}, {"pad_token_id", 0},
        {"pooler_hidden_size", hidden}, {"pooler_hidden_act", poolerActivation}, {"pooler_dropout", 0},
        {"id2label", names}, {"label2id", numbers}};
    if (convKernel > 0)
        object.update(
            Json{{"conv_kernel_size", convKernel}, {"conv_groups", convGroups}, {"conv_act", convActivation}});
    return object;
}

void DebertaConfig::validate() const
{
    requireRange(vocabulary, 1, 4'000'000, kDeberta, "vocab_size");
    requireRange(hidden, 1, 65536, kDeberta, "hidden_size");
    requireRange(embedding, 1, 65536, kDeberta, "embedding_size");
    requireRange(layers, 1, 512, kDeberta, "num_hidden_layers");
    requireRange(heads, 1, 1024, kDeberta, "num_attention_heads");
    requireDivisible(hidden, heads, kDeberta, "hidden_size");
    requireRange(headWidth, 1, 65536, kDeberta, "attention_head_size");
    requireRange(inner, 1, 262144, kDeberta, "intermediate_size");
    requireRange(positions, 1, 65536, kDeberta, "max_position_embeddings");
    requireRange(tokenTypes, 0, 65536, kDeberta, "type_vocab_size");
    requireEps(normEps, kDeberta, "layer_norm_eps");
    // The logarithm of the buckets needs a middle, and distances beyond it.
    if (distanceBuckets > 0)
        requireRange(distanceBuckets, 4, 65536, kDeberta, "position_buckets");
    requireRange(mostDistance, 1, 65536, kDeberta, "max_relative_positions");
    require(distanceBuckets < 1 || mostDistance - 1 > distanceBuckets / 2, ErrorCode::InvalidInput,
        text::join(
            "DeBERTa config: position_buckets ", distanceBuckets, " are too many for distances up to ", mostDistance));
    requireRange(convKernel, 0, 255, kDeberta, "conv_kernel_size");
    require(convKernel == 0 || convKernel % 2 == 1, ErrorCode::InvalidInput,
        text::join("DeBERTa config: conv_kernel_size is ", convKernel, ", an odd number is needed"));
    requireRange(convGroups, 1, hidden, kDeberta, "conv_groups");
    requireDivisible(hidden, convGroups, kDeberta, "hidden_size");
    requireRange(labels, 1, 65536, kDeberta, "number of labels");
}

std::int64_t DebertaConfig::parameterCount() const
{
    const auto C = hidden, F = inner, A = heads * headWidth;
    auto attention = 4 * C * A + 3 * A + 3 * C; // three projections in, one out, a norm
    if (relativeAttention && !sharedKeys)
        attention += ((contentToPosition ? 1 : 0) + (positionToContent ? 1 : 0)) * (C * A + A);
    const auto rows = vocabulary + (absolutePositions ? positions : 0) + tokenTypes;
    auto count = layers * (attention + 2 * C * F + F + 3 * C) + rows * embedding + 2 * C;
    count += embedding != hidden ? embedding * C : 0;
    count += relativeAttention ? 2 * span() * C + (normedDistances ? 2 * C : 0) : 0;
    count += convKernel > 0 ? C * (C / convGroups) * convKernel + 3 * C : 0;
    return count + C * C + C + labels * C + labels;
}

void loadDebertaInto(DebertaClassifier& model, const tensor::WeightFile& file)
{
    tensor::loadInto(*model, file, debertaNames());
}

DebertaClassifier loadDeberta(const std::filesystem::path& folder, const torch::TensorOptions& options)
{
    const auto config = DebertaConfig::fromJson(loadConfig(folder));
    const tensor::WeightFile file(folder);
    requireEnough(config.parameterCount(), file);
    DebertaClassifier model(config, options);
    try {
        loadDebertaInto(model, file);
    } catch (Error& e) {
        e.during(text::join("loading the DeBERTa classifier of ", folder.string()));
        throw;
    }
    setTrainable(*model, false);
    model->eval();
    model->pack();
    return model;
}

} // namespace winnow::models
