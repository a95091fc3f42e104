#include "core/models/vit.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/models/config_reading.h"
#include "core/models/original_files.h"
#include "core/tensor/weight_file.h"
#include "core/tensor/weight_map.h"

#include <string>

namespace winnow::models {
namespace {

    constexpr const char* kVit = "EVA ViT";
    constexpr const char* kVitConfig = "EVA ViT config";

} // namespace

EvaVitConfig EvaVitConfig::fromJson(const Json& object)
{
    require(object.is_object(), ErrorCode::BadFile, "EVA ViT config: not an object");
    EvaVitConfig config;
    config.imageSize = json::fieldOr(object, "image_size", config.imageSize, kVitConfig);
    config.patch = json::fieldOr(object, "patch_size", config.patch, kVitConfig);
    config.channels = json::fieldOr(object, "num_channels", config.channels, kVitConfig);
    config.width = json::fieldOr(object, "embed_dim", config.width, kVitConfig);
    config.depth = json::fieldOr(object, "depth", config.depth, kVitConfig);
    config.heads = json::fieldOr(object, "num_heads", config.heads, kVitConfig);
    config.mlpRatio = json::fieldOr(object, "mlp_ratio", config.mlpRatio, kVitConfig);
    config.qkvBias = json::fieldOr(object, "qkv_bias", config.qkvBias, kVitConfig);
    config.normEps = json::fieldOr(object, "layer_norm_eps", config.normEps, kVitConfig);
    const auto activation = json::fieldOr(object, "hidden_act", std::string("gelu"), kVitConfig);
    require(activation == "gelu", ErrorCode::Unsupported,
        text::join("EVA ViT config: hidden_act is \"", text::shortened(activation, 40), "\", expected gelu"));
    config.validate();
    return config;
}

Json EvaVitConfig::toJson() const
{
    return Json{{"image_size", imageSize}, {"patch_size", patch}, {"num_channels", channels}, {"embed_dim", width},
        {"depth", depth}, {"num_heads", heads}, {"mlp_ratio", mlpRatio}, {"qkv_bias", qkvBias},
        {"layer_norm_eps", normEps}, {"hidden_act", "gelu"}};
}

void EvaVitConfig::validate() const
{
    requireRange(imageSize, 1, 8192, kVit, "image_size");
    requireRange(patch, 1, imageSize, kVit, "patch_size");
    require(imageSize % patch == 0, ErrorCode::InvalidInput,
        text::join("EVA ViT config: image_size ", imageSize, " is not a multiple of patch_size ", patch));
    requireRange(channels, 1, 16, kVit, "num_channels");
    requireRange(width, 1, 65536, kVit, "embed_dim");
    requireRange(depth, 1, 511, kVit, "depth");
    requireRange(heads, 1, 1024, kVit, "num_heads");
    requireDivisible(width, heads, kVit, "embed_dim");
    require(mlpRatio > 0 && mlpRatio <= 64 && inner() >= 1, ErrorCode::InvalidInput,
        text::join("EVA ViT config: mlp_ratio is ", mlpRatio, ", allowed are numbers above 0 up to 64"));
    requireEps(normEps, kVit, "layer_norm_eps");
}

int64_t EvaVitConfig::parameterCount() const
{
    const auto block = 4 * width * width + 2 * width * inner() + (qkvBias ? 8 : 6) * width + inner();
    return depth * block + width * (channels * patch * patch + patchCount() + 3);
}

void loadEvaVitInto(EvaVit& model, const tensor::WeightFile& file, const std::string& prefix)
{
    tensor::LoadOptions options;
    options.prefix = prefix;
    const auto names = ignoring(surplusOfEva(model->config().depth, file, prefix), {positionFold("pos_embed")});
    tensor::loadInto(*model, file, names, options);
}

EvaVit loadEvaVit(const std::filesystem::path& folder, const torch::TensorOptions& options)
{
    const auto config = EvaVitConfig::fromJson(loadConfig(folder));
    const auto original = folder / "eva_vit_g.pth";
    const tensor::WeightFile file(std::filesystem::exists(original) ? original : folder);
    requireEnough(config.parameterCount(), file);
    EvaVit model(config, options);
    try {
        loadEvaVitInto(model, file);
    } catch (Error& e) {
        e.during(text::join("loading the vision transformer of ", folder.string()));
        throw;
    }
    setTrainable(*model, false);
    model->eval();
    return model;
}

} // namespace winnow::models
