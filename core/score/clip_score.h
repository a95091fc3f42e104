#pragma once

#include "core/domain/metric.h"
#include "core/models/clip.h"
#include "core/score/scorer.h"

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {
class ClipTokenizer;
}

namespace winnow::dataset {
class DecodeAhead;
}

namespace winnow::score {

struct ClipScoreOptions {
    Mode mode = Mode::Corrected;
    std::int64_t imageBatch = 32;   ///< pictures a pass
    std::int64_t textTokens = 4096; ///< tokens a pass of the text tower, padding included
    bool wantScores = true;         ///< false: vectors only, the text tower rests
    bool wantFeatures = false;      ///< also the picture's vector: projected, not of unit length (METHOD 4.5)
    std::size_t decodedAhead = 64;  ///< pictures that may wait between decoder and tower

    /// Throws Error(InvalidInput).
    void validate() const;
};

/// How well a response fits its picture: 100 · v · mean_j t_j with v and t_j the unit vectors of picture and pieces
/// (text::splitSentences), the mean not of unit length again; that is 100 · mean_j cos(v, t_j). −100 … 100, higher fits
/// better; rounded to four decimals in published mode. With several turns all responses' pieces count in corrected mode
/// (each response gives at most ten); published joins nothing and has one response. A picture that cannot be read, and
/// a text without any piece, is a failure with its reason; the rest goes on. Identical pieces of a chunk are encoded
/// once, pieces are batched by length, pictures are decoded ahead on a thread of their own. Source: InstructionGPT-4
/// (arXiv 2308.12067), METHOD 4.1; after Hessel et al., CLIPScore, EMNLP 2021, without clamp.
class ClipScorer {
public:
    /// The model is in eval mode on its device; tokenizer and model outlive the scorer. Throws Error(InvalidInput).
    ClipScorer(models::Clip model, const text::ClipTokenizer& tokenizer, ClipScoreOptions options);

    /// One chunk: pictures from disk and texts to scores (and vectors). Thread: one at a time.
    ScoredChunk score(const std::vector<ScoreItem>& items);

    /// pieces of text → unit vectors [n, E] f32 on the CPU, in their order.
    torch::Tensor encodeTexts(const std::vector<std::string>& pieces);
    /// The pieces of all responses that count for the score; none where there is no text.
    std::vector<std::string> piecesOf(const ScoreItem& item) const;

    const ClipScoreOptions& options() const { return m_options; }
    std::int64_t dimension() const { return m_model->config().embedding; }

private:
    struct Pictures {
        torch::Tensor vectors;             ///< [n, E] f32 on the CPU, not of unit length; rows of failed pictures are 0
        std::vector<std::string> failures; ///< per item, empty where it worked
    };
    struct Texts {
        torch::Tensor vectors;                         ///< [m, E] f32 on the CPU, unit rows, one per different piece
        std::vector<std::vector<std::int64_t>> pieces; ///< per item, rows of vectors
        std::vector<bool> isRead;                      ///< per item; false where there was no picture to compare with
    };
    Pictures encodePictures(const std::vector<ScoreItem>& items, dataset::DecodeAhead& decoder);
    Texts encodePieces(const std::vector<ScoreItem>& items);
    void addScores(const std::vector<ScoreItem>& items, const Pictures& pictures, const Texts& texts, ScoredChunk& out);
    torch::TensorOptions pixelOptions() const;

    models::Clip m_model;
    const text::ClipTokenizer& m_tokenizer;
    ClipScoreOptions m_options;
};

/// All chunks that the sink does not have yet.
ScoreReport runClipScore(const ItemSource& items, ClipScorer& scorer, ScoreSink& sink, RunContext& context);

} // namespace winnow::score
