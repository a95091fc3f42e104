#include "tests/unit/models/model_fixture.h"

#include "core/models/catalog.h"
#include "core/models/deberta.h"
#include "core/tensor/weight_file.h"

namespace winnow::models {
namespace {

    DebertaConfig tinyDeberta()
    {
        DebertaConfig config;
        config.vocabulary = 40;
        config.hidden = config.embedding = 16;
        config.layers = 2;
        config.heads = 2;
        config.headWidth = 8;
        config.inner = 24;
        config.positions = config.mostDistance = 32;
        config.relativeAttention = config.contentToPosition = config.positionToContent = true;
        config.sharedKeys = config.normedDistances = true;
        config.absolutePositions = false;
        config.distanceBuckets = 8;
        return config;
    }

    DebertaClassifier randomDeberta(const DebertaConfig& config, std::uint64_t seed = 3)
    {
        DebertaClassifier model(config);
        initialise(*model, seed, 0.3);
        return model;
    }

    /// Every part that a config can ask for.
    DebertaConfig fullDeberta()
    {
        auto config = tinyDeberta();
        config.embedding = 12;
        config.sharedKeys = false;
        config.absolutePositions = true;
        config.tokenTypes = 2;
        config.convKernel = 3;
        config.labels = 3;
        return config;
    }

    Json publishedLarge()
    {
        return json::parse(R"({"model_type": "deberta-v2", "hidden_size": 1024, "num_hidden_layers": 24,
            "num_attention_heads": 16, "intermediate_size": 4096, "hidden_act": "gelu", "max_position_embeddings": 512,
            "type_vocab_size": 0, "vocab_size": 128100, "relative_attention": true, "max_relative_positions": -1,
            "position_buckets": 256, "norm_rel_ebd": "layer_norm", "share_att_key": true, "pos_att_type": "p2c|c2p",
            "layer_norm_eps": 1e-7, "position_biased_input": false, "pooler_hidden_size": 1024,
            "pooler_hidden_act": "gelu", "id2label": {"0": "LABEL_0"}})",
            "config");
    }

    const auto kIds = [] { return torch::tensor({{1, 5, 6, 2, 7, 8, 9, 2}}); };

} // namespace

TEST(Deberta, PublishedRewardModelHasItsSize)
{
    const auto config = DebertaConfig::fromJson(publishedLarge());
    EXPECT_TRUE(config.contentToPosition && config.positionToContent && config.sharedKeys && config.normedDistances);
    EXPECT_FALSE(config.absolutePositions);
    EXPECT_EQ(config.span(), 256);
    EXPECT_EQ(config.mostDistance, 512);
    // 434,012,160 of microsoft/deberta-v3-large, a pooler of 1024 x 1024 + 1024, a classifier of 1024 + 1
    EXPECT_EQ(config.parameterCount(), 435'062'785);
}

TEST(Deberta, AbsentKeysTakeThePublishedDefaults)
{
    const auto config = DebertaConfig::fromJson(Json::object());
    EXPECT_EQ(config.vocabulary, 128100);
    EXPECT_EQ(config.hidden, 1536);
    EXPECT_EQ(config.labels, 2);
    EXPECT_TRUE(config.absolutePositions);
    EXPECT_FALSE(config.relativeAttention);
    EXPECT_EQ(config.scaleFactor(), 1);
}

TEST(Deberta, ConfigReadsBackWhatItWroteAndCountsItsModules)
{
    for (const auto& config : {tinyDeberta(), fullDeberta()}) {
        const auto written = config.toJson();
        EXPECT_EQ(json::dump(DebertaConfig::fromJson(written).toJson()), json::dump(written));
        EXPECT_EQ(parameterCount(*DebertaClassifier(config)), config.parameterCount());
    }
}

TEST(Deberta, HostileConfigsAreRefusedWithTheField)
{
    const auto refused = [](const char* field, const Json& value, ErrorCode code) {
        auto config = publishedLarge();
        config[field] = value;
        EXPECT_FALSE(messageOf(code, [&] { DebertaConfig::fromJson(config); }).empty()) << field;
    };
    refused("num_attention_heads", 0, ErrorCode::InvalidInput);
    refused("num_attention_heads", 7, ErrorCode::InvalidInput);
    refused("hidden_size", -1, ErrorCode::InvalidInput);
    refused("hidden_size", "many", ErrorCode::BadFile);
    refused("vocab_size", int64_t(1) << 40, ErrorCode::InvalidInput);
    refused("num_hidden_layers", 1'000'000, ErrorCode::InvalidInput);
    refused("position_buckets", 1, ErrorCode::InvalidInput);
    refused("position_buckets", 2000, ErrorCode::InvalidInput);
    refused("max_position_embeddings", 0, ErrorCode::InvalidInput);
    refused("layer_norm_eps", 0, ErrorCode::InvalidInput);
    refused("conv_kernel_size", 4, ErrorCode::InvalidInput);
    refused("conv_groups", 0, ErrorCode::InvalidInput);
    refused("pos_att_type", "p2p", ErrorCode::Unsupported);
    refused("pos_att_type", 3, ErrorCode::BadFile);
    refused("hidden_act", "mish", ErrorCode::Unsupported);
    refused("pooler_hidden_size", 5, ErrorCode::Unsupported);
    refused("id2label", Json::object(), ErrorCode::InvalidInput);
    messageOf(ErrorCode::BadFile, [] { DebertaConfig::fromJson(Json::array()); });
}

TEST(Deberta, BucketsAreExactNearAndLogarithmicFar)
{
    const auto got = relativeBuckets(torch::tensor({-600, -128, -3, 0, 3, 127, 128, 129, 511}), 256, 512);
    const auto want = torch::tensor({-270, -128, -3, 0, 3, 127, 128, 129, 255});
    EXPECT_TRUE(got.equal(want)) << got; // past the end the model takes its last row
    const auto same = torch::tensor({-5, 7});
    EXPECT_TRUE(relativeBuckets(same, -1, 512).equal(same));
}

TEST(Deberta, PaddingAndNeighboursDoNotChangeARow)
{
    for (const auto& config : {tinyDeberta(), fullDeberta()}) {
        auto model = randomDeberta(config);
        const torch::NoGradGuard noGrad;
        const auto ids = kIds();
        const auto alone = model->forward(ids); // [1, labels]
        auto both = torch::zeros({2, 20}, torch::kLong), mask = torch::zeros({2, 20}, torch::kLong);
        both[0].narrow(0, 0, 8).copy_(ids[0]);
        mask[0].narrow(0, 0, 8).fill_(1);
        both[1].fill_(11);
        mask[1].fill_(1);
        const auto padded = model->forward(both, mask).narrow(0, 0, 1);
        EXPECT_TRUE(torch::allclose(padded, alone, 1e-4, 1e-5)) << padded << alone;
    }
}

TEST(Deberta, OrderOfWordsMattersOnlyThroughPositions)
{
    const torch::NoGradGuard noGrad;
    const auto ids = kIds(), swapped = torch::tensor({{1, 6, 5, 2, 7, 8, 9, 2}});
    auto model = randomDeberta(tinyDeberta());
    EXPECT_FALSE(torch::allclose(model->forward(ids), model->forward(swapped), 1e-4, 1e-5));
    auto config = tinyDeberta();
    config.relativeAttention = false;
    auto blind = randomDeberta(config);
    EXPECT_TRUE(torch::allclose(blind->forward(ids), blind->forward(swapped), 1e-4, 1e-5));
}

TEST(Deberta, PackedProjectionsGiveTheSameNumbers)
{
    auto model = randomDeberta(fullDeberta());
    const torch::NoGradGuard noGrad;
    const auto before = model->forward(kIds()).clone();
    model->pack();
    EXPECT_TRUE(torch::allclose(model->forward(kIds()), before, 1e-4, 1e-6));
}

TEST(Deberta, EveryParameterLearns)
{
    auto model = randomDeberta(fullDeberta());
    setTrainable(*model, true);
    model->forward(kIds(), torch::ones({1, 8}, torch::kLong), torch::tensor({{0, 0, 0, 0, 1, 1, 1, 1}}))
        .square()
        .sum()
        .backward();
    for (const auto& item : model->named_parameters())
        EXPECT_TRUE(item.value().grad().defined() && item.value().grad().abs().sum().item<double>() > 0) << item.key();
}

TEST(Deberta, MisshapenInputsAreRefused)
{
    auto model = randomDeberta(fullDeberta());
    messageOf(ErrorCode::BadShape, [&] { model->forward(torch::zeros({3}, torch::kLong)); });
    messageOf(ErrorCode::BadShape, [&] { model->forward(kIds(), torch::ones({1, 7}, torch::kLong)); });
    messageOf(ErrorCode::BadShape, [&] { model->forward(kIds(), {}, torch::ones({2, 8}, torch::kLong)); });
    messageOf(ErrorCode::BadShape, [&] { model->forward(torch::zeros({1, 0}, torch::kLong)); });
    EXPECT_NE(messageOf(ErrorCode::BadShape,
                  [&] {
                      model->forward(torch::zeros({1, 33}, torch::kLong));
                  })
                  .find("32"),
        std::string::npos);
}

TEST(Deberta, ASavedModelComesBackWithoutItsSurplus)
{
    const TestFolder folder;
    auto model = randomDeberta(tinyDeberta());
    auto tensors = parametersOf(*model);
    tensors["deberta.embeddings.position_ids"] = torch::arange(32).unsqueeze(0);
    tensors["lm_predictions.lm_head.bias"] = torch::zeros({40});
    tensors["mask_predictions.dense.bias"] = torch::zeros({3});
    saveModel(folder.path(), tinyDeberta().toJson(), tensors);
    auto loaded = loadDeberta(folder.path());
    const torch::NoGradGuard noGrad;
    EXPECT_TRUE(torch::allclose(loaded->forward(kIds()), model->forward(kIds()), 1e-4, 1e-6));
}

TEST(Deberta, AllMisfitsStandInOneMessage)
{
    const TestFolder folder;
    auto tensors = parametersOf(*randomDeberta(tinyDeberta()));
    tensors.erase("pooler.dense.weight");
    tensors["classifier.weight"] = torch::zeros({5, 16});
    tensors["deberta.encoder.layer.7.output.dense.bias"] = torch::zeros({16});
    saveModel(folder.path(), tinyDeberta().toJson(), tensors);
    const auto message = messageOf(ErrorCode::BadShape, [&] { loadDeberta(folder.path()); });
    for (const char* part : {"pooler.dense.weight is missing", "classifier.weight is [5, 16], expected [1, 16]",
             "layer.7.output.dense.bias"})
        EXPECT_NE(message.find(part), std::string::npos) << message;
}

TEST(Deberta, CatalogTakesOneLabelWithItsTokenizer)
{
    const TestFolder folder;
    saveModel(folder.path(), tinyDeberta().toJson(), parametersOf(*randomDeberta(tinyDeberta())));
    EXPECT_NE(inspectModelFolder(folder.path()).about.find("spm.model"), std::string::npos);
    file::writeAtomically(folder.path() / "spm.model", "");
    const auto found = inspectModelFolder(folder.path());
    EXPECT_TRUE(found.isUsable) << found.about;
    EXPECT_EQ(found.role, "reward");
    EXPECT_EQ(found.parameterCount, tinyDeberta().parameterCount());
    auto config = tinyDeberta();
    config.labels = 3;
    saveModel(folder.path(), config.toJson(), parametersOf(*randomDeberta(config)));
    EXPECT_NE(inspectModelFolder(folder.path()).about.find("3 labels"), std::string::npos);
}

} // namespace winnow::models
