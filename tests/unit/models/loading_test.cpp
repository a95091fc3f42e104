#include "tests/unit/models/model_fixture.h"

#include "core/tensor/torch_archive.h"

namespace winnow::models {
namespace {

    Clip randomClip(std::uint64_t seed = 5)
    {
        Clip model(tinyClip());
        initialise(*model, seed);
        return model;
    }

    MiniGpt4 randomMiniGpt4()
    {
        MiniGpt4 model(tinyMiniGpt4());
        initialise(*model, 7, 0.1);
        return model;
    }

    std::vector<std::pair<std::string, torch::Tensor>> under(const tensor::NamedTensors& all, const std::string& prefix)
    {
        std::vector<std::pair<std::string, torch::Tensor>> found;
        for (const auto& [name, value] : all)
            if (name.starts_with(prefix))
                found.emplace_back(name.substr(prefix.size()), value);
        return found;
    }

    /// The four files as users have them, of one random model, with what real files carry besides.
    void saveOriginals(const std::filesystem::path& folder, const MiniGpt4& model)
    {
        const auto all = parametersOf(*model);
        auto vision = under(all, "visual_encoder.");
        vision.emplace_back("blocks.2.norm1.weight", torch::zeros({12}));
        vision.emplace_back("head.weight", torch::zeros({3, 12}));
        tensor::saveTorchArchive(folder / "eva_vit_g.pth", "", vision);
        std::vector<std::pair<std::string, torch::Tensor>> qformer{{"query_tokens", all.at("query_tokens")},
            {"ln_vision.weight", all.at("ln_vision.weight")}, {"ln_vision.bias", all.at("ln_vision.bias")},
            {"t5_proj.weight", torch::zeros({2, 2})},
            {"Qformer.bert.embeddings.word_embeddings.weight", torch::zeros({4, 8})},
            {"Qformer.bert.encoder.layer.0.intermediate.dense.weight", torch::zeros({16, 8})},
            {"Qformer.bert.encoder.layer.0.output.dense.weight", torch::zeros({8, 16})}};
        for (const auto& [name, value] : under(all, "Qformer."))
            qformer.emplace_back("Qformer." + name, value);
        tensor::saveTorchArchive(folder / "blip2_pretrained_flant5xxl.pth", "model", qformer);
        tensor::saveTorchArchive(folder / "pretrained_minigpt4_7b.pth", "model",
            {{"llama_proj.weight", all.at("llama_proj.weight")}, {"llama_proj.bias", all.at("llama_proj.bias")}});
        std::filesystem::create_directories(folder / "vicuna");
        tensor::NamedTensors llama;
        for (const auto& [name, value] : under(all, "llama_model."))
            llama[name] = value;
        saveModel(folder / "vicuna", model->config().llama.toJson(), llama);
        auto config = model->config().toJson();
        config.erase("llama_model");
        file::writeAtomically(folder / "config.json", json::dump(config));
    }

} // namespace

TEST(ModelLoading, AModelSavedUnderItsNamesComesBack)
{
    const TestFolder folder;
    auto model = randomClip();
    saveModel(folder.path(), tinyClip().toJson(), parametersOf(*model));
    auto loaded = loadClip(folder.path());
    const torch::NoGradGuard noGrad;
    const auto pixels = torch::rand({2, 3, 16, 16});
    EXPECT_TRUE(torch::allclose(loaded->imageFeatures(pixels), model->imageFeatures(pixels), 1e-4, 1e-6));
    for (const auto& parameter : loaded->parameters())
        EXPECT_FALSE(parameter.requires_grad());
}

TEST(ModelLoading, HalfWeightsAreConvertedToTheWantedType)
{
    const TestFolder folder;
    auto tensors = parametersOf(*randomClip());
    for (auto& [name, value] : tensors)
        value = value.to(torch::kHalf);
    saveModel(folder.path(), tinyClip().toJson(), tensors);
    EXPECT_EQ(loadClip(folder.path())->logit_scale.scalar_type(), torch::kFloat);
    EXPECT_EQ(loadClip(folder.path(), torch::kBFloat16)->logit_scale.scalar_type(), torch::kBFloat16);
}

TEST(ModelLoading, AllMisfitsStandInOneMessage)
{
    const TestFolder folder;
    auto tensors = parametersOf(*randomClip());
    tensors.erase("logit_scale");
    tensors["visual_projection.weight"] = torch::zeros({3, 3});
    tensors["surprise"] = torch::zeros({1});
    saveModel(folder.path(), tinyClip().toJson(), tensors);
    const auto message = messageOf(ErrorCode::BadShape, [&] { loadClip(folder.path()); });
    for (const char* part :
        {"logit_scale is missing", "visual_projection.weight is [3, 3], expected [10, 24]", "surprise"})
        EXPECT_NE(message.find(part), std::string::npos) << message;
}

TEST(ModelLoading, AConfigOfAFarLargerModelIsRefusedBeforeMemoryIsTaken)
{
    const TestFolder folder;
    auto config = tinyClip().toJson();
    config["text_config"]["hidden_size"] = 65536;
    config["text_config"]["intermediate_size"] = 262144;
    config["text_config"]["num_hidden_layers"] = 512;
    saveModel(folder.path(), config, parametersOf(*randomClip()));
    EXPECT_NE(messageOf(ErrorCode::BadShape, [&] { loadClip(folder.path()); }).find("holds only"), std::string::npos);
}

TEST(ModelLoading, MissingConfigAndBrokenConfigAreSaid)
{
    const TestFolder folder;
    EXPECT_NE(messageOf(ErrorCode::NotFound, [&] { loadLlama(folder.path()); }).find("config.json"), std::string::npos);
    file::writeAtomically(folder.path() / "config.json", "{\"hidden_size\": ");
    messageOf(ErrorCode::BadFile, [&] { loadLlama(folder.path()); });
}

TEST(ModelLoading, TiedEmbeddingsNeedNoHead)
{
    const TestFolder folder;
    auto config = tinyLlama();
    config.tiedEmbeddings = true;
    Llama model(config);
    initialise(*model, 3, 0.3);
    auto tensors = parametersOf(*model);
    EXPECT_FALSE(tensors.contains("lm_head.weight"));
    tensors["lm_head.weight"] = torch::zeros({40, 16}); // some exports repeat it
    saveModel(folder.path(), config.toJson(), tensors);
    auto loaded = loadLlama(folder.path());
    const torch::NoGradGuard noGrad;
    const auto ids = torch::tensor({{1, 2, 3}});
    EXPECT_TRUE(torch::allclose(loaded->forward(ids), model->forward(ids), 1e-4, 1e-5));
}

TEST(ModelLoading, TheFourOriginalFilesMakeTheSameModelAsTheAssembledOne)
{
    const TestFolder originals, assembled;
    auto model = randomMiniGpt4();
    saveOriginals(originals.path(), model);
    const auto folder = assembled.path() / "vlm";
    std::filesystem::create_directories(folder);
    saveModel(folder, tinyMiniGpt4().toJson(), parametersOf(*model));
    const auto want = parametersOf(*model);
    for (const auto& loaded : {loadMiniGpt4(originals.path()), loadMiniGpt4(folder)})
        for (const auto& [name, value] : parametersOf(*loaded))
            EXPECT_TRUE(value.equal(want.at(name))) << name;
}

TEST(ModelLoading, OnlyTheProjectionOfMiniGpt4Learns)
{
    const TestFolder folder;
    saveOriginals(folder.path(), randomMiniGpt4());
    const auto model = loadMiniGpt4(folder.path());
    for (const auto& item : model->named_parameters())
        EXPECT_EQ(item.value().requires_grad(), item.key().starts_with("llama_proj.")) << item.key();
}

TEST(ModelLoading, AMissingOriginalFileIsNamed)
{
    const TestFolder folder;
    saveOriginals(folder.path(), randomMiniGpt4());
    std::filesystem::remove(folder.path() / "blip2_pretrained_flant5xxl.pth");
    EXPECT_NE(messageOf(ErrorCode::NotFound, [&] { loadMiniGpt4(folder.path()); }).find("blip2_pretrained"),
        std::string::npos);
}

TEST(ModelLoading, ATruncatedOriginalFileIsABadFile)
{
    const TestFolder folder;
    saveOriginals(folder.path(), randomMiniGpt4());
    std::filesystem::resize_file(folder.path() / "eva_vit_g.pth", 1000);
    messageOf(ErrorCode::BadFile, [&] { loadMiniGpt4(folder.path()); });
}

TEST(ModelLoading, PositionsOfAnotherGridAreResized)
{
    const auto stored = torch::rand({1, 10, 6});
    EXPECT_TRUE(resizePositions(stored, 3).equal(stored));
    const auto larger = resizePositions(stored, 5);
    EXPECT_EQ(larger.sizes(), (std::vector<int64_t>{1, 26, 6}));
    EXPECT_TRUE(larger.select(1, 0).equal(stored.select(1, 0)));
    messageOf(ErrorCode::BadShape, [] { resizePositions(torch::rand({1, 9, 6}), 3); });
}

TEST(ModelLoading, AProjectionOfAnotherWidthIsRefused)
{
    const TestFolder folder;
    auto model = randomMiniGpt4();
    tensor::saveTorchArchive(folder.path() / "p.pth", "model",
        {{"llama_proj.weight", torch::zeros({16, 9})}, {"llama_proj.bias", torch::zeros({16})}});
    EXPECT_NE(
        messageOf(ErrorCode::BadShape, [&] { loadProjectionInto(model, folder.path() / "p.pth"); }).find("[16, 9]"),
        std::string::npos);
}

} // namespace winnow::models
