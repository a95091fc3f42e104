#include "core/net/exchange.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

namespace winnow::net {

namespace {

    using Clock = std::chrono::steady_clock;

    constexpr int kExchangeTickMs = 100;
    constexpr auto kLastAnswers = std::chrono::milliseconds(700); ///< waited for on a stop
    constexpr auto kOpenAnswers = std::chrono::seconds(5);        ///< waited for when the exchange ends by itself

    struct Attempt {
        HttpRequest request;
        int retries = 0;
        int throttles = 0;
        std::int64_t number = 0; ///< in the order of sending
        Clock::time_point due;   ///< not sent before
    };

    class Loop {
    public:
        Loop(HttpClient& client, Exchange& exchange, const ExchangeOptions& options, RunContext& context)
            : m_client(client)
            , m_exchange(exchange)
            , m_options(options)
            , m_context(context)
            , m_limit(options.startConcurrency, options.maxConcurrency)
            , m_random(options.seed, "net/pauses")
        {
        }

        ExchangeReport run()
        {
            while (m_report.stopReason.empty()) {
                checkpoint();
                sendReady();
                if (m_active.empty() && m_waiting.empty() && m_isDry)
                    break;
                for (const auto& done : m_client.wait(waitMs()))
                    handle(done);
            }
            if (!m_report.stopReason.empty())
                collectUntil(Clock::now() + kOpenAnswers);
            m_report.lastConcurrency = m_limit.allowed();
            return m_report;
        }

    private:
        void checkpoint()
        {
            try {
                m_context.checkpoint();
            } catch (...) {
                collectUntil(Clock::now() + kLastAnswers);
                throw;
            }
        }

        /// Answers to what is under way, whatever they are; nothing is asked again.
        void collectUntil(Clock::time_point end)
        {
            while (!m_active.empty() && Clock::now() < end)
                for (const auto& done : m_client.wait(kExchangeTickMs / 2)) {
                    m_active.erase(done.ticket);
                    m_exchange.take(done.ticket, done.reply);
                }
        }

        int waitMs() const { return m_active.empty() && !m_waiting.empty() ? kExchangeTickMs / 4 : kExchangeTickMs; }

        void sendReady()
        {
            const auto now = Clock::now();
            while (m_report.stopReason.empty() && now >= m_notBefore
                && static_cast<int>(m_active.size()) < m_limit.allowed()) {
                auto ready = std::find_if(
                    m_waiting.begin(), m_waiting.end(), [&](const auto& entry) { return entry.second.due <= now; });
                if (ready == m_waiting.end() && !fetchQuestion())
                    return;
                if (ready != m_waiting.end() && !send(ready->first))
                    return;
            }
        }

        /// One more question into the waiting ones; false when there is none.
        bool fetchQuestion()
        {
            if (m_isDry || m_waiting.size() > std::size_t(2) * m_options.maxConcurrency)
                return false;
            auto question = m_exchange.next();
            m_isDry = !question.has_value();
            if (m_isDry)
                return false;
            Attempt attempt;
            attempt.request = std::move(question->request);
            m_waiting.emplace(question->ticket, std::move(attempt));
            return true;
        }

        /// False when it may not go out (yet).
        bool send(std::int64_t ticket)
        {
            const auto admission = m_exchange.admit(ticket);
            if (admission == Exchange::Admission::Wait && !m_active.empty())
                return false;
            if (admission != Exchange::Admission::Send) {
                m_report.stopReason = m_exchange.stopReason();
                return false;
            }
            auto node = m_waiting.extract(ticket);
            node.mapped().number = m_limit.nextNumber();
            m_client.start(ticket, node.mapped().request);
            m_active.insert(std::move(node));
            ++m_report.sentCount;
            m_report.peakConcurrency = std::max(m_report.peakConcurrency, static_cast<int>(m_active.size()));
            return true;
        }

        void handle(const HttpClient::Completion& done)
        {
            auto node = m_active.extract(done.ticket);
            const auto verdict = m_exchange.take(done.ticket, done.reply);
            const bool isThrottled = done.reply.trouble == Trouble::None && done.reply.status == 429;
            m_unreachable = done.reply.trouble == Trouble::Unreachable ? m_unreachable + 1 : 0;
            m_failures = verdict == Exchange::Verdict::Done ? 0 : m_failures + (isThrottled ? 0 : 1);
            if (verdict == Exchange::Verdict::Stop) {
                m_report.stopReason = m_exchange.stopReason();
                return;
            }
            if (verdict == Exchange::Verdict::Done) {
                if (done.reply.isSuccess())
                    m_limit.succeeded();
                return;
            }
            auto& attempt = node.mapped();
            if (!(isThrottled ? throttle(attempt, done.reply) : retry(attempt, done.reply))) {
                m_exchange.giveUp(done.ticket,
                    text::join(describeFailure(done.reply, attempt.request.bearer), ", after ",
                        attempt.retries + attempt.throttles, " repetitions"));
                return;
            }
            m_waiting.insert(std::move(node));
        }

        bool throttle(Attempt& attempt, const HttpReply& reply)
        {
            ++m_report.throttledCount;
            m_limit.throttled(attempt.number);
            const auto asked = reply.retryAfterSeconds.value_or(0);
            if (asked > m_options.retry.longestRetryAfterSeconds) {
                m_report.stopReason = text::join("the server asks to wait ", std::llround(asked),
                    " seconds before the next request (429): run the same again later");
                return true;
            }
            if (attempt.throttles == m_options.retry.maxThrottles)
                return false;
            ++attempt.throttles;
            const auto pause =
                asked > 0 ? asked : pauseSeconds(m_options.retry, std::min(attempt.throttles - 1, 6), m_random);
            m_notBefore = std::max(m_notBefore, timeAfter(pause));
            attempt.due = m_notBefore;
            return true;
        }

        bool retry(Attempt& attempt, const HttpReply& reply)
        {
            if (m_unreachable >= m_options.retry.maxUnreachable || m_failures >= m_options.retry.maxFailuresInRow) {
                m_report.stopReason = describeFailure(reply, attempt.request.bearer);
                return true;
            }
            if (attempt.retries == m_options.retry.maxRetries)
                return false;
            ++attempt.retries;
            ++m_report.retryCount;
            const auto pause = std::max(pauseSeconds(m_options.retry, attempt.retries - 1, m_random),
                reply.isSuccess() ? 0 : retryAfter(reply));
            attempt.due = timeAfter(pause);
            if (reply.trouble == Trouble::Unreachable)
                m_notBefore = std::max(m_notBefore, attempt.due);
            return true;
        }

        double retryAfter(const HttpReply& reply) const
        {
            return std::min(reply.retryAfterSeconds.value_or(0), m_options.retry.longestRetryAfterSeconds);
        }

        HttpClient& m_client;
        Exchange& m_exchange;
        const ExchangeOptions& m_options;
        RunContext& m_context;
        AdaptiveLimit m_limit;
        Random m_random;
        ExchangeReport m_report;
        std::map<std::int64_t, Attempt> m_active;
        std::map<std::int64_t, Attempt> m_waiting;
        Clock::time_point m_notBefore; ///< nothing is sent before: the server asked for a pause
        int m_unreachable = 0;         ///< attempts in a row without a connection
        int m_failures = 0;            ///< answers in a row that are of no use
        bool m_isDry = false;          ///< all questions were fetched
    };

} // namespace

void RetryPolicy::validate() const
{
    require(maxRetries >= 0 && maxThrottles >= 0 && maxUnreachable >= 1 && maxFailuresInRow >= 1,
        ErrorCode::InvalidInput, "the number of repetitions of a request must not be below zero");
    require(baseSeconds >= 0 && longestPauseSeconds >= baseSeconds && longestRetryAfterSeconds >= 0,
        ErrorCode::InvalidInput, "the pauses between repetitions must not be below zero");
}

void ExchangeOptions::validate() const
{
    retry.validate();
    require(startConcurrency >= 1 && startConcurrency <= maxConcurrency && maxConcurrency <= 256,
        ErrorCode::InvalidInput, "the number of requests at once must be 1 to 256");
}

double pauseSeconds(const RetryPolicy& policy, int retry, Random& random)
{
    const double doubled = policy.baseSeconds * std::exp2(std::min(retry, 30));
    return std::min(doubled, policy.longestPauseSeconds) * random.uniform(0.5, 1);
}

std::chrono::steady_clock::time_point timeAfter(double seconds)
{
    return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

AdaptiveLimit::AdaptiveLimit(int start, int most)
    : m_limit(start)
    , m_most(most)
{
}

void AdaptiveLimit::succeeded() { m_limit = std::min(m_most, m_limit + 1 / std::floor(m_limit)); }

void AdaptiveLimit::throttled(std::int64_t number)
{
    if (number <= m_lastCut)
        return;
    m_limit = std::max(1.0, std::floor(m_limit / 2));
    m_lastCut = m_sent;
}

ExchangeReport runExchange(HttpClient& client, Exchange& exchange, const ExchangeOptions& options, RunContext& context)
{
    options.validate();
    return Loop(client, exchange, options, context).run();
}

} // namespace winnow::net
