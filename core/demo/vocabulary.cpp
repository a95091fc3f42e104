#include "core/demo/vocabulary.h"

#include "core/base/text.h"
#include "core/demo/grammar.h"
#include "core/text/sentencepiece.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace winnow::demo {

namespace {

    using Piece = text::SentencePiece;

    const std::string kBlank = "\xE2\x96\x81"; // SentencePiece's visible blank

    bool isPlural(const std::string& word)
    {
        for (int kind = 0; kind < kKindCount; ++kind) {
            const auto& plural = nounOf(static_cast<Kind>(kind)).plural;
            if (std::count(plural.begin(), plural.end(), word) > 0)
                return true;
        }
        return false;
    }

    /// Words of the grammar and of the conversation templates.
    std::set<std::string> languageWords()
    {
        std::set<std::string> words{"Give", "the", "following", "image", "You", "will", "be", "able", "to", "see",
            "once", "I", "provide", "it", "you", "Please", "answer", "my", "questions", "ImageContent", "Human",
            "Assistant", "picture", "photo", "not", "what", "is", "are", "do", "does", "this", "that", "of", "and",
            "with", "has", "have"};
        for (const std::string& word : allWords())
            if (!isPlural(word))
                words.insert(word);
        return words;
    }

    void addBytes(std::vector<Piece>& pieces)
    {
        static const std::string kDigits = "0123456789ABCDEF";
        for (unsigned byte = 0; byte < 256; ++byte)
            pieces.push_back(
                {std::string("<0x") + kDigits[byte / 16] + kDigits[byte % 16] + ">", 0, Piece::Kind::Byte});
    }

    /// Marks, digits and letters: what every other word is spelled with.
    void addCharacters(std::vector<Piece>& pieces)
    {
        for (const char c : std::string(".,?!:;'\"()-/#<>"))
            pieces.push_back({std::string(1, c), -9});
        for (const char c : std::string("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            pieces.push_back({std::string(1, c), -14});
    }

    std::vector<Piece> languagePieces()
    {
        std::vector<Piece> pieces{
            {"<unk>", 0, Piece::Kind::Unknown}, {"<s>", 0, Piece::Kind::Control}, {"</s>", 0, Piece::Kind::Control}};
        addBytes(pieces);
        for (const std::string& piece :
            {kBlank, std::string("###"), kBlank + "###", std::string("<Img>"), kBlank + "<Img>", std::string("</Img>"),
                kBlank + "</Img>", std::string("Human"), std::string("Assistant"), std::string("ImageContent")})
            pieces.push_back({piece, -5});
        for (const std::string& word : languageWords())
            pieces.push_back({kBlank + word, -6});
        pieces.push_back({"es", -8});
        addCharacters(pieces);
        return pieces;
    }

    std::vector<Piece> rewardPieces()
    {
        std::vector<Piece> pieces{{"[PAD]", 0, Piece::Kind::Control}, {"[CLS]", 0, Piece::Kind::Control},
            {"[SEP]", 0, Piece::Kind::Control}, {"[UNK]", 0, Piece::Kind::Unknown}};
        addBytes(pieces);
        pieces.push_back({kBlank, -5});
        for (const std::string& word : allWords())
            pieces.push_back({kBlank + word, -6});
        addCharacters(pieces);
        return pieces;
    }

} // namespace

std::unique_ptr<text::Tokenizer> makeLanguageTokenizer(const std::filesystem::path& folder)
{
    std::filesystem::create_directories(folder);
    text::SentencePieceOptions options;
    options.algorithm = text::SentencePieceOptions::Algorithm::Unigram;
    text::writeSentencePieceModel(folder / "tokenizer.model", languagePieces(), options);
    return std::make_unique<text::SentencePieceTokenizer>(folder / "tokenizer.model");
}

std::unique_ptr<text::SentencePieceTokenizer> makeRewardTokenizer(const std::filesystem::path& folder)
{
    std::filesystem::create_directories(folder);
    text::SentencePieceOptions options;
    options.algorithm = text::SentencePieceOptions::Algorithm::Unigram;
    options.removeExtraWhitespace = true;
    options.unknownPiece = "[UNK]";
    options.beginPiece = "[CLS]";
    options.endPiece = "[SEP]";
    options.padPiece = "[PAD]";
    text::writeSentencePieceModel(folder / "spm.model", rewardPieces(), options);
    return std::make_unique<text::SentencePieceTokenizer>(folder / "spm.model");
}

std::unique_ptr<text::ClipTokenizer> makeClipTokenizer(const std::filesystem::path& folder)
{
    std::filesystem::create_directories(folder);
    std::vector<std::string> lines;
    for (const std::string& word : allWords())
        lines.insert(lines.end(), 2, word); // a pair has to stand twice to be joined
    text::writeClipVocabulary(folder, text::learnClipMerges(lines, 10'000));
    return std::make_unique<text::ClipTokenizer>(folder);
}

} // namespace winnow::demo
