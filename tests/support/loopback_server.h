#pragma once

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace winnow::testing_support {

/// A request as it arrived.
struct Received {
    int number = 0; ///< 1 for the first one
    std::string head;
    std::string body;

    /// "/v1/x?y=1" of "GET /v1/x?y=1 HTTP/1.1".
    std::string target() const
    {
        const auto start = head.find(' ') + 1;
        return head.substr(start, head.find(' ', start) - start);
    }
    /// The value of a header, empty where it is absent.
    std::string header(const std::string& name) const
    {
        const auto at = head.find("\r\n" + name + ": ");
        if (at == std::string::npos)
            return {};
        const auto start = at + name.size() + 4;
        return head.substr(start, head.find("\r\n", start) - start);
    }
};

/// How one request is answered.
struct Answer {
    enum class Fault {
        None,
        CutBefore, ///< the connection ends without a byte
        CutMiddle, ///< half of the body comes
        Endless,   ///< a body that never ends
        Silent,    ///< nothing comes, the connection stays open
        Garbage,   ///< bytes that are not HTTP
    };
    int status = 200;
    std::string body;
    std::vector<std::string> headers; ///< whole lines: "Retry-After: 1"
    int delayMs = 0;
    Fault fault = Fault::None;
    long declaredBytes = -1;    ///< what Content-Length says; -1 = the truth
    std::size_t bytesPerMs = 0; ///< how fast the body goes out; 0 = as fast as it can
};

/// A real HTTP/1.1 server on this machine in one thread, plain sockets; what it answers is up to the test.
class LoopbackServer {
public:
    using Handler = std::function<Answer(const Received&)>;

    explicit LoopbackServer(Handler handler)
        : m_handler(std::move(handler))
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof(address);
        auto* const plain = reinterpret_cast<sockaddr*>(&address);
        if (m_listener < 0 || ::bind(m_listener, plain, length) != 0 || ::listen(m_listener, 128) != 0
            || ::getsockname(m_listener, plain, &length) != 0)
            throw std::runtime_error("the test server cannot listen");
        m_port = ntohs(address.sin_port);
        m_thread = std::jthread([this](const std::stop_token& stop) { serve(stop); });
    }
    ~LoopbackServer()
    {
        m_thread.request_stop();
        m_thread.join();
        for (const auto& connection : m_connections)
            ::close(connection.socket);
        ::close(m_listener);
    }
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }
    int port() const { return m_port; }
    /// Requests that have arrived whole.
    int count() const { return m_count; }
    /// Answers that were sent whole.
    int answered() const { return m_answered; }
    /// Most requests that waited for their answers at one time.
    int peak() const { return m_peak; }
    std::vector<Received> received() const
    {
        const std::lock_guard lock(m_mutex);
        return m_received;
    }

private:
    using Clock = std::chrono::steady_clock;
    struct Connection {
        int socket = -1;
        std::string in, out;
        bool isAnswering = false;
        bool closesAfter = false;
        bool isEndless = false;
        bool isSilent = false;
        bool isGone = false;
        std::size_t bytesPerMs = 0;
        Clock::time_point due;
    };

    void serve(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            std::vector<pollfd> watched{{m_listener, POLLIN, 0}};
            for (const auto& connection : m_connections)
                watched.push_back({connection.socket, POLLIN, 0});
            ::poll(watched.data(), watched.size(), 2);
            for (int socket = 0; (socket = ::accept4(m_listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;)
                m_connections.push_back({socket, {}, {}, false, false, false, false, false, 0, {}});
            for (auto& connection : m_connections)
                step(connection);
            std::erase_if(m_connections, [](const Connection& connection) {
                if (connection.isGone)
                    ::close(connection.socket);
                return connection.isGone;
            });
            const auto open = std::count_if(
                m_connections.begin(), m_connections.end(), [](const Connection& c) { return c.isAnswering; });
            m_peak = std::max<int>(m_peak, static_cast<int>(open));
        }
    }

    void step(Connection& connection)
    {
        char bytes[65536];
        for (;;) {
            const auto got = ::recv(connection.socket, bytes, sizeof(bytes), 0);
            if (got > 0)
                connection.in.append(bytes, static_cast<std::size_t>(got));
            else {
                connection.isGone = got == 0;
                break;
            }
        }
        if (connection.isGone)
            return;
        if (!connection.isAnswering)
            readRequest(connection);
        if (connection.isAnswering && !connection.isSilent && Clock::now() >= connection.due)
            writeAnswer(connection);
    }

    void readRequest(Connection& connection)
    {
        const auto end = connection.in.find("\r\n\r\n");
        if (end == std::string::npos)
            return;
        Received request{0, connection.in.substr(0, end + 2), {}};
        const auto length = request.header("Content-Length");
        const auto size = length.empty() ? 0 : std::stoul(length);
        if (connection.in.size() < end + 4 + size)
            return;
        request.body = connection.in.substr(end + 4, size);
        connection.in.erase(0, end + 4 + size);
        request.number = ++m_count;
        const auto answer = m_handler(request);
        {
            const std::lock_guard lock(m_mutex);
            m_received.push_back(std::move(request));
        }
        begin(connection, answer);
    }

    void begin(Connection& connection, const Answer& answer)
    {
        using Fault = Answer::Fault;
        connection.isAnswering = true;
        connection.due = Clock::now() + std::chrono::milliseconds(answer.delayMs);
        connection.isSilent = answer.fault == Fault::Silent;
        connection.isEndless = answer.fault == Fault::Endless;
        connection.bytesPerMs = answer.bytesPerMs;
        connection.closesAfter = answer.fault != Fault::None
            || (answer.declaredBytes >= 0 && answer.declaredBytes != static_cast<long>(answer.body.size()));
        if (answer.fault == Fault::CutBefore)
            return;
        if (answer.fault == Fault::Garbage) {
            connection.out = "this is not HTTP at all\n\n";
            return;
        }
        connection.out = "HTTP/1.1 " + std::to_string(answer.status) + " Answer\r\nContent-Type: application/json\r\n";
        for (const auto& line : answer.headers)
            connection.out += line + "\r\n";
        if (!connection.isEndless)
            connection.out += "Content-Length: "
                + std::to_string(
                    answer.declaredBytes < 0 ? static_cast<long>(answer.body.size()) : answer.declaredBytes)
                + "\r\n";
        connection.out += "\r\n";
        connection.out +=
            answer.fault == Fault::CutMiddle ? answer.body.substr(0, answer.body.size() / 2) : answer.body;
    }

    void writeAnswer(Connection& connection)
    {
        if (connection.isEndless && connection.out.size() < 65536)
            connection.out.append(65536, 'x');
        auto count = connection.out.size();
        if (connection.bytesPerMs > 0) { // what has fallen due since the last piece
            const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - connection.due);
            count = std::min(count, connection.bytesPerMs * static_cast<std::size_t>(waited.count()));
            if (count == 0)
                return;
            connection.due = Clock::now();
        }
        const auto sent = ::send(connection.socket, connection.out.data(), count, MSG_NOSIGNAL);
        if (sent > 0)
            connection.out.erase(0, static_cast<std::size_t>(sent));
        if (!connection.out.empty() || connection.isEndless)
            return;
        connection.isAnswering = false;
        connection.isGone = connection.closesAfter;
        m_answered += connection.closesAfter ? 0 : 1;
    }

    Handler m_handler;
    int m_listener = -1;
    int m_port = 0;
    std::atomic<int> m_count = 0;
    std::atomic<int> m_answered = 0;
    std::atomic<int> m_peak = 0;
    mutable std::mutex m_mutex;
    std::vector<Received> m_received;      // guarded by m_mutex
    std::vector<Connection> m_connections; // the server's thread alone until it has ended
    std::jthread m_thread;
};

/// A chat completion with this text, as OpenAI's servers write it.
inline std::string chatCompletion(const std::string& text, int promptTokens = 100, int completionTokens = 20)
{
    std::string escaped;
    for (const char c : text)
        escaped += c == '\n' ? "\\n" : c == '"' ? "\\\"" : c == '\\' ? "\\\\" : std::string(1, c);
    return R"({"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":")"
        + escaped + R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":)" + std::to_string(promptTokens)
        + R"(,"completion_tokens":)" + std::to_string(completionTokens) + "}}";
}

} // namespace winnow::testing_support
