#pragma once

#include "core/text/sentencepiece.h"

#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {

/// What a model file says (sentencepiece_model.proto), with the defaults of the format.
struct SentencePieceContent {
    std::vector<SentencePiece> pieces; ///< by id
    SentencePieceOptions options{.algorithm = SentencePieceOptions::Algorithm::Unigram,
        .byteFallback = false,
        .removeExtraWhitespace = true,
        .padPiece = "<pad>"};
    std::string unknownSurface = " \xE2\x81\x87 "; ///< what an unknown id reads as
    bool whitespaceIsSuffix = false;               ///< the dummy blank stands behind the text
    bool escapesWhitespace = true;                 ///< blanks become U+2581
    std::string normalization; ///< [size of the trie][double-array trie][texts, each ended by 0], or empty
};

/// Throws Error unless the bytes are a model that can be used without leaving its own memory: well-formed message,
/// pieces of known kind, each once, with finite scores, one of them unknown, all or no bytes, and a normalisation table
/// whose every step stays inside: BadFile. Unsupported: word and character models. `what` names the file.
SentencePieceContent readSentencePieceModel(std::string_view bytes, const std::string& what);

/// The piece that stands for a byte: "<0x0A>".
std::string spellBytePiece(unsigned char byte);

/// The bytes of a model file (sentencepiece_model.proto).
std::string toModelBytes(const std::vector<SentencePiece>& pieces, const SentencePieceOptions& options);

} // namespace winnow::text
