#pragma once

#include "core/base/run_context.h"
#include "core/demo/conversation.h"
#include "core/models/llama.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace winnow::demo {

/// The embedded language model with what it needs to read scenes without a picture.
struct LanguageModel {
    std::unique_ptr<text::Tokenizer> tokenizer;
    models::Llama llama = nullptr;
    SlotTable table = nullptr;

    /// What the picture tokens of these scenes should be, [B, kSlotCount, C].
    torch::Tensor slotsOf(const std::vector<const Scene*>& scenes) const;
};

/// The model that the stage "language" wrote. Throws Error: NotFound, BadFile.
LanguageModel loadLanguageModel(const std::filesystem::path& out, const std::filesystem::path& training);

/// Greedy answers of the model to one question per row of picture tokens [B, Q, C].
std::vector<std::string> answerAbout(models::Llama& llama, const text::Tokenizer& tokenizer, const torch::Tensor& slots,
    const std::vector<std::string>& questions, std::int64_t maxNewTokens, RunContext& context);

/// Kinds named in a description against those in the scene.
struct ObjectCount {
    std::int64_t named = 0, there = 0, both = 0;
    void add(const std::string& description, const Scene& scene);
    double f1() const { return named + there > 0 ? 200.0 * double(both) / double(named + there) : 0; }
};
/// Whether the same four words follow each other at two places.
bool repeatsFourWords(const std::string& description);

} // namespace winnow::demo
