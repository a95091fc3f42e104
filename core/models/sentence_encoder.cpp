#include "core/models/sentence_encoder.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/models/config_reading.h"
#include "core/tensor/shape.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace winnow::models {
namespace {

    namespace fs = std::filesystem;

    constexpr std::uint64_t kMaxConfigBytes = std::uint64_t(1) << 20;
    constexpr std::size_t kMostModules = 16;

    struct SentenceModule {
        std::string kind; ///< "Transformer", "Pooling", "Normalize", ...
        fs::path folder;
    };

    /// The modules in their order; none where the folder is a plain BERT.
    std::vector<SentenceModule> loadModules(const fs::path& folder)
    {
        const auto path = folder / "modules.json";
        std::vector<SentenceModule> out;
        if (!fs::is_regular_file(path))
            return out;
        const Json list = json::load(path, kMaxConfigBytes);
        require(list.is_array() && !list.empty() && list.size() <= kMostModules, ErrorCode::BadFile,
            text::join(path.string(), " is no list of 1 to ", kMostModules, " modules"));
        for (const auto& entry : list) {
            const auto type = json::field<std::string>(entry, "type", path.string());
            const auto place = json::fieldOr(entry, "path", std::string(), path.string());
            out.push_back({type.substr(type.rfind('.') + 1), place.empty() ? folder : file::confined(folder, place)});
        }
        require(out.front().kind == "Transformer", ErrorCode::Unsupported,
            text::join(path.string(), " starts with a module ", text::shortened(out.front().kind, 40),
                ", expected Transformer"));
        return out;
    }

    bool isOn(const Json& config, const std::string& field, const std::string& what)
    {
        return json::fieldOr(config, field.c_str(), false, what);
    }

    SentenceOptions::Pooling loadPooling(const fs::path& folder)
    {
        using Pooling = SentenceOptions::Pooling;
        const auto path = folder / "config.json";
        const Json config = json::load(path, kMaxConfigBytes);
        const auto what = path.string();
        auto named = json::fieldOr(config, "pooling_mode", std::string(), what);
        if (named.empty()) { // the older form: one switch a kind
            constexpr std::array<std::pair<const char*, const char*>, 6> kSwitches{{{"cls_token", "cls"},
                {"mean_tokens", "mean"}, {"max_tokens", "max"}, {"mean_sqrt_len_tokens", "mean_sqrt_len"},
                {"weightedmean_tokens", "weightedmean"}, {"lasttoken", "lasttoken"}}};
            std::vector<std::string> on;
            for (const auto& [field, name] : kSwitches)
                if (isOn(config, text::join("pooling_mode_", field), what))
                    on.emplace_back(name);
            named = text::joined(on, "+");
        }
        if (named == "mean")
            return Pooling::Mean;
        if (named == "cls")
            return Pooling::FirstToken;
        throw Error(ErrorCode::Unsupported,
            text::join(what, " asks for the pooling \"", text::shortened(named, 40), "\", known are mean and cls"));
    }

    int64_t loadMaxTokens(const fs::path& folder, const fs::path& transformer)
    {
        for (const auto& place : {transformer, folder}) {
            const auto path = place / "sentence_bert_config.json";
            if (!fs::is_regular_file(path))
                continue;
            const auto most =
                json::fieldOr(json::load(path, kMaxConfigBytes), "max_seq_length", int64_t(0), path.string());
            require(most == 0 || (most >= 3 && most <= 65536), ErrorCode::InvalidInput,
                text::join(path.string(), ": max_seq_length is ", most, ", allowed are 3 to 65536"));
            return most;
        }
        return 0;
    }

} // namespace

torch::Tensor SentenceEncoder::encode(const torch::Tensor& ids, const torch::Tensor& keep)
{
    const torch::NoGradGuard noGrad;
    tensor::expectShape(keep, {ids.size(0), ids.size(1)}, "attention mask");
    const auto states = bert->forward(ids, keep).to(torch::kFloat); // [B, T, C]
    torch::Tensor vectors;
    if (options.pooling == SentenceOptions::Pooling::FirstToken) {
        vectors = states.select(1, 0); // [B, C]
    } else {
        const auto weight = keep.to(torch::kFloat).unsqueeze(-1);           // [B, T, 1]
        vectors = (states * weight).sum(1) / weight.sum(1).clamp_min(1e-9); // [B, C]
    }
    if (options.unitLength)
        vectors = vectors / vectors.norm(2, -1, true).clamp_min(1e-12); // [B, C]
    return vectors;
}

fs::path findSentenceTransformer(const fs::path& folder)
{
    const auto modules = loadModules(folder);
    return modules.empty() ? folder : modules.front().folder;
}

SentenceOptions loadSentenceOptions(const fs::path& folder)
{
    SentenceOptions out;
    const auto modules = loadModules(folder);
    out.maxTokens = loadMaxTokens(folder, findSentenceTransformer(folder));
    if (modules.empty())
        return out;
    out.unitLength = false;
    bool isPooled = false;
    for (const auto& module : modules) {
        if (module.kind == "Pooling") {
            require(!isPooled, ErrorCode::Unsupported, text::join(folder.string(), " pools its tokens twice"));
            out.pooling = loadPooling(module.folder);
            isPooled = true;
        } else if (module.kind == "Normalize") {
            out.unitLength = true;
        } else {
            require(module.kind == "Transformer", ErrorCode::Unsupported,
                text::join(folder.string(), " has the module ", text::shortened(module.kind, 40),
                    ", known are Transformer, Pooling and Normalize"));
        }
    }
    require(isPooled, ErrorCode::Unsupported,
        text::join(folder.string(), " has no Pooling module, so a text has no one vector"));
    return out;
}

SentenceEncoder loadSentenceEncoder(const fs::path& folder, const torch::TensorOptions& options)
{
    SentenceEncoder out;
    out.options = loadSentenceOptions(folder);
    out.tokenizerFolder = findSentenceTransformer(folder);
    out.bert = loadBert(out.tokenizerFolder, options);
    const auto positions = out.bert->config().positions;
    out.options.maxTokens = out.options.maxTokens == 0 ? positions : std::min(out.options.maxTokens, positions);
    require(out.options.maxTokens >= 3, ErrorCode::InvalidInput,
        text::join(folder.string(), " reads at most ", out.options.maxTokens,
            " tokens, which leaves no room for a word between [CLS] and [SEP]"));
    return out;
}

} // namespace winnow::models
