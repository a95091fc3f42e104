#pragma once

#include "core/base/random.h"
#include "core/base/run_context.h"
#include "core/net/http.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace winnow::net {

/// How often and how patiently a request is repeated.
struct RetryPolicy {
    int maxRetries = 8;                    ///< of one request, throttling aside
    int maxThrottles = 30;                 ///< 429 answers to one request
    int maxUnreachable = 4;                ///< attempts in a row without a connection before all is given up
    int maxFailuresInRow = 24;             ///< answers in a row that are of no use (429 aside), the same
    double baseSeconds = 1;                ///< before the first repetition; doubles with each
    double longestPauseSeconds = 60;       ///< of the doubling
    double longestRetryAfterSeconds = 300; ///< a server that asks for more ends the exchange
    void validate() const;                 // throws Error(InvalidInput)
};

/// base · 2^retry, at most the longest pause, times a random part of 0.5 … 1 so that many do not come back at once.
double pauseSeconds(const RetryPolicy& policy, int retry, Random& random);
/// So many seconds from now.
std::chrono::steady_clock::time_point timeAfter(double seconds);

/// How many requests may be under way: one more for each full round of successes, half after a 429 (additive increase,
/// multiplicative decrease). Answers to requests that were sent before the last cut say nothing new.
class AdaptiveLimit {
public:
    /// 1 <= start <= most.
    AdaptiveLimit(int start, int most);

    int allowed() const { return static_cast<int>(m_limit); }
    /// The number a request gets when it is sent.
    std::int64_t nextNumber() { return ++m_sent; }
    void succeeded();
    void throttled(std::int64_t number);

private:
    double m_limit;
    double m_most;
    std::int64_t m_sent = 0;
    std::int64_t m_lastCut = 0;
};

/// What asks and what becomes of the answers. Called from the thread of runExchange().
class Exchange {
public:
    virtual ~Exchange() = default;

    struct Question {
        std::int64_t ticket = 0; ///< unique in an exchange
        HttpRequest request;
    };
    enum class Verdict {
        Done,  ///< settled, for better or worse
        Retry, ///< ask again, as often as the policy allows
        Stop,  ///< no question will be answered: end the exchange
    };

    /// The next question; nothing when all have been given.
    virtual std::optional<Question> next() = 0;
    enum class Admission {
        Send,
        Wait, ///< not before an answer that is under way has come (it may give back part of a budget)
        Stop, ///< nothing more is sent
    };
    /// Asked right before each sending, repetitions included; Send means that the request goes out now and counts.
    virtual Admission admit(std::int64_t ticket) = 0;
    /// Every outcome of every sending.
    virtual Verdict take(std::int64_t ticket, const HttpReply& reply) = 0;
    /// The repetitions of this question are used up. Questions that are open when the exchange ends are not given up.
    virtual void giveUp(std::int64_t ticket, const std::string& reason) = 0;
    /// Why admit() or take() said Stop: one sentence without full stop.
    virtual std::string stopReason() const = 0;
};

struct ExchangeOptions {
    RetryPolicy retry;
    int startConcurrency = 4;
    int maxConcurrency = 32;
    std::uint64_t seed = 0; ///< of the pauses' jitter
    void validate() const;  // throws Error(InvalidInput)
};

struct ExchangeReport {
    std::int64_t sentCount = 0;      ///< requests, repetitions included
    std::int64_t throttledCount = 0; ///< 429 answers
    std::int64_t retryCount = 0;     ///< repetitions for another reason
    int peakConcurrency = 0;
    int lastConcurrency = 0; ///< what the server was found to bear
    std::string stopReason;  ///< empty: every question was settled
};

/// Asks all questions, many at once, and returns when each is settled or the exchange ended. Checkpoints at least ten
/// times a second; on a stop, answers that arrive within 0.7 s are still taken, since they may be paid for.
/// Throws Error: InvalidInput; Cancelled; what the exchange throws.
ExchangeReport runExchange(HttpClient& client, Exchange& exchange, const ExchangeOptions& options, RunContext& context);

} // namespace winnow::net
