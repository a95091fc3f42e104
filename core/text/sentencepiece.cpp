#include "core/text/sentencepiece.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/text/sentencepiece_model.h"
#include "core/text/sentencepiece_segmenter.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <unordered_map>

namespace winnow::text {

namespace {

    constexpr std::uint64_t kMaxFileBytes = 256'000'000;

    std::filesystem::path findModel(const std::filesystem::path& fileOrFolder)
    {
        static constexpr std::array<std::string_view, 3> kNames{"tokenizer.model", "spm.model", "spiece.model"};
        std::error_code ignored;
        if (!std::filesystem::is_directory(fileOrFolder, ignored))
            return fileOrFolder;
        for (const auto name : kNames)
            if (std::filesystem::exists(fileOrFolder / name, ignored))
                return fileOrFolder / name;
        throw Error(ErrorCode::NotFound,
            join("folder ", fileOrFolder.string(),
                " has no SentencePiece model: expected tokenizer.model or spm.model"));
    }

    /// Bytes as text; each one that is not part of a valid character becomes U+FFFD.
    void appendBytes(std::string& out, std::string& bytes)
    {
        for (const auto c : toCodePoints(bytes))
            appendUtf8(out, c);
        bytes.clear();
    }

} // namespace

/// The content of the file and what was made of it.
class SentencePieceTokenizer::Model {
public:
    using Kind = SentencePiece::Kind;

    explicit Model(SentencePieceContent read)
        : content(std::move(read))
        , segmenter(content)
        , normalizer(content, segmenter.userDefined())
    {
        for (std::size_t i = 0; i < content.pieces.size(); ++i)
            m_ids.emplace(content.pieces[i].text, static_cast<std::int64_t>(i));
        for (int byte = 0; byte < 256 && content.options.byteFallback; ++byte)
            m_byteIds.at(static_cast<std::size_t>(byte)) = find(spellBytePiece(static_cast<unsigned char>(byte)));
    }

    const SentencePiece& piece(std::int64_t id) const { return content.pieces[static_cast<std::size_t>(id)]; }
    std::int64_t find(std::string_view text) const
    {
        const auto found = m_ids.find(text);
        return found == m_ids.end() ? -1 : found->second;
    }
    /// What the model itself calls it, else by its spelling in BERT's manner.
    std::int64_t findControl(const std::string& own, std::string_view spelling) const
    {
        const auto id = find(own);
        return id >= 0 && piece(id).kind == Kind::Control ? id : find(spelling);
    }
    void append(const SentencePieceSegmenter::Cut& cut, bool isBehindUnknown, std::vector<std::int64_t>& out) const;
    std::string_view spelled(std::int64_t id, bool isAtStart, std::string& replacedBlanks, bool& hadBlank) const;

    const SentencePieceContent content;
    const SentencePieceSegmenter segmenter;
    const SentencePieceNormalizer normalizer;

private:
    std::unordered_map<std::string_view, std::int64_t> m_ids;
    std::array<std::int64_t, 256> m_byteIds{};
};

/// Unknown text becomes its bytes where the model has them; else a run of it is one unknown token.
void SentencePieceTokenizer::Model::append(
    const SentencePieceSegmenter::Cut& cut, bool isBehindUnknown, std::vector<std::int64_t>& out) const
{
    const bool isUnknown = cut.id == segmenter.unknownId();
    if (isUnknown && content.options.byteFallback) {
        for (const char c : cut.text)
            out.push_back(m_byteIds[static_cast<unsigned char>(c)]);
        return;
    }
    if (!isUnknown || !isBehindUnknown)
        out.push_back(cut.id);
}

/// How a piece that is no byte reads. At the start of a text the blank that was put before it goes away.
std::string_view SentencePieceTokenizer::Model::spelled(
    std::int64_t id, bool isAtStart, std::string& replacedBlanks, bool& hadBlank) const
{
    hadBlank = false;
    if (piece(id).kind == Kind::Control)
        return {};
    if (piece(id).kind == Kind::Unknown)
        return content.unknownSurface;
    std::string_view text = piece(id).text;
    const bool dropsBlank = content.options.addDummyPrefix || content.options.removeExtraWhitespace;
    if (isAtStart && dropsBlank && text.starts_with(kBlank)) {
        text.remove_prefix(kBlank.size());
        hadBlank = !content.options.removeExtraWhitespace;
    }
    replacedBlanks = replaced(text, kBlank, " ");
    return replacedBlanks;
}

SentencePieceTokenizer::SentencePieceTokenizer(const std::filesystem::path& fileOrFolder)
{
    const auto path = findModel(fileOrFolder);
    m_model = std::make_unique<const Model>(readSentencePieceModel(file::readAll(path, kMaxFileBytes), path.string()));
}

SentencePieceTokenizer::~SentencePieceTokenizer() = default;

std::vector<std::int64_t> SentencePieceTokenizer::encode(std::string_view line) const
{
    const std::string normalized = m_model->normalizer.normalize(line);
    std::vector<std::int64_t> out;
    bool isBehindUnknown = false;
    for (const auto& cut : m_model->segmenter.cut(normalized)) {
        m_model->append(cut, isBehindUnknown, out);
        isBehindUnknown = cut.id == m_model->segmenter.unknownId();
    }
    return out;
}

std::string SentencePieceTokenizer::decode(std::span<const std::int64_t> ids) const
{
    std::string out, bytes, replacedBlanks;
    bool isAtStart = true, hadBlank = false;
    for (const auto id : ids) {
        require(id >= 0 && id < vocabularySize(), ErrorCode::InvalidInput,
            [&] { return join("token ", id, " is outside the vocabulary of ", vocabularySize()); });
        const auto& piece = m_model->piece(id);
        if (piece.kind == SentencePiece::Kind::Byte) {
            bytes += static_cast<char>(std::stoi(piece.text.substr(3, 2), nullptr, 16));
            continue;
        }
        appendBytes(out, bytes);
        isAtStart = isAtStart && !hadBlank && out.empty();
        out += m_model->spelled(id, isAtStart, replacedBlanks, hadBlank);
    }
    appendBytes(out, bytes);
    return out;
}

std::int64_t SentencePieceTokenizer::vocabularySize() const
{
    return static_cast<std::int64_t>(m_model->content.pieces.size());
}

std::int64_t SentencePieceTokenizer::beginToken() const
{
    return m_model->findControl(m_model->content.options.beginPiece, "[CLS]");
}
std::int64_t SentencePieceTokenizer::endToken() const
{
    return m_model->findControl(m_model->content.options.endPiece, "[SEP]");
}
std::int64_t SentencePieceTokenizer::padToken() const
{
    return m_model->findControl(m_model->content.options.padPiece, "[PAD]");
}
std::int64_t SentencePieceTokenizer::unknownToken() const { return m_model->segmenter.unknownId(); }
std::int64_t SentencePieceTokenizer::pieceId(std::string_view piece) const { return m_model->find(piece); }

std::string SentencePieceTokenizer::piece(std::int64_t id) const
{
    require(id >= 0 && id < vocabularySize(), ErrorCode::InvalidInput,
        [&] { return join("token ", id, " is outside the vocabulary of ", vocabularySize()); });
    return m_model->piece(id).text;
}

std::vector<std::int64_t> SentencePieceTokenizer::encodeReadingSpecials(std::string_view line) const
{
    std::vector<std::int64_t> out{beginToken()};
    const std::array<std::int64_t, 3> specials{beginToken(), endToken(), unknownToken()};
    while (!line.empty()) {
        std::size_t at = line.size(), size = 0;
        std::int64_t special = -1;
        for (const auto id : specials) {
            const std::string spelling = id >= 0 ? piece(id) : std::string();
            const auto found = spelling.empty() ? std::string_view::npos : line.find(spelling);
            if (found >= at)
                continue;
            at = found;
            size = spelling.size();
            special = id;
        }
        const auto plain = encode(line.substr(0, at));
        out.insert(out.end(), plain.begin(), plain.end());
        if (special >= 0)
            out.push_back(special);
        line.remove_prefix(at + size);
    }
    return out;
}

TokenPair SentencePieceTokenizer::encodePair(std::string_view first, std::string_view second, std::size_t maxIds) const
{
    const auto begin = beginToken(), end = endToken();
    require(begin >= 0 && end >= 0, ErrorCode::InvalidInput,
        "cannot join two texts: the SentencePiece model has no begin and end token");
    TokenPair out;
    out.ids = encodeSingle(first);
    const auto most = maxIds == 0 ? std::numeric_limits<std::size_t>::max() : maxIds;
    require(out.ids.size() + 1 <= most, ErrorCode::InvalidInput,
        [&] { return join("the first of two texts has ", out.ids.size(), " tokens, there is room for ", most); });
    out.typeIds.assign(out.ids.size(), 0);
    auto rest = encode(second);
    rest.resize(std::min(rest.size(), most - out.ids.size() - 1));
    rest.push_back(end);
    out.ids.insert(out.ids.end(), rest.begin(), rest.end());
    out.typeIds.resize(out.ids.size(), 1);
    return out;
}

std::vector<std::int64_t> SentencePieceTokenizer::encodeSingle(std::string_view line, std::size_t maxIds) const
{
    const auto begin = beginToken(), end = endToken();
    require(begin >= 0 && end >= 0 && maxIds != 1, ErrorCode::InvalidInput,
        "cannot frame a text: the SentencePiece model has no begin and end token, or there is no room for them");
    auto ids = encode(line);
    if (maxIds > 0)
        ids.resize(std::min(ids.size(), maxIds - 2));
    ids.insert(ids.begin(), begin);
    ids.push_back(end);
    return ids;
}

} // namespace winnow::text
