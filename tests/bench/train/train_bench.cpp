// Stage-2 steps of the product's trainer against the plain formulation (vision tower every step, every row padded to
// the longest prompt and answer, logits everywhere), same model, same batches, same prompts: samples per second and the
// largest difference of losses.
#include "core/base/random.h"
#include "core/tensor/device.h"
#include "core/text/prompt.h"
#include "core/train/trainer.h"

#include <torch/nn/functional/loss.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>

namespace {

using namespace winnow;

constexpr std::int64_t kSamples = 200;
constexpr double kAsked = 1.5;
constexpr int kRounds = 3; ///< in turn, the best of each: what else the machine does slows single rounds

constexpr std::size_t kBytesPerToken = 3;

/// One token for every three bytes: about as long as a SentencePiece model's texts. The bench is about tensors.
class ThirdsTokenizer final : public text::Tokenizer {
public:
    std::vector<std::int64_t> encode(std::string_view line) const override
    {
        std::vector<std::int64_t> out;
        for (std::size_t i = 0; i < line.size(); i += kBytesPerToken)
            out.push_back(static_cast<unsigned char>(line[i]) + 3);
        return out;
    }
    std::string decode(std::span<const std::int64_t>) const override { return {}; }
    std::int64_t vocabularySize() const override { return 512; }
    std::int64_t beginToken() const override { return 1; }
    std::int64_t endToken() const override { return 2; }
    std::int64_t padToken() const override { return 0; }
};

/// The sizes of the embedded model, random weights.
models::MiniGpt4 makeModel()
{
    models::MiniGpt4Config config;
    config.vision.imageSize = 96;
    config.vision.patch = 16;
    config.vision.width = 128;
    config.vision.depth = 4;
    config.vision.heads = 4;
    config.vision.mlpRatio = 4;
    config.qformer.hidden = 128;
    config.qformer.inner = 256;
    config.qformer.layers = 4;
    config.qformer.heads = 4;
    config.qformer.queries = 16;
    config.qformer.encoderWidth = 128;
    config.llama.vocabulary = 512;
    config.llama.hidden = 128;
    config.llama.inner = 344;
    config.llama.layers = 4;
    config.llama.heads = 4;
    config.llama.kvHeads = 4;
    config.llama.headWidth = 32;
    config.llama.positions = 512;
    models::MiniGpt4 model(config);
    models::initialise(*model, 7, 0.05);
    model->eval();
    return model;
}

/// Captions whose lengths are spread like those of cc_sbu_align (METHOD 2.1: median 356 characters, 95 % below 695,
/// about 4.3 characters a token), so that most answers have 40 to 160 tokens.
class Samples final : public train::BatchSource {
public:
    Samples()
    {
        Random random(3, "train-bench");
        for (std::int64_t i = 0; i < kSamples; ++i) {
            const double tokens = std::clamp(83 * std::exp(0.41 * random.normal()), 6.0, 235.0);
            const auto bytes = static_cast<std::size_t>(tokens) * kBytesPerToken;
            m_captions.push_back(std::string(bytes, static_cast<char>('a' + i % 26)));
        }
        torch::manual_seed(5);
        m_pixels = torch::randn({kSamples, 3, 96, 96});
    }
    std::int64_t sampleCount() const override { return kSamples; }
    train::TrainingText text(std::int64_t sample) const override
    {
        return {{{"", m_captions[static_cast<std::size_t>(sample)]}}};
    }
    train::PixelBatch loadPixels(const std::vector<std::int64_t>& samples, Random*) override
    {
        return {m_pixels.index_select(0, torch::tensor(samples, torch::kInt64)), {}};
    }
    std::string fingerprint() const override { return "bench"; }

private:
    std::vector<std::string> m_captions;
    torch::Tensor m_pixels;
};

train::TrainOptions recipe(std::int64_t steps)
{
    train::TrainOptions options;
    options.steps = steps;
    options.peakRate = 1e-3;
    options.minRate = 1e-4;
    options.warmupSteps = 10;
    options.stepsPerEpoch = steps;
    options.checkpointEvery = steps;
    return options;
}

std::vector<double> trainPlainly(models::MiniGpt4 model, const train::TrainOptions& options)
{
    const ThirdsTokenizer tokenizer;
    Samples samples;
    model->freezeAllButProjection();
    std::vector<train::NamedTensor> tuned;
    for (const auto& [name, tensor] : model->tunedParameters())
        tuned.push_back({name, tensor});
    train::Optimizer optimizer(tuned, {.weightDecay = options.weightDecay});
    train::Sampler sampler(kSamples, options.batch, options.seed);
    Random prompts(options.seed, "train.prompt");
    std::vector<double> losses;
    for (std::int64_t step = 0; step < options.steps; ++step) {
        const auto drawn = sampler.batch(step);
        const auto instruction = text::alignmentPrompts()[prompts.below(4)];
        std::vector<models::PromptedAnswer> answers;
        for (const auto sample : drawn)
            answers.push_back(train::makeSequence(samples.text(sample), instruction, tokenizer, {}).sample);
        optimizer.setRate(train::learningRate(options.schedule(), step));
        optimizer.zeroGradients();
        const auto batch = model->assemble(model->encodeImage(samples.loadPixels(drawn, nullptr).pixels), answers,
            {.padding = models::AssemblyOptions::Padding::Reference});
        const auto logits = model->forward(batch);                                 // [B, T, V]
        const auto shifted = logits.slice(1, 0, logits.size(1) - 1).flatten(0, 1); // [B (T - 1), V]
        const auto loss = torch::nn::functional::cross_entropy(shifted, batch.targets.slice(1, 1).flatten());
        loss.backward();
        optimizer.step();
        losses.push_back(loss.item<double>());
    }
    return losses;
}

double seconds(auto work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

int main(int count, char** arguments)
{
    const std::int64_t steps = count > 1 ? std::atoll(arguments[1]) : 80;
    tensor::setThreads(count > 2 ? std::atoi(arguments[2]) : 0);
    const auto options = recipe(steps);
    const auto folder = std::filesystem::temp_directory_path() / "winnow-train-bench";
    std::filesystem::remove_all(folder);
    std::vector<double> plain, fast;
    double plainSeconds = std::numeric_limits<double>::infinity(), fastSeconds = plainSeconds;
    for (int round = 0; round < kRounds; ++round) {
        plainSeconds = std::min(plainSeconds, seconds([&] { plain = trainPlainly(makeModel(), options); }));
        fastSeconds = std::min(fastSeconds, seconds([&] {
            const ThirdsTokenizer tokenizer;
            Samples samples;
            NullContext context;
            fast = train::Trainer(makeModel(), tokenizer, options).run(samples, folder, context).losses;
        }));
        std::filesystem::remove_all(folder);
    }
    double worst = 0;
    for (std::size_t i = 0; i < fast.size(); ++i)
        worst = std::max(worst, std::abs(fast[i] - plain[i]));
    const auto rate = [&](double time) { return static_cast<double>(steps * options.batch) / time; };
    std::printf("stage 2, %lld steps of %lld: plain %.1f samples/s, trainer %.1f samples/s, ratio %.2f (asked %.1f); "
                "losses differ by at most %.1e\n",
        static_cast<long long>(steps), static_cast<long long>(options.batch), rate(plainSeconds), rate(fastSeconds),
        plainSeconds / fastSeconds, kAsked, worst);
    return plainSeconds / fastSeconds >= kAsked && worst <= 1e-4 ? 0 : 1;
}
