#include "app/commands/judge_flags.h"

#include "app/commands/command.h"

#include "core/base/text.h"

#include <algorithm>

namespace winnow::app {

void JudgeFlags::addTo(CLI::App& command)
{
    const char* const group = "Judge (kept with the project; the key never is)";
    command.add_option("--judge-url", server, "Address of an OpenAI-compatible server, such as https://host/v1")
        ->group(group);
    command.add_option("--judge-model", model, "The model, as the server names it")->group(group);
    command.add_flag("--judge-local", isLocal, "A LLaMA-family model of role judge instead of a server")->group(group);
    command.add_option("--judge-key-env", keyEnvironment, "Environment variable that holds the key")
        ->type_name("NAME")
        ->group(group);
    command.add_option("--judge-keychain", keychain, "Name of the key in the keychain")
        ->type_name("NAME")
        ->group(group);
    command.add_option("--judge-key", key, "The key's source as recipes write it: none, env:NAME or keychain:NAME")
        ->type_name("SOURCE")
        ->group(group);
    command.add_option("--judge-prompt", prompt, "text (as published, without the picture) or image")
        ->check(CLI::IsMember({"text", "image"}))
        ->group(group);
    command.add_option("--judge-repeats", repeats, "Answers per pair; two or more also give a spread")->group(group);
    command.add_option("--judge-temperature", temperature, "0 to 2; below 0 leaves it to the server")->group(group);
    command.add_option("--judge-max-tokens", maxTokens, "Longest answer; 0 leaves it to the server")->group(group);
    command.add_option("--judge-max-requests", maxRequests, "Cap over the project's whole ledger; 0 = none")
        ->group(group);
    command.add_option("--judge-max-cost", maxCost, "The same in money; needs the prices")->group(group);
    command.add_option("--judge-price-in", pricePrompt, "Price of 1,000 tokens sent")->group(group);
    command.add_option("--judge-price-out", priceAnswer, "Price of 1,000 tokens answered")->group(group);
    command.add_option("--judge-image-side", imageSide, "Longer side of the picture that is sent")->group(group);
    command.add_option("--judge-timeout", timeoutSeconds, "Seconds that one request may take")->group(group);
    command.add_option("--judge-concurrency", concurrency, "Most requests at once")->group(group);
}

bool JudgeFlags::isGiven() const
{
    return isLocal || server || model || prompt || key || keyEnvironment || keychain || repeats || imageSide
        || timeoutSeconds || concurrency || temperature || maxCost || pricePrompt || priceAnswer || maxTokens
        || maxRequests;
}

void JudgeFlags::check() const
{
    if (isLocal && (server || model || key || keyEnvironment || keychain))
        throw UsageError("--judge-local goes with neither a server nor a key");
    if (int(key.has_value()) + int(keyEnvironment.has_value()) + int(keychain.has_value()) > 1)
        throw UsageError("give the key's source once: --judge-key-env, --judge-keychain or --judge-key");
    if (!isGiven())
        return;
    pipeline::JudgeSettings usual; // for what is not given: it may stand in the project
    usual.server = "http://localhost";
    usual.model = "model";
    usual.pricePrompt = 1;
    try {
        merged(usual).validate();
    } catch (const Error& e) {
        throw UsageError(e.message());
    }
}

pipeline::JudgeSettings JudgeFlags::applyTo(pipeline::JudgeSettings settings) const
{
    settings = merged(std::move(settings));
    if (isGiven())
        settings.validate();
    return settings;
}

pipeline::JudgeSettings JudgeFlags::merged(pipeline::JudgeSettings settings) const
{
    const auto take = [](auto& field, const auto& given) { field = given.value_or(field); };
    if (server && *server != settings.server)
        settings.keySource = "none"; // a key is for the server that it was named with
    take(settings.server, server);
    take(settings.model, model);
    take(settings.prompt, prompt);
    take(settings.repeats, repeats);
    take(settings.temperature, temperature);
    take(settings.maxTokens, maxTokens);
    take(settings.maxRequests, maxRequests);
    take(settings.maxCost, maxCost);
    take(settings.pricePrompt, pricePrompt);
    take(settings.priceAnswer, priceAnswer);
    take(settings.imageSide, imageSide);
    take(settings.timeoutSeconds, timeoutSeconds);
    take(settings.concurrency, concurrency);
    take(settings.keySource, key);
    if (keyEnvironment)
        settings.keySource = "env:" + *keyEnvironment;
    if (keychain)
        settings.keySource = "keychain:" + *keychain;
    if (isLocal || server)
        settings.isLocal = isLocal;
    return settings;
}

std::optional<pipeline::JudgeSettings> judgeNamedBy(const std::vector<std::string>& command)
{
    const auto countOf = [&](std::string_view start) {
        return std::count_if(
            command.begin(), command.end(), [&](const std::string& argument) { return argument.starts_with(start); });
    };
    if (countOf("--judge") == 0)
        return std::nullopt;
    pipeline::JudgeSettings settings;
    settings.isLocal = countOf("--judge") == 1 && countOf("--judge-local") == 1;
    const auto after = [&](const char* flag) {
        const auto found = std::find(command.begin(), command.end(), flag);
        return found == command.end() || found + 1 == command.end() ? std::string() : *(found + 1);
    };
    const auto source = after("--judge-key");
    settings.keySource = source.empty() ? "none" : source;
    // Named once and spelled as recipes do, else it stays without a server.
    if (countOf("--judge-url") == 1 && countOf("--judge-key") == (source.empty() ? 0 : 1))
        settings.server = after("--judge-url");
    settings.model = after("--judge-model");
    return settings;
}

} // namespace winnow::app
