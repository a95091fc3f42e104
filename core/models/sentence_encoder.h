#pragma once

#include "core/models/bert.h"

#include <filesystem>

namespace winnow::models {

/// How a sentence encoder makes one vector of a text's token vectors: the modules of a sentence-transformers folder
/// (Reimers and Gurevych, EMNLP 2019).
struct SentenceOptions {
    enum class Pooling {
        Mean,       ///< over all tokens that are no padding
        FirstToken, ///< the vector of [CLS]
    };

    Pooling pooling = Pooling::Mean;
    bool unitLength = true;
    int64_t maxTokens = 0; ///< the longest text, frame tokens included; 0 = the model's positions
};

/// A BERT with its pooling, and where its tokenizer lies.
struct SentenceEncoder {
    Bert bert = nullptr;
    SentenceOptions options;
    std::filesystem::path tokenizerFolder;

    /// ids [B, T] i64, keep [B, T] (0 = padding) → [B, C] f32. What stands in the padding changes nothing.
    torch::Tensor encode(const torch::Tensor& ids, const torch::Tensor& keep);
    int64_t dimension() const { return bert->config().hidden; }
    int64_t maxTokens() const { return options.maxTokens; }
};

/// The folder that holds config.json and weights: that of the first module where modules.json names one, else the
/// folder itself. Throws Error: BadFile, InvalidInput.
std::filesystem::path findSentenceTransformer(const std::filesystem::path& folder);

/// What modules.json, the pooling's config.json and sentence_bert_config.json say. A folder without modules.json is
/// pooled by its mean to unit length. Throws Error: BadFile, InvalidInput, Unsupported (other modules and poolings).
SentenceOptions loadSentenceOptions(const std::filesystem::path& folder);

/// A sentence-transformers folder or a plain BERT folder, in eval mode. Throws Error as loadBert() and
/// loadSentenceOptions().
SentenceEncoder loadSentenceEncoder(const std::filesystem::path& folder, const torch::TensorOptions& options = {});

} // namespace winnow::models
