#pragma once

#include "core/base/json.h"

#include <functional>
#include <string>
#include <vector>

namespace winnow::text {

/// Rewrites the spellings of a text's tokens; joined they are the text.
using TokenDecoder = std::function<std::vector<std::string>(std::vector<std::string>)>;

/// BERT's: a blank before every token but those that go on with a word ("##s").
TokenDecoder wordPieceDecoder(const std::string& continuation, bool cleansUp);

/// The "decoder" of a tokenizer.json; null gives one that puts blanks between the tokens. `wordEnd` is the model's mark
/// for the end of a word, where it has one. Throws Error: BadFile, Unsupported (another kind than BPEDecoder,
/// ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Sequence, Strip, WordPiece). `what` names the file.
TokenDecoder readDecoder(const Json& object, const std::string& wordEnd, const std::string& what);

} // namespace winnow::text
