#include "core/pipeline/model_cache.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/tensor/device.h"
#include "core/tensor/weight_file.h"
#include "core/text/tokenizer_folder.h"

#include <algorithm>

namespace winnow::pipeline {

namespace {

    /// Every weight file below the folder, sorted: what the numbers of a model depend on.
    std::vector<std::filesystem::path> weightFilesOf(const std::filesystem::path& folder)
    {
        std::vector<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            const auto ending = entry.path().extension();
            const bool isWeights = ending == ".safetensors" || ending == ".pth" || ending == ".pt" || ending == ".bin";
            if (entry.is_regular_file() && isWeights)
                files.push_back(entry.path());
        }
        std::sort(files.begin(), files.end());
        return files;
    }

    /// Full precision everywhere: half precision is far slower on the CPU, and numbers stay comparable across devices.
    torch::TensorOptions optionsFor(const std::string& device)
    {
        return torch::TensorOptions().device(tensor::parseDevice(device)).dtype(torch::kFloat);
    }

    text::PromptForm promptFormOf(const std::filesystem::path& folder)
    {
        const Json manifest = loadManifest(folder);
        text::PromptForm out;
        if (const auto path = folder / "tokenizer_config.json"; std::filesystem::exists(path)) {
            const Json config = json::load(path, 1 << 24);
            if (config.contains("chat_template") && config.at("chat_template").is_string())
                out = text::promptFormOf(config.at("chat_template").get<std::string>()).value_or(out);
        }
        out.promptTemplate = json::fieldOr(manifest, "prompt_template", out.promptTemplate, "winnow.json");
        out.endMark = json::fieldOr(manifest, "end_mark", out.endMark, "winnow.json");
        return out;
    }

} // namespace

std::string hashWeights(const std::vector<std::filesystem::path>& files)
{
    std::string all;
    for (const auto& path : files)
        all += file::sha256OfFile(path) + "\n";
    return file::sha256(all);
}

Json loadManifest(const std::filesystem::path& folder)
{
    const auto path = folder / "winnow.json";
    return std::filesystem::exists(path) ? json::load(path, 1 << 20) : Json::object();
}

void LoadedVlm::setProjection(const std::map<std::string, torch::Tensor>& tensors)
{
    const torch::NoGradGuard noGrad;
    for (auto& [name, target] : model->tunedParameters()) {
        const auto found = tensors.find(name);
        require(found != tensors.end(), ErrorCode::BadFile, text::join("the tuned weights lack ", name));
        require(found->second.sizes() == target.sizes(), ErrorCode::BadShape,
            text::join("the tuned ", name, " has another shape than the base model's"));
        auto place = target;
        place.copy_(found->second);
    }
}

std::shared_ptr<LoadedClip> ModelCache::clip(const std::filesystem::path& folder, const std::string& device)
{
    const std::lock_guard lock(m_mutex);
    const auto key = folder.string() + "|" + device;
    if (m_clip && m_clipKey == key)
        return m_clip;
    m_clip.reset(); // frees the old one before the new one takes memory
    auto loaded = std::make_shared<LoadedClip>();
    loaded->hash = hashWeights(weightFilesOf(folder));
    loaded->tokenizer = std::make_unique<text::ClipTokenizer>(folder);
    loaded->model = models::loadClip(folder, optionsFor(device));
    m_clip = loaded;
    m_clipKey = key;
    return loaded;
}

std::shared_ptr<LoadedLlm> ModelCache::llm(const std::filesystem::path& folder, const std::string& device)
{
    const std::lock_guard lock(m_mutex);
    const auto key = folder.string() + "|" + device;
    if (m_llm && m_llmKey == key)
        return m_llm;
    m_llm.reset();
    auto loaded = std::make_shared<LoadedLlm>();
    loaded->hash = hashWeights(weightFilesOf(folder));
    loaded->prompt = promptFormOf(folder);
    loaded->tokenizer = text::loadTokenizer(folder);
    loaded->model = models::loadLlama(folder, optionsFor(device));
    m_llm = loaded;
    m_llmKey = key;
    return loaded;
}

std::shared_ptr<LoadedReward> ModelCache::reward(const std::filesystem::path& folder, const std::string& device)
{
    const std::lock_guard lock(m_mutex);
    const auto key = folder.string() + "|" + device;
    if (m_reward && m_rewardKey == key)
        return m_reward;
    m_reward.reset();
    auto loaded = std::make_shared<LoadedReward>();
    loaded->hash = hashWeights(weightFilesOf(folder));
    loaded->tokenizer = std::make_unique<text::SentencePieceTokenizer>(folder);
    loaded->model = models::loadDeberta(folder, optionsFor(device));
    m_reward = loaded;
    m_rewardKey = key;
    return loaded;
}

std::shared_ptr<LoadedVlm> ModelCache::vlm(const std::filesystem::path& folder, const std::string& device)
{
    const std::lock_guard lock(m_mutex);
    const auto key = folder.string() + "|" + device;
    if (m_vlm && m_vlmKey == key)
        return m_vlm;
    m_vlm.reset();
    auto loaded = std::make_shared<LoadedVlm>();
    loaded->hash = hashWeights(weightFilesOf(folder));
    loaded->manifest = loadManifest(folder);
    loaded->tokenizer = text::loadTokenizer(models::findLlamaFolder(folder));
    loaded->model = models::loadMiniGpt4(folder, optionsFor(device));
    loaded->model->pack();
    for (const auto& [name, tensor] : loaded->model->tunedParameters())
        loaded->baseProjection[name] = tensor.detach().to(torch::kCPU, torch::kFloat).clone();
    m_vlm = loaded;
    m_vlmKey = key;
    return loaded;
}

std::shared_ptr<LoadedSentenceEncoder> ModelCache::text(const std::filesystem::path& folder, const std::string& device)
{
    const std::lock_guard lock(m_mutex);
    const auto key = folder.string() + "|" + device;
    if (m_text && m_textKey == key)
        return m_text;
    m_text.reset();
    auto loaded = std::make_shared<LoadedSentenceEncoder>();
    loaded->hash = hashWeights(weightFilesOf(folder));
    loaded->model = models::loadSentenceEncoder(folder, optionsFor(device));
    loaded->tokenizer = std::make_unique<const text::JsonTokenizer>(loaded->model.tokenizerFolder);
    m_text = loaded;
    m_textKey = key;
    return loaded;
}

} // namespace winnow::pipeline
