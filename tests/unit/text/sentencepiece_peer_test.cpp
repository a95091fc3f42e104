#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/text/sentencepiece.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <filesystem>
#include <unistd.h>
#include <unordered_map>

namespace fs = std::filesystem;

namespace winnow::text {

namespace {

    using Ids = std::vector<std::int64_t>;

    /// Texts of the golden sets, and random ones of pieces and characters that models know.
    std::vector<std::string> texts()
    {
        std::vector<std::string> out{"", " ", "  two  blanks ", "\xFF\xC3 broken", "a\xF0\x9F", "\xE2\x96\x81 lower",
            "<0x41>", "x<s>y</s>", std::string("nul\0inside", 10), "…﷽ﬁ①㎏ｶﾞ", std::string(3000, 'a'),
            "tabs\tand\nlines\r\n"};
        const auto cases = fs::path(sharedDir()) / "golden/tokenizers/llama_sentencepiece.json";
        if (fs::exists(cases))
            for (const Json all = json::load(cases); const auto& entry : all.at("cases"))
                out.push_back(entry.at("text").get<std::string>());
        const std::vector<std::string> parts{"the", " ", "  ", "car", "e", "\xCC\x81", "é", "ﬁ", "Ａ", "中", "文", "।",
            "नम", "!", "?", "12", "\n", "\t", "ing", "er", "'s", "<unk>", "😀", "\xE2\x80\x8D", "ㅎ", "\xE3\x80\x80",
            "Z", "zz", "[SEP]"};
        Random random(3, "texts");
        for (int i = 0; i < 400; ++i) {
            std::string text;
            for (auto count = random.below(30); count > 0; --count)
                text += random.pick(parts);
            out.push_back(text);
        }
        return out;
    }

    /// Compares ids and decoded texts with the library on one model.
    void expectPeerAgrees(const fs::path& model)
    {
        const std::string bytes = file::readAll(model);
        sentencepiece::SentencePieceProcessor peer;
        ASSERT_TRUE(peer.LoadFromSerializedProto({bytes.data(), bytes.size()}).ok());
        const SentencePieceTokenizer tokenizer(model);
        ASSERT_EQ(tokenizer.vocabularySize(), peer.GetPieceSize());
        for (const auto& text : texts()) {
            std::vector<int> ids;
            ASSERT_TRUE(peer.Encode({text.data(), text.size()}, &ids).ok());
            EXPECT_EQ(tokenizer.encode(text), Ids(ids.begin(), ids.end())) << text;
        }
        Random random(4, "ids");
        const auto size = static_cast<std::uint64_t>(tokenizer.vocabularySize());
        for (int i = 0; i < 500; ++i) {
            Ids ids;
            for (auto count = random.below(12); count > 0; --count)
                ids.push_back(
                    static_cast<std::int64_t>(random.below(random.chance(0.5) ? std::min(262ul, size) : size)));
            std::string want;
            ASSERT_TRUE(peer.Decode(std::vector<int>(ids.begin(), ids.end()), &want).ok());
            EXPECT_EQ(tokenizer.decode(ids), want);
        }
    }

    void expectPeerAgreesOnShared(const std::string& name)
    {
        const auto model = fs::path(sharedDir()) / name;
        if (!fs::exists(model))
            GTEST_SKIP() << "the shared folder is not beside this checkout";
        expectPeerAgrees(model);
    }

    /// Hands lines in memory to the library's trainer.
    class Lines final : public sentencepiece::SentenceIterator {
    public:
        explicit Lines(std::vector<std::string> lines)
            : m_lines(std::move(lines))
        {
        }
        bool done() const override { return m_at >= m_lines.size(); }
        void Next() override { ++m_at; }
        const std::string& value() const override { return m_lines[m_at]; }
        sentencepiece::util::Status status() const override { return {}; }

    private:
        std::vector<std::string> m_lines;
        std::size_t m_at = 0;
    };

    void expectPeerAgreesOnTrained(std::unordered_map<std::string, std::string> arguments)
    {
        std::vector<std::string> lines;
        for (int i = 0; i < 60; ++i)
            lines.push_back(
                "a red car " + std::to_string(i * 7919) + " stands near the blue house; isn't it, 中文 café?");
        Lines iterator(lines);
        std::string model;
        arguments.insert({{"minloglevel", "3"}, {"num_threads", "1"}, {"hard_vocab_limit", "false"}});
        ASSERT_TRUE(sentencepiece::SentencePieceTrainer::Train(arguments, &iterator, &model).ok());
        const auto path = fs::temp_directory_path() / ("winnow_peer_" + std::to_string(::getpid()) + ".model");
        file::writeAtomically(path, model);
        expectPeerAgrees(path);
        fs::remove(path);
    }

} // namespace

TEST(SentencePiecePeer, LlamaVocabularyAgrees) { expectPeerAgreesOnShared("data/tokenizers/llama/tokenizer.model"); }

TEST(SentencePiecePeer, SmallLlamaVocabularyAgrees) { expectPeerAgreesOnShared("golden/tokenizers/tiny_llama.model"); }

TEST(SentencePiecePeer, DebertaVocabularyAgrees) { expectPeerAgreesOnShared("data/deberta-v3-spm/spm.model"); }

TEST(SentencePiecePeer, SmallDebertaVocabularyAgrees)
{
    expectPeerAgreesOnShared("golden/tokenizers/tiny_deberta_spm.model");
}

TEST(SentencePiecePeer, EmbeddedVocabulariesAgree)
{
    for (const char* name : {"reward/spm.model", "llm/tokenizer.model"})
        expectPeerAgrees(fs::path(sourceDir()) / "resources" / "demo" / name);
}

TEST(SentencePiecePeer, PairsOfTheRealDebertaAreFramedByItsSpecialTokens)
{
    const auto model = fs::path(sharedDir()) / "data/deberta-v3-spm/spm.model";
    if (!fs::exists(model))
        GTEST_SKIP() << "the shared folder is not beside this checkout";
    const SentencePieceTokenizer tokenizer(model);
    EXPECT_EQ(tokenizer.vocabularySize(), 128'000);
    EXPECT_EQ(
        tokenizer.piece(0) + tokenizer.piece(1) + tokenizer.piece(2) + tokenizer.piece(3), "[PAD][CLS][SEP][UNK]");
    const std::string bytes = file::readAll(model);
    sentencepiece::SentencePieceProcessor peer;
    ASSERT_TRUE(peer.LoadFromSerializedProto({bytes.data(), bytes.size()}).ok());
    std::vector<int> first, second;
    ASSERT_TRUE(peer.Encode("Describe this image in detail.", &first).ok());
    ASSERT_TRUE(peer.Encode("A caf\xC3\xA9 \xE2\x91\xA0 at night.", &second).ok());
    Ids want{1};
    want.insert(want.end(), first.begin(), first.end());
    want.push_back(2);
    const auto firstSize = want.size();
    want.insert(want.end(), second.begin(), second.end());
    want.push_back(2);
    const auto pair = tokenizer.encodePair("Describe this image in detail.", "A caf\xC3\xA9 \xE2\x91\xA0 at night.");
    EXPECT_EQ(pair.ids, want);
    EXPECT_EQ(std::count(pair.typeIds.begin(), pair.typeIds.end(), 0), std::ptrdiff_t(firstSize));
    const auto cut = tokenizer.encodePair("Describe this image in detail.", std::string(5000, 'a'), 512);
    EXPECT_EQ(cut.ids.size(), 512U);
    EXPECT_EQ(cut.ids.back(), 2);
}

TEST(SentencePiecePeer, UserDefinedPiecesAgree)
{
    for (const char* type : {"bpe", "unigram"})
        expectPeerAgreesOnTrained(
            {{"model_type", type}, {"vocab_size", "120"}, {"user_defined_symbols", "<sep>,car,'s"}});
}

TEST(SentencePiecePeer, OptionsOfWhiteSpaceAgree)
{
    for (const char* type : {"bpe", "unigram"})
        for (const char* prefix : {"true", "false"})
            for (const char* extra : {"true", "false"})
                expectPeerAgreesOnTrained({{"model_type", type}, {"vocab_size", "400"}, {"byte_fallback", "true"},
                    {"add_dummy_prefix", prefix}, {"remove_extra_whitespaces", extra}});
    expectPeerAgreesOnTrained(
        {{"model_type", "unigram"}, {"vocab_size", "120"}, {"treat_whitespace_as_suffix", "true"}});
}

} // namespace winnow::text
