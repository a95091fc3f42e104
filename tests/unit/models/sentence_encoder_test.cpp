#include "core/models/sentence_encoder.h"

#include "core/models/catalog.h"
#include "tests/unit/models/model_fixture.h"

#include <cmath>

namespace winnow::models {
namespace {

    namespace fs = std::filesystem;

    BertConfig tinyBert()
    {
        BertConfig config;
        config.vocabulary = 20;
        config.hidden = 12;
        config.layers = 2;
        config.heads = 3;
        config.inner = 16;
        config.positions = 9;
        return config;
    }

    tensor::NamedTensors bertTensors(const std::string& prefix = {})
    {
        Bert model(tinyBert());
        initialise(*model, 5, 0.5);
        tensor::NamedTensors out;
        for (const auto& [name, value] : parametersOf(*model))
            out[prefix + name] = value;
        return out;
    }

    /// A sentence-transformers folder: the BERT at its root, pooling beside it.
    class SentenceFolder : public testing::Test {
    protected:
        SentenceFolder() { saveModel(folder.path(), tinyBert().toJson(), bertTensors()); }
        void write(const fs::path& name, const std::string& content) const
        {
            fs::create_directories((folder.path() / name).parent_path());
            file::writeAtomically(folder.path() / name, content);
        }
        void writeModules(const std::string& more) const
        {
            write("modules.json",
                R"([{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},)"
                R"({"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"})"
                    + more + "]");
        }
        void writePooling(const std::string& mode) const
        {
            write("1_Pooling/config.json",
                R"({"word_embedding_dimension": 12, "pooling_mode_cls_token": )"
                    + std::string(mode == "cls" ? "true" : "false") + R"(, "pooling_mode_mean_tokens": )"
                    + (mode == "mean" ? "true" : "false") + R"(, "pooling_mode_max_tokens": )"
                    + (mode == "max" ? "true" : "false") + "}");
        }
        SentenceEncoder load() const { return loadSentenceEncoder(folder.path()); }

        static constexpr const char* kNormalize =
            R"(,{"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"})";
        const torch::Tensor ids = torch::tensor({{2, 7, 9, 3, 0}, {2, 5, 11, 8, 3}}, torch::kInt64);
        const torch::Tensor keep = torch::tensor({{1, 1, 1, 1, 0}, {1, 1, 1, 1, 1}}, torch::kInt64);
        TestFolder folder;
    };

    TEST_F(SentenceFolder, PlainBertIsPooledByItsMeanToUnitLength)
    {
        auto encoder = load();
        EXPECT_EQ(encoder.maxTokens(), 9);
        const auto states = encoder.bert->forward(ids, keep); // [2, 5, 12]
        auto want = torch::stack({states[0].narrow(0, 0, 4).mean(0), states[1].mean(0)});
        want = want / want.norm(2, 1, true);
        EXPECT_TRUE(torch::allclose(encoder.encode(ids, keep), want, 0, 1e-6));
    }

    TEST_F(SentenceFolder, PaddingChangesNothing)
    {
        auto encoder = load();
        const auto alone = encoder.encode(ids[0].narrow(0, 0, 4).unsqueeze(0), keep[0].narrow(0, 0, 4).unsqueeze(0));
        auto noise = ids.clone();
        noise[0][4] = 17;
        EXPECT_TRUE(torch::allclose(encoder.encode(noise, keep)[0], alone[0], 0, 1e-6));
        EXPECT_FALSE(torch::allclose(encoder.encode(noise, torch::ones_like(keep))[0], alone[0], 0, 1e-3));
    }

    TEST_F(SentenceFolder, FollowsItsModules)
    {
        writeModules("");
        writePooling("cls");
        auto encoder = load();
        EXPECT_TRUE(torch::allclose(encoder.encode(ids, keep), encoder.bert->forward(ids, keep).select(1, 0)));
        writeModules(kNormalize);
        EXPECT_TRUE(torch::allclose(load().encode(ids, keep).norm(2, 1), torch::ones({2}), 0, 1e-6));
        write("1_Pooling/config.json", R"({"pooling_mode": "mean"})");
        EXPECT_EQ(load().options.pooling, SentenceOptions::Pooling::Mean);
        write("sentence_bert_config.json", R"({"max_seq_length": 7, "do_lower_case": false})");
        EXPECT_EQ(load().maxTokens(), 7);
    }

    TEST_F(SentenceFolder, WhatIsNotBuiltIsNamed)
    {
        writeModules("");
        writePooling("max");
        EXPECT_NE(messageOf(ErrorCode::Unsupported, [&] { load(); }).find("pooling \"max\""), std::string::npos);
        writePooling("mean");
        writeModules(R"(,{"idx":2,"path":"2_Dense","type":"sentence_transformers.models.Dense"})");
        EXPECT_NE(messageOf(ErrorCode::Unsupported, [&] { load(); }).find("module Dense"), std::string::npos);
        writeModules(R"(,{"idx":2,"path":"../../etc","type":"sentence_transformers.models.Normalize"})");
        EXPECT_THROW(load(), Error);
        write("modules.json", "[]");
        EXPECT_NE(messageOf(ErrorCode::BadFile, [&] { load(); }).find("modules.json"), std::string::npos);
    }

    TEST_F(SentenceFolder, HeadsAndPositionsOfOtherExportsArePassedOver)
    {
        auto tensors = bertTensors("bert.");
        tensors["bert.embeddings.position_ids"] = torch::arange(9).unsqueeze(0);
        tensors["bert.pooler.dense.weight"] = torch::zeros({12, 12});
        tensors["cls.predictions.bias"] = torch::zeros({20});
        const auto want = load().encode(ids, keep);
        saveModel(folder.path(), tinyBert().toJson(), tensors);
        EXPECT_TRUE(load().encode(ids, keep).equal(want));
        tensors.erase("bert.encoder.layer.1.output.dense.bias");
        saveModel(folder.path(), tinyBert().toJson(), tensors);
        EXPECT_NE(messageOf(ErrorCode::BadShape, [&] { load(); }).find("encoder.layer.1.output.dense.bias is missing"),
            std::string::npos);
    }

    TEST_F(SentenceFolder, HalfPrecisionFileUnderItsHubNameIsFound)
    {
        auto tensors = bertTensors();
        for (auto& [name, value] : tensors)
            value = value.to(torch::kHalf);
        fs::remove(folder.path() / "model.safetensors");
        tensor::saveSafetensors(folder.path() / "model.fp16.safetensors", tensors);
        EXPECT_EQ(load().encode(ids, keep).size(1), 12);
    }

    TEST_F(SentenceFolder, CatalogSaysWhatItIs)
    {
        EXPECT_FALSE(inspectModelFolder(folder.path()).isUsable); // no tokenizer
        write("vocab.txt", "[PAD]");
        const auto found = inspectModelFolder(folder.path());
        EXPECT_TRUE(found.isUsable) << found.about;
        EXPECT_EQ(found.role, "text");
        EXPECT_NE(found.about.find("12-d, mean of the tokens, at most 9 tokens"), std::string::npos) << found.about;
        EXPECT_EQ(found.parameterCount, tinyBert().parameterCount());
    }

    TEST(BertConfigReading, OtherKindsAreRefused)
    {
        const auto refusal = [](const char* json) {
            return messageOf(ErrorCode::Unsupported, [&] { BertConfig::fromJson(Json::parse(json)); });
        };
        EXPECT_NE(refusal(R"({"hidden_act": "relu"})").find("relu"), std::string::npos);
        EXPECT_NE(refusal(R"({"model_type": "mpnet"})").find("mpnet"), std::string::npos);
        EXPECT_NE(refusal(R"({"position_embedding_type": "relative_key"})").find("relative_key"), std::string::npos);
        EXPECT_NE(refusal(R"({"is_decoder": true})").find("is_decoder"), std::string::npos);
        EXPECT_THROW(BertConfig::fromJson(Json::parse(R"({"hidden_size": 10, "num_attention_heads": 3})")), Error);
        EXPECT_EQ(BertConfig::fromJson(tinyBert().toJson()).toJson(), tinyBert().toJson());
    }

    TEST(BertConfigReading, CountsItsParameters)
    {
        EXPECT_EQ(parameterCount(*Bert(tinyBert())), tinyBert().parameterCount());
    }

    TEST(BertForward, TooLongAndMisshapenInputsAreRefused)
    {
        Bert model(tinyBert());
        EXPECT_THROW(model->forward(torch::zeros({1, 10}, torch::kInt64)), Error);
        EXPECT_THROW(model->forward(torch::zeros({1, 4}, torch::kInt64), torch::ones({1, 3})), Error);
        EXPECT_THROW(model->forward(torch::zeros({4}, torch::kInt64)), Error);
    }

} // namespace
} // namespace winnow::models
