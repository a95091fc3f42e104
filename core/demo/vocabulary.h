#pragma once

#include "core/text/bpe.h"
#include "core/text/sentencepiece.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>

namespace winnow::demo {

/// Writes a SentencePiece `tokenizer.model` into the folder (unigram with byte fallback, "<unk> <s> </s>" = 0 1 2) and
/// loads it. Every word of the grammar and of the conversation templates is one piece; plurals are their noun and an
/// ending. Anything else falls back to letters and bytes, so any text can be encoded. Throws Error: DiskFull, Io.
std::unique_ptr<text::Tokenizer> makeLanguageTokenizer(const std::filesystem::path& folder);

/// Writes a SentencePiece `spm.model` into the folder in the layout of DeBERTa-v3 (unigram, [PAD] [CLS] [SEP] [UNK] = 0
/// 1 2 3, then the 256 bytes) and loads it. Every word of the grammar is one piece, any other word is spelled. Throws
/// Error: DiskFull, Io.
std::unique_ptr<text::SentencePieceTokenizer> makeRewardTokenizer(const std::filesystem::path& folder);

/// Writes CLIP's two vocabulary files into the folder, its merges learned on the words of the grammar until each is one
/// token, and loads them; the end-of-text token is the last one. Throws Error: DiskFull, Io.
std::unique_ptr<text::ClipTokenizer> makeClipTokenizer(const std::filesystem::path& folder);

} // namespace winnow::demo
