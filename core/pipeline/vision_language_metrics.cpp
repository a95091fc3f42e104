#include "core/base/text.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/score_pass.h"
#include "core/pipeline/vision_features.h"
#include "core/score/vision_language_score.h"
#include "core/text/prompt.h"
#include "core/train/sequence.h"

#include <algorithm>

namespace winnow::pipeline {

namespace {

    using Measure = score::VisionLanguageMeasure;

    train::TrainingText textOf(const score::ScoreItem& item)
    {
        train::TrainingText out;
        for (std::size_t i = 0; i < item.responses.size(); ++i)
            out.turns.push_back({i < item.instructions.size() ? item.instructions[i] : "", item.responses[i]});
        return out;
    }

    /// Pairs as fine-tuning writes them (train::makeSequence); where it would draw an instruction, the first of the
    /// four stands.
    score::SequenceMaker sequencesFor(const LoadedVlm& vlm)
    {
        const auto& config = vlm.model->config();
        train::SequenceOptions options;
        options.maxAnswerTokens = config.maxAnswerTokens;
        options.promptTemplate = config.promptTemplate;
        options.endMark = config.endMark;
        options.maxTokens = std::max<std::int64_t>(16, config.llama.positions - config.qformer.queries - 1);
        train::SequenceOptions unlimited = options;
        unlimited.maxAnswerTokens = unlimited.maxTokens = std::numeric_limits<std::int32_t>::max();
        return [&vlm, options, unlimited](const score::ScoreItem& item) {
            const auto given = textOf(item);
            const auto& instruction = text::alignmentPrompts()[0];
            auto sequence = train::makeSequence(given, instruction, *vlm.tokenizer, options);
            const auto whole = train::makeSequence(given, instruction, *vlm.tokenizer, unlimited);
            score::AnswerSequence out;
            out.isCut = whole.answerCount() > sequence.answerCount();
            out.sample = std::move(sequence.sample);
            out.isAnswer = std::move(sequence.isAnswer);
            return out;
        };
    }

    void compute(ScorePass& pass, Measure measure, const std::vector<const char*>& columns)
    {
        const auto folder = pass.modelFolder("vlm");
        const auto vlm = pass.workspace().models().vlm(folder, pass.options().device);
        vlm->resetProjection();
        KeptPictures pictures(pass.project(), *vlm, pass.context());
        score::VisionLanguageScorer scorer(vlm->model, sequencesFor(*vlm),
            [&](const auto& items) { return pictures.load(items); }, {.measure = measure});
        std::vector<ColumnPlan> plans;
        for (const auto* column : columns)
            plans.push_back({.column = column,
                .keyText = text::join("vlm-v1|", column, "|", vlm->hash),
                .provenance = {{"metric", column}, {"model", folder.string()}, {"weights_sha256", vlm->hash},
                    {"max_answer_tokens", vlm->model->config().maxAnswerTokens}}});
        pass.fillTogether(plans, [&](score::ScoreSink& sink) {
            return score::runVisionLanguageScore(pass.items(), scorer, sink, pass.context());
        });
        if (scorer.cutCount() > 0)
            pass.context().log(LogLevel::Warning,
                text::join(scorer.cutCount(), " responses are longer than the ", vlm->model->config().maxAnswerTokens,
                    " tokens that MiniGPT-4 is trained on: what lies behind is not counted"));
    }

    bool wantsMatching(const ScorePass& pass)
    {
        const auto& wanted = pass.options().metrics;
        return std::find(wanted.begin(), wanted.end(), "vlm-gain") != wanted.end()
            || std::find(wanted.begin(), wanted.end(), "vlm-loss.blind") != wanted.end();
    }

    void computeLoss(ScorePass& pass)
    {
        if (pass.hasFilled("vlm-loss"))
            return;
        if (wantsMatching(pass)) // one pass gives all three
            compute(pass, Measure::Matching, {"vlm-loss", "vlm-loss.blind", "vlm-gain"});
        else
            compute(pass, Measure::Loss, {"vlm-loss"});
    }

    void computeEl2n(ScorePass& pass) { compute(pass, Measure::El2n, {"el2n"}); }
    void computeGrand(ScorePass& pass) { compute(pass, Measure::Grand, {"grand"}); }

    MetricDescription described(
        const char* name, const char* title, const char* meaning, const char* source, const char* unit = "")
    {
        return {.name = name,
            .title = title,
            .meaning = meaning,
            .source = source,
            .unit = unit,
            .role = "vlm",
            .family = "vision-language model"};
    }

    constexpr const char* kMatching =
        "Image-text matching by the vision-language model's own loss (MiniGPT-4's training loss, arXiv 2304.10592)";
    constexpr const char* kPaul = "Deep Learning on a Data Diet (Paul et al., arXiv 2107.07075)";

} // namespace

std::vector<ComputedMetric> visionLanguageMetrics()
{
    return {
        {described("vlm-loss", "MiniGPT-4's loss",
             "Mean token loss of the response under MiniGPT-4 that sees the picture: its training loss on this pair. "
             "Low is easy or known, high is hard or wrong.",
             kMatching, "nats a token"),
            &computeLoss},
        {described("vlm-loss.blind", "MiniGPT-4's loss without the picture",
             "The same with nothing where the picture's embeddings stand.", kMatching, "nats a token"),
            &computeLoss},
        {described("vlm-gain", "What the picture tells",
             "Loss without the picture less the loss with it: how much the picture helps to foresee the response. "
             "Higher fits better; below 0 the picture misleads.",
             kMatching, "nats a token"),
            &computeLoss},
        {described("el2n", "EL2N",
             "How far MiniGPT-4's guesses are from the response's tokens: mean of the norm of softmax minus one-hot, 0 "
             "to 1.41. High is hard, or wrong. One model at hand, not several seeds early in training.",
             kPaul),
            &computeEl2n},
        {described("grand", "GraNd",
             "Norm of the gradient that this pair alone gives MiniGPT-4's projection, the part that is tuned. High "
             "pushes hard: informative, or wrong. One model at hand, not several seeds early in training.",
             kPaul),
            &computeGrand},
    };
}

} // namespace winnow::pipeline
