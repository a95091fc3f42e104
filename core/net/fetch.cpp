#include "core/net/fetch.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace winnow::net {

namespace {

    constexpr int kFetchTickMs = 100;

    bool isRedirect(int status)
    {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

} // namespace

FetchCourse::FetchCourse(std::string url, const FetchRules& rules)
    : m_rules(rules)
    , m_first(std::move(url))
    , m_url(m_first)
    , m_random(rules.seed, "net/fetch")
    , m_due(Clock::now())
{
    checkPassingAddress(m_first, !rules.token.empty());
}

HttpRequest FetchCourse::request() const
{
    HttpRequest out;
    out.url = m_url;
    out.isPassing = true;
    if (!m_rules.token.empty() && readAddress(m_url).origin() == readAddress(m_first).origin())
        out.bearer = m_rules.token;
    return out;
}

void FetchCourse::fail(const HttpReply& reply) const
{
    auto words = describeFailure(reply, m_rules.token);
    const auto meaning =
        reply.trouble == Trouble::None && m_rules.meaning ? m_rules.meaning(reply.status) : std::string();
    if (m_repetitions > 0)
        words += text::join(", after ", m_repetitions, m_repetitions == 1 ? " repetition" : " repetitions");
    const bool isGone = reply.trouble == Trouble::None && (reply.status == 404 || reply.status == 410);
    const bool isLarge = reply.trouble == Trouble::TooLarge;
    throw Error(isGone ? ErrorCode::NotFound
            : isLarge  ? ErrorCode::TooLarge
                       : ErrorCode::Io,
        text::join("cannot fetch ", m_rules.token.redacted(shownAddress(m_url)), ": ", words,
            meaning.empty() ? "" : "; ", meaning));
}

void FetchCourse::takeOther(const HttpReply& reply)
{
    if (reply.trouble == Trouble::None && isRedirect(reply.status)) {
        follow(reply);
        return;
    }
    if (!isTransient(reply) || reply.trouble == Trouble::TooLarge)
        fail(reply);
    repeat(reply);
}

void FetchCourse::follow(const HttpReply& reply)
{
    require(m_hops < m_rules.maxRedirects, ErrorCode::Io,
        text::join("cannot fetch ", shownAddress(m_first), ": the server redirects more than ", m_rules.maxRedirects,
            " times"));
    ++m_hops;
    m_url = redirectTarget(m_url, reply.header("location"));
    m_due = Clock::now();
}

void FetchCourse::repeat(const HttpReply& reply)
{
    const auto& policy = m_rules.retry;
    const auto asked = reply.retryAfterSeconds.value_or(0);
    require(asked <= policy.longestRetryAfterSeconds, ErrorCode::Io,
        text::join("cannot fetch ", shownAddress(m_first), ": the server asks to wait ", std::llround(asked),
            " seconds before the next request (", reply.status, "); fetch again later: what is there is kept"));
    const bool isThrottled = reply.trouble == Trouble::None && reply.status == 429;
    int& count = isThrottled ? m_throttles : m_retries;
    if (count == (isThrottled ? policy.maxThrottles : policy.maxRetries))
        fail(reply);
    beginAgain(std::max(asked, asked > 0 ? 0 : pauseSeconds(policy, std::min(count, 6), m_random)));
    ++count;
}

void FetchCourse::beginAgain(double pause)
{
    ++m_repetitions;
    m_hops = 0;
    m_url = m_first; // signed addresses do not live long
    m_due = timeAfter(pause);
}

std::string fetchText(const std::string& url, const FetchRules& rules, std::size_t maxBytes, RunContext& context)
{
    rules.retry.validate();
    HttpLimits limits;
    limits.maxReplyBytes = maxBytes;
    HttpClient client(limits);
    FetchCourse course(url, rules);
    for (;;) {
        context.checkpoint();
        if (client.activeCount() == 0 && FetchCourse::Clock::now() >= course.due())
            client.start(0, course.request());
        for (auto& done : client.wait(kFetchTickMs)) {
            if (done.reply.isSuccess())
                return std::move(done.reply.body);
            course.takeOther(done.reply);
        }
    }
}

} // namespace winnow::net
