#include "core/text/tokenizer_json.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/characters.h"
#include "core/text/tokenizer_json_parts.h"

#include <algorithm>

namespace winnow::text {

using Reading = AddedTokens::Reading;

/// Raw text, cut at tokens that nothing rewrites; the rest rewritten and cut at the others; then words, then tokens.
void JsonTokenizer::Parts::append(std::string_view line, Reading reading, std::vector<std::int64_t>& out) const
{
    bool isAtStart = true;
    for (const auto& raw : added.cut(line, false, reading)) {
        if (raw.id >= 0) {
            out.push_back(raw.id);
            isAtStart = false;
            continue;
        }
        const auto rewritten = normalize(std::string(raw.text));
        for (const auto& part : added.cut(rewritten, true, reading)) {
            if (part.id >= 0)
                out.push_back(part.id);
            else if (!part.text.empty())
                for (const auto& word : cut({{std::string(part.text), isAtStart}}))
                    model->append(word.text, out);
            isAtStart = false;
        }
    }
}

namespace {

    std::filesystem::path findFile(const std::filesystem::path& fileOrFolder)
    {
        std::error_code ignored;
        if (!std::filesystem::is_directory(fileOrFolder, ignored))
            return fileOrFolder;
        for (const char* const name : {"tokenizer.json", "vocab.txt"})
            if (std::filesystem::exists(fileOrFolder / name, ignored))
                return fileOrFolder / name;
        throw Error(ErrorCode::NotFound,
            join("folder ", fileOrFolder.string(), " has no tokenizer: expected tokenizer.json or vocab.txt"));
    }

} // namespace

JsonTokenizer::JsonTokenizer(const std::filesystem::path& fileOrFolder)
{
    const auto path = findFile(fileOrFolder);
    m_parts =
        std::make_unique<const Parts>(path.extension() == ".txt" ? Parts::loadWordPieces(path) : Parts::loadJson(path));
}

JsonTokenizer::~JsonTokenizer() = default;

std::vector<std::int64_t> JsonTokenizer::encode(std::string_view line) const
{
    std::vector<std::int64_t> out;
    m_parts->append(toValidUtf8(line), Reading::Plain, out);
    return out;
}

std::vector<std::int64_t> JsonTokenizer::encodeReadingSpecials(std::string_view line) const
{
    std::vector<std::int64_t> out;
    m_parts->append(toValidUtf8(line), Reading::WithSpecials, out);
    return out;
}

std::size_t JsonTokenizer::frameSize() const { return m_parts->before.size() + m_parts->after.size(); }

std::vector<std::int64_t> JsonTokenizer::encodeForModel(std::string_view line, std::size_t maxIds) const
{
    require(maxIds == 0 || maxIds >= frameSize(), ErrorCode::InvalidInput,
        join("a text of at most ", maxIds, " tokens has no room for the ", frameSize(), " around it"));
    auto ids = encode(line);
    if (maxIds > 0)
        ids.resize(std::min(ids.size(), maxIds - frameSize()));
    ids.insert(ids.begin(), m_parts->before.begin(), m_parts->before.end());
    ids.insert(ids.end(), m_parts->after.begin(), m_parts->after.end());
    return ids;
}

std::string JsonTokenizer::decode(std::span<const std::int64_t> ids) const
{
    std::vector<std::string> spellings;
    for (const auto id : ids) {
        require(id >= 0 && id < vocabularySize(), ErrorCode::InvalidInput,
            [&] { return join("token ", id, " is outside the vocabulary of ", vocabularySize()); });
        if (m_parts->added.isSpecial(id))
            continue;
        const auto* const added = m_parts->added.findReading(id);
        const bool isKnown = id < m_parts->model->vocabulary().size();
        if (added != nullptr || isKnown)
            spellings.push_back(added != nullptr ? *added : m_parts->model->vocabulary().spelling(id));
    }
    std::string out;
    for (const auto& part : m_parts->decode(std::move(spellings)))
        out += part;
    return out;
}

std::int64_t JsonTokenizer::vocabularySize() const
{
    return std::max(m_parts->model->vocabulary().size(), m_parts->added.size());
}

std::int64_t JsonTokenizer::beginToken() const { return m_parts->begin; }
std::int64_t JsonTokenizer::endToken() const { return m_parts->end; }
std::int64_t JsonTokenizer::padToken() const { return m_parts->pad; }
std::int64_t JsonTokenizer::tokenId(std::string_view spelling) const { return m_parts->find(spelling); }

} // namespace winnow::text
