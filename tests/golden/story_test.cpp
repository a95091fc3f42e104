// Real published weights agree with sense: a LLaMA trained on children's stories goes on with one.
#include "core/base/run_context.h"
#include "core/models/generate.h"
#include "core/text/sentencepiece.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace winnow::models {

TEST(Story, PublishedWeightsTellAStory)
{
    const auto folder = std::filesystem::path(sharedDir()) / "data" / "stories15m-llama";
    if (!std::filesystem::exists(folder))
        GTEST_SKIP() << "the shared data folder with stories15m-llama is not here";
    const text::SentencePieceTokenizer tokenizer(folder / "tokenizer.model");
    auto model = loadLlama(folder);
    auto ids = tokenizer.encode("Once upon a time");
    ids.insert(ids.begin(), tokenizer.beginToken());
    GenerateOptions options;
    options.maxNewTokens = 40;
    options.stopTokens = model->config().eosTokens;
    NullContext context;
    const auto row = generateGreedy(model, model->embed(torch::tensor(ids).unsqueeze(0)), {}, options, context)[0];
    const auto said = tokenizer.decode(withoutStop(row, options));
    // What llama2.c's stories15M is known to tell at temperature 0.
    EXPECT_EQ(said.substr(0, 91),
        ", there was a little girl named Lily. She loved to play outside in the sunshine. One day, s")
        << said;
}

} // namespace winnow::models
