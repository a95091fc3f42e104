#pragma once

#include "core/net/address.h"
#include "core/net/secret.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::net {

class BodySink;

/// One request. A body makes it a POST, none a GET.
struct HttpRequest {
    std::string url;
    std::string body;
    std::string contentType = "application/json";
    Secret bearer;                      ///< sent as `Authorization: Bearer` to this URL's host and nowhere else
    std::vector<std::string> headers{}; ///< further lines: "Range: bytes=100-"
    BodySink* sink = nullptr;           ///< takes the body of the answer; must outlive the request
    bool isPassing = false;             ///< the address is kept nowhere: it may have a query
};

/// What kept an answer from arriving whole.
enum class Trouble {
    None,        ///< it arrived; look at the status
    Unreachable, ///< no connection: name unknown, nobody listens, no network
    Timeout,     ///< connected, but not done in time
    Cut,         ///< the connection broke off, or what came was not HTTP
    TooLarge,    ///< more than the limit; the rest was not read
    Insecure,    ///< the server's certificate cannot be trusted
    Other,
};

struct HttpReply {
    int status = 0; ///< 0 where none arrived
    std::string body;
    std::optional<double> retryAfterSeconds; ///< what the server asked for
    Trouble trouble = Trouble::None;
    std::string problem;                          ///< with trouble: what happened, without the key; no full stop
    std::map<std::string, std::string> headers{}; ///< names in lower case; of a repeated one the last

    bool isSuccess() const { return trouble == Trouble::None && status >= 200 && status < 300; }
    /// Empty where the answer has none.
    std::string header(const std::string& lowerCaseName) const
    {
        const auto found = headers.find(lowerCaseName);
        return found == headers.end() ? std::string() : found->second;
    }
};

/// Takes the body of an answer piece by piece as it comes, instead of keeping it in memory; bodies then come without
/// compression, so that they can be counted and asked for in part. Called from within HttpClient::wait().
class BodySink {
public:
    virtual ~BodySink() = default;
    /// The head of an answer has come: status and headers. False: this body (an error's, a redirect's) is none of what
    /// was asked for, and is kept in the reply as usual.
    virtual bool accept(const HttpReply& head) noexcept = 0;
    /// False breaks the request off (Trouble::Other).
    virtual bool write(std::string_view piece) noexcept = 0;
};

/// Worth asking again later: 408, 425, 429, 5xx, no connection, time ran out, cut off, too large.
bool isTransient(const HttpReply& reply);
/// One sentence for a reply that is no success: the status, the server's own words (key removed, at most 300
/// characters).
std::string describeFailure(const HttpReply& reply, const Secret& key);

struct HttpLimits {
    int connectTimeoutMs = 10'000;
    int totalTimeoutMs = 120'000;                     ///< of one request, connecting included
    int stallTimeoutMs = 0;                           ///< without a byte; whole seconds; 0 = only the total counts
    std::size_t maxReplyBytes = std::size_t(4) << 20; ///< of a body that no sink takes
    void validate() const;                            // throws Error(InvalidInput)
};

/// Many requests at once in the calling thread (libcurl's multi interface): start some, then call wait() again and
/// again. Redirects are not followed, cookies not kept; a proxy is taken from the environment, but never for this
/// machine. A kept connection that turns out closed before the server said a word is replaced and its request sent
/// again without notice (libcurl does so). Thread: one at a time. What is still under way when it goes is broken off.
class HttpClient {
public:
    /// Throws Error: InvalidInput, Internal.
    explicit HttpClient(const HttpLimits& limits = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    struct Completion {
        std::int64_t ticket = 0; ///< as given to start()
        HttpReply reply;
    };

    /// Throws Error(InvalidInput) for an address that checkAddress() refuses (a passing one: checkPassingAddress()).
    /// Nothing waits here.
    void start(std::int64_t ticket, const HttpRequest& request);
    std::size_t activeCount() const;
    /// Until something is done, or `waitMs` have passed; also a plain pause when nothing is under way.
    std::vector<Completion> wait(int waitMs);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace winnow::net
