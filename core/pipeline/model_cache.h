#pragma once

#include "core/base/json.h"
#include "core/models/clip.h"
#include "core/models/deberta.h"
#include "core/models/llama.h"
#include "core/models/sentence_encoder.h"
#include "core/models/vision_language.h"
#include "core/text/bpe.h"
#include "core/text/prompt_form.h"
#include "core/text/sentencepiece.h"
#include "core/text/tokenizer_json.h"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// A CLIP on its device with its tokenizer.
struct LoadedClip {
    models::Clip model = nullptr;
    std::unique_ptr<const text::ClipTokenizer> tokenizer;
    std::string hash; ///< of the weight files
};

/// A LLaMA on its device with its tokenizer and the way it is asked.
struct LoadedLlm {
    models::Llama model = nullptr;
    std::unique_ptr<const text::Tokenizer> tokenizer;
    std::string hash;        ///< of the weight files
    text::PromptForm prompt; ///< of winnow.json (prompt_template, end_mark), else of tokenizer_config.json, else plain
};

/// A text reward model on its device with its tokenizer.
struct LoadedReward {
    models::DebertaClassifier model = nullptr;
    std::unique_ptr<const text::SentencePieceTokenizer> tokenizer;
    std::string hash; ///< of the weight files
};

/// A sentence encoder on its device with its tokenizer.
struct LoadedSentenceEncoder {
    models::SentenceEncoder model;
    std::unique_ptr<const text::JsonTokenizer> tokenizer;
    std::string hash; ///< of the weight files
};

/// A MiniGPT-4 on its device with its tokenizer and the recipe it brings along.
struct LoadedVlm {
    models::MiniGpt4 model = nullptr;
    std::unique_ptr<const text::Tokenizer> tokenizer;
    std::string hash;                                    ///< of the weight files
    Json manifest;                                       ///< winnow.json of the folder, or an empty object
    std::map<std::string, torch::Tensor> baseProjection; ///< llama_proj as loaded, f32 on the CPU

    /// Puts the given tensors (names of MiniGpt4::tunedParameters()) into the model. Throws Error(BadShape).
    void setProjection(const std::map<std::string, torch::Tensor>& tensors);
    void resetProjection() { setProjection(baseProjection); }
};

/// Models stay loaded between jobs; one of each kind, the one last used. Thread: the models lane.
struct ModelCache {
    std::shared_ptr<LoadedClip> clip(const std::filesystem::path& folder, const std::string& device);
    std::shared_ptr<LoadedLlm> llm(const std::filesystem::path& folder, const std::string& device);
    std::shared_ptr<LoadedReward> reward(const std::filesystem::path& folder, const std::string& device);
    std::shared_ptr<LoadedVlm> vlm(const std::filesystem::path& folder, const std::string& device);
    std::shared_ptr<LoadedSentenceEncoder> text(const std::filesystem::path& folder, const std::string& device);

private:
    std::mutex m_mutex;
    std::string m_clipKey, m_llmKey, m_rewardKey, m_vlmKey, m_textKey;
    std::shared_ptr<LoadedClip> m_clip;
    std::shared_ptr<LoadedLlm> m_llm;
    std::shared_ptr<LoadedReward> m_reward;
    std::shared_ptr<LoadedVlm> m_vlm;
    std::shared_ptr<LoadedSentenceEncoder> m_text;
};

/// SHA-256 over all weight files of a model, in their order.
std::string hashWeights(const std::vector<std::filesystem::path>& files);
/// `winnow.json` of a model folder, or an empty object.
Json loadManifest(const std::filesystem::path& folder);

} // namespace winnow::pipeline
