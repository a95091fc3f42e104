#include "core/text/byte_pairs.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/sentencepiece_model.h"

#include <algorithm>

namespace winnow::text {

namespace {

    using Pair = BytePairModel::Pair;

    constexpr std::size_t kMaxMerges = 4'000'000;

    /// "a b" or ["a", "b"].
    Pair readMerge(const SortedJson& entry, std::size_t number, const std::string& what)
    {
        if (entry.is_array() && entry.size() == 2 && entry[0].is_string() && entry[1].is_string())
            return {entry[0].get<std::string>(), entry[1].get<std::string>()};
        const auto line = entry.is_string() ? entry.get<std::string>() : std::string();
        const auto blank = line.find(' ');
        const bool isPair =
            blank != line.npos && blank > 0 && blank + 1 < line.size() && line.find(' ', blank + 1) == line.npos;
        require(isPair, ErrorCode::BadFile, [&] { return join(what, ": merge ", number + 1, " is not two tokens"); });
        return {line.substr(0, blank), line.substr(blank + 1)};
    }

} // namespace

BytePairModel::BytePairModel(
    TokenVocabulary vocabulary, const std::vector<Pair>& merges, BytePairOptions options, const std::string& what)
    : m_vocabulary(std::move(vocabulary))
    , m_options(std::move(options))
    , m_unknown(m_options.unknownToken.empty() ? -1 : m_vocabulary.find(m_options.unknownToken))
{
    require(m_options.unknownToken.empty() || m_unknown >= 0, ErrorCode::BadFile,
        join(what, ": the unknown token ", shortened(m_options.unknownToken, 40), " is not in the vocabulary"));
    const auto idOf = [&](const std::string& token, std::size_t number) {
        const auto id = m_vocabulary.find(token);
        require(id >= 0, ErrorCode::BadFile, [&] {
            return join(what, ": merge ", number + 1, " needs the token ", shortened(token, 40),
                ", which is not in the vocabulary");
        });
        return id;
    };
    for (std::size_t i = 0; i < merges.size(); ++i) {
        const auto& [left, right] = merges[i];
        const bool isInside = !m_options.continuation.empty() && right.starts_with(m_options.continuation);
        const auto whole = left + right.substr(isInside ? m_options.continuation.size() : 0);
        m_merges.add(idOf(left, i), idOf(right, i), {static_cast<std::int32_t>(i), idOf(whole, i)});
    }
    for (std::size_t byte = 0; byte < m_byteIds.size(); ++byte)
        m_byteIds[byte] = m_vocabulary.find(spellBytePiece(static_cast<unsigned char>(byte)));
}

bool BytePairModel::appendBytes(std::string_view character, std::vector<std::int32_t>& out) const
{
    const auto idOf = [&](char byte) { return m_byteIds[static_cast<unsigned char>(byte)]; };
    if (!std::all_of(character.begin(), character.end(), [&](char byte) { return idOf(byte) >= 0; }))
        return false;
    for (const char byte : character)
        out.push_back(idOf(byte));
    return true;
}

std::vector<std::int32_t> BytePairModel::symbolsOf(std::string_view word) const
{
    std::vector<std::int32_t> out;
    std::string symbol;
    bool isBehindUnknown = false;
    for (std::size_t begin = 0; begin < word.size();) {
        auto end = begin + 1;
        while (end < word.size() && (word[end] & 0xC0) == 0x80)
            ++end;
        const auto character = word.substr(begin, end - begin);
        symbol = begin == 0 ? std::string() : m_options.continuation;
        symbol += character;
        if (end == word.size())
            symbol += m_options.wordEnd;
        begin = end;
        if (const auto id = m_vocabulary.find(symbol); id >= 0) {
            out.push_back(id);
            isBehindUnknown = false;
            continue;
        }
        if (m_options.byteFallback && appendBytes(symbol, out)) {
            isBehindUnknown = false;
            continue;
        }
        if (m_unknown >= 0 && !(m_options.joinsUnknown && isBehindUnknown))
            out.push_back(m_unknown);
        isBehindUnknown = true;
    }
    return out;
}

void BytePairModel::append(std::string_view word, std::vector<std::int64_t>& out) const
{
    if (m_options.takesWholeWords)
        if (const auto id = m_vocabulary.find(word); id >= 0) {
            out.push_back(id);
            return;
        }
    for (const auto id : joinPairs(symbolsOf(word), m_merges))
        out.push_back(id);
}

std::vector<BytePairModel::Pair> readMerges(const SortedJson& model, const std::string& what)
{
    const auto found = model.find("merges");
    require(found != model.end() && found->is_array() && found->size() <= kMaxMerges, ErrorCode::BadFile,
        join(what, ": the BPE model has no list of at most ", kMaxMerges, " merges"));
    std::vector<BytePairModel::Pair> out;
    out.reserve(found->size());
    for (const auto& entry : *found)
        out.push_back(readMerge(entry, out.size(), what));
    return out;
}

} // namespace winnow::text
