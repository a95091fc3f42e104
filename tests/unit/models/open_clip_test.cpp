#include "tests/support/places.h"
#include "tests/unit/models/model_fixture.h"

#include "core/models/catalog.h"
#include "core/models/open_clip.h"
#include "core/tensor/torch_archive.h"
#include "core/tensor/weight_file.h"

#include <map>

namespace winnow::models {
namespace {

    const std::filesystem::path kGolden =
        std::filesystem::path(sourceDir()) / "tests" / "golden" / "data" / "clip" / "open_clip";
    constexpr const char* kWeights = "open_clip_pytorch_model.bin";

    Json goldenConfig() { return json::load(kGolden / "open_clip_config.json"); }

    /// The golden folder's files in a folder that a test may change.
    void copyGolden(const std::filesystem::path& folder)
    {
        std::filesystem::copy_file(kGolden / "open_clip_config.json", folder / "open_clip_config.json");
        std::filesystem::copy_file(kGolden / kWeights, folder / kWeights);
    }

    std::map<std::string, torch::Tensor> goldenTensors()
    {
        const tensor::WeightFile file(kGolden / kWeights);
        std::map<std::string, torch::Tensor> tensors;
        for (const auto& info : file.tensors())
            tensors[info.name] = file.load(info.name);
        return tensors;
    }

    void saveArchive(const std::filesystem::path& folder, const std::map<std::string, torch::Tensor>& tensors)
    {
        tensor::saveTorchArchive(folder / kWeights, "", {tensors.begin(), tensors.end()});
    }

    Json bigG()
    {
        return json::parse(R"({"embed_dim": 1280,
            "vision_cfg": {"image_size": 224, "layers": 48, "width": 1664, "head_width": 104, "mlp_ratio": 4.9231,
                "patch_size": 14},
            "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 1280, "heads": 20, "layers": 32}})",
            "ViT-bigG-14.json");
    }

} // namespace

TEST(OpenClip, BigGHasThePublishedShape)
{
    const auto config = openClipConfig(bigG());
    EXPECT_EQ(config.vision.inner, 8192);
    EXPECT_EQ(config.vision.heads, 16);
    EXPECT_EQ(config.vision.headDim(), 104);
    EXPECT_EQ(config.text.heads, 20);
    EXPECT_EQ(config.text.inner, 5120);
    EXPECT_EQ(config.embedding, 1280);
    EXPECT_EQ(config.vision.activation, Activation::Gelu);
    EXPECT_NEAR(double(config.parameterCount()) / 1e6, 2539.57, 0.01); // open_clip's model profile
}

TEST(OpenClip, ConfigsOfOtherTowersAreUnsupported)
{
    const auto refused = [](const char* section, const char* name, const Json& value, ErrorCode code) {
        auto config = bigG();
        config[section][name] = value;
        return messageOf(code, [&] { openClipConfig(config); });
    };
    EXPECT_NE(refused("vision_cfg", "layers", Json::array({3, 4, 6, 3}), ErrorCode::Unsupported).find("ResNet"),
        std::string::npos);
    EXPECT_NE(refused("vision_cfg", "timm_model_name", "vit_medium", ErrorCode::Unsupported).find("timm_model_name"),
        std::string::npos);
    refused("vision_cfg", "attentional_pool", true, ErrorCode::Unsupported);
    refused("text_cfg", "hf_model_name", "roberta-base", ErrorCode::Unsupported);
    refused("text_cfg", "pool_type", "last", ErrorCode::Unsupported);
    refused("vision_cfg", "head_width", 0, ErrorCode::InvalidInput);
    refused("vision_cfg", "head_width", 100, ErrorCode::InvalidInput);
    refused("vision_cfg", "mlp_ratio", -4, ErrorCode::InvalidInput);
    refused("vision_cfg", "width", "wide", ErrorCode::BadFile);
    messageOf(ErrorCode::BadFile, [] { openClipConfig(Json::array()); });
    messageOf(ErrorCode::BadFile, [] { openClipConfig(Json{{"vision_cfg", Json::object()}}); });
    auto other = goldenConfig();
    other["preprocess_cfg"]["mean"] = {0.5, 0.5, 0.5};
    EXPECT_NE(messageOf(ErrorCode::Unsupported, [&] { openClipConfig(other); }).find("mean"), std::string::npos);
    auto harmless = bigG();
    harmless["vision_cfg"]["attentional_pool"] = false;
    harmless["vision_cfg"]["patch_dropout"] = 0.5; // of training alone
    EXPECT_NO_THROW(openClipConfig(harmless));
}

TEST(OpenClip, CatalogRecognisesTheFolder)
{
    const TestFolder folder;
    copyGolden(folder.path());
    EXPECT_NE(inspectModelFolder(folder.path()).about.find("vocab.json"), std::string::npos);
    file::writeAtomically(folder.path() / "vocab.json", "{}");
    file::writeAtomically(folder.path() / "merges.txt", "");
    const auto found = inspectModelFolder(folder.path());
    EXPECT_TRUE(found.isUsable) << found.about;
    EXPECT_EQ(found.role, "clip");
    EXPECT_NE(found.about.find("open_clip"), std::string::npos);
}

TEST(OpenClip, AHubConfigWithoutItsWeightsDoesNotHideTheModel)
{
    const TestFolder folder;
    copyGolden(folder.path());
    file::writeAtomically(folder.path() / "config.json", json::dump(tinyClip().toJson()));
    EXPECT_TRUE(isOpenClipFolder(folder.path()));
    EXPECT_EQ(loadClip(folder.path())->config().embedding, 24);
    Clip hub(tinyClip());
    initialise(*hub, 1);
    saveModel(folder.path(), tinyClip().toJson(), parametersOf(*hub));
    EXPECT_FALSE(isOpenClipFolder(folder.path()));
    EXPECT_EQ(loadClip(folder.path())->config().embedding, 10);
    EXPECT_EQ(loadOpenClip(folder.path())->config().embedding, 24);
}

TEST(OpenClip, ATrainersCheckpointLoadsFromUnderItsPrefix)
{
    const TestFolder folder;
    const auto plain = folder.path() / "plain", nested = folder.path() / "nested";
    std::filesystem::create_directories(plain);
    std::filesystem::create_directories(nested);
    copyGolden(plain);
    std::filesystem::copy_file(kGolden / "open_clip_config.json", nested / "open_clip_config.json");
    std::map<std::string, torch::Tensor> tensors;
    for (const auto& [name, value] : goldenTensors())
        tensors["module." + name] = value;
    tensor::saveTorchArchive(nested / kWeights, "state_dict", {tensors.begin(), tensors.end()});
    auto one = loadOpenClip(plain), two = loadOpenClip(nested);
    const torch::NoGradGuard noGrad;
    const auto pixels = torch::rand({1, 3, 28, 28});
    EXPECT_TRUE(one->imageFeatures(pixels).equal(two->imageFeatures(pixels)));
}

TEST(OpenClip, MisfitsAreNamed)
{
    const TestFolder folder;
    copyGolden(folder.path());
    auto tensors = goldenTensors();
    tensors.erase("ln_final.bias");
    tensors["visual.ln_pre.weight"] = torch::zeros({3});
    tensors["surprise"] = torch::zeros({1});
    saveArchive(folder.path(), tensors);
    const auto message = messageOf(ErrorCode::BadShape, [&] { loadClip(folder.path()); });
    for (const char* part : {"final_layer_norm.bias is missing", "visual.ln_pre.weight", "surprise"})
        EXPECT_NE(message.find(part), std::string::npos) << message;

    tensors = goldenTensors();
    tensors["transformer.resblocks.1.attn.in_proj_weight"] = torch::zeros({1, 32});
    saveArchive(folder.path(), tensors);
    EXPECT_NE(messageOf(ErrorCode::BadShape, [&] { loadClip(folder.path()); }).find("in_proj_weight is [1, 32]"),
        std::string::npos);
    tensors["transformer.resblocks.1.attn.in_proj_weight"] = torch::zeros({96});
    saveArchive(folder.path(), tensors);
    messageOf(ErrorCode::BadShape, [&] { loadClip(folder.path()); });
}

TEST(OpenClip, MissingFilesAreNamed)
{
    const TestFolder folder;
    EXPECT_NE(messageOf(ErrorCode::NotFound, [&] { loadOpenClip(folder.path()); }).find("open_clip_config.json"),
        std::string::npos);
    std::filesystem::copy_file(kGolden / "open_clip_config.json", folder.path() / "open_clip_config.json");
    EXPECT_NE(messageOf(ErrorCode::NotFound, [&] { loadOpenClip(folder.path()); }).find(kWeights), std::string::npos);
}

} // namespace winnow::models
