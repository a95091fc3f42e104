#include "core/pipeline/judge_job.h"

#include "core/base/text.h"
#include "core/pipeline/judge_options.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/model_registry.h"
#include "core/pipeline/pair_items.h"
#include "core/score/judge_trial.h"
#include "core/score/local_judge.h"
#include "core/store/column_store.h"
#include "core/store/recipe.h"

#include <chrono>
#include <cmath>

namespace winnow::pipeline {

namespace {

    /// The pair with this id, the first one with an empty id. Throws Error(NotFound).
    score::ScoreItem findItem(store::Project& project, const std::string& id)
    {
        store::PairStore pairs(project);
        require(pairs.count() > 0, ErrorCode::NotFound, "the project has no pairs to show to the judge");
        const auto row = id.empty() ? std::optional<PairRow>(0) : pairs.find(PairId{id});
        require(row.has_value(), ErrorCode::NotFound, text::join("the project has no pair \"", id, "\""));
        const auto stored = pairs.load(*row);
        return {stored.row, stored.pair.id.value, stored.image, stored.pair.responses(), stored.pair.instructions()};
    }

    Json toJson(const JudgeSettings& settings)
    {
        return {{"local", settings.isLocal}, {"server", settings.server}, {"model", settings.model},
            {"key_source", settings.keySource}, {"prompt", settings.prompt}, {"repeats", settings.repeats},
            {"temperature", settings.temperature}, {"max_tokens", settings.maxTokens},
            {"max_requests", settings.maxRequests}, {"max_cost", settings.maxCost},
            {"price_prompt", settings.pricePrompt}, {"price_answer", settings.priceAnswer},
            {"image_side", settings.imageSide}, {"timeout_seconds", settings.timeoutSeconds},
            {"concurrency", settings.concurrency}};
    }

    Json toJson(const store::JudgeSpend& spend)
    {
        return {{"at", spend.at}, {"server", spend.server}, {"model", spend.model}, {"what", spend.what},
            {"requests", spend.requestCount}, {"answers", spend.answerCount}, {"estimated", spend.estimatedCount},
            {"prompt_tokens", spend.promptTokens}, {"answer_tokens", spend.answerTokens}, {"cost", spend.cost}};
    }

    Json toJson(const JudgeForecast& forecast)
    {
        return {{"pairs", forecast.pairCount}, {"missing", forecast.missingCount}, {"kept", forecast.keptCount},
            {"requests", forecast.requestCount}, {"prompt_tokens", forecast.promptTokens},
            {"answer_tokens", forecast.answerTokens}, {"measured", forecast.isMeasured}, {"cost", forecast.cost},
            {"spent_requests", forecast.spentRequests}, {"spent_cost", forecast.spentCost}};
    }

    std::string money(double value) { return text::toText(std::round(value * 1e4) / 1e4); }

    std::string describe(const JudgeForecast& forecast, const JudgeSettings& settings)
    {
        std::string out = text::join(forecast.missingCount, " of ", forecast.pairCount,
            " pairs have no judge score yet: ", forecast.requestCount, " requests");
        if (forecast.keptCount > 0)
            out += text::join(" (", forecast.keptCount, " answers are kept)");
        out += text::join(", about ", std::llround(forecast.promptTokens), " tokens sent and ",
            std::llround(forecast.answerTokens), " answered", forecast.isMeasured ? "" : " (a rough guess)");
        if (settings.pricePrompt + settings.priceAnswer > 0)
            out += text::join(", about ", money(forecast.cost), "; ", money(forecast.spentCost), " are spent so far");
        return out;
    }

    /// Adds what one pair still needs.
    void addPair(const score::JudgeOptions& options, const score::ScoreItem& item, store::JudgeStore& store,
        JudgeForecast& forecast)
    {
        ++forecast.missingCount;
        std::int64_t kept = 0;
        try {
            int seen = -1;
            for (const auto& answer : store.answers(score::judgeKey(options, item)))
                if (answer.repeat < options.repeats && answer.repeat != seen) {
                    seen = answer.repeat;
                    ++kept;
                }
        } catch (const Error& e) {
            if (e.code() == ErrorCode::NotFound || e.code() == ErrorCode::Io)
                return; // no picture to show: nothing will be asked about this pair
            throw;
        }
        const auto open = options.repeats - kept;
        forecast.keptCount += kept;
        forecast.requestCount += open;
        forecast.promptTokens += static_cast<double>(open * score::estimatePromptTokens(options, item));
    }

    /// A local judge says its number without writing an answer.
    void askLocal(Workspace& workspace, const JudgeTestOptions& options, const score::ScoreItem& item, JudgeTest& test)
    {
        const auto folder = resolveModel("judge", options.models);
        const auto llm = workspace.models().llm(folder, options.device);
        score::LocalJudge judge(llm->model, *llm->tokenizer, llm->prompt.promptTemplate, options.mode);
        const auto start = std::chrono::steady_clock::now();
        const auto rating = judge.rate(item);
        test.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        test.question = score::judgeQuestion(item, score::JudgePrompt::Text, options.mode);
        test.rating = rating.mean;
        test.spread = rating.spread;
    }

    void askServer(store::Project& project, const JudgeTestOptions& options, const score::ScoreItem& item,
        RunContext& context, JudgeTest& test)
    {
        const auto judge = judgeOptions(options.settings, options.mode);
        require(isJudgeConfirmed(options.settings), ErrorCode::InvalidInput, kJudgeUnconfirmed);
        net::Secret key;
        try {
            key = judgeSecret(options.settings);
        } catch (const Error& e) {
            test.problem = e.message();
            return;
        }
        ProjectBook book(project, options.settings, "test");
        const auto trial = score::tryJudge(judge, item, key, book, context);
        test.question = trial.question;
        test.showsPicture = trial.showsPicture;
        test.answer = trial.answer;
        test.rating = trial.rating;
        test.promptTokens = trial.promptTokens;
        test.answerTokens = trial.answerTokens;
        test.cost = trial.cost;
        test.seconds = trial.seconds;
        test.problem = trial.problem;
        if (test.problem.empty() && std::isnan(test.rating))
            test.problem = "the answer has no number from 0 to 100 in its first line";
    }

} // namespace

JudgeForecast forecastJudge(store::Project& project, const JudgeSettings& settings, Mode mode, RunContext& context)
{
    const auto options = judgeOptions(settings, mode);
    JudgeForecast forecast;
    const PairItems items(project);
    forecast.pairCount = items.itemCount();
    const auto column = judgeColumn(mode);
    store::MetricStore metrics(project);
    const auto info = metrics.find(column);
    std::shared_ptr<const std::vector<double>> values;
    if (info && info->key == judgeColumnKey(options))
        values = metrics.load(column).values;
    store::JudgeStore store(project);
    for (std::int64_t number = 0; number < items.chunkCount(); ++number) {
        context.checkpoint();
        for (const auto& item : items.chunk(number))
            if (!values || item.row >= values->size() || std::isnan((*values)[item.row]))
                addPair(options, item, store, forecast);
        context.progress("Forecast", number + 1, items.chunkCount());
    }
    const auto usage = store.usage(net::chatAddress(settings.server), settings.model);
    forecast.isMeasured = usage.count > 0;
    const auto requests = static_cast<double>(forecast.requestCount);
    const auto limit = options.chat.maxTokens > 0 ? options.chat.maxTokens : score::kUsualAnswerTokens;
    forecast.answerTokens = requests * (forecast.isMeasured ? usage.answerTokens : static_cast<double>(limit));
    if (forecast.isMeasured)
        forecast.promptTokens = requests * usage.promptTokens;
    forecast.cost = (options.pricePrompt * forecast.promptTokens + options.priceAnswer * forecast.answerTokens) / 1000;
    const auto total = store.total();
    forecast.spentRequests = total.requestCount;
    forecast.spentCost = total.cost;
    forecast.sentence = describe(forecast, settings);
    return forecast;
}

std::string previewJudgeQuestion(
    store::Project& project, const JudgeSettings& settings, Mode mode, const std::string& id)
{
    const bool isShown = settings.prompt == "image" && !settings.isLocal;
    return score::judgeQuestion(
        findItem(project, id), isShown ? score::JudgePrompt::Image : score::JudgePrompt::Text, mode);
}

JudgeTest testJudge(Workspace& workspace, const JudgeTestOptions& options, RunContext& context)
{
    options.settings.validate();
    auto project = workspace.open();
    const auto item = findItem(project, options.id);
    JudgeTest test;
    test.id = item.id;
    test.rating = test.spread = kMissing;
    if (options.settings.isLocal) {
        askLocal(workspace, options, item, test);
        test.forecast.pairCount = store::PairStore(project).count();
        test.forecast.sentence = text::join("about ", text::toText(std::round(test.seconds * 100) / 100),
            " seconds a pair, ", test.forecast.pairCount, " pairs");
        return test;
    }
    askServer(project, options, item, context, test);
    if (test.problem.empty())
        test.forecast = forecastJudge(project, options.settings, options.mode, context);
    return test;
}

JobResult runJudgeTest(Workspace& workspace, const JudgeTestOptions& options, RunContext& context)
{
    const auto test = testJudge(workspace, options, context);
    JobResult result;
    result.hasProblems = !test.problem.empty();
    result.details = {{"id", test.id}, {"question", test.question}, {"shows_picture", test.showsPicture},
        {"answer", test.answer}, {"rating", test.rating}, {"spread", test.spread}, {"prompt_tokens", test.promptTokens},
        {"answer_tokens", test.answerTokens}, {"cost", test.cost}, {"seconds", test.seconds}, {"problem", test.problem},
        {"forecast", toJson(test.forecast)}};
    std::vector<std::string> lines{text::join("Question about ", test.id, ":"), test.question,
        test.showsPicture ? "(with the picture)" : "", "", "Answer:", test.answer};
    if (!test.problem.empty())
        lines.push_back("Problem: " + test.problem);
    else
        lines.insert(lines.end(),
            {"", text::join("Rating: ", text::toText(test.rating)),
                test.promptTokens >= 0
                    ? text::join("Tokens: ", test.promptTokens, " sent, ", test.answerTokens, " answered")
                    : "Tokens: not told",
                test.forecast.sentence});
    result.sentence = text::joined(lines, "\n");
    return result;
}

JobResult setJudge(Workspace& workspace, const JudgeSettings& settings)
{
    auto project = workspace.open();
    require(settings.isSet(), ErrorCode::InvalidInput,
        "name a server and a model (--judge-url, --judge-model), or a local judge (--judge-local)");
    saveJudgeSettings(project, settings);
    confirmJudge(settings);
    auto arguments = judgeArguments(settings);
    arguments.insert(arguments.begin(), {"judge", "set"});
    store::Recipe(project).append(arguments);
    JobResult result;
    result.details = toJson(settings);
    result.sentence = settings.isLocal
        ? "the judge is the local model of role judge"
        : text::join("the judge is ", settings.model, " at ", settings.server, ", key: ", settings.keySource);
    return result;
}

JobResult showJudge(store::Project& project)
{
    const auto settings = loadJudgeSettings(project);
    store::JudgeStore store(project);
    JobResult result;
    result.details = {{"settings", toJson(settings)}, {"confirmed", settings.isSet() && isJudgeConfirmed(settings)},
        {"ledger", Json::array()}, {"total", toJson(store.total())}};
    std::vector<std::string> lines{!settings.isSet() ? "the judge is not set up"
            : settings.isLocal                       ? "local judge"
                               : text::join(settings.model, " at ", settings.server, ", key: ", settings.keySource,
                                   ", prompt: ", settings.prompt)};
    for (const auto& spend : store.ledger()) {
        result.details["ledger"].push_back(toJson(spend));
        lines.push_back(text::join(spend.at, "  ", spend.what, "  ", spend.model, "  ", spend.requestCount,
            " requests  ", spend.answerCount, " answers  ", spend.promptTokens, " + ", spend.answerTokens, " tokens  ",
            money(spend.cost)));
    }
    const auto total = store.total();
    lines.push_back(text::join("in all ", total.requestCount, " requests, ", money(total.cost), " spent"));
    result.sentence = text::joined(lines, "\n");
    return result;
}

JobResult showJudgeAnswers(store::Project& project, const std::string& id)
{
    const auto row = store::PairStore(project).find(PairId{id});
    require(row.has_value(), ErrorCode::NotFound, text::join("the project has no pair \"", id, "\""));
    JobResult result;
    result.details = {{"id", id}, {"answers", Json::array()}};
    std::vector<std::string> lines;
    for (const auto& answer : store::JudgeStore(project).answersOf(*row)) {
        result.details["answers"].push_back({{"at", answer.at}, {"repeat", answer.repeat}, {"attempt", answer.attempt},
            {"answer", answer.text}, {"prompt_tokens", answer.promptTokens}, {"answer_tokens", answer.answerTokens}});
        lines.push_back(text::join(answer.at, "  repeat ", answer.repeat + 1, "\n", answer.text));
    }
    result.sentence = lines.empty() ? "no judge has answered about this pair" : text::joined(lines, "\n\n");
    return result;
}

JobResult storeJudgeKey(const std::string& name, const std::string& key)
{
    net::storeInKeychain(name, net::Secret(key));
    JobResult result;
    result.sentence = text::join("the key is in the keychain as \"", name, "\"");
    result.details = {{"key_source", "keychain:" + name}};
    return result;
}

JobResult removeJudgeKey(const std::string& name)
{
    require(
        net::removeFromKeychain(name), ErrorCode::NotFound, text::join("the keychain has no key named \"", name, "\""));
    JobResult result;
    result.sentence = text::join("the key \"", name, "\" is gone from the keychain");
    result.details = {{"removed", name}};
    return result;
}

} // namespace winnow::pipeline
