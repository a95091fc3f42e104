#include "tests/unit/models/model_fixture.h"

#include "core/base/run_context.h"
#include "core/models/generate.h"

namespace winnow::models {
namespace {

    class Models : public ::testing::Test {
    protected:
        Models()
            : clip(tinyClip())
            , llama(tinyLlama())
            , vlm(tinyMiniGpt4())
        {
            initialise(*clip, 1, 0.2);
            initialise(*llama, 2, 0.3);
            initialise(*vlm, 3, 0.2);
            vlm->freezeAllButProjection();
            torch::manual_seed(4);
        }

        torch::Tensor continueFrom(const torch::Tensor& ids, const torch::Tensor& keep, const GenerateOptions& options)
        {
            NullContext context;
            return generateGreedy(llama, llama->embed(ids), keep, options, context, ids);
        }

        /// Greedy ids without a cache: the whole sequence anew for every token.
        std::vector<int64_t> continueSlowly(std::vector<int64_t> ids, int64_t steps)
        {
            const torch::NoGradGuard noGrad;
            std::vector<int64_t> said;
            for (int64_t i = 0; i < steps; ++i) {
                const auto logits = llama->forward(torch::tensor(ids).unsqueeze(0)); // [1, T, V]
                said.push_back(logits[0][logits.size(1) - 1].argmax().item<int64_t>());
                ids.push_back(said.back());
            }
            return said;
        }

        Clip clip;
        Llama llama;
        MiniGpt4 vlm;
    };

    std::vector<int64_t> toVector(const torch::Tensor& row)
    {
        const auto flat = row.contiguous();
        return {flat.data_ptr<int64_t>(), flat.data_ptr<int64_t>() + flat.numel()};
    }

} // namespace

TEST_F(Models, ClipIgnoresWhatFollowsTheEndToken)
{
    const torch::NoGradGuard noGrad;
    const auto short1 = torch::tensor({{1, 5, 49}});
    const auto padded = torch::tensor({{1, 5, 49, 0, 0, 7}});
    EXPECT_TRUE(torch::allclose(clip->textFeatures(short1), clip->textFeatures(padded), 1e-4, 1e-6));
}

TEST_F(Models, ClipRefusesPicturesAndTextsOfAnotherSize)
{
    messageOf(ErrorCode::BadShape, [&] { clip->imageFeatures(torch::zeros({1, 3, 17, 16})); });
    messageOf(ErrorCode::BadShape, [&] { clip->textFeatures(torch::zeros({1, 13}, torch::kLong)); });
    messageOf(ErrorCode::BadShape, [&] {
        clip->textFeatures(torch::zeros({2, 4}, torch::kLong), torch::ones({2, 5}));
    });
}

TEST_F(Models, CachedGenerationFollowsTheFullForward)
{
    GenerateOptions options;
    options.maxNewTokens = 8;
    EXPECT_EQ(toVector(continueFrom(torch::tensor({{1, 7, 3}}), {}, options)), continueSlowly({1, 7, 3}, 8));
}

TEST_F(Models, LeftPaddingChangesNothing)
{
    GenerateOptions options;
    options.maxNewTokens = 6;
    const auto batch = continueFrom(
        torch::tensor({{0, 0, 1, 7, 3}, {1, 9, 8, 2, 6}}), torch::tensor({{0, 0, 1, 1, 1}, {1, 1, 1, 1, 1}}), options);
    EXPECT_EQ(toVector(batch[0]), continueSlowly({1, 7, 3}, 6));
    EXPECT_EQ(toVector(batch[1]), continueSlowly({1, 9, 8, 2, 6}, 6));
}

TEST_F(Models, RowsEndAtTheirStopSequenceAndTheRestGoesOn)
{
    const auto first = continueSlowly({1, 7, 3}, 6), second = continueSlowly({1, 9, 8}, 6);
    GenerateOptions options;
    options.maxNewTokens = 6;
    options.padToken = 39;
    options.stopSequences = {{first[1], first[2]}};
    size_t end = 1; // where the sequence first stands
    while (first[end - 1] != first[1] || first[end] != first[2])
        ++end;
    const auto batch = continueFrom(torch::tensor({{1, 7, 3}, {1, 9, 8}}), {}, options);
    EXPECT_EQ(batch[0][int64_t(end)].item<int64_t>(), first[2]);
    if (batch.size(1) > int64_t(end) + 1) {
        EXPECT_EQ(batch[0][int64_t(end) + 1].item<int64_t>(), 39);
    }
    EXPECT_EQ(withoutStop(batch[0], options), std::vector<int64_t>(first.begin(), first.begin() + int64_t(end) - 1));
    std::vector<int64_t> beginning(second.begin(), second.begin() + 2);
    EXPECT_EQ(toVector(batch[1].narrow(0, 0, 2)), beginning);
}

TEST_F(Models, GenerationOptionsAreChecked)
{
    GenerateOptions options;
    options.maxNewTokens = 0;
    messageOf(ErrorCode::InvalidInput, [&] { continueFrom(torch::tensor({{1}}), {}, options); });
    options.maxNewTokens = 1;
    messageOf(ErrorCode::BadShape, [&] { continueFrom(torch::tensor({{40}}), {}, options); });
    messageOf(ErrorCode::BadShape, [&] { continueFrom(torch::tensor({{1}}), torch::ones({1, 2}), options); });
    messageOf(ErrorCode::InvalidInput, [&] { continueFrom(torch::zeros({1, 0}, torch::kLong), {}, options); });
}

TEST_F(Models, LossOfLabelledPositionsEqualsTheFullCrossEntropy)
{
    const torch::NoGradGuard noGrad;
    const auto ids = torch::tensor({{1, 7, 3, 9, 4}, {1, 2, 5, 0, 0}});
    const auto keep = torch::tensor({{1, 1, 1, 1, 1}, {1, 1, 1, 0, 0}});
    const auto labels = torch::tensor({{-100, -100, 3, 9, 4}, {-100, 2, 5, -100, -100}});
    const auto logits = llama->forward(ids, keep).narrow(1, 0, 4).reshape({-1, 40});
    const auto want = torch::cross_entropy_loss(logits, labels.narrow(1, 1, 4).reshape({-1}));
    EXPECT_NEAR(llama->loss(llama->embed(ids), keep, labels).item<float>(), want.item<float>(), 1e-5);
    messageOf(ErrorCode::InvalidInput, [&] { llama->loss(llama->embed(ids), keep, torch::full_like(labels, -100)); });
}

TEST_F(Models, ExplicitMaskAndPositionsAreObeyed)
{
    const torch::NoGradGuard noGrad;
    const auto prefix = torch::tensor({{1, 7}}), turn = torch::tensor({{9, 4}});
    const auto alone = llama->hidden(llama->embed(torch::cat({prefix, turn}, 1)));
    const auto packed =
        torch::cat({prefix, torch::tensor({{3, 3}}), turn}, 1); // another turn between, hidden from this one
    auto allowed = torch::ones({6, 6}, torch::kBool).tril();
    allowed.narrow(0, 4, 2).narrow(1, 2, 2).fill_(false);
    LlamaContext context;
    context.mask = additiveMask(allowed.view({1, 1, 6, 6}), torch::kFloat);
    context.positions = torch::tensor({{0, 1, 2, 3, 2, 3}});
    const auto states = llama->hidden(llama->embed(packed), context);
    EXPECT_TRUE(torch::allclose(states.narrow(1, 4, 2), alone.narrow(1, 2, 2), 1e-4, 1e-5));
}

TEST_F(Models, AssemblyPutsPicturesBetweenThePieces)
{
    const torch::NoGradGuard noGrad;
    const auto pictures = torch::rand({2, 4, 16});
    const auto& table = vlm->llama_model->model->embed_tokens->weight;
    AssemblyOptions options;
    options.padToken = 6;
    options.maxAnswerTokens = 2;
    const auto batch = vlm->assemble(pictures, {{{{3, 4}, {5}}, {7, 6, 8}}, {{{3}, {}}, {9}}}, options);
    ASSERT_EQ(batch.inputsEmbeds.sizes(), (std::vector<int64_t>{2, 10, 16})); // 1 + 2 + 4 + 1 + 2
    EXPECT_TRUE(batch.inputsEmbeds[0][0].equal(table[1]));
    EXPECT_TRUE(batch.inputsEmbeds[0].narrow(0, 3, 4).equal(pictures[0]));
    EXPECT_EQ(toVector(batch.targets[0].narrow(0, 8, 2)),
        (std::vector<int64_t>{7, -100})); // cut to 2, the pad id is no target
    EXPECT_EQ(
        toVector(batch.targets[1]), (std::vector<int64_t>{-100, -100, -100, -100, -100, -100, 9, -100, -100, -100}));
    EXPECT_EQ(toVector(batch.attentionMask.sum(1)), (std::vector<int64_t>{10, 7}));
    EXPECT_TRUE(batch.inputsEmbeds[1][9].equal(table[6]));
}

TEST_F(Models, AssemblyRefusesPicturesThatHaveNoPlace)
{
    const auto pictures = torch::rand({1, 4, 16});
    messageOf(ErrorCode::InvalidInput, [&] { vlm->assemble(pictures, {{{{3}}, {4}}}, {}); });
    messageOf(ErrorCode::InvalidInput, [&] { vlm->assemble(pictures, {}, {}); });
    messageOf(ErrorCode::BadShape, [&] { vlm->assemble(pictures, {{{{3}, {400}}, {4}}}, {}); });
    messageOf(ErrorCode::BadShape, [&] { vlm->assemble(torch::rand({1, 4, 15}), {{{{3}, {4}}, {4}}}, {}); });
}

TEST_F(Models, PaddingDoesNotChangeTheLoss)
{
    const auto pictures = vlm->encodeImage(torch::rand({2, 3, 16, 16}));
    const std::vector<PromptedAnswer> samples{{{{3, 4}, {5}}, {7, 6, 8}}, {{{3}, {5, 5, 5}}, {9}}};
    AssemblyOptions options;
    const auto tight = vlm->loss(vlm->assemble(pictures, samples, options));
    options.padding = AssemblyOptions::Padding::Reference;
    EXPECT_NEAR(tight.item<float>(), vlm->loss(vlm->assemble(pictures, samples, options)).item<float>(), 1e-5);
}

TEST_F(Models, OnlyTheProjectionReceivesGradients)
{
    const auto pictures = vlm->encodeImage(torch::rand({1, 3, 16, 16}));
    vlm->loss(vlm->assemble(pictures, {{{{3}, {5}}, {7, 8}}}, {})).backward();
    for (const auto& item : vlm->named_parameters())
        EXPECT_EQ(item.value().grad().defined(), item.key().starts_with("llama_proj.")) << item.key();
}

TEST_F(Models, GradientsReachEveryParameterInTraining)
{
    setTrainable(*vlm, true);
    const auto pictures = vlm->encodeImage(torch::rand({1, 3, 16, 16}));
    vlm->loss(vlm->assemble(pictures, {{{{3}, {5}}, {7, 8}}}, {})).backward();
    for (const auto& item : vlm->named_parameters())
        EXPECT_TRUE(item.value().grad().defined()) << item.key();
}

} // namespace winnow::models
