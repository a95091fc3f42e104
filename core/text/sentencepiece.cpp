#include "core/text/sentencepiece.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/text/sentencepiece_model.h"

#include <sentencepiece_processor.h>

#include <algorithm>
#include <array>
#include <limits>

namespace sentencepiece::logging {
// Exported by the library, missing in its headers: its messages would go to standard error.
void SetMinLogLevel(int level);
} // namespace sentencepiece::logging

namespace winnow::text {

namespace {

    constexpr std::uint64_t kMaxFileBytes = 256'000'000;
    constexpr int kSilent = 3;

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

    std::string validUtf8(std::string_view line)
    {
        if (isValidUtf8(line))
            return std::string(line);
        std::string out;
        for (const auto c : toCodePoints(line))
            appendUtf8(out, c);
        return out;
    }

} // namespace

struct SentencePieceTokenizer::Model {
    sentencepiece::SentencePieceProcessor processor;

    int findControl(const char* piece) const
    {
        const int id = processor.PieceToId(piece);
        return processor.IdToPiece(id) == piece ? id : -1;
    }
    /// What the model itself calls it, else by its spelling in BERT's manner.
    std::int64_t special(int own, const char* spelling) const { return own >= 0 ? own : findControl(spelling); }
};

SentencePieceTokenizer::SentencePieceTokenizer(const std::filesystem::path& fileOrFolder)
{
    const auto path = findModel(fileOrFolder);
    const std::string bytes = file::readAll(path, kMaxFileBytes);
    checkSentencePieceModel(bytes, path.string());
    sentencepiece::logging::SetMinLogLevel(kSilent);
    auto model = std::make_unique<Model>();
    const auto status = model->processor.LoadFromSerializedProto({bytes.data(), bytes.size()});
    require(status.ok(), ErrorCode::BadFile,
        join("cannot read ", path.string(), " as a SentencePiece model: ", status.error_message()));
    m_model = std::move(model);
}

SentencePieceTokenizer::~SentencePieceTokenizer() = default;

std::vector<std::int64_t> SentencePieceTokenizer::encode(std::string_view line) const
{
    const std::string valid = validUtf8(line);
    std::vector<int> ids;
    const auto status = m_model->processor.Encode({valid.data(), valid.size()}, &ids);
    require(status.ok(), ErrorCode::Internal, join("cannot cut a text into tokens: ", status.error_message()));
    return {ids.begin(), ids.end()};
}

std::string SentencePieceTokenizer::decode(std::span<const std::int64_t> ids) const
{
    std::vector<int> checked;
    for (const auto id : ids) {
        require(id >= 0 && id < vocabularySize(), ErrorCode::InvalidInput,
            join("token ", id, " is outside the vocabulary of ", vocabularySize()));
        checked.push_back(static_cast<int>(id));
    }
    std::string out;
    const auto status = m_model->processor.Decode(checked, &out);
    require(status.ok(), ErrorCode::Internal, join("cannot join tokens to a text: ", status.error_message()));
    return out;
}

std::int64_t SentencePieceTokenizer::vocabularySize() const { return m_model->processor.GetPieceSize(); }

std::int64_t SentencePieceTokenizer::beginToken() const
{
    return m_model->special(m_model->processor.bos_id(), "[CLS]");
}
std::int64_t SentencePieceTokenizer::endToken() const { return m_model->special(m_model->processor.eos_id(), "[SEP]"); }
std::int64_t SentencePieceTokenizer::padToken() const { return m_model->special(m_model->processor.pad_id(), "[PAD]"); }
std::int64_t SentencePieceTokenizer::unknownToken() const { return m_model->processor.unk_id(); }

std::int64_t SentencePieceTokenizer::pieceId(std::string_view piece) const
{
    return m_model->findControl(std::string(piece).c_str());
}

std::string SentencePieceTokenizer::piece(std::int64_t id) const
{
    require(id >= 0 && id < vocabularySize(), ErrorCode::InvalidInput,
        join("token ", id, " is outside the vocabulary of ", vocabularySize()));
    return m_model->processor.IdToPiece(static_cast<int>(id));
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
        join("the first of two texts has ", out.ids.size(), " tokens, there is room for ", most));
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
