#include "tests/unit/models/model_fixture.h"

namespace winnow::models {
namespace {

    Json clipJson() { return tinyClip().toJson(); }
    Json llamaJson() { return tinyLlama().toJson(); }

} // namespace

TEST(ModelConfig, AbsentKeysOfClipTakeThePublishedDefaults)
{
    const auto config = ClipConfig::fromJson(Json::object());
    EXPECT_EQ(config.text.hidden, 512);
    EXPECT_EQ(config.vision.hidden, 768);
    EXPECT_EQ(config.vision.patch, 32);
    EXPECT_EQ(config.text.activation, Activation::QuickGelu);
    EXPECT_EQ(config.parameterCount(), 151'277'313); // openai/clip-vit-base-patch32
}

TEST(ModelConfig, EachConfigReadsBackWhatItWrote)
{
    EXPECT_EQ(json::dump(ClipConfig::fromJson(clipJson()).toJson()), json::dump(clipJson()));
    EXPECT_EQ(json::dump(LlamaConfig::fromJson(llamaJson()).toJson()), json::dump(llamaJson()));
    const auto vlm = tinyMiniGpt4().toJson();
    EXPECT_EQ(json::dump(MiniGpt4Config::fromJson(vlm).toJson()), json::dump(vlm));
}

TEST(ModelConfig, CountsAgreeWithTheModules)
{
    EXPECT_EQ(parameterCount(*Clip(tinyClip())), tinyClip().parameterCount());
    EXPECT_EQ(parameterCount(*Llama(tinyLlama())), tinyLlama().parameterCount());
    EXPECT_EQ(parameterCount(*MiniGpt4(tinyMiniGpt4())), tinyMiniGpt4().parameterCount());
}

TEST(ModelConfig, PublishedSizesOfMiniGpt4)
{
    const auto config = MiniGpt4Config::fromJson(Json{{"llama_model", LlamaConfig().toJson()}});
    EXPECT_EQ(config.vision.inner(), 6144);
    EXPECT_EQ(config.qformer.hidden * config.llama.hidden + config.llama.hidden, 3'149'824); // METHOD 6.1
}

TEST(ModelConfig, ZeroHeadsAreRefused)
{
    auto clip = clipJson();
    clip["text_config"]["num_attention_heads"] = 0;
    EXPECT_NE(messageOf(ErrorCode::InvalidInput, [&] { ClipConfig::fromJson(clip); }).find("num_attention_heads is 0"),
        std::string::npos);
    auto llama = llamaJson();
    llama["num_attention_heads"] = 0;
    EXPECT_NE(
        messageOf(ErrorCode::InvalidInput, [&] { LlamaConfig::fromJson(llama); }).find("num_attention_heads is 0"),
        std::string::npos);
    auto vlm = tinyMiniGpt4().toJson();
    vlm["visual_encoder"]["num_heads"] = 0;
    messageOf(ErrorCode::InvalidInput, [&] { MiniGpt4Config::fromJson(vlm); });
    vlm = tinyMiniGpt4().toJson();
    vlm["Qformer"]["num_attention_heads"] = 0;
    messageOf(ErrorCode::InvalidInput, [&] { MiniGpt4Config::fromJson(vlm); });
}

TEST(ModelConfig, WidthsMustDivideByHeads)
{
    auto llama = llamaJson();
    llama["hidden_size"] = 17;
    EXPECT_NE(messageOf(ErrorCode::InvalidInput, [&] { LlamaConfig::fromJson(llama); })
                  .find("17 is not a multiple of 4 heads"),
        std::string::npos);
    llama = llamaJson();
    llama["num_key_value_heads"] = 3;
    messageOf(ErrorCode::InvalidInput, [&] { LlamaConfig::fromJson(llama); });
    auto clip = clipJson();
    clip["vision_config"]["hidden_size"] = 25;
    messageOf(ErrorCode::InvalidInput, [&] { ClipConfig::fromJson(clip); });
    clip = clipJson();
    clip["vision_config"]["image_size"] = 17;
    messageOf(ErrorCode::InvalidInput, [&] { ClipConfig::fromJson(clip); });
}

TEST(ModelConfig, HugeAndNegativeSizesAreRefused)
{
    for (const int64_t bad : {int64_t(-1), int64_t(1) << 40}) {
        auto llama = llamaJson();
        llama["hidden_size"] = bad;
        messageOf(ErrorCode::InvalidInput, [&] { LlamaConfig::fromJson(llama); });
        auto clip = clipJson();
        clip["text_config"]["vocab_size"] = bad;
        messageOf(ErrorCode::InvalidInput, [&] { ClipConfig::fromJson(clip); });
        auto vlm = tinyMiniGpt4().toJson();
        vlm["image_size"] = bad;
        vlm["visual_encoder"].erase("image_size");
        messageOf(ErrorCode::InvalidInput, [&] { MiniGpt4Config::fromJson(vlm); });
    }
}

TEST(ModelConfig, WrongTypesNameTheField)
{
    auto llama = llamaJson();
    llama["hidden_size"] = "many";
    EXPECT_NE(
        messageOf(ErrorCode::BadFile, [&] { LlamaConfig::fromJson(llama); }).find("hidden_size"), std::string::npos);
    messageOf(ErrorCode::BadFile, [] { LlamaConfig::fromJson(Json::array()); });
    messageOf(ErrorCode::BadFile, [] { ClipConfig::fromJson(Json{{"text_config", 3}}); });
}

TEST(ModelConfig, OtherFamiliesAndRotaryFormsAreUnsupported)
{
    auto llama = llamaJson();
    llama["model_type"] = "gpt2";
    EXPECT_NE(messageOf(ErrorCode::Unsupported, [&] { LlamaConfig::fromJson(llama); }).find("gpt2"), std::string::npos);
    llama = llamaJson();
    llama["rope_scaling"] = Json{{"type", "yarn"}, {"factor", 2}};
    EXPECT_NE(messageOf(ErrorCode::Unsupported, [&] { LlamaConfig::fromJson(llama); }).find("yarn"), std::string::npos);
    auto clip = clipJson();
    clip["text_config"]["hidden_act"] = "mish";
    messageOf(ErrorCode::Unsupported, [&] { ClipConfig::fromJson(clip); });
}

TEST(ModelConfig, QFormerAndTowerMustFitTogether)
{
    auto vlm = tinyMiniGpt4().toJson();
    vlm["Qformer"]["encoder_width"] = 13;
    EXPECT_NE(messageOf(ErrorCode::InvalidInput, [&] { MiniGpt4Config::fromJson(vlm); }).find("13"), std::string::npos);
}

} // namespace winnow::models
