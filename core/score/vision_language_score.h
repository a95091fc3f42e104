#pragma once

#include "core/models/vision_language.h"
#include "core/score/answer_sequence.h"
#include "core/score/picture_features.h"
#include "core/score/scorer.h"

#include <cstdint>
#include <vector>

namespace winnow::score {

/// The numbers that a MiniGPT-4 has for a pair.
enum class VisionLanguageMeasure {
    Loss,     ///< mean loss of the response's tokens behind picture and instruction
    Matching, ///< also without the picture, and the difference
    El2n,     ///< how far its guesses are from the tokens
    Grand,    ///< how far one step on this pair would push the projection
};

struct VisionLanguageOptions {
    VisionLanguageMeasure measure = VisionLanguageMeasure::Loss;
    std::int64_t tokensPerPass = 2048; ///< of a forward pass, pictures and padding included

    /// Throws Error(InvalidInput).
    void validate() const;
};

/// What a MiniGPT-4 thinks of a pair: its own training loss on it and what follows from that. The answer's end mark
/// counts, as in training.
///   Loss      L, natural logarithm, mean over the answer's tokens
///   Matching  scores L; further = {L without the picture, gain = the latter − L}. Image-text matching by the model's
///             own loss: the gain is log p(response | picture, instruction) − log p(response | instruction) per token,
///             a pointwise mutual information. "Without" is the same prompt with nothing between <Img> and </Img>: no
///             picture embeddings at all.
///   El2n      mean over the answer's tokens of ‖softmax − one-hot‖₂, 0 … √2 (Paul et al., arXiv 2107.07075, section 2;
///             mean over tokens for text, METHOD 12)
///   Grand     ‖∂L/∂(llama_proj.weight, llama_proj.bias)‖₂ of this pair alone, the only trained part (the same paper).
///             Exact: with δ_q the gradient at picture token q and x_q what the projection reads there,
///             ‖Σ_q δ_q x_qᵀ‖² = Σ_{q,r} (δ_q·δ_r)(x_q·x_r), so no [C, Cq] matrix is made per pair.
/// The paper averages EL2N and GraNd over several networks early in training; here it is one model, the one at hand.
class VisionLanguageScorer {
public:
    /// The model is in eval mode on its device. Throws Error(InvalidInput).
    VisionLanguageScorer(
        models::MiniGpt4 model, SequenceMaker sequences, PictureSource pictures, VisionLanguageOptions options = {});

    /// A pair without readable picture or without any answer token is a failure. Thread: one at a time.
    ScoredChunk score(const std::vector<ScoreItem>& items);

    /// Pairs so far whose response was cut.
    std::int64_t cutCount() const { return m_cutCount; }

private:
    struct Row {
        const ScoreItem* item = nullptr;
        AnswerSequence sequence;
        torch::Tensor features; ///< [Q, Cq] f32 on the CPU
        double value = 0;
        double blind = 0;
    };
    std::vector<Row> rowsOf(const std::vector<ScoreItem>& items, ScoredChunk& out);
    std::vector<double> measure(const std::vector<const Row*>& rows);
    std::vector<double> blindLosses(const std::vector<const Row*>& rows);
    void fillValues(std::vector<Row>& rows);

    models::MiniGpt4 m_model;
    SequenceMaker m_sequences;
    PictureSource m_pictures;
    VisionLanguageOptions m_options;
    std::int64_t m_cutCount = 0;
};

/// The same prompt without its pictures: the pieces around them joined.
AnswerSequence withoutPicture(const AnswerSequence& sequence);

/// All chunks that the sink does not have yet.
ScoreReport runVisionLanguageScore(
    const ItemSource& items, VisionLanguageScorer& scorer, ScoreSink& sink, RunContext& context);

} // namespace winnow::score
