#pragma once

#include "core/text/added_tokens.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/text_normalizer.h"
#include "core/text/token_decoder.h"
#include "core/text/token_vocabulary.h"
#include "core/text/tokenizer_json.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace winnow::text {

/// The pipeline of a tokenizer file, ready to run.
struct JsonTokenizer::Parts {
    TextNormalizer normalize;
    PreTokenizer cut;
    std::unique_ptr<const TokenModel> model;
    TokenDecoder decode;
    AddedTokens added;
    std::vector<std::int64_t> before; ///< the post-processor's frame
    std::vector<std::int64_t> after;
    std::int64_t begin = -1;
    std::int64_t end = -1;
    std::int64_t pad = -1;

    /// A tokenizer.json. Throws Error: NotFound, BadFile, TooLarge, Unsupported.
    static Parts loadJson(const std::filesystem::path& path);
    /// BERT's vocab.txt.
    static Parts loadWordPieces(const std::filesystem::path& path);

    std::int64_t find(std::string_view spelling) const
    {
        const auto id = added.find(spelling);
        return id >= 0 ? id : model->vocabulary().find(spelling);
    }
    void append(std::string_view line, AddedTokens::Reading reading, std::vector<std::int64_t>& out) const;

private:
    /// Begin, end and padding as tokenizer_config.json names them, else the frame's, else by their usual spelling.
    void nameSpecials(const std::filesystem::path& folder);
};

} // namespace winnow::text
