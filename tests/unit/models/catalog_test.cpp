#include "tests/unit/models/model_fixture.h"

#include "core/models/catalog.h"

namespace winnow::models {
namespace {

    void saveClipFolder(const std::filesystem::path& folder, const tensor::NamedTensors& tensors)
    {
        saveModel(folder, tinyClip().toJson(), tensors);
        file::writeAtomically(folder / "vocab.json", "{}");
        file::writeAtomically(folder / "merges.txt", "");
    }

    tensor::NamedTensors clipTensors()
    {
        Clip model(tinyClip());
        initialise(*model, 1);
        return parametersOf(*model);
    }

} // namespace

TEST(Catalog, RecognisesEachFamily)
{
    const TestFolder folder;
    for (const char* name : {"clip", "llm", "vlm"})
        std::filesystem::create_directories(folder.path() / name);
    saveClipFolder(folder.path() / "clip", clipTensors());
    Llama llama(tinyLlama());
    initialise(*llama, 1);
    saveModel(folder.path() / "llm", tinyLlama().toJson(), parametersOf(*llama));
    MiniGpt4 vlm(tinyMiniGpt4());
    initialise(*vlm, 1);
    saveModel(folder.path() / "vlm", tinyMiniGpt4().toJson(), parametersOf(*vlm));
    for (const char* name : {"llm", "vlm"})
        file::writeAtomically(folder.path() / name / "tokenizer.model", "");
    for (const char* name : {"clip", "llm", "vlm"}) {
        const auto found = inspectModelFolder(folder.path() / name);
        EXPECT_TRUE(found.isUsable) << found.about;
        EXPECT_EQ(found.role, name);
        EXPECT_GT(found.parameterCount, 0);
        EXPECT_GE(found.bytes, found.parameterCount * 4);
    }
}

TEST(Catalog, TokenizerJsonAloneServes)
{
    const TestFolder folder;
    for (const char* name : {"clip", "llm"})
        std::filesystem::create_directories(folder.path() / name);
    saveModel(folder.path() / "clip", tinyClip().toJson(), clipTensors());
    Llama llama(tinyLlama());
    initialise(*llama, 1);
    saveModel(folder.path() / "llm", tinyLlama().toJson(), parametersOf(*llama));
    for (const char* name : {"clip", "llm"}) {
        const auto without = inspectModelFolder(folder.path() / name);
        EXPECT_FALSE(without.isUsable);
        EXPECT_NE(without.about.find("tokenizer.json"), std::string::npos) << without.about;
        file::writeAtomically(folder.path() / name / "tokenizer.json", "{}");
        EXPECT_EQ(inspectModelFolder(folder.path() / name).role, name);
    }
}

TEST(Catalog, SaysEveryMisfitOfABadFolder)
{
    const TestFolder folder;
    auto tensors = clipTensors();
    tensors.erase("vision_model.post_layernorm.bias");
    tensors["text_model.encoder.layers.1.mlp.fc1.weight"] = torch::zeros({2, 2});
    saveClipFolder(folder.path(), tensors);
    const auto found = inspectModelFolder(folder.path());
    EXPECT_FALSE(found.isUsable);
    EXPECT_NE(found.about.find("post_layernorm.bias is missing"), std::string::npos) << found.about;
    EXPECT_NE(found.about.find("fc1.weight is [2, 2], expected [24, 16]"), std::string::npos) << found.about;
}

TEST(Catalog, NeverThrowsOnWhatLiesInAFolder)
{
    const TestFolder folder;
    EXPECT_FALSE(inspectModelFolder(folder.path() / "absent").isUsable);
    EXPECT_FALSE(inspectModelFolder(folder.path()).isUsable);
    for (const char* config :
        {"[]", "{\"model_type\": 3}", "{\"model_type\": \"bert\"}", "{", "{\"model_type\": \"llama\"}"}) {
        file::writeAtomically(folder.path() / "config.json", config);
        const auto found = inspectModelFolder(folder.path());
        EXPECT_FALSE(found.isUsable) << config;
        EXPECT_FALSE(found.about.empty()) << config;
    }
}

} // namespace winnow::models
