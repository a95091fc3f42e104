// Stage-2 steps of the product's trainer against the plain formulation (vision tower every step, every row padded to
// the longest prompt and answer, logits everywhere), same model, same batches, same prompts: samples per second and the
// largest difference of losses.
//   train_bench [STEPS] [THREADS] [DEVICE] [embedded|published] [PYTHON]
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/tensor/compat.h"
#include "core/tensor/device.h"
#include "core/text/prompt.h"
#include "core/train/trainer.h"
#include "tests/bench/measuring.h"

#include <torch/nn/functional/loss.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace winnow;

constexpr std::int64_t kSamples = 200;
constexpr double kAsked = 1.5;
constexpr int kRounds = 3; ///< in turn, the best of each: what else the machine does slows single rounds

struct Setting {
    std::int64_t steps = 80;
    int threads = 0; ///< 0 = all
    std::string device = "cpu";
    bool isPublished = false; ///< the sizes of MiniGPT-4 7B in bf16, not those of the embedded model in f32
    std::string python;       ///< where given, tests/bench/peers/stage2_plain.py runs the plain formulation as well

    torch::Device place() const { return tensor::parseDevice(device); }
    std::optional<torch::ScalarType> lowerType() const
    {
        return isPublished ? std::optional(torch::kBFloat16) : std::nullopt;
    }
    /// Rounding of bf16 differs with the shape of each product.
    double tolerance() const { return isPublished ? 2e-2 : 1e-4; }
};

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

/// The sizes of the embedded model.
models::MiniGpt4Config embeddedSizes()
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
    return config;
}

models::MiniGpt4Config sizesOf(const Setting& setting)
{
    return setting.isPublished ? models::MiniGpt4Config() : embeddedSizes();
}

/// Random weights; the published sizes are those that a config has by itself (METHOD 6.1).
models::MiniGpt4 makeModel(const Setting& setting)
{
    const auto options =
        torch::TensorOptions().device(setting.place()).dtype(setting.lowerType().value_or(torch::kFloat));
    models::MiniGpt4 model(sizesOf(setting), options);
    if (setting.isPublished) {
        const torch::NoGradGuard noGrad; // where the weights are: billions take minutes on the CPU
        tensor::manualSeed(7);
        for (auto& [name, parameter] : model->named_parameters().pairs())
            parameter.dim() > 1 ? parameter.normal_(0, 0.02) : parameter.fill_(name.ends_with("weight") ? 1 : 0);
    } else {
        models::initialise(*model, 7, 0.05);
    }
    model->eval();
    return model;
}

/// Captions whose lengths are spread like those of cc_sbu_align (METHOD 2.1: median 356 characters, 95 % below 695,
/// about 4.3 characters a token), so that most answers have 40 to 160 tokens.
class Samples final : public train::BatchSource {
public:
    explicit Samples(std::int64_t imageSize)
    {
        Random random(3, "train-bench");
        for (std::int64_t i = 0; i < kSamples; ++i) {
            const double tokens = std::clamp(83 * std::exp(0.41 * random.normal()), 6.0, 235.0);
            const auto bytes = static_cast<std::size_t>(tokens) * kBytesPerToken;
            m_captions.push_back(std::string(bytes, static_cast<char>('a' + i % 26)));
        }
        torch::manual_seed(5);
        m_pixels = torch::randn({kSamples, 3, imageSize, imageSize});
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

train::TrainOptions recipe(const Setting& setting)
{
    train::TrainOptions options;
    options.steps = setting.steps;
    options.peakRate = setting.isPublished ? 3e-5 : 1e-3;
    options.minRate = options.peakRate / 10;
    options.warmupSteps = 10;
    options.stepsPerEpoch = setting.steps;
    options.checkpointEvery = setting.steps;
    options.precision = setting.isPublished ? train::Precision::BF16 : train::Precision::F32;
    return options;
}

/// The drawn rows of each step in turn, as the trainer draws them.
class Drawn {
public:
    explicit Drawn(const train::TrainOptions& options)
        : m_sampler(kSamples, options.batch, options.seed)
        , m_prompts(options.seed, "train.prompt")
    {
    }
    std::vector<std::int64_t> rows(std::int64_t step) { return m_sampler.batch(step); }
    /// Call once a step.
    std::vector<train::Sequence> sequences(const Samples& samples, const std::vector<std::int64_t>& rows)
    {
        const ThirdsTokenizer tokenizer;
        const auto instruction = text::alignmentPrompts()[m_prompts.below(4)];
        std::vector<train::Sequence> out;
        for (const auto row : rows)
            out.push_back(train::makeSequence(samples.text(row), instruction, tokenizer, {}));
        return out;
    }

private:
    train::Sampler m_sampler;
    Random m_prompts;
};

std::vector<double> trainPlainly(const Setting& setting, const train::TrainOptions& options)
{
    auto model = makeModel(setting);
    const auto& config = model->config();
    Samples samples(config.vision.imageSize);
    model->freezeAllButProjection();
    std::vector<train::NamedTensor> tuned;
    for (const auto& [name, tensor] : model->tunedParameters()) {
        torch::Tensor(tensor).set_data(tensor.detach().to(torch::kFloat));
        tuned.push_back({name, tensor});
    }
    train::Optimizer optimizer(tuned, {.weightDecay = options.weightDecay});
    Drawn drawn(options);
    std::vector<double> losses;
    for (std::int64_t step = 0; step < options.steps; ++step) {
        const auto rows = drawn.rows(step);
        std::vector<models::PromptedAnswer> answers;
        for (const auto& sequence : drawn.sequences(samples, rows))
            answers.push_back(sequence.sample);
        optimizer.setRate(train::learningRate(options.schedule(), step));
        optimizer.zeroGradients();
        torch::Tensor loss;
        {
            const tensor::compat::Autocast autocast(setting.place().type(), setting.lowerType());
            const auto pixels = samples.loadPixels(rows, nullptr).pixels.to(model->query_tokens.options());
            const auto type = model->llama_model->model->embed_tokens->weight.scalar_type();
            const auto batch = model->assemble(
                model->encodeImage(pixels).to(type), answers, {.padding = models::AssemblyOptions::Padding::Reference});
            const auto logits = model->forward(batch);                                 // [B, T, V]
            const auto shifted = logits.slice(1, 0, logits.size(1) - 1).flatten(0, 1); // [B (T - 1), V]
            loss = torch::nn::functional::cross_entropy(shifted.to(torch::kFloat), batch.targets.slice(1, 1).flatten());
        }
        loss.backward();
        optimizer.step();
        losses.push_back(loss.item<double>());
    }
    return losses;
}

std::vector<double> trainHere(const Setting& setting, const train::TrainOptions& options)
{
    const auto folder = std::filesystem::temp_directory_path() / text::join("winnow-train-bench-", ::getpid());
    const ThirdsTokenizer tokenizer;
    NullContext context;
    auto model = makeModel(setting);
    Samples samples(model->config().vision.imageSize);
    auto losses = train::Trainer(model, tokenizer, options).run(samples, folder, context).losses;
    std::filesystem::remove_all(folder);
    return losses;
}

/// Samples per second of the plain formulation in PyTorch and transformers: same sizes, same lengths of prompts and
/// answers.
double peerRate(const Setting& setting, const train::TrainOptions& options)
{
    const auto sizes = sizesOf(setting);
    const Samples samples(sizes.vision.imageSize);
    Drawn drawn(options);
    Json steps = Json::array();
    for (std::int64_t step = 0; step < options.steps; ++step) {
        Json lengths = Json::array();
        for (const auto& sequence : drawn.sequences(samples, drawn.rows(step)))
            lengths.push_back({sequence.tokenCount() - static_cast<std::int64_t>(sequence.isAnswer.size()),
                sequence.isAnswer.size()});
        steps.push_back(std::move(lengths));
    }
    const auto file = std::filesystem::temp_directory_path() / text::join("winnow-train-peer-", ::getpid(), ".json");
    file::writeAtomically(file,
        json::dump(Json{{"model", sizes.toJson()}, {"steps", steps}, {"device", setting.device},
            {"threads", setting.threads}, {"type", setting.isPublished ? "bfloat16" : "float32"}}));
    const auto result = bench::runPeer("stage2_plain.py", file.string(), setting.python);
    std::filesystem::remove(file);
    require(result.count > 0, ErrorCode::NotFound, "the peer did not run: it needs PyTorch and transformers");
    return result.rate();
}

int run(const Setting& setting)
{
    const auto options = recipe(setting);
    std::vector<double> plain, fast;
    double plainSeconds = std::numeric_limits<double>::infinity(), fastSeconds = plainSeconds;
    for (int round = 0; round < kRounds; ++round) {
        plainSeconds = std::min(plainSeconds, bench::secondsOf([&] { plain = trainPlainly(setting, options); }));
        fastSeconds = std::min(fastSeconds, bench::secondsOf([&] { fast = trainHere(setting, options); }));
    }
    double worst = 0;
    for (std::size_t i = 0; i < fast.size(); ++i)
        worst = std::max(worst, std::abs(fast[i] - plain[i]));
    const auto rate = [&](double time) { return static_cast<double>(options.steps * options.batch) / time; };
    std::printf("stage 2 on %s, %s sizes, %lld steps of %lld: plain %.1f samples/s, trainer %.1f samples/s, ratio %.2f "
                "(asked %.1f); losses differ by at most %.1e\n",
        setting.device.c_str(), setting.isPublished ? "published" : "embedded", static_cast<long long>(options.steps),
        static_cast<long long>(options.batch), rate(plainSeconds), rate(fastSeconds), plainSeconds / fastSeconds,
        kAsked, worst);
    if (!setting.python.empty()) {
        const auto peer = peerRate(setting, options);
        std::printf("PyTorch and transformers, plain formulation: %.1f samples/s, ratio %.2f\n", peer,
            rate(fastSeconds) / peer);
    }
    return plainSeconds / fastSeconds >= kAsked && worst <= setting.tolerance() ? 0 : 1;
}

} // namespace

int main(int count, char** arguments)
{
    Setting setting;
    if (count > 1)
        setting.steps = std::atoll(arguments[1]);
    if (count > 2)
        setting.threads = std::atoi(arguments[2]);
    if (count > 3)
        setting.device = arguments[3];
    if (count > 4)
        setting.isPublished = std::string_view(arguments[4]) == "published";
    if (count > 5)
        setting.python = arguments[5];
    tensor::setThreads(setting.threads);
    try {
        return run(setting);
    } catch (const std::exception& e) {
        std::printf("%s\n", e.what());
        return 1;
    }
}
