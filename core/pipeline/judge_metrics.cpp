#include "core/base/text.h"
#include "core/pipeline/judge_options.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/score_pass.h"
#include "core/score/local_judge.h"

#include <cmath>

namespace winnow::pipeline {

namespace {

    ColumnPlan serverPlan(const JudgeSettings& settings, const score::JudgeOptions& options, const std::string& column)
    {
        return {.column = column,
            .keyText = judgeColumnText(options),
            .provenance = {{"metric", "judge"}, {"mode", toString(options.mode)},
                {"server", net::chatAddress(settings.server)}, {"model", settings.model}, {"prompt", settings.prompt},
                {"task", score::judgeTask(options.prompt)}, {"temperature", settings.temperature},
                {"max_tokens", settings.maxTokens}, {"repeats", settings.repeats}}};
    }

    /// How the run went, beside what every column reports.
    Json describe(const score::JudgeReport& report, const ProjectBook& book)
    {
        Json out{{"requests", report.exchange.sentCount}, {"kept_answers", report.keptCount},
            {"throttled", report.exchange.throttledCount}, {"repetitions", report.exchange.retryCount},
            {"most_at_once", report.exchange.peakConcurrency}, {"ledger_requests", book.requestCount()},
            {"ledger_cost", book.cost()}};
        if (!report.stopReason.empty())
            out["stopped"] = report.stopReason;
        return out;
    }

    void askServer(ScorePass& pass, const JudgeSettings& settings)
    {
        const auto mode = pass.options().mode;
        const auto options = judgeOptions(settings, mode);
        require(isJudgeConfirmed(settings), ErrorCode::InvalidInput, kJudgeUnconfirmed);
        const auto key = judgeSecret(settings);
        std::vector<ColumnPlan> plans{serverPlan(settings, options, judgeColumn(mode))};
        if (options.repeats > 1)
            plans.push_back(serverPlan(settings, options, judgeSpreadColumn(mode)));
        ProjectBook book(pass.project(), settings, "score");
        score::JudgeReport report;
        pass.fillTogether(plans, [&](score::ScoreSink& sink) {
            report = score::runJudgeScore(pass.items(), options, key, book, sink, pass.context());
            return report.score;
        });
        pass.amend(judgeColumn(mode), describe(report, book));
    }

    void askLocal(ScorePass& pass)
    {
        const auto mode = pass.options().mode;
        const auto folder = pass.modelFolder("judge");
        const auto llm = pass.workspace().models().llm(folder, pass.options().device);
        const auto& form = llm->prompt.promptTemplate;
        score::LocalJudge judge(llm->model, *llm->tokenizer, form, mode);
        const auto plan = [&](const std::string& column) {
            return ColumnPlan{.column = column,
                .keyText = text::join("judge-local-v1|", toString(mode), '|', llm->hash, '|', form),
                .provenance = {{"metric", "judge"}, {"mode", toString(mode)}, {"model", folder.string()},
                    {"weights_sha256", llm->hash}, {"prompt", "text"},
                    {"task", score::judgeTask(score::JudgePrompt::Text)}, {"template", form},
                    {"rule", "expected value over the digits of 0 to 100"}}};
        };
        pass.fillTogether({plan(judgeColumn(mode)), plan(judgeSpreadColumn(mode))},
            [&](score::ScoreSink& sink) { return score::runLocalJudge(pass.items(), judge, sink, pass.context()); });
    }

    /// A judge that cannot be asked leaves its metric missing and says why; the metrics after it are computed all the
    /// same.
    void computeJudge(ScorePass& pass)
    {
        auto settings = loadJudgeSettings(pass.project());
        if (pass.options().judge) {
            settings = *pass.options().judge;
            saveJudgeSettings(pass.project(), settings);
            confirmJudge(settings);
        }
        try {
            if (settings.isLocal)
                askLocal(pass);
            else
                askServer(pass, settings);
        } catch (const Error& e) {
            const auto code = e.code();
            if (code != ErrorCode::InvalidInput && code != ErrorCode::NotFound && code != ErrorCode::Unsupported
                && code != ErrorCode::Io)
                throw;
            pass.skip(judgeColumn(pass.options().mode), e.message());
        }
    }

} // namespace

std::vector<ComputedMetric> judgeMetrics()
{
    return {
        {{.name = "judge",
             .title = "Judge score",
             .meaning = "Quality of the response as rated by a large language model, 0 to 100; higher is better. As "
                        "published the judge never sees the picture.",
             .source = "InstructionGPT-4 (arXiv 2308.12067)",
             .unit = "",
             .role = "",
             .family = "judge",
             .hasPublished = true},
            &computeJudge},
    };
}

} // namespace winnow::pipeline
