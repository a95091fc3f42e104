#include "core/text/sentencepiece_model.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"

#include <cmath>
#include <cstring>
#include <set>

namespace winnow::text {

namespace {

    constexpr std::size_t kMaxPieces = 2'000'000;
    constexpr std::size_t kMaxPieceSize = 10'000;

    [[noreturn]] void fail(const std::string& what, const std::string& problem)
    {
        throw Error(ErrorCode::BadFile, join("cannot read ", what, " as a SentencePiece model: ", problem));
    }

    /// One field of a protobuf message; numbers of every wire type are in `number`.
    struct Field {
        std::uint64_t id = 0;
        int wire = 0;
        std::uint64_t number = 0;
        std::string_view bytes;
    };

    class Message {
    public:
        Message(std::string_view bytes, const std::string& what)
            : m_rest(bytes)
            , m_what(what)
        {
        }

        bool next(Field& field)
        {
            if (m_rest.empty())
                return false;
            const auto tag = varint();
            field = {tag >> 3, static_cast<int>(tag & 7), 0, {}};
            switch (field.wire) {
            case 0:
                field.number = varint();
                return true;
            case 1:
                field.number = fixed(8);
                return true;
            case 2:
                field.bytes = take(varint());
                return true;
            case 5:
                field.number = fixed(4);
                return true;
            default:
                fail(m_what, "it is not a message of that format");
            }
        }

    private:
        std::string_view take(std::uint64_t size)
        {
            if (size > m_rest.size())
                fail(m_what, "it is cut off");
            const auto out = m_rest.substr(0, size);
            m_rest.remove_prefix(size);
            return out;
        }
        std::uint64_t fixed(std::size_t size)
        {
            std::uint64_t value = 0;
            std::memcpy(&value, take(size).data(), size);
            return value;
        }
        std::uint64_t varint()
        {
            std::uint64_t value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                const auto byte = static_cast<unsigned char>(take(1)[0]);
                value |= std::uint64_t(byte & 0x7F) << shift;
                if (byte < 0x80)
                    return value;
            }
            fail(m_what, "it is not a message of that format");
        }

        std::string_view m_rest;
        const std::string& m_what;
    };

    SentencePiece readPiece(std::string_view bytes, const std::string& what)
    {
        Message message(bytes, what);
        SentencePiece piece;
        std::uint64_t kind = 1;
        for (Field field; message.next(field);) {
            if (field.id == 1 && field.wire == 2)
                piece.text = field.bytes;
            if (field.id == 2 && field.wire == 5)
                std::memcpy(&piece.score, &field.number, sizeof piece.score);
            if (field.id == 3 && field.wire == 0)
                kind = field.number;
        }
        if (piece.text.empty() || piece.text.size() > kMaxPieceSize || kind < 1 || kind > 6)
            fail(what, "it has a piece without text, of enormous size or of unknown kind");
        if (!std::isfinite(piece.score))
            fail(what, join("the score of piece ", shortened(piece.text, 40), " is not a number"));
        piece.kind = static_cast<SentencePiece::Kind>(kind);
        return piece;
    }

    /// The table is [size of the trie in bytes][double-array trie][texts, each ended by 0]. A step goes from unit i to
    /// (i ^ offset) ^ character, a leaf names the start of a text: every such place must exist.
    void checkNormalization(std::string_view table, const std::string& what)
    {
        if (table.empty())
            return;
        std::uint32_t trieBytes = 0;
        if (table.size() <= 4)
            fail(what, "its normalisation table is broken");
        std::memcpy(&trieBytes, table.data(), 4);
        if (trieBytes < 1024 || trieBytes % 4 != 0 || trieBytes >= table.size() - 4 || table.back() != '\0')
            fail(what, "its normalisation table is broken");
        const std::size_t unitCount = trieBytes / 4, textBytes = table.size() - 4 - trieBytes;
        const auto unitAt = [&](std::size_t i) {
            std::uint32_t unit = 0;
            std::memcpy(&unit, table.data() + 4 + 4 * i, 4);
            return unit;
        };
        for (std::size_t i = 0; i < unitCount; ++i) {
            const auto unit = unitAt(i);
            if (i > 0 && (unit & 0x80000000u) != 0)
                continue; // a leaf's value; the root is stepped from whatever it claims to be
            const std::size_t base = i ^ (std::size_t(unit >> 10) << ((unit & (1u << 9)) >> 6));
            const bool hasLeaf = (unit & (1u << 8)) != 0;
            if ((base | 0xFF) >= unitCount || (hasLeaf && (unitAt(base) & 0x7FFFFFFFu) >= textBytes))
                fail(what, "its normalisation table points outside itself");
        }
    }

    void readTrainer(std::string_view bytes, const std::string& what, SentencePieceContent& content)
    {
        Message trainer(bytes, what);
        auto& options = content.options;
        for (Field field; trainer.next(field);) {
            if (field.id == 3 && field.number != 1 && field.number != 2)
                throw Error(ErrorCode::Unsupported,
                    join("cannot use ", what,
                        ": it cuts texts into words or characters, only unigram and byte-pair models "
                        "are read"));
            switch (field.id) {
            case 3:
                options.algorithm = static_cast<SentencePieceOptions::Algorithm>(field.number);
                break;
            case 24:
                content.whitespaceIsSuffix = field.number != 0;
                break;
            case 35:
                options.byteFallback = field.number != 0;
                break;
            case 44:
                content.unknownSurface = field.bytes;
                break;
            case 45:
                options.unknownPiece = field.bytes;
                break;
            case 46:
                options.beginPiece = field.bytes;
                break;
            case 47:
                options.endPiece = field.bytes;
                break;
            case 48:
                options.padPiece = field.bytes;
                break;
            default:
                break;
            }
        }
    }

    void readNormalizer(std::string_view bytes, const std::string& what, SentencePieceContent& content)
    {
        Message normalizer(bytes, what);
        for (Field field; normalizer.next(field);) {
            switch (field.id) {
            case 2:
                content.normalization = field.bytes;
                break;
            case 3:
                content.options.addDummyPrefix = field.number != 0;
                break;
            case 4:
                content.options.removeExtraWhitespace = field.number != 0;
                break;
            case 5:
                content.escapesWhitespace = field.number != 0;
                break;
            default:
                break;
            }
        }
        checkNormalization(content.normalization, what);
    }

    /// What is wrong with the pieces taken together, or nothing.
    std::string findPieceProblem(const std::vector<SentencePiece>& pieces, bool byteFallback)
    {
        std::set<std::string_view> seen, bytes;
        std::size_t unknownCount = 0;
        for (const auto& piece : pieces) {
            if (!seen.insert(piece.text).second)
                return join("piece ", shortened(piece.text, 40), " comes twice");
            unknownCount += piece.kind == SentencePiece::Kind::Unknown ? 1 : 0;
            if (piece.kind == SentencePiece::Kind::Byte)
                bytes.insert(piece.text);
        }
        if (unknownCount != 1)
            return join("it has ", unknownCount, " unknown pieces, expected one");
        const std::size_t wantedBytes = byteFallback ? 256 : 0;
        for (std::size_t byte = 0; byte < wantedBytes; ++byte)
            if (!bytes.contains(spellBytePiece(static_cast<unsigned char>(byte))))
                return join("byte piece ", spellBytePiece(static_cast<unsigned char>(byte)), " is missing");
        if (bytes.size() != wantedBytes)
            return join("it has ", bytes.size(), " byte pieces, expected ", wantedBytes);
        return {};
    }

    void put(std::string& out, std::uint64_t value)
    {
        for (; value >= 0x80; value >>= 7)
            out += static_cast<char>(value | 0x80);
        out += static_cast<char>(value);
    }
    void putNumber(std::string& out, std::uint64_t field, std::int64_t value)
    {
        put(out, field << 3);
        put(out, static_cast<std::uint64_t>(value));
    }
    void putBytes(std::string& out, std::uint64_t field, std::string_view bytes)
    {
        put(out, field << 3 | 2);
        put(out, bytes.size());
        out += bytes;
    }

    std::string pieceMessage(const SentencePiece& piece)
    {
        std::string out;
        putBytes(out, 1, piece.text);
        put(out, 2 << 3 | 5);
        out.append(reinterpret_cast<const char*>(&piece.score), sizeof piece.score);
        if (piece.kind != SentencePiece::Kind::Normal)
            putNumber(out, 3, static_cast<int>(piece.kind));
        return out;
    }

    std::string trainerMessage(const std::vector<SentencePiece>& pieces, const SentencePieceOptions& options)
    {
        const auto idOf = [&](const std::string& text) -> std::int64_t {
            for (std::size_t i = 0; i < pieces.size() && !text.empty(); ++i)
                if (pieces[i].text == text)
                    return static_cast<std::int64_t>(i);
            return -1;
        };
        std::string out;
        putNumber(out, 3, static_cast<int>(options.algorithm));
        putNumber(out, 4, static_cast<std::int64_t>(pieces.size()));
        putNumber(out, 35, options.byteFallback ? 1 : 0);
        putNumber(out, 40, idOf(options.unknownPiece));
        putNumber(out, 41, idOf(options.beginPiece));
        putNumber(out, 42, idOf(options.endPiece));
        putNumber(out, 43, idOf(options.padPiece));
        putBytes(out, 45, options.unknownPiece);
        putBytes(out, 46, options.beginPiece);
        putBytes(out, 47, options.endPiece);
        putBytes(out, 48, options.padPiece.empty() ? "<pad>" : options.padPiece);
        return out;
    }

} // namespace

std::string spellBytePiece(unsigned char byte)
{
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    return join("<0x", kDigits[byte >> 4], kDigits[byte & 15], ">");
}

SentencePieceContent readSentencePieceModel(std::string_view bytes, const std::string& what)
{
    if (bytes.empty())
        fail(what, "it is empty");
    SentencePieceContent content;
    Message model(bytes, what);
    for (Field field; model.next(field);) {
        if (field.wire != 2)
            continue;
        if (field.id == 1)
            content.pieces.push_back(readPiece(field.bytes, what));
        if (content.pieces.size() > kMaxPieces)
            fail(what, join("it has more than ", kMaxPieces, " pieces"));
        if (field.id == 2)
            readTrainer(field.bytes, what, content);
        if (field.id == 3)
            readNormalizer(field.bytes, what, content);
    }
    const auto problem = findPieceProblem(content.pieces, content.options.byteFallback);
    if (!problem.empty())
        fail(what, problem);
    return content;
}

std::string toModelBytes(const std::vector<SentencePiece>& pieces, const SentencePieceOptions& options)
{
    std::string out;
    for (const auto& piece : pieces)
        putBytes(out, 1, pieceMessage(piece));
    putBytes(out, 2, trainerMessage(pieces, options));
    std::string normalizer;
    putBytes(normalizer, 1, "identity");
    putNumber(normalizer, 3, options.addDummyPrefix ? 1 : 0);
    putNumber(normalizer, 4, options.removeExtraWhitespace ? 1 : 0);
    putNumber(normalizer, 5, 1);
    putBytes(out, 3, normalizer);
    return out;
}

void writeSentencePieceModel(
    const std::filesystem::path& path, const std::vector<SentencePiece>& pieces, const SentencePieceOptions& options)
{
    for (const auto& piece : pieces)
        require(!piece.text.empty() && piece.text.size() <= kMaxPieceSize && std::isfinite(piece.score),
            ErrorCode::InvalidInput, "cannot write a SentencePiece model: a piece has no text or no score");
    const auto problem = findPieceProblem(pieces, options.byteFallback);
    require(problem.empty(), ErrorCode::InvalidInput, join("cannot write a SentencePiece model: ", problem));
    file::writeAtomically(path, toModelBytes(pieces, options));
}

} // namespace winnow::text
