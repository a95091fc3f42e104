#pragma once

#include "core/net/chat.h"
#include "core/net/exchange.h"
#include "core/score/judge_prompt.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::score {

/// Tokens set aside for an answer that the settings do not limit.
inline constexpr std::int64_t kUsualAnswerTokens = 1024;

/// How a judge behind an OpenAI-compatible endpoint is asked.
struct JudgeOptions {
    net::ChatSettings chat;
    JudgePrompt prompt = JudgePrompt::Text;
    Mode mode = Mode::Corrected;
    int repeats = 1;      ///< answers per pair; the score is their mean
    int readAttempts = 3; ///< corrected: so often one answer is asked for before it counts as unreadable
    int imageSide = 512;  ///< the longer side of the picture that is sent, as JPEG
    int imageQuality = 85;
    std::int64_t maxRequests = 0; ///< of the whole project's ledger, repetitions included; 0 = no cap
    double maxCost = 0;           ///< the same in money; 0 = no cap
    double pricePrompt = 0;       ///< money per 1,000 tokens that are sent
    double priceAnswer = 0;       ///< per 1,000 tokens that are answered
    net::HttpLimits limits;
    net::ExchangeOptions exchange;
    void validate() const; // throws Error(InvalidInput)
};

/// An answer as it came, but for the key.
struct JudgeAnswer {
    std::string key; ///< judgeKey()
    int repeat = 0;  ///< 0 … repeats - 1
    int attempt = 0; ///< counted up where an answer could not be read
    PairRow row = 0; ///< the pair it was asked for
    std::string text;
    std::int64_t promptTokens = -1; ///< -1: the server did not say
    std::int64_t answerTokens = -1;
};

/// What an outcome changes in the ledger.
struct JudgeCharge {
    double cost = 0; ///< added; negative where less was used than was set aside
    std::int64_t promptTokens = 0;
    std::int64_t answerTokens = 0;
    bool isEstimated = false; ///< the server did not say how many tokens it took
};

/// Remembers answers and what was spent. Durable when a call returns.
class JudgeBook {
public:
    virtual ~JudgeBook() = default;
    /// Everything kept under a key, by repeat and attempt.
    virtual std::vector<JudgeAnswer> answers(const std::string& key) = 0;
    /// A request goes out and may cost this much.
    virtual void sent(double cost) = 0;
    virtual void answered(const JudgeAnswer& answer, const JudgeCharge& charge) = 0;
    /// It came to nothing that can be kept.
    virtual void failed(const JudgeCharge& charge) = 0;
    /// Of the whole project.
    virtual std::int64_t requestCount() const = 0;
    virtual double cost() const = 0;
};

struct JudgeReport {
    ScoreReport score;
    net::ExchangeReport exchange;
    std::int64_t keptCount = 0; ///< answers that were there already
    std::string stopReason;     ///< empty: every pair was settled; else why the rest is missing
};

/// Hash of all an answer depends on: server, model, settings, question, picture. Throws Error as reading the picture.
std::string judgeKey(const JudgeOptions& options, const ScoreItem& item);
/// What is sent for a pair. Throws Error as decoding the picture.
net::ChatMessage judgeMessage(const JudgeOptions& options, const ScoreItem& item);
/// Tokens of a question, roughly: four letters of English each, pictures as 512-pixel tiles of 170 and 85 more.
std::int64_t estimatePromptTokens(const JudgeOptions& options, const ScoreItem& item);
/// Money for so many tokens at the options' prices.
double judgeCost(const JudgeOptions& options, std::int64_t promptTokens, std::int64_t answerTokens);
/// A pair's score from its answers' ratings: their mean, and their standard deviation (n - 1; NaN for one).
struct JudgeRating {
    double mean = 0;
    double spread = 0;
};
JudgeRating summarise(const std::vector<double>& ratings);

/// Rates every pair, many requests at once. The chunk's scores are the means, with repeats > 1 `further[0]` the
/// spreads. Answers in the book are not asked for again. A pair fails alone when it has no picture (and one is shown),
/// the server refuses its content, or no answer can be read; a refused key, an unreachable server or a spent budget end
/// the run, and pairs not reached have neither score nor failure. Throws Error: InvalidInput; Cancelled.
JudgeReport runJudgeScore(const ItemSource& items, const JudgeOptions& options, const net::Secret& key, JudgeBook& book,
    ScoreSink& sink, RunContext& context);

} // namespace winnow::score
