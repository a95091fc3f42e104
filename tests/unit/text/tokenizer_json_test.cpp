#include "core/text/tokenizer_json.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/text/bpe.h"
#include "core/text/sentencepiece.h"
#include "core/text/sentencepiece_model.h"
#include "core/text/tokenizer_folder.h"
#include "tests/support/places.h"
#include "tests/unit/text/tokenizer_files.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace fs = std::filesystem;

namespace winnow::text {

namespace {

    using Ids = std::vector<std::int64_t>;

    const fs::path kFiles = fs::path(sourceDir()) / "tests/golden/data/tokenizer_json";
    const fs::path kShared = fs::path(sharedDir());

    /// Every text of the folder against what the reference made of it.
    void expectReference(
        const JsonTokenizer& tokenizer, const std::string& cases, const std::string& name, bool decodes)
    {
        const Json all = json::load(kFiles / cases), texts = json::load(kFiles / "texts.json");
        const Json& list = all.at(name);
        ASSERT_EQ(list.size(), texts.size());
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto line = texts[i].get<std::string>();
            const auto ids = list[i].at("ids").get<Ids>();
            EXPECT_EQ(tokenizer.encodeReadingSpecials(line), ids) << name << " " << i << ": " << line;
            if (decodes) {
                EXPECT_EQ(tokenizer.decode(ids), list[i].at("decoded").get<std::string>()) << name << " " << i;
            }
            if (tokenizer.encode(line) == ids) { // no special token is spelled in it
                EXPECT_EQ(tokenizer.encodeForModel(line), list[i].at("framed").get<Ids>()) << name << " " << i;
            }
        }
    }

    class TokenizerJson : public TokenizerFiles { };

} // namespace

TEST(TokenizerJsonReference, ByteLevelAsInGpt2)
{
    expectReference(JsonTokenizer(kFiles / "gpt2.json"), "cases.json", "gpt2", true);
}

TEST(TokenizerJsonReference, SplitAndByteLevelAsInLlama3)
{
    expectReference(JsonTokenizer(kFiles / "llama3.json"), "cases.json", "llama3", true);
}

TEST(TokenizerJsonReference, ByteFallbackAsInLlama)
{
    expectReference(JsonTokenizer(kFiles / "llama.json"), "cases.json", "llama", true);
}

TEST(TokenizerJsonReference, WordPiecesAsInBert)
{
    expectReference(JsonTokenizer(kFiles / "bert.json"), "cases.json", "bert", true);
}

TEST(TokenizerJsonReference, PublishedSentenceEncoder)
{
    const auto path = kShared / "data/minilm-l6-v2/tokenizer.json";
    if (!fs::exists(path))
        GTEST_SKIP() << path << " is not there";
    const JsonTokenizer tokenizer(path);
    expectReference(tokenizer, "cases_published.json", "minilm", true);
    EXPECT_EQ(tokenizer.vocabularySize(), 30522);
    EXPECT_EQ((Ids{tokenizer.beginToken(), tokenizer.endToken(), tokenizer.padToken()}), (Ids{101, 102, 0}));
}

TEST_F(TokenizerJson, PublishedClipVocabulary)
{
    const auto vocabulary = kShared / "data/tokenizers/clip";
    if (!fs::exists(vocabulary))
        GTEST_SKIP() << vocabulary << " is not there";
    writeClipTokenizer(vocabulary);
    expectReference(JsonTokenizer(folder()), "cases_published.json", "clip", false);
    // CLIP's own cleaning, with the vocabulary of tokenizer.json alone: as with vocab.json and merges.txt.
    const ClipTokenizer alone(folder()), published(vocabulary);
    for (const auto& line : json::load(kFiles / "texts.json"))
        EXPECT_EQ(alone.encodePadded(line.get<std::string>()), published.encodePadded(line.get<std::string>()));
}

TEST_F(TokenizerJson, SentencePieceModelWrittenAsTokenizerJson)
{
    for (const auto& [model, cases] :
        {std::pair{"golden/tokenizers/tiny_llama.model", "golden/tokenizers/tiny_llama.json"},
            std::pair{"data/tokenizers/llama/tokenizer.model", "golden/tokenizers/llama_sentencepiece.json"}}) {
        if (!fs::exists(kShared / model) || !fs::exists(kShared / cases))
            GTEST_SKIP() << kShared / model << " or its cases are not there";
        writeLlamaTokenizer(readSentencePieceModel(file::readAll(kShared / model), model));
        const JsonTokenizer tokenizer(folder());
        EXPECT_EQ(tokenizer.beginToken(), 1);
        EXPECT_EQ(tokenizer.endToken(), 2);
        const Json all = json::load(kShared / cases);
        for (const auto& entry : all.at("cases")) {
            const auto line = entry.at("text").get<std::string>();
            auto want = entry.at("sp_ids").get<Ids>();
            EXPECT_EQ(tokenizer.encode(line), want) << model << ": " << line;
            want.insert(want.begin(), 1);
            EXPECT_EQ(tokenizer.encodeForModel(line), want);
        }
    }
}

TEST_F(TokenizerJson, VocabularyOfLinesIsTheSameTokenizer)
{
    const Json whole = json::load(kFiles / "bert.json");
    std::vector<std::string> lines(whole.at("model").at("vocab").size());
    for (const auto& [token, id] : whole.at("model").at("vocab").items())
        lines[id.get<std::size_t>()] = token;
    write("vocab.txt", joined(lines, "\n") + "\n");
    EXPECT_TRUE(hasTokenizer(folder()));
    expectReference(JsonTokenizer(folder()), "cases.json", "bert", true);
}

TEST_F(TokenizerJson, VocabularyOfLinesKeepsCaseWhereItsConfigurationSaysSo)
{
    write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nred\nRed\n\xC3\xA9\ne\n");
    EXPECT_EQ(JsonTokenizer(folder()).encode("Red \xC3\xA9"), (Ids{4, 7}));
    write("tokenizer_config.json", R"({"do_lower_case": false})");
    EXPECT_EQ(JsonTokenizer(folder()).encode("Red \xC3\xA9"), (Ids{5, 6}));
}

TEST_F(TokenizerJson, FolderLoadsWhatItHasAndASentencePieceModelGoesFirst)
{
    EXPECT_FALSE(hasTokenizer(folder()));
    EXPECT_THROW(loadTokenizer(folder()), Error);
    file::writeAtomically(folder() / "tokenizer.json", file::readAll(kFiles / "llama.json"));
    ASSERT_TRUE(hasTokenizer(folder()));
    EXPECT_EQ(loadTokenizer(folder())->encode("a text"), JsonTokenizer(kFiles / "llama.json").encode("a text"));
    const auto model = fs::path(sourceDir()) / "tests/golden/data/llama/text_features/tokenizer.model";
    file::writeAtomically(folder() / "tokenizer.model", file::readAll(model));
    EXPECT_EQ(loadTokenizer(folder())->encode("a text"), SentencePieceTokenizer(model).encode("a text"));
}

TEST_F(TokenizerJson, SpecialTokensInATextAreOrdinaryUnlessAskedFor)
{
    const JsonTokenizer tokenizer(kFiles / "bert.json");
    const auto cls = tokenizer.tokenId("[CLS]");
    ASSERT_GE(cls, 0);
    EXPECT_EQ(tokenizer.encodeReadingSpecials("[CLS]").front(), cls);
    const auto plain = tokenizer.encode("[CLS]");
    EXPECT_EQ(std::count(plain.begin(), plain.end(), cls), 0);
    EXPECT_EQ(tokenizer.decode(tokenizer.encodeForModel("the model")), "the model");
}

TEST_F(TokenizerJson, LongTextsAreCutInsideTheirFrame)
{
    const JsonTokenizer tokenizer(kFiles / "bert.json");
    const auto ids = tokenizer.encodeForModel("the the the the the the", 5);
    ASSERT_EQ(ids.size(), 5u);
    EXPECT_EQ(ids.front(), tokenizer.beginToken());
    EXPECT_EQ(ids.back(), tokenizer.endToken());
    EXPECT_THROW(tokenizer.encodeForModel("the", 1), Error);
}

TEST_F(TokenizerJson, ConfigurationNamesTheEndToken)
{
    file::writeAtomically(folder() / "tokenizer.json", file::readAll(kFiles / "llama3.json"));
    EXPECT_EQ(JsonTokenizer(folder()).endToken(), JsonTokenizer(folder()).tokenId("<|end_of_text|>"));
    write(
        "tokenizer_config.json", R"({"eos_token": {"content": "<|begin_of_text|>"}, "pad_token": "<|end_of_text|>"})");
    const JsonTokenizer tokenizer(folder());
    EXPECT_EQ(tokenizer.endToken(), tokenizer.tokenId("<|begin_of_text|>"));
    EXPECT_EQ(tokenizer.padToken(), tokenizer.tokenId("<|end_of_text|>"));
}

TEST_F(TokenizerJson, WordsThatAreTokensAreTakenWhole)
{
    auto whole = tinyPairs();
    EXPECT_EQ(tokenizerOf(whole).encode("abc"), (Ids{3, 2})); // a+b, then c: no merge leads to abc
    whole["model"]["ignore_merges"] = true;
    EXPECT_EQ(tokenizerOf(whole).encode("abc"), (Ids{4}));
}

TEST_F(TokenizerJson, MergesMayBePairsAndUnknownCharactersJoin)
{
    auto whole = tinyPairs();
    whole["model"]["merges"] = Json::array({Json::array({"a", "b"})});
    EXPECT_EQ(tokenizerOf(whole).encode("ab"), (Ids{3}));
    EXPECT_EQ(tokenizerOf(whole).encode("xya"), (Ids{0}));
    whole["model"]["unk_token"] = "c";
    EXPECT_EQ(tokenizerOf(whole).encode("xya"), (Ids{2, 2, 0}));
    whole["model"]["fuse_unk"] = true;
    EXPECT_EQ(tokenizerOf(whole).encode("xya"), (Ids{2, 0}));
}

TEST_F(TokenizerJson, WordMarksGoWhereTheirSchemeSays)
{
    auto whole = tinyPairs();
    whole["model"]["vocab"] = {{"\u2581", 0}, {"a", 1},
        {"\u2581"
         "a",
            2}};
    whole["model"]["merges"] = Json::array({"\u2581 a"});
    whole["added_tokens"] = Json::array({{{"id", 3}, {"content", "|"}, {"special", false}}});
    whole["pre_tokenizer"] = {{"type", "Metaspace"}, {"prepend_scheme", "always"}, {"split", true}};
    EXPECT_EQ(tokenizerOf(whole).encode("a a|a"), (Ids{2, 2, 3, 2}));
    whole["pre_tokenizer"]["prepend_scheme"] = "first";
    EXPECT_EQ(tokenizerOf(whole).encode("a a|a"), (Ids{2, 2, 3, 1}));
    whole["pre_tokenizer"]["prepend_scheme"] = "never";
    EXPECT_EQ(tokenizerOf(whole).encode("a a|a"), (Ids{1, 2, 3, 1}));
}

TEST_F(TokenizerJson, WhatIsNotBuiltIsRefusedByName)
{
    const auto refusal = [&](const char* part, const Json& value) {
        auto whole = tinyPairs();
        whole[part] = value;
        return messageOf(ErrorCode::Unsupported, whole);
    };
    EXPECT_NE(refusal("normalizer", {{"type", "Nmt"}}).find("normalizer Nmt"), std::string::npos);
    EXPECT_NE(refusal("pre_tokenizer", {{"type", "UnicodeScripts"}}).find("UnicodeScripts"), std::string::npos);
    EXPECT_NE(refusal("post_processor", {{"type", "Odd"}}).find("post-processor Odd"), std::string::npos);
    EXPECT_NE(refusal("decoder", {{"type", "CTC"}}).find("decoder CTC"), std::string::npos);
    EXPECT_NE(refusal("model", {{"type", "Unigram"}, {"vocab", Json::array()}}).find("Unigram"), std::string::npos);
    EXPECT_NE(refusal("normalizer", {{"type", "Replace"}, {"pattern", {{"Regex", "(unclosed"}}}, {"content", ""}})
                  .find("(unclosed"),
        std::string::npos);
}

TEST_F(TokenizerJson, BrokenFilesGiveOneSentence)
{
    const auto broken = [&](const std::function<void(Json&)>& change) {
        auto whole = tinyPairs();
        change(whole);
        return messageOf(ErrorCode::BadFile, whole);
    };
    EXPECT_NE(broken([](Json& whole) { whole["model"]["vocab"]["a"] = -1; }).find("the id of a"), std::string::npos);
    EXPECT_NE(broken([](Json& whole) { whole["model"]["vocab"]["a"] = 4'000'000'000u; }).find("the id of a"),
        std::string::npos);
    EXPECT_NE(broken([](Json& whole) { whole["model"]["vocab"]["a"] = 1; }).find("the id 1"), std::string::npos);
    EXPECT_NE(broken([](Json& whole) { whole["model"]["merges"] = Json::array({"a z"}); }).find("merge 1"),
        std::string::npos);
    EXPECT_NE(broken([](Json& whole) { whole["model"]["merges"] = Json::array({"a  b"}); }).find("two tokens"),
        std::string::npos);
    EXPECT_NE(broken([](Json& whole) { whole["model"].erase("merges"); }).find("WordPiece"), 0u);
    EXPECT_NE(broken([](Json& whole) { whole.erase("model"); }).find("no model"), std::string::npos);
    EXPECT_NE(broken([](Json& whole) {
        whole["added_tokens"] = Json::array({{{"id", "x"}}});
    }).find("added token"),
        std::string::npos);
    EXPECT_NE(broken([](Json& whole) {
        whole["post_processor"] = {
            {"type", "BertProcessing"}, {"cls", Json::array({"a", 0})}, {"sep", Json::array({"z", 99})}};
    }).find("token 99"),
        std::string::npos);
    write("tokenizer.json", std::string(100, '['));
    EXPECT_THROW(JsonTokenizer{folder()}, Error);
    write("tokenizer.json", "{\"model\": ");
    EXPECT_THROW(JsonTokenizer{folder()}, Error);
    std::string many = "[0";
    for (int i = 0; i < 8'000'000; ++i)
        many += ",0";
    write("tokenizer.json", many + "]");
    EXPECT_THROW(JsonTokenizer{folder()}, Error);
}

TEST_F(TokenizerJson, ChangedBytesLoadOrAreRefused)
{
    Random random(7, "bytes");
    int refused = 0, loaded = 0;
    for (const char* const name : {"gpt2.json", "llama3.json", "llama.json", "bert.json"}) {
        const auto whole = file::readAll(kFiles / name);
        for (int i = 0; i < 60; ++i) {
            auto changed = whole;
            // Most of a file is vocabulary: half of the changes go to what stands before and behind it.
            const auto vocabulary = whole.find("\"vocab\"");
            const auto at = i % 2 == 0 ? random.below(changed.size()) : random.below(vocabulary);
            changed[at] = "\"{}[]:,0-9a\\"[random.below(12)];
            write("tokenizer.json", changed);
            try {
                const JsonTokenizer tokenizer(folder());
                tokenizer.decode(tokenizer.encodeForModel("A text, 12 \xE6\x97\xA5 words."));
                ++loaded;
            } catch (const Error& e) {
                EXPECT_FALSE(e.message().empty());
                ++refused;
            }
        }
    }
    EXPECT_GT(refused, 20);
    EXPECT_GT(loaded, 20);
}

TEST_F(TokenizerJson, LongTextsTakeNoQuadraticTime)
{
    auto whole = tinyPairs();
    EXPECT_EQ(tokenizerOf(whole).encode(std::string(1'000'000, 'a')).size(), 1'000'000u);
    const JsonTokenizer gpt2(kFiles / "gpt2.json"), llama3(kFiles / "llama3.json");
    EXPECT_GT(gpt2.encode(std::string(300'000, ' ')).size(), 0u);
    EXPECT_GT(llama3.encode(std::string(300'000, ' ') + "x").size(), 0u);
    EXPECT_EQ(JsonTokenizer(kFiles / "bert.json").encode(std::string(1'000'000, 'a')).size(), 1u);
}

TEST_F(TokenizerJson, BytesThatAreNotTextBecomeTheReplacementCharacter)
{
    const JsonTokenizer tokenizer(kFiles / "gpt2.json");
    EXPECT_EQ(tokenizer.decode(tokenizer.encode("a\xFF"
                                                "b")),
        "a\xEF\xBF\xBD"
        "b");
    EXPECT_EQ(tokenizer.encode(""), Ids{});
    EXPECT_THROW(tokenizer.decode(Ids{100'000}), Error);
}

} // namespace winnow::text
