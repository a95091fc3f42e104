#pragma once

#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>

namespace winnow::text {

/// Whether a model folder has a tokenizer that loadTokenizer() knows.
bool hasTokenizer(const std::filesystem::path& folder);

/// The tokenizer of a model folder: its SentencePiece model where there is one, else tokenizer.json, else BERT's
/// vocab.txt. Throws Error: NotFound, BadFile, TooLarge, Unsupported.
std::unique_ptr<const Tokenizer> loadTokenizer(const std::filesystem::path& folder);

} // namespace winnow::text
