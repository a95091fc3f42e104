#include "core/text/tokenizer_folder.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/sentencepiece.h"
#include "core/text/tokenizer_json.h"

#include <algorithm>
#include <array>

namespace winnow::text {

namespace {

    bool hasAny(const std::filesystem::path& folder, std::initializer_list<const char*> names)
    {
        std::error_code ignored;
        return std::any_of(names.begin(), names.end(),
            [&](const char* name) { return std::filesystem::is_regular_file(folder / name, ignored); });
    }

    bool hasSentencePiece(const std::filesystem::path& folder)
    {
        return hasAny(folder, {"tokenizer.model", "spm.model", "spiece.model"});
    }

} // namespace

bool hasTokenizer(const std::filesystem::path& folder)
{
    return hasSentencePiece(folder) || hasAny(folder, {"tokenizer.json", "vocab.txt"});
}

std::unique_ptr<const Tokenizer> loadTokenizer(const std::filesystem::path& folder)
{
    require(hasTokenizer(folder), ErrorCode::NotFound,
        join("folder ", folder.string(),
            " has no tokenizer: expected tokenizer.model, spm.model, tokenizer.json or vocab.txt"));
    if (hasSentencePiece(folder))
        return std::make_unique<const SentencePieceTokenizer>(folder);
    return std::make_unique<const JsonTokenizer>(folder);
}

} // namespace winnow::text
