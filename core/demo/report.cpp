#include "core/demo/report.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/demo/demo_project.h"
#include "core/demo/reward.h"
#include "core/demo/vision_language_measures.h"
#include "core/models/clip.h"
#include "core/text/bpe.h"
#include "core/text/sentencepiece.h"
#include "core/train/trainer.h"

#include <algorithm>
#include <cstdio>

namespace winnow::demo {

namespace {

    std::string fixed(double value, int digits)
    {
        char buffer[48];
        std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
        return buffer;
    }

    /// Collects figures and the lines that say them.
    class Writer {
    public:
        explicit Writer(DemoReport& report)
            : m_report(report)
        {
        }

        void heading(const std::string& line) { m_report.lines.push_back(line); }
        void note(const std::string& line) { m_report.lines.push_back("  " + line); }

        void add(const std::string& name, const std::string& what, const Measure& measure,
            std::optional<double> bar = {}, int digits = 1)
        {
            Figure figure{name, what, measure.value, measure.ciLow, measure.ciHigh, measure.count, bar};
            std::string line = text::join("  ", what, ": ", fixed(measure.value, digits));
            if (measure.ciHigh > measure.ciLow)
                line += text::join(" [", fixed(measure.ciLow, digits), ", ", fixed(measure.ciHigh, digits), "]");
            line += text::join(" of ", measure.count);
            if (bar)
                line += text::join(
                    figure.isMet() ? ", bar " : ", MISSES its bar ", fixed(*bar, digits), figure.isMet() ? " met" : "");
            m_report.isEveryBarMet = m_report.isEveryBarMet && figure.isMet();
            m_report.lines.push_back(line);
            m_report.figures.push_back(std::move(figure));
        }

    private:
        DemoReport& m_report;
    };

    void reportClip(const ReportDemoOptions& options, Writer& writer, RunContext& context)
    {
        auto clip = models::loadClip(options.models / "clip");
        const text::ClipTokenizer tokenizer(options.models / "clip");
        const auto figures = measureClip(clip, tokenizer, options.seed, options.retrievalScenes, context);
        writer.heading(
            text::join("CLIP, on ", options.retrievalScenes, " scenes that are unlike every training scene"));
        writer.add("clip.r_at_1", "a caption finds its picture first, percent", figures.rAt1);
        writer.add("clip.r_at_10", "among the first ten, percent", figures.rAt10, 90);
        writer.add("clip.auc_mismatched", "AUC of clean against mismatched captions by the CLIP score",
            figures.aucMismatched, 0.95, 3);
        writer.add(
            "clip.auc_hallucinated", "AUC of clean against hallucinated captions", figures.aucHallucinated, 0.85, 3);
    }

    void reportReward(const ReportDemoOptions& options, Writer& writer, RunContext& context)
    {
        auto model = models::loadDeberta(options.models / "reward");
        const text::SentencePieceTokenizer tokenizer(options.models / "reward");
        const auto figures = measureReward(model, tokenizer, options.seed, options.rewardScenes, context);
        writer.heading(text::join("Reward model, AUC of clean against faulty captions on ", options.rewardScenes,
            " such scenes; it reads the text alone"));
        const auto add = [&](Fault fault, const std::string& what, std::optional<double> bar) {
            std::string name(toString(fault));
            std::replace(name.begin(), name.end(), '-', '_');
            writer.add("reward.auc_" + name, what, figures.auc[std::size_t(fault)], bar, 3);
        };
        add(Fault::Truncated, "truncated", 0.95);
        add(Fault::Repetitive, "repetitive", 0.90);
        add(Fault::OffTopic, "off-topic, sentences that no training has seen", 0.90);
        add(Fault::Terse, "next to nothing said", {});
        add(Fault::Mismatched, "mismatched (its text is without fault: 0.5 is right)", {});
        add(Fault::Hallucinated, "hallucinated (seen only where it breaks the order of places)", {});
    }

    void reportSight(models::MiniGpt4& model, const text::Tokenizer& tokenizer, const ReportDemoOptions& options,
        const std::string& when, const std::string& title, std::optional<double> bar, Writer& writer,
        RunContext& context)
    {
        const SightOptions sight{options.seed, options.questionScenes, options.captionScenes};
        const auto seen = measureSight(model, tokenizer, sight, Sight::Picture, context);
        const auto blind =
            measureSight(model, tokenizer, {options.seed, options.questionScenes, 0}, Sight::Noise, context);
        writer.heading("MiniGPT-4 in miniature, " + title);
        writer.add("yes_no." + when, "yes/no questions, percent right", seen.yesNo, bar);
        writer.add("yes_no." + when + ".blind", "the same with noise for the picture (chance is 50)", blind.yesNo);
        for (int topic = 0; topic < kTopicCount; ++topic) {
            const std::string name(toString(static_cast<Topic>(topic)));
            writer.add(
                text::join("yes_no.", when, ".", name), "  of these about " + name, seen.topic[std::size_t(topic)]);
        }
        writer.add("colour." + when, "colours named, percent right", seen.colour);
        writer.add("count." + when, "counts named, percent right", seen.count);
        writer.add("object_f1." + when, "object F1 of descriptions", {seen.objectF1, 0, 0, options.captionScenes});
        writer.add("repetition." + when, "descriptions that say four words twice, percent", seen.repeated);
        for (const std::string& sample : seen.samples)
            writer.note("  it wrote: " + sample);
    }

    /// Stage 2 as the program does it, on clean captions of held-out scenes.
    void fineTuneOnClean(models::MiniGpt4& model, const text::Tokenizer& tokenizer, const ReportDemoOptions& options,
        RunContext& context)
    {
        auto scenes = heldOutScenes(options.seed, "stage-2", 200);
        std::vector<std::string> responses;
        Random random(options.seed, "stage-2-captions");
        for (const Scene& scene : scenes)
            responses.push_back(writeCaption(scene, random));
        SceneSource source(std::move(scenes), std::move(responses), context);
        train::TrainOptions recipe;
        recipe.steps = 80;
        recipe.batch = 12;
        recipe.peakRate = 3e-4;
        recipe.minRate = 3e-5;
        recipe.warmupStartRate = 1e-5;
        recipe.warmupSteps = 10;
        recipe.stepsPerEpoch = 80;
        recipe.maxAnswerTokens = 160;
        const auto folder = std::filesystem::temp_directory_path()
            / text::join("winnow-demo-report-", options.seed, "-",
                std::uint64_t(std::filesystem::file_time_type::clock::now().time_since_epoch().count()));
        train::Trainer trainer(model, tokenizer, recipe);
        trainer.run(source, folder, context);
        std::error_code ignored; // what stays in the temporary folder costs space only
        std::filesystem::remove_all(folder, ignored);
    }

} // namespace

DemoReport reportDemo(const ReportDemoOptions& options, RunContext& context)
{
    DemoReport report;
    Writer writer(report);
    reportClip(options, writer, context);
    reportReward(options, writer, context);
    auto model = models::loadMiniGpt4(options.models / "vlm");
    const text::SentencePieceTokenizer tokenizer(options.models / "vlm");
    const auto stageOne = model->llama_proj->weight.detach().clone();
    const auto stageOneBias = model->llama_proj->bias.detach().clone();
    models::loadProjectionInto(model, options.models / "projection_before_stage1.safetensors");
    reportSight(
        model, tokenizer, options, "before_stage_1", "before stage 1 (the supervised Q-Former)", 85, writer, context);
    {
        const torch::NoGradGuard noGrad;
        model->llama_proj->weight.copy_(stageOne);
        model->llama_proj->bias.copy_(stageOneBias);
    }
    reportSight(model, tokenizer, options, "after_stage_1", "as shipped (stage 1 on captions of which 40 % are faulty)",
        {}, writer, context);
    fineTuneOnClean(model, tokenizer, options, context);
    reportSight(model, tokenizer, options, "after_stage_2", "after stage 2 on 200 clean captions (80 steps)", 80,
        writer, context);
    writer.heading(report.isEveryBarMet ? "Every bar is met." : "At least one bar is missed.");
    return report;
}

} // namespace winnow::demo
