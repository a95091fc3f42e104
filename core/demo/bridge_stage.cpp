#include "core/base/text.h"
#include "core/demo/demo_project.h"
#include "core/demo/language.h"
#include "core/demo/stages.h"
#include "core/demo/vision_language_measures.h"
#include "core/models/vision_language.h"
#include "core/tensor/safetensors_io.h"

namespace winnow::demo {

namespace {

    using models::Linear;

    /// What every query is asked directly; thrown away afterwards.
    class QueryHeadsImpl : public torch::nn::Module {
    public:
        explicit QueryHeadsImpl(std::int64_t width)
            : present(register_module("present", Linear(width, 2)))
            , kind(register_module("kind", Linear(width, kKindCount + 1)))
            , colour(register_module("colour", Linear(width, kColourCount + 1)))
            , count(register_module("count", Linear(width, kMaxCount + 1)))
            , place(register_module("place", Linear(width, kPlaceCount + 1)))
            , ground(register_module("ground", Linear(width, kGroundCount)))
            , light(register_module("light", Linear(width, kLightCount)))
            , weather(register_module("weather", Linear(width, kWeatherCount)))
        {
        }

        /// queries [B, Q, C] in the order of the slots
        torch::Tensor loss(const torch::Tensor& queries, const SceneLabels& labels)
        {
            const auto ask = [](const Linear& head, const torch::Tensor& x, const torch::Tensor& label) {
                const auto logits = head->forward(x);
                return torch::cross_entropy_loss(logits.reshape({-1, logits.size(-1)}), label.reshape({-1}));
            };
            const auto kinds = queries.narrow(1, 0, kKindCount), places = queries.narrow(1, kKindCount, kPlaceCount);
            const auto setting = queries.select(1, kKindCount + kPlaceCount),
                       sky = queries.select(1, kKindCount + kPlaceCount + 1);
            return ask(present, kinds, labels.kindPresent) + ask(colour, kinds, labels.kindColour)
                + ask(count, kinds, labels.kindCount) + ask(place, kinds, labels.kindPlace)
                + ask(kind, places, labels.placeKind) + ask(colour, places, labels.placeColour)
                + ask(count, places, labels.placeCount)
                + 0.3
                * (ask(ground, setting, labels.ground) + ask(light, setting, labels.light)
                    + ask(weather, sky, labels.weather));
        }

        Linear present, kind, colour, count, place, ground, light, weather;
    };
    TORCH_MODULE(QueryHeads);

    /// The tower learns on with the queries: it was never asked to keep where a patch lies, which they have to find.
    std::vector<train::NamedTensor> trainedParameters(models::MiniGpt4& model)
    {
        std::vector<train::NamedTensor> trained;
        for (const auto& item : model->named_parameters())
            if (!item.key().starts_with("llama_model."))
                trained.push_back({item.key(), item.value()});
        return trained;
    }

} // namespace

models::MiniGpt4Config embeddedMiniGpt4Config(std::int64_t vocabulary)
{
    models::MiniGpt4Config config;
    config.vision = embeddedVitConfig();
    config.llama = embeddedLlamaConfig(vocabulary);
    config.qformer.hidden = 128;
    config.qformer.inner = 512;
    config.qformer.layers = 4;
    config.qformer.heads = 4;
    config.qformer.queries = kSlotCount;
    config.qformer.encoderWidth = config.vision.width;
    return config;
}

std::string trainBridge(const StageContext& stage)
{
    LanguageModel language = loadLanguageModel(stage.out, stage.training);
    models::MiniGpt4 model(embeddedMiniGpt4Config(language.tokenizer->vocabularySize()));
    models::initialise(*model, stage.seed + 41, 0.04);
    loadModule(stage.training / "vision.safetensors", *model->visual_encoder);
    loadModule(stage.training / "language.safetensors", *model->llama_model);
    QueryHeads heads(model->config().qformer.hidden);
    models::initialise(*heads, stage.seed + 42, 0.04);
    models::setTrainable(*model->llama_model, false);
    auto parameters = trainedParameters(model);
    for (auto& parameter : namedParameters(*heads, "heads."))
        parameters.push_back(parameter);
    const PictureSet set(stage.scenes(), PictureSet::Through::Nothing, *stage.run);
    const SlotWords words(*language.tokenizer);
    StageOptions options;
    options.name = "bridge";
    options.seed = stage.seed;
    options.steps = stage.stepsOf(1000);
    options.peakRate = 1e-3;
    options.checkpoints = stage.training / "bridge";
    RowOrder order(stage.seed, "bridge", set.size(), 64);
    runSteps(
        options, parameters,
        [&](std::int64_t step, Random& random) {
            const auto rows = order.at(step);
            std::vector<Scene> scenes;
            std::vector<std::int64_t> flips;
            for (const auto row : rows) {
                flips.push_back(random.chance(0.5) ? 1 : 0);
                const Scene& scene = set.scenes()[std::size_t(row)];
                scenes.push_back(flips.back() ? mirrored(scene) : scene);
            }
            std::vector<const Scene*> views;
            for (const Scene& scene : scenes)
                views.push_back(&scene);
            const auto wanted =
                language.table->forward(words.idsOf(views), language.llama->model->embed_tokens->weight); // [B, Q, C]
            const auto queries =
                model->imageFeatures(set.pixels(rows, torch::tensor(flips, torch::kLong).to(torch::kBool)));
            const auto distance = torch::mse_loss(model->project(queries), wanted) / wanted.var();
            return heads->loss(queries, labelsOf(views)) + 4 * distance;
        },
        *stage.run);
    saveModule(stage.training / "bridge.safetensors", *model);
    tensor::NamedTensors projection;
    for (const auto& [name, tensor] : model->tunedParameters())
        projection[name] = tensor.detach();
    std::filesystem::create_directories(stage.out);
    tensor::saveSafetensors(stage.out / "projection_before_stage1.safetensors", projection);
    const auto figures = measureSight(
        model, *language.tokenizer, {94, stage.judgedOf(60), stage.judgedOf(40)}, Sight::Picture, *stage.run);
    return text::join("seeing through the queries, the language model answers ", figures.yesNo.value,
        " % of yes/no questions about held-out pictures, names ", figures.colour.value, " % of colours and ",
        figures.count.value, " % of counts, and describes with an object F1 of ", figures.objectF1);
}

} // namespace winnow::demo
