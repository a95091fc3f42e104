#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/demo/demo_project.h"
#include "core/demo/language.h"
#include "core/demo/stages.h"
#include "core/demo/vision_language_measures.h"
#include "core/train/trainer.h"

namespace winnow::demo {

namespace {

    /// What a fine-tune of the embedded model starts from; the program reads it beside the weights.
    Json shippedDefaults()
    {
        return {{"embedded", true},
            {"about",
                "A MiniGPT-4 in miniature, trained from scratch on drawn scenes: the real architecture and file "
                "format, none of the "
                "real knowledge. It came to see by attribute distillation, not from captions alone."},
            {"finetune",
                {{"steps", 80}, {"batch", 12}, {"peak_rate", 3e-4}, {"min_rate", 3e-5}, {"warmup_start_rate", 1e-5},
                    {"warmup_steps", 10}, {"steps_per_epoch", 80}, {"weight_decay", 0.05}, {"max_answer_tokens", 160}}},
            {"evaluate", {{"max_new_tokens", 8}}}};
    }

    void writeModel(const StageContext& stage, models::MiniGpt4& model)
    {
        const auto folder = stage.out / "vlm";
        std::filesystem::create_directories(folder);
        writeHalf(folder / "model.safetensors", *model);
        file::writeAtomically(folder / "config.json", json::dumpPretty(model->config().toJson()));
        file::writeAtomically(folder / "winnow.json", json::dumpPretty(shippedDefaults()));
        file::writeAtomically(folder / "tokenizer.model", file::readAll(stage.out / "llm" / "tokenizer.model"));
    }

} // namespace

std::string trainAlignment(const StageContext& stage)
{
    const LanguageModel language = loadLanguageModel(stage.out, stage.training);
    models::MiniGpt4 model(embeddedMiniGpt4Config(language.tokenizer->vocabularySize()));
    models::setTrainable(*model, false);
    loadModule(stage.training / "bridge.safetensors", *model);
    model->freezeAllButProjection();
    model->eval();

    auto scenes = trainingScenes();
    scenes.resize(std::size_t(stage.stepsOf(1440)));
    std::vector<std::string> responses;
    Random random(stage.seed, "alignment-captions");
    const FaultRates rates;
    for (const Scene& scene : scenes)
        responses.push_back(writeFaulty(scene, drawFault(rates, random), random));
    SceneSource source(std::move(scenes), std::move(responses), *stage.run);
    train::TrainOptions options;
    options.steps = stage.stepsOf(120);
    options.batch = 12;
    options.peakRate = 3e-4;
    options.minRate = 3e-5;
    options.warmupStartRate = 1e-5;
    options.warmupSteps = std::min<std::int64_t>(10, options.steps);
    options.stepsPerEpoch = options.steps;
    options.seed = stage.seed + 51;
    train::Trainer trainer(model, *language.tokenizer, options);
    trainer.run(source, stage.training / "alignment", *stage.run);
    writeModel(stage, model);
    const auto figures = measureSight(
        model, *language.tokenizer, {95, stage.judgedOf(60), stage.judgedOf(40)}, Sight::Picture, *stage.run);
    return text::join("after stage 1 on noisy captions the model answers ", figures.yesNo.value,
        " % of yes/no questions, names ", figures.colour.value, " % of colours and ", figures.count.value,
        " % of counts, and describes with an object F1 of ", figures.objectF1);
}

} // namespace winnow::demo
