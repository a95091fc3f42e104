#pragma once

#include "core/text/piece_tree.h"
#include "core/text/sentencepiece_model.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace winnow::text {

/// The rewriting of a text before it is cut: the model's character table, blanks, the dummy prefix.
class SentencePieceNormalizer {
public:
    /// The content must outlive it; `userDefined` are pieces that nothing rewrites.
    SentencePieceNormalizer(const SentencePieceContent& content, const PieceTree& userDefined);

    std::string normalize(std::string_view line) const;

private:
    struct Step {
        std::string_view text; ///< what comes out
        std::size_t used = 0;  ///< bytes that went in
    };
    Step step(std::string_view rest) const;
    Step longestRule(std::string_view rest) const;
    std::uint32_t unit(std::size_t index) const;

    const SentencePieceContent& m_content;
    const PieceTree& m_userDefined;
    std::string_view m_trie;
    std::string_view m_texts;
};

/// Cuts a normalised text into pieces: the best path over piece scores (unigram) or joining the best-scored neighbours
/// (byte pairs). Thread: any.
class SentencePieceSegmenter {
public:
    struct Cut {
        std::string_view text; ///< of the normalised text
        std::int32_t id = 0;
    };

    explicit SentencePieceSegmenter(const SentencePieceContent& content);

    std::vector<Cut> cut(std::string_view normalized) const;
    const PieceTree& userDefined() const { return m_userDefined; }
    std::int32_t unknownId() const { return m_unknownId; }

private:
    struct Symbol;
    struct Joinable;
    class JoinQueue;

    std::vector<Cut> cutByPaths(std::string_view normalized) const;
    std::vector<Cut> cutByJoining(std::string_view normalized) const;
    std::vector<Symbol> singleSymbols(std::string_view normalized) const;
    void offerJoin(const std::vector<Symbol>& symbols, std::int32_t left, std::int32_t right, JoinQueue& queue) const;
    void appendSplit(std::string_view text, const JoinQueue& queue, std::vector<Cut>& out, int depth) const;
    std::int32_t idOf(std::string_view text) const;

    const SentencePieceContent& m_content;
    std::unordered_map<std::string_view, std::int32_t> m_ids; ///< every piece
    std::unordered_map<std::string_view, std::int32_t>
        m_joinable; ///< what texts are made of: no control, byte or unknown
    PieceTree m_tree, m_userDefined;
    std::int32_t m_unknownId = 0;
    float m_lowestScore = 0, m_highestScore = 0;
};

} // namespace winnow::text
