#include "core/pipeline/judge_settings.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/judge_options.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace winnow::pipeline {

namespace {

    constexpr const char* kSetting = "judge";

    /// One field of the settings in the project and its flag; visit() goes through all of them.
    template <typename Settings, typename Visit> void visitFields(Settings& settings, const Visit& visit)
    {
        visit("server", "--judge-url", settings.server);
        visit("model", "--judge-model", settings.model);
        visit("key_source", "--judge-key", settings.keySource);
        visit("prompt", "--judge-prompt", settings.prompt);
        visit("repeats", "--judge-repeats", settings.repeats);
        visit("temperature", "--judge-temperature", settings.temperature);
        visit("max_tokens", "--judge-max-tokens", settings.maxTokens);
        visit("max_requests", "--judge-max-requests", settings.maxRequests);
        visit("max_cost", "--judge-max-cost", settings.maxCost);
        visit("price_prompt", "--judge-price-in", settings.pricePrompt);
        visit("price_answer", "--judge-price-out", settings.priceAnswer);
        visit("image_side", "--judge-image-side", settings.imageSide);
        visit("timeout_seconds", "--judge-timeout", settings.timeoutSeconds);
        visit("concurrency", "--judge-concurrency", settings.concurrency);
    }

    std::filesystem::path consentFile()
    {
        const char* const config = std::getenv("XDG_CONFIG_HOME");
        const char* const home = std::getenv("HOME");
        const auto base = config != nullptr && *config != '\0'
            ? std::filesystem::path(config)
            : std::filesystem::path(home != nullptr ? home : ".") / ".config";
        return base / "winnow" / "judge.json";
    }

    Json loadConsent()
    {
        const auto path = consentFile();
        Json list = std::filesystem::exists(path) ? json::load(path, 1 << 20) : Json::array();
        require(list.is_array(), ErrorCode::BadFile, path.string() + " is not a list of confirmed judges");
        return list;
    }

    Json consentEntry(const JudgeSettings& settings)
    {
        return {{"server", net::chatAddress(settings.server)}, {"key_source", settings.keySource}};
    }

    std::string toText(const std::string& value) { return value; }
    std::string toText(double value) { return text::toText(value); }
    std::string toText(int value) { return std::to_string(value); }
    std::string toText(std::int64_t value) { return std::to_string(value); }

} // namespace

void JudgeSettings::validate() const
{
    require(prompt == "text" || prompt == "image", ErrorCode::InvalidInput,
        text::join("the judge's prompt is text or image, not \"", text::shortened(prompt, 40), "\""));
    require(!isLocal || prompt == "text", ErrorCode::InvalidInput,
        "a local judge reads text alone: use the text prompt, or a server that takes pictures");
    net::KeySource::fromText(keySource);
    if (!isLocal)
        judgeOptions(*this, Mode::Corrected);
}

JudgeSettings loadJudgeSettings(store::Project& project)
{
    JudgeSettings settings;
    const auto stored = project.setting(kSetting);
    if (stored.is_null())
        return settings;
    visitFields(settings, [&](const char* name, const char*, auto& value) {
        value = json::fieldOr(stored, name, value, "the project's judge settings");
    });
    settings.isLocal = json::fieldOr(stored, "local", false, "the project's judge settings");
    return settings;
}

void saveJudgeSettings(store::Project& project, const JudgeSettings& settings)
{
    settings.validate();
    Json stored{{"local", settings.isLocal}};
    visitFields(settings, [&](const char* name, const char*, const auto& value) { stored[name] = value; });
    project.setSetting(kSetting, stored);
}

bool isJudgeConfirmed(const JudgeSettings& settings)
{
    const auto list = loadConsent();
    return settings.isLocal || std::find(list.begin(), list.end(), consentEntry(settings)) != list.end();
}

void confirmJudge(const JudgeSettings& settings)
{
    settings.validate();
    if (isJudgeConfirmed(settings))
        return;
    auto list = loadConsent();
    list.push_back(consentEntry(settings));
    const auto path = consentFile();
    std::filesystem::create_directories(path.parent_path());
    file::writeAtomically(path, json::dumpPretty(list));
}

std::vector<std::string> judgeArguments(const JudgeSettings& settings)
{
    if (settings.isLocal)
        return {"--judge-local"};
    std::vector<std::string> out;
    const JudgeSettings usual;
    std::vector<std::string> defaults;
    visitFields(usual, [&](const char*, const char*, const auto& value) { defaults.push_back(toText(value)); });
    std::size_t i = 0;
    visitFields(settings, [&](const char*, const char* flag, const auto& value) {
        if (const auto said = toText(value); said != defaults[i++])
            out.insert(out.end(), {flag, said});
    });
    return out;
}

score::JudgeOptions judgeOptions(const JudgeSettings& settings, Mode mode)
{
    require(settings.isSet(), ErrorCode::InvalidInput,
        "the judge is not set up: name a server and a model (--judge-url, --judge-model), or --judge-local");
    score::JudgeOptions options;
    options.chat = {settings.server, settings.model, settings.temperature, settings.maxTokens};
    options.prompt = settings.prompt == "image" ? score::JudgePrompt::Image : score::JudgePrompt::Text;
    options.mode = mode;
    options.repeats = settings.repeats;
    options.imageSide = settings.imageSide;
    options.maxRequests = settings.maxRequests;
    options.maxCost = settings.maxCost;
    options.pricePrompt = settings.pricePrompt;
    options.priceAnswer = settings.priceAnswer;
    require(settings.timeoutSeconds >= 1 && settings.timeoutSeconds <= 3600, ErrorCode::InvalidInput,
        text::join("the judge's timeout is ", settings.timeoutSeconds, " seconds, expected 1 to 3600"));
    options.limits.totalTimeoutMs = 1000 * settings.timeoutSeconds;
    options.exchange.maxConcurrency = settings.concurrency;
    options.exchange.startConcurrency = std::min(options.exchange.startConcurrency, settings.concurrency);
    options.validate();
    return options;
}

std::string judgeColumn(Mode mode) { return mode == Mode::Published ? "judge.published" : "judge"; }

std::string judgeSpreadColumn(Mode mode) { return mode == Mode::Published ? "judge.spread.published" : "judge.spread"; }

std::string judgeColumnText(const score::JudgeOptions& options)
{
    const auto& chat = options.chat;
    return text::join("judge-v1|", toString(options.mode), '|', net::chatAddress(chat.baseUrl), '|', chat.model, '|',
        toString(options.prompt), '|', text::toText(chat.temperature), '|', chat.maxTokens, '|', options.repeats, '|',
        options.readAttempts,
        options.prompt == score::JudgePrompt::Image ? text::join('|', options.imageSide, '|', options.imageQuality)
                                                    : "");
}

std::string judgeColumnKey(const score::JudgeOptions& options) { return file::sha256(judgeColumnText(options)); }

net::Secret judgeSecret(const JudgeSettings& settings)
{
    return net::loadSecret(net::KeySource::fromText(settings.keySource));
}

ProjectBook::ProjectBook(store::Project& project, const JudgeSettings& settings, std::string what)
    : m_store(project)
    , m_server(net::chatAddress(settings.server))
    , m_model(settings.model)
    , m_what(std::move(what))
{
    const auto total = m_store.total();
    m_requests = total.requestCount;
    m_cost = total.cost;
}

std::vector<score::JudgeAnswer> ProjectBook::answers(const std::string& key)
{
    std::vector<score::JudgeAnswer> out;
    for (auto& row : m_store.answers(key))
        out.push_back(
            {row.key, row.repeat, row.attempt, row.row, std::move(row.text), row.promptTokens, row.answerTokens});
    return out;
}

void ProjectBook::sent(double cost)
{
    if (m_entry == 0)
        m_entry = m_store.beginSpend(m_server, m_model, m_what);
    m_store.addRequest(m_entry, cost);
    ++m_requests;
    m_cost += cost;
}

void ProjectBook::answered(const score::JudgeAnswer& answer, const score::JudgeCharge& charge)
{
    store::JudgeSpend change;
    change.answerCount = 1;
    change.estimatedCount = charge.isEstimated ? 1 : 0;
    change.promptTokens = charge.promptTokens;
    change.answerTokens = charge.answerTokens;
    change.cost = charge.cost;
    m_store.addAnswer(m_entry,
        {answer.key, answer.repeat, answer.attempt, answer.row, answer.text, answer.promptTokens, answer.answerTokens,
            {}},
        change);
    m_cost += charge.cost;
}

void ProjectBook::failed(const score::JudgeCharge& charge)
{
    store::JudgeSpend change;
    change.estimatedCount = charge.isEstimated ? 1 : 0;
    change.promptTokens = charge.promptTokens;
    change.answerTokens = charge.answerTokens;
    change.cost = charge.cost;
    m_store.addOutcome(m_entry, change);
    m_cost += charge.cost;
}

} // namespace winnow::pipeline
