#include "core/demo/stages.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/demo/demo_project.h"
#include "core/tensor/safetensors_io.h"

namespace winnow::demo {

std::vector<Scene> StageContext::scenes() const
{
    auto all = trainingScenes();
    if (share < 1)
        all.resize(std::min(all.size(), std::size_t(std::max(64.0, double(all.size()) * share))));
    return all;
}

models::EvaVitConfig embeddedVitConfig()
{
    models::EvaVitConfig config;
    config.imageSize = kTowerSize;
    config.patch = 16;
    config.width = 128;
    config.depth = 4;
    config.heads = 4;
    config.mlpRatio = 4;
    return config;
}

models::ClipConfig embeddedClipConfig(std::int64_t vocabulary)
{
    models::ClipConfig config;
    config.vision.imageSize = kTowerSize;
    config.vision.patch = 16;
    config.vision.hidden = 128;
    config.vision.inner = 512;
    config.vision.layers = 4;
    config.vision.heads = 4;
    config.vision.normEps = 1e-6;
    config.vision.activation = models::Activation::Gelu;
    config.text.hidden = 128;
    config.text.inner = 512;
    config.text.layers = 2;
    config.text.heads = 4;
    config.text.activation = models::Activation::Gelu;
    config.text.vocabulary = vocabulary;
    config.text.eosToken = vocabulary - 1;
    config.embedding = 128;
    return config;
}

models::LlamaConfig embeddedLlamaConfig(std::int64_t vocabulary)
{
    models::LlamaConfig config;
    config.vocabulary = vocabulary;
    config.hidden = 128;
    config.inner = 344;
    config.layers = 4;
    config.heads = 4;
    config.kvHeads = 4;
    config.headWidth = 32;
    config.positions = 512;
    return config;
}

void saveModule(const std::filesystem::path& file, torch::nn::Module& module)
{
    tensor::NamedTensors tensors;
    for (const auto& item : module.named_parameters())
        tensors[item.key()] = item.value().detach();
    std::filesystem::create_directories(file.parent_path());
    tensor::saveSafetensors(file, tensors);
}

void writeHalf(const std::filesystem::path& file, torch::nn::Module& module)
{
    tensor::NamedTensors tensors;
    for (const auto& item : module.named_parameters())
        tensors[item.key()] = item.value().detach().to(torch::kHalf);
    std::filesystem::create_directories(file.parent_path());
    tensor::saveSafetensors(file, tensors);
}

void loadModule(const std::filesystem::path& file, torch::nn::Module& module)
{
    require(std::filesystem::exists(file), ErrorCode::NotFound,
        text::join("cannot read ", file.string(), ": the stage ", file.stem().string(), " has to run first"));
    const auto tensors = tensor::loadSafetensors(file);
    const torch::NoGradGuard noGrad;
    for (auto& item : module.named_parameters()) {
        const auto found = tensors.find(item.key());
        require(found != tensors.end() && found->second.sizes() == item.value().sizes(), ErrorCode::BadShape,
            text::join(file.string(), " does not hold ", item.key(), " in the expected shape"));
        item.value().copy_(found->second);
    }
}

} // namespace winnow::demo
