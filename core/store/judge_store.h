#pragma once

#include "core/domain/pair.h"
#include "core/store/project.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::store {

/// A judge's answer as it came (without any key).
struct JudgeAnswerRow {
    std::string key; ///< hash of server, model, settings, question and picture
    int repeat = 0;
    int attempt = 0; ///< counted up where an answer could not be read
    PairRow row = 0; ///< the pair it was asked for
    std::string text;
    std::int64_t promptTokens = -1; ///< -1: the server did not say
    std::int64_t answerTokens = -1;
    std::string at; ///< UTC
};

/// One entry of the running ledger: what one job spent.
struct JudgeSpend {
    std::int64_t number = 0;
    std::string at;     ///< UTC, when it began
    std::string server; ///< address, never with a key
    std::string model;
    std::string what;              ///< "score", "test"
    std::int64_t requestCount = 0; ///< sent, repetitions included
    std::int64_t answerCount = 0;
    std::int64_t estimatedCount = 0; ///< outcomes whose tokens the server did not tell: their cost is an estimate
    std::int64_t promptTokens = 0;
    std::int64_t answerTokens = 0;
    double cost = 0; ///< in the money of the prices given
};

/// Answers of judges and the ledger of what they cost. Every writing call is one transaction, durable when it returns.
class JudgeStore {
public:
    explicit JudgeStore(Project& project);

    /// By repeat and attempt.
    std::vector<JudgeAnswerRow> answers(std::string_view key);
    /// Everything judges said about a pair, newest first.
    std::vector<JudgeAnswerRow> answersOf(PairRow row);
    /// Mean tokens of answers by a model on a server, sent and answered; zeros where none told.
    struct Usage {
        std::int64_t count = 0;
        double promptTokens = 0;
        double answerTokens = 0;
    };
    Usage usage(std::string_view server, std::string_view model);

    /// A new entry of the ledger; its number.
    std::int64_t beginSpend(std::string_view server, std::string_view model, std::string_view what);
    /// One request more; `cost` is set aside for it.
    void addRequest(std::int64_t number, double cost);
    /// What came of it, with an answer that is kept or without. `change.cost` is added to what was set aside; counts
    /// add up.
    void addAnswer(std::int64_t number, const JudgeAnswerRow& answer, const JudgeSpend& change);
    void addOutcome(std::int64_t number, const JudgeSpend& change);

    std::vector<JudgeSpend> ledger();
    /// Sums of the whole ledger; number, server and texts are empty.
    JudgeSpend total();

private:
    Project& m_project;
};

} // namespace winnow::store
