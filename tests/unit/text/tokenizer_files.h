#pragma once

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/text/sentencepiece_model.h"
#include "core/text/tokenizer_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <unistd.h>
#include <vector>

namespace winnow::text {

/// A folder for one test, and tokenizer.json files to put into it.
class TokenizerFiles : public ::testing::Test {
protected:
    void SetUp() override
    {
        const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
        m_folder = std::filesystem::temp_directory_path()
            / ("winnow_tokenizer_" + std::to_string(::getpid()) + "_" + info->name());
        std::filesystem::create_directories(m_folder);
    }
    void TearDown() override { std::filesystem::remove_all(m_folder); }

    const std::filesystem::path& folder() const { return m_folder; }
    void write(const std::string& name, const std::string& content) const
    {
        file::writeAtomically(m_folder / name, content);
    }
    JsonTokenizer tokenizerOf(const Json& whole) const
    {
        write("tokenizer.json", json::dump(whole));
        return JsonTokenizer(m_folder);
    }
    /// The sentence with which the file is refused.
    std::string messageOf(ErrorCode code, const Json& whole) const
    {
        write("tokenizer.json", json::dump(whole));
        try {
            const JsonTokenizer tokenizer(m_folder);
        } catch (const Error& e) {
            EXPECT_EQ(toString(e.code()), toString(code)) << e.message();
            return e.message();
        }
        ADD_FAILURE() << "no Error was thrown";
        return {};
    }

    /// a = 0, b = 1, c = 2, ab = 3, abc = 4; a and b join.
    static Json tinyPairs()
    {
        return {{"added_tokens", Json::array()},
            {"model",
                {{"type", "BPE"}, {"vocab", {{"a", 0}, {"b", 1}, {"c", 2}, {"ab", 3}, {"abc", 4}}},
                    {"merges", Json::array({"a b"})}}}};
    }

    static Json added(std::int64_t id, const std::string& content, bool isNormalized)
    {
        return {{"id", id}, {"content", content}, {"normalized", isNormalized}, {"special", true}};
    }

    /// CLIP's vocabulary as the Hub's folders have it in one file.
    void writeClipTokenizer(const std::filesystem::path& vocabulary) const
    {
        const auto vocab = file::readAll(vocabulary / "vocab.json");
        Json merges = Json::array();
        for (const auto& line : split(file::readAll(vocabulary / "merges.txt"), '\n'))
            if (!line.empty() && !line.starts_with("#version"))
                merges.push_back(line);
        const Json level{{"type", "ByteLevel"}, {"add_prefix_space", false}};
        Json whole{{"added_tokens", {added(49406, "<|startoftext|>", true), added(49407, "<|endoftext|>", false)}},
            {"normalizer",
                {{"type", "Sequence"},
                    {"normalizers",
                        {{{"type", "NFC"}}, {{"type", "Replace"}, {"pattern", {{"Regex", "\\s+"}}}, {"content", " "}},
                            {{"type", "Lowercase"}}}}}},
            {"pre_tokenizer",
                {{"type", "Sequence"},
                    {"pretokenizers",
                        {{{"type", "Split"}, {"behavior", "Removed"}, {"invert", true},
                             {"pattern",
                                 {{"Regex", "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"}}}},
                            level}}}},
            {"post_processor",
                {{"type", "RobertaProcessing"}, {"sep", {"<|endoftext|>", 49407}},
                    {"cls", {"<|startoftext|>", 49406}}}},
            {"decoder", level},
            {"model",
                {{"type", "BPE"}, {"unk_token", "<|endoftext|>"}, {"continuing_subword_prefix", ""},
                    {"end_of_word_suffix", "</w>"}, {"merges", merges}, {"vocab", 0}}}};
        auto text = json::dump(whole); // the vocabulary as it is: ordered JSON would search its keys one by one
        text.replace(text.rfind("\"vocab\":0"), 9, "\"vocab\":" + vocab);
        write("tokenizer.json", text);
    }

    /// A byte-pair SentencePiece model as its tokenizer.json: each way to make a piece of two, best pieces first.
    void writeLlamaTokenizer(const SentencePieceContent& content) const
    {
        std::map<std::string, std::size_t> ids;
        for (std::size_t id = 0; id < content.pieces.size(); ++id)
            ids.emplace(content.pieces[id].text, id);
        std::vector<std::tuple<float, std::size_t, std::size_t, std::string>> merges;
        for (const auto& piece : content.pieces)
            for (std::size_t at = 1; piece.kind == SentencePiece::Kind::Normal && at < piece.text.size(); ++at) {
                const auto left = ids.find(piece.text.substr(0, at)), right = ids.find(piece.text.substr(at));
                if ((piece.text[at] & 0xC0) != 0x80 && left != ids.end() && right != ids.end())
                    merges.emplace_back(-piece.score, left->second, right->second, left->first + " " + right->first);
            }
        std::sort(merges.begin(), merges.end());
        Json list = Json::array();
        for (const auto& merge : merges)
            list.push_back(std::get<3>(merge));
        Json frame{{"type", "TemplateProcessing"},
            {"single", {{{"SpecialToken", {{"id", "<s>"}}}}, {{"Sequence", {{"id", "A"}}}}}},
            {"special_tokens", {{"<s>", {{"ids", Json::array({1})}}}}}};
        Json whole{{"added_tokens", {added(0, "<unk>", false), added(1, "<s>", false), added(2, "</s>", false)}},
            {"normalizer",
                {{"type", "Sequence"},
                    {"normalizers",
                        {{{"type", "Prepend"}, {"prepend", "\u2581"}},
                            {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "\u2581"}}}}}},
            {"post_processor", frame},
            {"model",
                {{"type", "BPE"}, {"unk_token", "<unk>"}, {"fuse_unk", true}, {"byte_fallback", true}, {"merges", list},
                    {"vocab", 0}}}};
        auto text = json::dump(whole);
        text.replace(text.rfind("\"vocab\":0"), 9, "\"vocab\":" + nlohmann::json(ids).dump());
        write("tokenizer.json", text);
    }

private:
    std::filesystem::path m_folder;
};

} // namespace winnow::text
