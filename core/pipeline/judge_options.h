#pragma once

#include "core/pipeline/judge_settings.h"
#include "core/score/judge_score.h"
#include "core/store/judge_store.h"

namespace winnow::pipeline {

/// The settings as the score layer takes them. Throws Error(InvalidInput).
score::JudgeOptions judgeOptions(const JudgeSettings& settings, Mode mode);

/// What is said where isJudgeConfirmed() is false.
inline constexpr const char* kJudgeUnconfirmed = "this project's judge was not set up on this machine, and its server "
                                                 "and key may be a stranger's choice: look at it "
                                                 "with winnow judge DIR show, and confirm it with winnow judge DIR set";

/// "judge" or "judge.published"; "judge.spread" beside it.
std::string judgeColumn(Mode mode);
std::string judgeSpreadColumn(Mode mode);
/// Everything a column's numbers depend on beside the pairs, and its hash as MetricInfo::key.
std::string judgeColumnText(const score::JudgeOptions& options);
std::string judgeColumnKey(const score::JudgeOptions& options);

/// The key of the settings' source. Throws Error: NotFound, Io, InvalidInput.
net::Secret judgeSecret(const JudgeSettings& settings);

/// Keeps answers and the ledger in the project. An entry of the ledger begins with the first request.
class ProjectBook final : public score::JudgeBook {
public:
    ProjectBook(store::Project& project, const JudgeSettings& settings, std::string what);

    std::vector<score::JudgeAnswer> answers(const std::string& key) override;
    void sent(double cost) override;
    void answered(const score::JudgeAnswer& answer, const score::JudgeCharge& charge) override;
    void failed(const score::JudgeCharge& charge) override;
    std::int64_t requestCount() const override { return m_requests; }
    double cost() const override { return m_cost; }

private:
    store::JudgeStore m_store;
    std::string m_server;
    std::string m_model;
    std::string m_what;
    std::int64_t m_entry = 0; ///< 0: nothing was sent yet
    std::int64_t m_requests = 0;
    double m_cost = 0;
};

} // namespace winnow::pipeline
