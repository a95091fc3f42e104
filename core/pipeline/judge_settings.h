#pragma once

#include "core/domain/metric.h"
#include "core/store/project.h"

#include <cstdint>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// How a project's judge is set up; kept in the project, all but the key, of which only the source is.
struct JudgeSettings {
    std::string server;             ///< base address of an OpenAI-compatible server: "https://api.example.com/v1"
    std::string model;              ///< as the server names it
    bool isLocal = false;           ///< a LLaMA-family model of role `judge` on this machine instead of a server
    std::string keySource = "none"; ///< "none", "env:NAME", "keychain:NAME"
    std::string prompt = "text";    ///< "text": as published, without the picture; "image": with it
    int repeats = 1;                ///< answers per pair; two and more give a spread
    double temperature = 1;         ///< the published one; below 0 = left to the server
    std::int64_t maxTokens = 512;   ///< of one answer; 0 = left to the server
    std::int64_t maxRequests = 0;   ///< of the project's whole ledger; 0 = no cap
    double maxCost = 0;             ///< the same in money
    double pricePrompt = 0;         ///< money per 1,000 tokens sent
    double priceAnswer = 0;         ///< per 1,000 tokens answered
    int imageSide = 512;            ///< the longer side of the picture that is sent
    int timeoutSeconds = 120;       ///< of one request
    int concurrency = 32;           ///< most requests at once; fewer where the server says so

    /// A server and a model are named, or the judge is local.
    bool isSet() const { return isLocal || (!server.empty() && !model.empty()); }
    /// Throws Error(InvalidInput): what is wrong and what is expected; never with a key in it.
    void validate() const;
    bool operator==(const JudgeSettings&) const = default;
};

/// The project's settings, defaults where it has none. Throws Error(BadFile) for a damaged entry.
JudgeSettings loadJudgeSettings(store::Project& project);
/// Throws Error(InvalidInput) as validate().
void saveJudgeSettings(store::Project& project, const JudgeSettings& settings);

/// A project comes with its judge's server and the name of a key; either may have been written by a stranger. So a
/// server is asked, and a key looked up, only when this user has named this pair of server and key source on this
/// machine: $XDG_CONFIG_HOME/winnow/judge.json keeps them (no key in it). A local judge needs no consent.
bool isJudgeConfirmed(const JudgeSettings& settings);
/// To be called when the user names server and key by flags or in a dialog. Throws Error: InvalidInput, Io.
void confirmJudge(const JudgeSettings& settings);

/// The flags of `winnow score` and `winnow judge` that say the same, for recipes; never a key.
std::vector<std::string> judgeArguments(const JudgeSettings& settings);

} // namespace winnow::pipeline
