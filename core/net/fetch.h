#pragma once

#include "core/base/random.h"
#include "core/base/run_context.h"
#include "core/net/exchange.h"
#include "core/net/http.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace winnow::net {

/// How something is fetched from a server that may send on to another one.
struct FetchRules {
    Secret token; ///< goes to the scheme, host and port of the first address and nowhere else
    RetryPolicy retry{.maxRetries = 5, .maxThrottles = 10, .longestPauseSeconds = 30};
    int maxRedirects = 5;   ///< of one attempt
    std::uint64_t seed = 0; ///< of the pauses' jitter
    /// What a refusal (status) means here, after the server's words; may be empty.
    std::function<std::string(int)> meaning;
};

/// One address on its way through redirects and repetitions: says what to ask next, and when.
class FetchCourse {
public:
    using Clock = std::chrono::steady_clock;

    /// Throws Error(InvalidInput) for an address that the token must not go to.
    FetchCourse(std::string url, const FetchRules& rules);

    /// The next request, not before due().
    HttpRequest request() const;
    Clock::time_point due() const { return m_due; }
    int repetitionCount() const { return m_repetitions; }

    /// Takes an answer that is not what was asked for: follows a redirect, or plans a repetition. Throws Error for what
    /// is final: a refusal (NotFound for 404, else Io), a redirect that is not followed, repetitions used up, a server
    /// that asks to come back in an hour.
    void takeOther(const HttpReply& reply);
    /// The content came broken, or not whole, for this reason: ask again. Throws as above.
    void repeat(const HttpReply& reply);
    /// Enough came since the last repetition to begin counting anew.
    void forgiveRepetitions() { m_retries = 0; }

private:
    [[noreturn]] void fail(const HttpReply& reply) const;
    void follow(const HttpReply& reply);
    void beginAgain(double pauseSeconds);

    const FetchRules& m_rules;
    std::string m_first;
    std::string m_url;
    Random m_random;
    Clock::time_point m_due;
    int m_hops = 0;
    int m_retries = 0;
    int m_throttles = 0;
    int m_repetitions = 0;
};

/// The body of one address, of at most `maxBytes`. Checkpoints ten times a second. Throws Error: InvalidInput,
/// NotFound, Io, TooLarge; Cancelled.
std::string fetchText(const std::string& url, const FetchRules& rules, std::size_t maxBytes, RunContext& context);

} // namespace winnow::net
