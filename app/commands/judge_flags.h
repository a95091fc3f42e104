#pragma once

#include "core/pipeline/judge_settings.h"

#include <CLI/App.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace winnow::app {

/// The flags by which `score` and `judge` are told about the judge; what is not given stays as the project has it.
struct JudgeFlags {
    std::optional<std::string> server, model, prompt;
    std::optional<std::string> key, keyEnvironment, keychain;
    std::optional<int> repeats, imageSide, timeoutSeconds, concurrency;
    std::optional<double> temperature, maxCost, pricePrompt, priceAnswer;
    std::optional<std::int64_t> maxTokens, maxRequests;
    bool isLocal = false;

    void addTo(CLI::App& command);
    /// Any of them was given.
    bool isGiven() const;
    /// Throws UsageError where flags contradict each other or a value means nothing, whatever the project has.
    void check() const;
    /// The project's settings changed by what was given. Throws Error(InvalidInput) where they do not go together.
    pipeline::JudgeSettings applyTo(pipeline::JudgeSettings settings) const;

private:
    pipeline::JudgeSettings merged(pipeline::JudgeSettings settings) const;
};

/// The judge that a recorded command names; nothing where it has no --judge flag. Server, model and key source are as
/// the flags say when they are spelled as recipes spell them; else the server stays empty, which nobody has confirmed.
std::optional<pipeline::JudgeSettings> judgeNamedBy(const std::vector<std::string>& command);

} // namespace winnow::app
