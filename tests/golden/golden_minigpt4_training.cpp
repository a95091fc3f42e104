#include "tests/golden/golden_minigpt4_training.h"

#include "core/base/json.h"
#include "core/base/run_context.h"
#include "core/tensor/device.h"
#include "core/text/tokenizer.h"
#include "core/train/trainer.h"
#include "tests/golden/golden_tensor.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include <unistd.h>

namespace winnow::golden {
namespace {

    namespace fs = std::filesystem;
    using Ids = std::vector<int64_t>;

    constexpr const char* kText = "text.json";
    constexpr const char* kTrain = "train.json";
    constexpr const char* kPlace = "<ImageHere>";

    /// The ids that the set gives for its own pieces of text, so that this check needs no SentencePiece.
    class TableTokenizer final : public text::Tokenizer {
    public:
        explicit TableTokenizer(const Json& source)
            : m_begin(json::field<int64_t>(source, "bos_token_id", kText))
            , m_end(json::field<int64_t>(source, "eos_token_id", kText))
            , m_pad(json::field<int64_t>(source, "pad_token_id", kText))
        {
            const auto endMark = json::field<std::string>(source, "end_sym", kText);
            const auto prompts = json::field<std::vector<std::string>>(source, "prompts", kText);
            const auto answers = json::field<std::vector<std::string>>(source, "answers", kText);
            const auto promptIds = json::field<std::vector<std::vector<Ids>>>(source, "segment_ids", kText);
            const auto answerIds = json::field<std::vector<Ids>>(source, "answer_ids", kText);
            for (size_t i = 0; i < prompts.size(); ++i) {
                const auto place = prompts[i].find(kPlace);
                require(place != std::string::npos, ErrorCode::BadFile, "text.json: a prompt has no <ImageHere>");
                m_table[prompts[i].substr(0, place)] = promptIds.at(i).at(0);
                m_table[prompts[i].substr(place + std::string(kPlace).size())] = promptIds.at(i).at(1);
            }
            for (size_t i = 0; i < answers.size(); ++i)
                m_table[answers[i] + endMark] = answerIds.at(i);
        }

        Ids encode(std::string_view piece) const override
        {
            const auto found = m_table.find(std::string(piece));
            require(
                found != m_table.end(), ErrorCode::NotFound, text::join("text.json has no ids for \"", piece, "\""));
            return found->second;
        }
        std::string decode(std::span<const int64_t>) const override { return {}; }
        int64_t vocabularySize() const override { return 1 << 20; }
        int64_t beginToken() const override { return m_begin; }
        int64_t endToken() const override { return m_end; }
        int64_t padToken() const override { return m_pad; }

    private:
        std::map<std::string, Ids> m_table;
        int64_t m_begin, m_end, m_pad;
    };

    /// The set's pictures with its instructions and answers.
    class GoldenSource final : public train::BatchSource {
    public:
        GoldenSource(torch::Tensor pixels, const Json& source)
            : m_pixels(std::move(pixels))
            , m_answers(json::field<std::vector<std::string>>(source, "answers", kText))
        {
            for (const auto& prompt : json::field<std::vector<std::string>>(source, "prompts", kText)) {
                // "###Human: <Img><ImageHere></Img> INSTRUCTION ###Assistant: "
                const std::string before = "</Img> ", after = " ###Assistant: ";
                const auto begin = prompt.find(before) + before.size();
                m_instructions.push_back(prompt.substr(begin, prompt.rfind(after) - begin));
            }
        }

        int64_t sampleCount() const override { return int64_t(m_answers.size()); }
        train::TrainingText text(int64_t sample) const override
        {
            return {{{m_instructions.at(size_t(sample)), m_answers.at(size_t(sample))}}};
        }
        train::PixelBatch loadPixels(const std::vector<int64_t>& samples, Random*) override
        {
            return {m_pixels.index_select(0, torch::tensor(samples, torch::kLong)), {}};
        }
        std::string fingerprint() const override { return "golden"; }

    private:
        torch::Tensor m_pixels; // [n, 3, S, S] on the CPU
        std::vector<std::string> m_answers;
        std::vector<std::string> m_instructions;
    };

    /// Looks at the projection after every step.
    class StepWatcher final : public RunContext {
    public:
        StepWatcher(Reporter& reporter, const GoldenSet& set, models::MiniGpt4 model)
            : m_reporter(reporter)
            , m_set(set)
            , m_model(std::move(model))
        {
        }
        void checkpoint() override { }
        void progress(std::string_view, int64_t, int64_t) override { }
        void log(LogLevel, std::string_view) override { }
        void metric(std::string_view series, double x, double) override
        {
            if (series != "loss")
                return;
            for (const auto& [name, tensor] : m_model->tunedParameters()) {
                const auto golden = text::join("train.", name, ".step", int64_t(x));
                compare(m_reporter, golden, tensor, m_set(golden));
            }
        }

    private:
        Reporter& m_reporter;
        const GoldenSet& m_set;
        models::MiniGpt4 m_model;
    };

    train::TrainOptions trainOptions(const Json& settings, int64_t batch)
    {
        train::TrainOptions options;
        options.steps = json::field<int64_t>(settings, "steps", kTrain);
        options.batch = batch;
        options.peakRate = json::field<double>(settings, "init_lr", kTrain);
        options.minRate = json::field<double>(settings, "min_lr", kTrain);
        options.warmupStartRate = json::field<double>(settings, "warmup_lr", kTrain);
        options.warmupSteps = json::field<int64_t>(settings, "warmup_steps", kTrain);
        options.weightDecay = json::field<double>(settings, "weight_decay", kTrain);
        options.stepsPerEpoch = json::field<int64_t>(settings, "iters_per_epoch", kTrain);
        options.horizonSteps = options.stepsPerEpoch * json::field<int64_t>(settings, "max_epoch", kTrain);
        options.checkpointEvery = options.steps;
        return options;
    }

    /// A folder for the run's checkpoints that goes away afterwards.
    class ScratchFolder {
    public:
        ScratchFolder()
            : m_path(fs::temp_directory_path() / text::join("winnow-golden-", ::getpid()))
        {
            fs::remove_all(m_path);
            fs::create_directories(m_path);
        }
        ~ScratchFolder()
        {
            std::error_code ignored;
            fs::remove_all(m_path, ignored);
        }
        const fs::path& path() const { return m_path; }

    private:
        fs::path m_path;
    };

} // namespace

void checkTraining(const Request& request, Reporter& reporter, const fs::path& weights, models::MiniGpt4Form form)
{
    const auto device = tensor::parseDevice(request.device);
    const GoldenSet set(request.dir, device);
    const auto source = json::load(request.dir / kText);
    auto model = models::loadMiniGpt4(weights, form, torch::TensorOptions(device));
    const TableTokenizer tokenizer(source);
    GoldenSource samples(set("image").cpu(), source);
    auto options = trainOptions(json::load(request.dir / kTrain), samples.sampleCount());
    options.maxAnswerTokens = json::field<int64_t>(source, "max_txt_len", kText);

    StepWatcher watcher(reporter, set, model);
    const ScratchFolder folder;
    train::Trainer trainer(model, tokenizer, options);
    const auto report = trainer.run(samples, folder.path(), watcher);
    reporter.compare("train.lr", report.rates, toDoubles(set("train.lr")), {1e-12, 1e-12});
    reporter.compare("train.loss", report.losses, toDoubles(set("train.loss")));

    const auto batchOf = [&] {
        std::vector<models::PromptedAnswer> all;
        for (int64_t i = 0; i < samples.sampleCount(); ++i)
            all.push_back({json::field<std::vector<models::PromptSegments>>(source, "segment_ids", kText).at(size_t(i)),
                json::field<std::vector<Ids>>(source, "answer_ids", kText).at(size_t(i))});
        return all;
    };
    const torch::NoGradGuard noGrad;
    models::AssemblyOptions assembly;
    assembly.padToken = tokenizer.padToken();
    compare(reporter, "train.loss_after",
        model->loss(model->assemble(model->encodeImage(set("image")), batchOf(), assembly)), set("train.loss_after"));
}

} // namespace winnow::golden
