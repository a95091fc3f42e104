#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/demo/demo_project.h"
#include "core/demo/language.h"
#include "core/demo/stages.h"
#include "core/demo/vocabulary.h"
#include "core/evaluate/answer.h"
#include "core/text/prompt.h"

namespace winnow::demo {

namespace {

    using models::Linear;

    /// Asked at each noun and place word what is true of it; without these the model learns no grounding in the time
    /// there is. Thrown away afterwards.
    class ProbeHeadsImpl : public torch::nn::Module {
    public:
        explicit ProbeHeadsImpl(std::int64_t width)
            : present(register_module("present", Linear(width, 2)))
            , kind(register_module("kind", Linear(width, kKindCount + 1)))
            , colour(register_module("colour", Linear(width, kColourCount + 1)))
            , count(register_module("count", Linear(width, kMaxCount + 1)))
            , place(register_module("place", Linear(width, kPlaceCount + 1)))
            , next(register_module("next", Linear(width, kPlaceCount + 1)))
        {
        }

        torch::Tensor loss(const torch::Tensor& states, const PackedBatch& batch)
        {
            const auto probed = states.index_select(0, batch.probeRows);
            auto sum = torch::zeros({});
            const Linear* heads[] = {&present, &kind, &colour, &count, &place};
            for (std::int64_t i = 0; i < 5; ++i)
                sum = sum + torch::cross_entropy_loss((*heads[i])->forward(probed), batch.probeLabels.select(1, i));
            const auto ends = states.index_select(0, batch.nextRows);
            return sum / 5 + 0.5 * torch::cross_entropy_loss(next(ends), batch.nextLabels);
        }

        Linear present, kind, colour, count, place, next;
    };
    TORCH_MODULE(ProbeHeads);

    /// Hidden states of every token, [B * T, C].
    torch::Tensor readBatch(LanguageModel& model, const PackedBatch& batch, double noise, std::uint64_t seed)
    {
        const auto& embeddings = model.llama->model->embed_tokens->weight;
        auto slots = model.table->forward(batch.slots, embeddings); // [B, Q, C]
        if (noise > 0) {
            auto generator = at::detail::createCPUGenerator(seed);
            slots = slots + torch::empty(slots.sizes()).normal_(0, noise, generator) * slots.detach().std();
        }
        const auto words = model.llama->embed(batch.ids); // [B, T, C]
        const auto start = batch.slotStart, end = start + kSlotCount;
        const auto embeds =
            torch::cat({words.narrow(1, 0, start), slots, words.narrow(1, end, words.size(1) - end)}, 1);
        models::LlamaContext context;
        context.mask = batch.mask;
        context.positions = batch.positions;
        return model.llama->hidden(embeds, context).flatten(0, 1);
    }

    torch::Tensor tokenLoss(
        LanguageModel& model, const torch::Tensor& states, const torch::Tensor& rows, const torch::Tensor& tokens)
    {
        return torch::cross_entropy_loss(model.llama->logits(states.index_select(0, rows)), tokens);
    }

    std::vector<const Scene*> viewsOf(const std::vector<Scene>& scenes, const std::vector<std::int64_t>& rows)
    {
        std::vector<const Scene*> views;
        for (const auto row : rows)
            views.push_back(&scenes[std::size_t(row)]);
        return views;
    }

    void writeModel(const StageContext& stage, LanguageModel& model)
    {
        saveModule(stage.training / "language.safetensors", *model.llama);
        saveModule(stage.training / "slots.safetensors", *model.table);
        const auto folder = stage.out / "llm";
        writeHalf(folder / "model.safetensors", *model.llama);
        file::writeAtomically(folder / "config.json", json::dumpPretty(model.llama->config().toJson()));
        // How it was spoken to in training, for whoever asks it something: see pipeline's LoadedLlm.
        file::writeAtomically(folder / "winnow.json",
            json::dumpPretty({{"embedded", true}, {"prompt_template", text::trainingPrompt("{}")},
                {"end_mark", std::string(text::kEndOfTurn)}}));
    }

    std::string judge(LanguageModel& model, const StageContext& stage)
    {
        const auto scenes = heldOutScenes(92, "language", std::size_t(stage.judgedOf(200)));
        Random random(92, "language-questions");
        const torch::NoGradGuard noGrad;
        std::int64_t right = 0, asked = 0, repeated = 0;
        std::array<std::int64_t, kTopicCount> rightOf{};
        ObjectCount objects;
        for (std::size_t i = 0; i < scenes.size(); i += 20) {
            std::vector<const Scene*> views;
            for (std::size_t j = i; j < i + 20; ++j)
                views.push_back(&scenes[j]);
            const auto slots = model.slotsOf(views);
            for (int topic = 0; topic < kTopicCount; ++topic) {
                std::vector<std::string> questions, answers;
                for (const Scene* scene : views) {
                    const auto question = writeYesNo(*scene, static_cast<Topic>(topic), random.chance(0.5), random);
                    questions.push_back(question.text);
                    answers.push_back(question.answer);
                }
                const auto given = answerAbout(model.llama, *model.tokenizer, slots, questions, 4, *stage.run);
                for (std::size_t j = 0; j < given.size(); ++j, ++asked)
                    if (evaluate::parseYesNo(given[j]) == evaluate::parseYesNo(answers[j])) {
                        ++right;
                        ++rightOf[std::size_t(topic)];
                    }
            }
            if (i >= 100)
                continue;
            const auto captions = answerAbout(model.llama, *model.tokenizer, slots,
                std::vector<std::string>(views.size(), "Describe this image in detail."), 90, *stage.run);
            for (std::size_t j = 0; j < captions.size(); ++j) {
                objects.add(captions[j], *views[j]);
                repeated += repeatsFourWords(captions[j]) ? 1 : 0;
            }
            stage.run->log(
                LogLevel::Info, text::join("wrote: ", captions[0], " | true: ", writeCaption(*views[0], random)));
        }
        std::string topics;
        for (int topic = 0; topic < kTopicCount; ++topic)
            topics += text::join(" ", toString(static_cast<Topic>(topic)), " ",
                100.0 * double(rightOf[std::size_t(topic)]) / double(scenes.size()), " %");
        return text::join("told in words what is there, it answers ", 100.0 * double(right) / double(asked),
            " % of yes/no questions (", topics, " ) and describes with an object F1 of ", objects.f1(), ", ", repeated,
            " of ", std::min<std::size_t>(100, scenes.size()), " descriptions repeat four words");
    }

} // namespace

std::string trainLanguage(const StageContext& stage)
{
    LanguageModel model;
    model.tokenizer = makeLanguageTokenizer(stage.out / "llm");
    model.llama = models::Llama(embeddedLlamaConfig(model.tokenizer->vocabularySize()));
    model.table = SlotTable(model.llama->config().hidden);
    ProbeHeads heads(model.llama->config().hidden);
    models::initialise(*model.llama, stage.seed + 21, 0.06);
    models::initialise(*model.table, stage.seed + 22, 0.06);
    models::initialise(*heads, stage.seed + 23, 0.06);
    auto parameters = namedParameters(*model.llama, "llama.");
    for (auto& parameter : namedParameters(*model.table, "table."))
        parameters.push_back(parameter);
    for (auto& parameter : namedParameters(*heads, "heads."))
        parameters.push_back(parameter);
    StageOptions options;
    options.name = "language";
    options.seed = stage.seed;
    options.steps = stage.stepsOf(1000);
    options.peakRate = 3e-3;
    options.warmupSteps = 100;
    options.checkpoints = stage.training / "language";
    const auto scenes = stage.scenes();
    const SlotWords words(*model.tokenizer);
    const ConversationWriter writer(*model.tokenizer, words);
    RowOrder order(stage.seed, "language", std::int64_t(scenes.size()), 16);
    double answerLoss = 0, captionLoss = 0, probeLoss = 0;
    runSteps(
        options, parameters,
        [&](std::int64_t step, Random& random) {
            const PackedBatch batch = writer.write(viewsOf(scenes, order.at(step)), 6, random);
            const auto states = readBatch(model, batch, 0.3, random.next());
            const auto answers = tokenLoss(model, states, batch.answerRows, batch.answerTokens);
            const auto captions = tokenLoss(model, states, batch.captionRows, batch.captionTokens);
            const auto probes = heads->loss(states, batch);
            answerLoss = 0.95 * answerLoss + 0.05 * answers.item<double>();
            captionLoss = 0.95 * captionLoss + 0.05 * captions.item<double>();
            probeLoss = 0.95 * probeLoss + 0.05 * probes.item<double>();
            if ((step + 1) % 50 == 0)
                stage.run->log(LogLevel::Info,
                    text::join("language step ", step + 1, ": answers ", answerLoss, ", descriptions ", captionLoss,
                        ", probes ", probeLoss));
            return answers + captions + probes;
        },
        *stage.run);
    models::setTrainable(*model.llama, false);
    models::setTrainable(*model.table, false);
    writeModel(stage, model);
    return judge(model, stage);
}

} // namespace winnow::demo
