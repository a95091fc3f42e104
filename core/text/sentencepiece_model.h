#pragma once

#include "core/text/sentencepiece.h"

#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {

/// Throws Error(BadFile) unless the bytes are a SentencePiece model that the library can use without leaving its own
/// memory: well-formed message, known piece kinds, finite scores, one unknown piece, and a normalisation table whose
/// every step stays inside. `what` names the file.
void checkSentencePieceModel(std::string_view bytes, const std::string& what);

/// The bytes of a model file (sentencepiece_model.proto).
std::string toModelBytes(const std::vector<SentencePiece>& pieces, const SentencePieceOptions& options);

} // namespace winnow::text
