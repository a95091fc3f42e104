#pragma once

#include "core/base/json.h"

#include <functional>
#include <string>
#include <vector>

namespace winnow::text {

/// Part of a text that the model sees as one word.
struct WordPart {
    std::string text;
    bool isAtStart = false; ///< of the whole text
};
using WordParts = std::vector<WordPart>;

/// Cuts every part into words and rewrites them (bytes as printable characters, blanks as U+2581). Empty parts go.
using PreTokenizer = std::function<WordParts(WordParts)>;

/// White space ends a word and goes, a punctuation character is a word of its own: what BERT does after normalising.
WordParts cutForBert(const WordParts& parts);

/// The "pre_tokenizer" of a tokenizer.json; null gives one that cuts nothing. Throws Error: BadFile, Unsupported
/// (another kind than BertPreTokenizer, ByteLevel, Digits, Metaspace, Punctuation, Sequence, Split, Whitespace,
/// WhitespaceSplit). `what` names the file.
PreTokenizer readPreTokenizer(const Json& object, const std::string& what);

} // namespace winnow::text
