#pragma once

#include "core/base/random.h"
#include "core/demo/grammar.h"
#include "core/demo/slots.h"

#include <torch/types.h>

#include <vector>

namespace winnow::demo {

/// Several conversations about one scene each, packed behind a common prefix: every turn sees the prefix with the
/// picture tokens and itself, and its positions go on where the prefix ends.
struct PackedBatch {
    torch::Tensor ids;       ///< [B, T] i64; anything at the picture's places
    torch::Tensor positions; ///< [B, T] i64
    torch::Tensor mask;      ///< [B, 1, T, T] added to the scores
    torch::Tensor slots;     ///< [B, Q, 4] i64, see SlotWords
    std::int64_t slotStart = 0;

    torch::Tensor answerRows, answerTokens;   ///< places (b * T + t) whose next token is answered, and that token
    torch::Tensor captionRows, captionTokens; ///< the same within descriptions
    /// Places where a kind or a place has just been named, and what is true of it: is it there, kind, colour, count,
    /// place; and where a colour or a setting has been claimed, and whether it is so.
    torch::Tensor probeRows, probeLabels; ///< [n], [n, 5] i64
    /// Ends of sentences in descriptions, and the place that the next one speaks of (kPlaceCount: none).
    torch::Tensor nextRows, nextLabels;
};

/// Writes packed conversations: questions of every topic about each scene, and a description of every second one, whose
/// place four more questions take otherwise.
class ConversationWriter {
public:
    ConversationWriter(const text::Tokenizer& tokenizer, const SlotWords& words)
        : m_tokenizer(tokenizer)
        , m_words(words)
    {
    }

    PackedBatch write(const std::vector<const Scene*>& scenes, int questionsPerScene, Random& random) const;

private:
    struct Row;
    Row beginRow(const std::vector<std::int64_t>& prefix) const;
    static void fillTokens(std::vector<Row>& rows, PackedBatch& batch);
    static void fillTargets(const std::vector<Row>& rows, PackedBatch& batch);
    void addTurn(Row& row, const Scene& scene, const Question& question, bool isDescription, bool isChat) const;
    void addProbes(Row& row, const Scene& scene, std::size_t first, std::size_t answerFirst, bool isDescription) const;

    const text::Tokenizer& m_tokenizer;
    const SlotWords& m_words;
};

} // namespace winnow::demo
