#pragma once

#include "core/pipeline/judge_settings.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace winnow::pipeline {

/// What scoring the rest with the judge will take.
struct JudgeForecast {
    std::int64_t pairCount = 0;
    std::int64_t missingCount = 0;  ///< pairs without a judge score of these settings
    std::int64_t keptCount = 0;     ///< answers that are kept already and will not be asked for
    std::int64_t requestCount = 0;  ///< answers still to be asked for
    double promptTokens = 0;        ///< of all of them together
    double answerTokens = 0;        ///< the same
    bool isMeasured = false;        ///< from this judge's own answers; else a rough estimate
    double cost = 0;                ///< at the settings' prices
    std::int64_t spentRequests = 0; ///< by the project so far
    double spentCost = 0;
    std::string sentence; ///< all of it for a person
};

/// Throws Error: InvalidInput (not set up); Cancelled.
JudgeForecast forecastJudge(store::Project& project, const JudgeSettings& settings, Mode mode, RunContext& context);

/// What would be asked about a pair (an empty id = the first one); nothing is sent. Throws Error(NotFound).
std::string previewJudgeQuestion(
    store::Project& project, const JudgeSettings& settings, Mode mode, const std::string& id = {});

/// What one call to the judge brought.
struct JudgeTest {
    std::string id;       ///< the pair it was about
    std::string question; ///< as sent
    bool showsPicture = false;
    std::string answer; ///< as it came, but for the key; empty with a local judge, which writes none
    double rating = 0;  ///< NaN where the answer has none
    double spread = 0;  ///< local judge: standard deviation of its distribution; else NaN
    std::int64_t promptTokens = -1;
    std::int64_t answerTokens = -1;
    double cost = 0;
    double seconds = 0;
    std::string problem; ///< why there is no rating: refused, unreachable, no key, unreadable; empty = it works
    JudgeForecast forecast;
};

struct JudgeTestOptions {
    JudgeSettings settings;
    Mode mode = Mode::Corrected;
    std::string id; ///< the pair to ask about; empty = the first one
    std::string device = "cpu";
    std::map<std::string, std::filesystem::path> models; ///< role → folder, for a local judge
};

/// One call, with the prompt, the answer and what it cost; it counts in the ledger. The settings are used as given, not
/// saved; server and key source must be confirmed. Throws Error: InvalidInput, NotFound (no such pair, no pairs);
/// Cancelled. What the server does wrong is told in `problem`.
JudgeTest testJudge(Workspace& workspace, const JudgeTestOptions& options, RunContext& context);
/// The same as a job: sentence and details.
JobResult runJudgeTest(Workspace& workspace, const JudgeTestOptions& options, RunContext& context);

/// Saves the settings with the project as the user's own; one line of recipe. details: the settings.
JobResult setJudge(Workspace& workspace, const JudgeSettings& settings);
/// Settings, ledger and its total; nothing secret. details: settings, confirmed, ledger, total.
JobResult showJudge(store::Project& project);
/// Everything judges have said about a pair. Throws Error(NotFound).
JobResult showJudgeAnswers(store::Project& project, const std::string& id);

/// Keys of the desktop's keychain, by name. Throws Error: InvalidInput, Io.
JobResult storeJudgeKey(const std::string& name, const std::string& key);
JobResult removeJudgeKey(const std::string& name);

} // namespace winnow::pipeline
