#include "core/models/blip2.h"

#include "core/models/catalog.h"
#include "core/tensor/weight_file.h"
#include "tests/support/places.h"
#include "tests/unit/models/model_fixture.h"

namespace winnow::models {
namespace {

    namespace fs = std::filesystem;

    const fs::path kHub = fs::path(sourceDir()) / "tests/golden/data/blip2/hf";

    class HubBlip2 : public testing::Test {
    protected:
        tensor::NamedTensors tensors() const { return tensor::loadSafetensors(kHub / "model.safetensors"); }
        Json config() const { return json::load(kHub / "config.json"); }
        torch::Tensor run() const
        {
            const torch::NoGradGuard noGrad;
            return loadBlip2(folder.path())->forward(pixels);
        }

        const torch::Tensor pixels = tensor::loadSafetensors(kHub / "golden.safetensors").at("pixel_values");
        const torch::Tensor want = tensor::loadSafetensors(kHub / "golden.safetensors").at("language_projection");
        TestFolder folder;
    };

    TEST_F(HubBlip2, ShardsAreTheSameModel)
    {
        tensor::NamedTensors first, second;
        Json places = Json::object();
        for (const auto& [name, value] : tensors()) {
            const bool isFirst = name < "qformer";
            (isFirst ? first : second)[name] = value;
            places[name] = isFirst ? "model-00001-of-00002.safetensors" : "model-00002-of-00002.safetensors";
        }
        tensor::saveSafetensors(folder.path() / "model-00001-of-00002.safetensors", first);
        tensor::saveSafetensors(folder.path() / "model-00002-of-00002.safetensors", second);
        file::writeAtomically(folder.path() / "model.safetensors.index.json", json::dump(Json{{"weight_map", places}}));
        file::writeAtomically(folder.path() / "config.json", json::dump(config()));
        EXPECT_TRUE(torch::allclose(run(), want, 1e-3, 1e-4));
    }

    TEST_F(HubBlip2, HeadsAndTextSideArePassedOver)
    {
        auto more = tensors();
        more["qformer.embeddings.word_embeddings.weight"] = torch::zeros({60, 36});
        more["qformer.encoder.layer.0.intermediate.dense.weight"] = torch::zeros({72, 36});
        more["qformer.encoder.layer.0.intermediate.dense.bias"] = torch::zeros({72});
        more["qformer.encoder.layer.0.output.dense.weight"] = torch::zeros({36, 72});
        more["qformer.encoder.layer.0.output.LayerNorm.weight"] = torch::zeros({36});
        more["itm_head.weight"] = torch::zeros({2, 36});
        saveModel(folder.path(), config(), more);
        EXPECT_TRUE(torch::allclose(run(), want, 1e-3, 1e-4));
    }

    TEST_F(HubBlip2, MisfitsAreNamed)
    {
        auto less = tensors();
        less.erase("qformer.layernorm.weight");
        less["vision_model.encoder.layers.0.self_attn.qkv.bias"] = torch::zeros({95});
        less["odd.weight"] = torch::zeros({1});
        saveModel(folder.path(), config(), less);
        const auto message = messageOf(ErrorCode::BadShape, [&] { loadBlip2(folder.path()); });
        EXPECT_NE(message.find("Qformer.bert.embeddings.LayerNorm.weight is missing"), std::string::npos) << message;
        EXPECT_NE(message.find("odd.weight is not part of the model"), std::string::npos) << message;
    }

    TEST_F(HubBlip2, FusedBiasOfAnotherLengthIsRefused)
    {
        auto wrong = tensors();
        wrong["vision_model.encoder.layers.0.self_attn.qkv.bias"] = torch::zeros({95});
        saveModel(folder.path(), config(), wrong);
        const auto message = messageOf(ErrorCode::BadShape, [&] { loadBlip2(folder.path()); });
        EXPECT_NE(message.find("95 numbers, expected 96"), std::string::npos) << message;
    }

    TEST_F(HubBlip2, CatalogSaysWhatItIsAndThatItPlaysNoRole)
    {
        const auto found = inspectModelFolder(kHub);
        EXPECT_TRUE(found.isUsable) << found.about;
        EXPECT_TRUE(found.role.empty());
        EXPECT_NE(found.about.find("vision tower, 42 px, and Q-Former, 8 picture tokens"), std::string::npos)
            << found.about;
        EXPECT_NE(found.about.find("language model (opt)"), std::string::npos) << found.about;
        EXPECT_EQ(found.parameterCount, parameterCount(*loadBlip2(kHub)));
    }

    TEST_F(HubBlip2, OtherArchitecturesOfTheFamilyAreRefused)
    {
        auto other = config();
        other["model_type"] = "instructblip";
        EXPECT_NE(messageOf(ErrorCode::Unsupported, [&] { Blip2Config::fromJson(other); }).find("instructblip"),
            std::string::npos);
        auto wide = config();
        wide["qformer_config"]["encoder_hidden_size"] = 33;
        EXPECT_NE(messageOf(ErrorCode::InvalidInput, [&] { Blip2Config::fromJson(wide); }).find("width 33"),
            std::string::npos);
    }

} // namespace
} // namespace winnow::models
