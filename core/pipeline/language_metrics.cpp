#include "core/base/text.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/score_pass.h"
#include "core/score/language_score.h"

#include <algorithm>

namespace winnow::pipeline {

namespace {

    bool isAsked(const ScorePass& pass, std::initializer_list<const char*> names)
    {
        const auto& wanted = pass.options().metrics;
        return std::any_of(names.begin(), names.end(),
            [&](const char* name) { return std::find(wanted.begin(), wanted.end(), name) != wanted.end(); });
    }

    /// All four columns come out of one pass over the pairs; without the instruction's part it takes half the time.
    void computeLanguage(ScorePass& pass)
    {
        if (pass.hasFilled("llm-loss"))
            return;
        const auto folder = pass.modelFolder("llm");
        const auto llm = pass.workspace().models().llm(folder, pass.options().device);
        score::LanguageScoreOptions options;
        options.promptTemplate = llm->prompt.promptTemplate;
        options.endMark = llm->prompt.endMark;
        options.wantAlone = isAsked(pass, {"ifd", "llm-loss.alone"});
        score::LanguageScorer scorer(llm->model, *llm->tokenizer, options);
        const auto maxTokens = llm->model->config().positions;
        std::vector<ColumnPlan> plans;
        const auto plan = [&](const char* column) {
            plans.push_back({.column = column,
                .keyText = text::join("llm-v1|", llm->hash, "|", options.promptTemplate, "|", options.endMark),
                .provenance = {{"metric", column}, {"model", folder.string()}, {"weights_sha256", llm->hash},
                    {"prompt_template", options.promptTemplate}, {"max_tokens", maxTokens}}});
        };
        plan("llm-loss");
        plan("perplexity");
        if (options.wantAlone) {
            plan("llm-loss.alone");
            plan("ifd");
        }
        pass.fillTogether(plans, [&](score::ScoreSink& sink) {
            return score::runLanguageScore(pass.items(), scorer, sink, pass.context());
        });
        if (scorer.cutCount() > 0)
            pass.context().log(LogLevel::Warning,
                text::join(scorer.cutCount(), " pairs are longer than the ", maxTokens,
                    " tokens that the language model takes: what lies behind is not counted"));
    }

    MetricDescription described(
        const char* name, const char* title, const char* meaning, const char* source, const char* unit = "")
    {
        return {.name = name,
            .title = title,
            .meaning = meaning,
            .source = source,
            .unit = unit,
            .role = "llm",
            .family = "language model"};
    }

} // namespace

std::vector<ComputedMetric> languageMetrics()
{
    return {
        {described("perplexity", "Perplexity",
             "How surprising the response is to a language model that reads the instruction but sees no picture: exp "
             "of "
             "the mean token loss, 1 and up; low is fluent or dull, very high is broken. The middle is usually kept.",
             "Perplexity filtering, as compared in Marion et al. (arXiv 2309.04564) and PRISM (arXiv 2502.12119)"),
            &computeLanguage},
        {described("ifd", "Instruction-following difficulty",
             "Loss of the response with the instruction over its loss without: near or above 1 the instruction does "
             "not help. Cherry LLM keeps the highest below 1.",
             "Cherry LLM (Li et al., arXiv 2308.12032); with a small model: Superfiltering (arXiv 2402.00530)"),
            &computeLanguage},
        {described("llm-loss", "Language model loss",
             "Mean token loss of the response behind the instruction, without the picture; perplexity is its exp.",
             "as perplexity", "nats a token"),
            &computeLanguage},
        {described("llm-loss.alone", "Language model loss without instruction",
             "Mean token loss of the response with nothing before it: the lower part of the IFD.",
             "Cherry LLM (Li et al., arXiv 2308.12032)", "nats a token"),
            &computeLanguage},
    };
}

} // namespace winnow::pipeline
