#include "core/net/http.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <map>

namespace winnow::net {

namespace {

    constexpr std::size_t kMostHeadBytes = std::size_t(256) << 10;

    void startLibrary()
    {
        static const CURLcode kStarted = curl_global_init(CURL_GLOBAL_DEFAULT);
        require(kStarted == CURLE_OK, ErrorCode::Internal,
            text::join("the network library cannot start: ", curl_easy_strerror(kStarted)));
    }

    Trouble troubleOf(CURLcode code, CURL* handle)
    {
        curl_off_t connectUs = 0;
        switch (code) {
        case CURLE_OK:
            return Trouble::None;
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT:
            return Trouble::Unreachable;
        case CURLE_OPERATION_TIMEDOUT:
            curl_easy_getinfo(handle, CURLINFO_CONNECT_TIME_T, &connectUs);
            return connectUs > 0 ? Trouble::Timeout : Trouble::Unreachable;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CACERT_BADFILE:
            return Trouble::Insecure;
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_PARTIAL_FILE:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_UNSUPPORTED_PROTOCOL: // an answer that does not start as HTTP does
        case CURLE_BAD_CONTENT_ENCODING:
            return Trouble::Cut;
        default:
            return Trouble::Other;
        }
    }

    /// One request under way. Its address must not change: libcurl keeps it.
    struct Transfer {
        std::int64_t ticket = 0;
        HttpRequest request;
        std::string received;
        std::size_t limit = 0;
        bool isOverflowing = false;
        bool isHeadTaken = false; ///< the sink has been asked
        bool isSunk = false;      ///< and takes the body
        std::map<std::string, std::string> answerHeaders;
        std::size_t headBytes = 0;
        std::array<char, CURL_ERROR_SIZE> message{};
        std::unique_ptr<CURL, void (*)(CURL*)> handle{nullptr, &curl_easy_cleanup};
        std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers{nullptr, &curl_slist_free_all};

        void addHeader(const std::string& line)
        {
            curl_slist* const longer = curl_slist_append(headers.get(), line.c_str());
            require(longer != nullptr, ErrorCode::OutOfMemory, "memory ran out");
            headers.release(); // NOLINT: the longer list starts with it
            headers.reset(longer);
        }
    };

    HttpReply headOf(const Transfer& transfer)
    {
        HttpReply reply;
        long status = 0;
        curl_easy_getinfo(transfer.handle.get(), CURLINFO_RESPONSE_CODE, &status);
        curl_off_t wait = 0;
        curl_easy_getinfo(transfer.handle.get(), CURLINFO_RETRY_AFTER, &wait);
        reply.status = static_cast<int>(status);
        if (wait > 0)
            reply.retryAfterSeconds = static_cast<double>(wait);
        reply.headers = transfer.answerHeaders;
        return reply;
    }

    void offerHead(Transfer& transfer)
    {
        if (transfer.isHeadTaken || transfer.request.sink == nullptr)
            return;
        transfer.isHeadTaken = true;
        transfer.isSunk = transfer.request.sink->accept(headOf(transfer));
    }

    std::size_t receive(char* bytes, std::size_t size, std::size_t count, void* target) noexcept
    try {
        auto& transfer = *static_cast<Transfer*>(target);
        const auto length = size * count;
        offerHead(transfer);
        if (transfer.isSunk)
            return transfer.request.sink->write({bytes, length}) ? length : 0;
        if (transfer.received.size() + length > transfer.limit) {
            transfer.isOverflowing = true;
            return 0;
        }
        transfer.received.append(bytes, length);
        return length;
    } catch (const std::exception&) {
        return 0;
    }

    /// One line of an answer's head; a status line begins a new head (after "100 Continue").
    std::size_t receiveHeader(char* bytes, std::size_t size, std::size_t count, void* target) noexcept
    try {
        auto& transfer = *static_cast<Transfer*>(target);
        const std::string_view line(bytes, size * count);
        transfer.headBytes += line.size();
        if (transfer.headBytes > kMostHeadBytes)
            return 0;
        const auto colon = line.find(':');
        if (line.starts_with("HTTP/"))
            transfer.answerHeaders.clear();
        else if (colon != std::string_view::npos)
            transfer.answerHeaders[text::toLowerAscii(text::trimmed(line.substr(0, colon)))] =
                text::trimmed(line.substr(colon + 1));
        return line.size();
    } catch (const std::exception&) {
        return 0;
    }

    void prepare(Transfer& transfer, const HttpLimits& limits, bool isLocal)
    {
        CURL* const handle = transfer.handle.get();
        transfer.addHeader("Content-Type: " + transfer.request.contentType);
        transfer.addHeader("Expect:"); // else a body waits for permission
        if (!transfer.request.bearer.empty())
            transfer.addHeader("Authorization: Bearer " + transfer.request.bearer.reveal());
        for (const auto& line : transfer.request.headers)
            transfer.addHeader(line);
        if (transfer.request.sink == nullptr)
            curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
        else
            transfer.addHeader("Accept-Encoding: identity");
        curl_easy_setopt(handle, CURLOPT_URL, transfer.request.url.c_str());
        curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, transfer.headers.get());
        curl_easy_setopt(handle, CURLOPT_USERAGENT, "winnow");
        curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connectTimeoutMs));
        curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.totalTimeoutMs));
        if (limits.stallTimeoutMs > 0) {
            curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
            curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>((limits.stallTimeoutMs + 999) / 1000));
        }
        curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L); // a stop does not wait for a name server
        curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer.message.data());
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &receive);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
        curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &receiveHeader);
        curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
        curl_easy_setopt(handle, CURLOPT_PRIVATE, &transfer);
        if (isLocal)
            curl_easy_setopt(handle, CURLOPT_PROXY, "");
        if (transfer.request.body.empty())
            return;
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.request.body.size()));
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, transfer.request.body.data());
    }

    std::string describeTrouble(const Transfer& transfer, Trouble trouble, CURLcode code)
    {
        if (trouble == Trouble::TooLarge)
            return text::join("the answer is longer than ", transfer.limit, " bytes");
        const std::string words = transfer.message[0] != '\0' ? transfer.message.data() : curl_easy_strerror(code);
        const auto clean = transfer.request.bearer.redacted(text::shortened(words, 200));
        switch (trouble) {
        case Trouble::Unreachable:
            return "the server cannot be reached: " + clean;
        case Trouble::Timeout:
            return "the server did not answer in time: " + clean;
        case Trouble::Cut:
            return "the connection broke off: " + clean;
        case Trouble::Insecure:
            return "the server's certificate cannot be trusted: " + clean;
        default:
            return "the request failed: " + clean;
        }
    }

    HttpReply finish(Transfer& transfer, CURLcode code)
    {
        if (code == CURLE_OK)
            offerHead(transfer); // a body without a byte
        auto reply = headOf(transfer);
        reply.trouble = transfer.isOverflowing ? Trouble::TooLarge : troubleOf(code, transfer.handle.get());
        if (reply.trouble != Trouble::None)
            reply.problem = describeTrouble(transfer, reply.trouble, code);
        else
            reply.body = std::move(transfer.received);
        return reply;
    }

    /// The message of an OpenAI-style error, else the body as it is.
    std::string wordsOf(const std::string& body)
    {
        try {
            const auto parsed = json::parse(body, "the answer");
            if (parsed.is_object() && parsed.contains("error")) {
                const auto& error = parsed.at("error");
                if (error.is_string())
                    return error.get<std::string>();
                if (error.is_object() && error.contains("message") && error.at("message").is_string())
                    return error.at("message").get<std::string>();
            }
        } catch (const Error&) {
            return body; // a page or a plain sentence
        }
        return body;
    }

    std::string meaningOf(int status)
    {
        switch (status) {
        case 401:
            return "the server refuses the key (401)";
        case 402:
            return "the server wants payment (402)";
        case 403:
            return "the server forbids the request (403)";
        case 404:
            return "the server knows no such address or model (404)";
        case 429:
            return "the server asks for fewer requests (429)";
        default:
            if (status >= 300 && status < 400)
                return text::join("the server redirects elsewhere (", status, "), which is not followed with a key");
            if (status >= 200 && status < 300)
                return text::join("the server's answer cannot be used (", status, ")");
            return text::join("the server answered with status ", status);
        }
    }

} // namespace

struct HttpClient::State {
    HttpLimits limits;
    CURLM* multi = nullptr;
    std::map<CURL*, std::unique_ptr<Transfer>> transfers;

    std::vector<Completion> collect()
    {
        std::vector<Completion> done;
        int left = 0;
        while (const CURLMsg* const message = curl_multi_info_read(multi, &left)) {
            if (message->msg != CURLMSG_DONE)
                continue;
            CURL* const handle = message->easy_handle;
            const auto code = message->data.result; // gone with the handle
            const auto found = transfers.find(handle);
            assert(found != transfers.end() && "libcurl reports a transfer that was not started here");
            done.push_back({found->second->ticket, finish(*found->second, code)});
            curl_multi_remove_handle(multi, handle);
            transfers.erase(found);
        }
        return done;
    }
};

bool isTransient(const HttpReply& reply)
{
    if (reply.trouble != Trouble::None)
        return reply.trouble != Trouble::Insecure && reply.trouble != Trouble::Other;
    return reply.status == 408 || reply.status == 425 || reply.status == 429 || reply.status >= 500;
}

std::string describeFailure(const HttpReply& reply, const Secret& key)
{
    if (reply.trouble != Trouble::None)
        return reply.problem;
    auto words = text::replaced(text::trimmed(wordsOf(reply.body)), "\n", " ");
    words = text::shortened(key.redacted(words), 300);
    return meaningOf(reply.status) + (words.empty() ? "" : ": " + words);
}

void HttpLimits::validate() const
{
    require(connectTimeoutMs > 0 && totalTimeoutMs > 0 && stallTimeoutMs >= 0 && maxReplyBytes > 0,
        ErrorCode::InvalidInput, "the limits of a network request must be above zero");
}

HttpClient::HttpClient(const HttpLimits& limits)
    : m_state(std::make_unique<State>())
{
    limits.validate();
    startLibrary();
    m_state->limits = limits;
    m_state->multi = curl_multi_init();
    require(m_state->multi != nullptr, ErrorCode::Internal, "the network library cannot start");
}

HttpClient::~HttpClient()
{
    for (const auto& [handle, transfer] : m_state->transfers)
        curl_multi_remove_handle(m_state->multi, handle);
    m_state->transfers.clear();
    curl_multi_cleanup(m_state->multi);
}

void HttpClient::start(std::int64_t ticket, const HttpRequest& request)
{
    (request.isPassing ? checkPassingAddress : checkAddress)(request.url, !request.bearer.empty());
    auto transfer = std::make_unique<Transfer>();
    transfer->ticket = ticket;
    transfer->request = request;
    transfer->limit = m_state->limits.maxReplyBytes;
    transfer->handle.reset(curl_easy_init());
    require(transfer->handle != nullptr, ErrorCode::Internal, "the network library cannot start a request");
    prepare(*transfer, m_state->limits, isThisMachine(readAddress(request.url).host));
    CURL* const handle = transfer->handle.get();
    require(curl_multi_add_handle(m_state->multi, handle) == CURLM_OK, ErrorCode::Internal,
        "the network library cannot start a request");
    m_state->transfers.emplace(handle, std::move(transfer));
}

std::size_t HttpClient::activeCount() const { return m_state->transfers.size(); }

std::vector<HttpClient::Completion> HttpClient::wait(int waitMs)
{
    int running = 0;
    curl_multi_perform(m_state->multi, &running);
    auto done = m_state->collect();
    if (!done.empty())
        return done;
    curl_multi_poll(m_state->multi, nullptr, 0, waitMs, nullptr);
    curl_multi_perform(m_state->multi, &running);
    return m_state->collect();
}

} // namespace winnow::net
