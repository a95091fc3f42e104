#pragma once

#include "core/base/run_context.h"
#include "core/evaluate/answer_file.h"
#include "core/evaluate/report.h"
#include "core/evaluate/task.h"
#include "core/models/generate.h"
#include "core/models/vision_language.h"

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {
class Tokenizer;
}
namespace winnow::dataset {
class DecodeAhead;
}

namespace winnow::evaluate {

/// MiniGPT-4's chat at inference (METHOD 6.5, newest form): the system sentence, `###Human: {}###Assistant: `.
std::string publishedChatTemplate();

/// The model's text up to the first end mark, behind the last "Assistant:", without white space around it (METHOD 6.5).
std::string cleanAnswer(std::string_view text, std::string_view endMark);

/// Token sequences that end an answer: the end mark as it is tokenised alone and behind a word.
std::vector<std::vector<std::int64_t>> stopSequences(const text::Tokenizer& tokenizer, const std::string& endMark);

/// Picture features that someone keeps: an evaluator that is given one does not look at pixels itself.
class FeatureSource {
public:
    virtual ~FeatureSource() = default;
    /// [Q, C] f32, before the projection. Throws Error where the picture cannot be read.
    virtual torch::Tensor load(const std::filesystem::path& picture) = 0;
};

struct EvaluatorOptions {
    std::int64_t batch = 16;        ///< questions a pass
    std::int64_t encodeBatch = 16;  ///< pictures a pass of the vision tower
    std::int64_t maxNewTokens = 32; ///< 300 in the published chat; a yes/no answer is read from four characters
    std::string chatTemplate = publishedChatTemplate(); ///< `{}` = the picture and the question; the embedded model is
                                                        ///< spoken to as it was trained
    std::size_t decodedAhead = 32;

    /// Throws Error(InvalidInput).
    void validate() const;
    /// What the answers depend on.
    Json recipe() const;
};

/// Asks a MiniGPT-4 every question of a set, greedily (METHOD 11, 6), and writes the answers as they come. Picture
/// features are computed once per picture. Batches of questions and of pictures are the same whether the run goes
/// through or is resumed. Thread: one at a time; the model is the evaluator's alone meanwhile.
class Evaluator {
public:
    /// The model is in eval mode on its device. Throws Error(InvalidInput).
    Evaluator(models::MiniGpt4 model, const text::Tokenizer& tokenizer, EvaluatorOptions options = {});

    /// `modelKey` names the weights (their hash): answers of another model are not continued. Progress and checkpoints
    /// per batch. Picture features come from `ready` where it is given. A picture that cannot be read gives a failed
    /// answer for each of its questions. Throws Error: Conflict, Io, DiskFull; Cancelled.
    std::vector<GivenAnswer> run(const QuestionSet& questions, const std::string& modelKey,
        const std::filesystem::path& answerFile, RunContext& context, FeatureSource* ready = nullptr);

    /// Free answers to questions about one picture's features [1, Q, C] or one row per question [n, Q, C].
    std::vector<std::string> answer(
        const torch::Tensor& features, const std::vector<std::string>& questions, RunContext& context);
    /// pixels [n, 3, S, S] → features [n, Q, C] f32, for answer().
    torch::Tensor encode(const torch::Tensor& pixels);

private:
    class Pictures;
    std::vector<GivenAnswer> answerBatch(
        const QuestionSet& questions, std::int64_t begin, std::int64_t end, Pictures& pictures, RunContext& context);

    models::MiniGpt4 m_model;
    const text::Tokenizer& m_tokenizer;
    EvaluatorOptions m_options;
    std::vector<std::vector<std::int64_t>> m_stops;
};

} // namespace winnow::evaluate
