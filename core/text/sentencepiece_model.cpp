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

    /// Gives whether it is the unknown piece.
    bool checkPiece(std::string_view bytes, const std::string& what)
    {
        Message message(bytes, what);
        std::string_view text;
        std::uint64_t kind = 1;
        for (Field field; message.next(field);) {
            if (field.id == 1 && field.wire == 2)
                text = field.bytes;
            if (field.id == 3 && field.wire == 0)
                kind = field.number;
            if (field.id != 2 || field.wire != 5)
                continue;
            float score = 0;
            std::memcpy(&score, &field.number, sizeof score);
            if (!std::isfinite(score))
                fail(what, join("the score of piece ", shortened(text, 40), " is not a number"));
        }
        if (text.empty() || text.size() > kMaxPieceSize || kind < 1 || kind > 6)
            fail(what, "it has a piece without text, of enormous size or of unknown kind");
        return kind == 2;
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
            if ((unit & 0x80000000u) != 0)
                continue; // a leaf's value
            const std::size_t base = i ^ (std::size_t(unit >> 10) << ((unit & (1u << 9)) >> 6));
            const bool hasLeaf = (unit & (1u << 8)) != 0;
            if ((base | 0xFF) >= unitCount || (hasLeaf && (unitAt(base) & 0x7FFFFFFFu) >= textBytes))
                fail(what, "its normalisation table points outside itself");
        }
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

void checkSentencePieceModel(std::string_view bytes, const std::string& what)
{
    if (bytes.empty())
        fail(what, "it is empty");
    Message model(bytes, what);
    std::size_t pieceCount = 0, unknownCount = 0;
    for (Field field; model.next(field);) {
        if (field.id == 1 && field.wire == 2) {
            unknownCount += checkPiece(field.bytes, what) ? 1 : 0;
            if (++pieceCount > kMaxPieces)
                fail(what, join("it has more than ", kMaxPieces, " pieces"));
        }
        if ((field.id != 3 && field.id != 5) || field.wire != 2)
            continue;
        Message normalizer(field.bytes, what);
        for (Field inner; normalizer.next(inner);)
            if (inner.id == 2 && inner.wire == 2)
                checkNormalization(inner.bytes, what);
    }
    if (pieceCount == 0 || unknownCount != 1)
        fail(what,
            join("it has ", pieceCount, " pieces, ", unknownCount, " of them unknown, expected one unknown piece"));
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
    std::set<std::string> seen;
    std::size_t unknownCount = 0, byteCount = 0;
    for (const auto& piece : pieces) {
        require(!piece.text.empty() && piece.text.size() <= kMaxPieceSize && std::isfinite(piece.score),
            ErrorCode::InvalidInput, "cannot write a SentencePiece model: a piece has no text or no score");
        require(seen.insert(piece.text).second, ErrorCode::InvalidInput,
            join("cannot write a SentencePiece model: piece ", shortened(piece.text, 40), " comes twice"));
        unknownCount += piece.kind == SentencePiece::Kind::Unknown ? 1 : 0;
        byteCount += piece.kind == SentencePiece::Kind::Byte ? 1 : 0;
    }
    require(unknownCount == 1, ErrorCode::InvalidInput,
        join("cannot write a SentencePiece model: it has ", unknownCount, " unknown pieces, expected one"));
    require(byteCount == (options.byteFallback ? 256 : 0), ErrorCode::InvalidInput,
        join("cannot write a SentencePiece model: it has ", byteCount, " byte pieces, expected ",
            options.byteFallback ? 256 : 0));
    file::writeAtomically(path, toModelBytes(pieces, options));
}

} // namespace winnow::text
