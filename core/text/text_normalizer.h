#pragma once

#include "core/base/json.h"

#include <functional>
#include <string>

namespace winnow::text {

/// Valid UTF-8 → the text as its tokenizer rewrites it before anything is cut.
using TextNormalizer = std::function<std::string(std::string)>;

/// The settings of BERT's basic tokenizer, with the defaults of the published uncased models.
struct BertNormalization {
    bool cleanText = true;      ///< control characters go, every white space becomes a blank
    bool setsIdeographs = true; ///< a blank on both sides of each
    bool stripAccents = true;
    bool lowercase = true;
};

/// Source: google-research/bert, tokenization.py, BasicTokenizer; order of steps as in Hugging Face's tokenizers.
std::string normalizeForBert(std::string line, const BertNormalization& how);

/// The "normalizer" of a tokenizer.json; null gives one that changes nothing. Throws Error: BadFile, Unsupported
/// (another kind than BertNormalizer, Lowercase, NFC, NFD, NFKC, NFKD, Prepend, Replace, Sequence, Strip,
/// StripAccents). `what` names the file.
TextNormalizer readNormalizer(const Json& object, const std::string& what);

} // namespace winnow::text
