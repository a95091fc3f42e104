#include "core/models/original_files.h"

#include "core/base/text.h"
#include "core/models/vit.h"

#include <algorithm>
#include <cmath>

namespace winnow::models {
namespace {

    constexpr int64_t kMostLayers = 512; // what every config allows

} // namespace

std::optional<std::filesystem::path> findOriginalFile(const std::filesystem::path& folder, std::string_view part)
{
    std::vector<std::filesystem::path> found;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        const auto name = entry.path().filename().string();
        if (entry.is_regular_file(failed) && entry.path().extension() == ".pth" && name.find(part) != std::string::npos)
            found.push_back(entry.path());
    }
    if (found.empty())
        return {};
    return *std::min_element(found.begin(), found.end());
}

std::vector<std::string> surplusOfEva(
    int64_t depth, const tensor::WeightFile& file, const std::string& prefix, const std::string& shown)
{
    std::vector<std::string> patterns{shown + "norm.{any}", shown + "fc_norm.{any}", shown + "head.{any}"};
    for (int64_t i = depth; i < kMostLayers; ++i)
        if (file.contains(text::join(prefix, shown, "blocks.", i, ".norm1.weight")))
            patterns.push_back(text::join(shown, "blocks.", i, ".{any}"));
    return patterns;
}

std::vector<std::string> surplusOfBlip2(const tensor::WeightFile& file, const std::string& prefix)
{
    std::vector<std::string> patterns{"{any}.position_ids", "Qformer.cls.{any}",
        "Qformer.bert.embeddings.word_embeddings.{any}", "Qformer.bert.embeddings.position_embeddings.{any}",
        "t5_proj.{any}", "opt_proj.{any}", "llm_proj.{any}", "vision_proj.{any}", "text_proj.{any}", "itm_head.{any}",
        "temp"};
    for (int64_t i = 0; i < kMostLayers; ++i) {
        const auto layer =
            text::join("Qformer.bert.encoder.layer.", i); // a hole would swallow "0.attention" as a number
        if (file.contains(text::join(prefix, layer, ".intermediate.dense.weight")))
            patterns.push_back(layer + ".intermediate.{any}");
        if (file.contains(text::join(prefix, layer, ".output.dense.weight")))
            patterns.push_back(layer + ".output.{any}");
    }
    return patterns;
}

tensor::NameMap ignoring(const std::vector<std::string>& patterns, std::vector<tensor::NameMap::Fold> folds)
{
    std::vector<tensor::NameMap::Rule> rules;
    for (const auto& pattern : patterns)
        rules.push_back({pattern, tensor::NameMap::kIgnored});
    return {rules, std::move(folds)};
}

tensor::NameMap::Fold positionFold(const std::string& name)
{
    return {{name}, name, [](const std::vector<torch::Tensor>& parts, const torch::Tensor& target) {
                return resizePositions(parts.front(), int64_t(std::llround(std::sqrt(double(target.size(1) - 1)))));
            }};
}

} // namespace winnow::models
