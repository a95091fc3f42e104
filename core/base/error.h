#pragma once

#include <exception>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace winnow {

/// What kind of failure an Error is; the command line and the window choose their wording and exit code by it.
enum class ErrorCode {
    InvalidInput, ///< the caller's or the user's value is outside what is allowed
    NotFound,     ///< a file, name, id or column that was asked for is not there
    BadFile,      ///< a file exists but its content is broken or not what its format promises
    BadShape,     ///< a tensor has another shape or type than expected
    Io,           ///< the operating system refused to read or write
    DiskFull,     ///< no space left on the device
    Locked,       ///< another process holds what is needed
    TooNew,       ///< a project or file from a newer version of Winnow
    TooLarge,     ///< the input is larger than the stated limit
    Unsupported,  ///< understood, but not something this build or version can do
    Conflict,     ///< the name is taken, or two demands contradict each other
    Device,       ///< the compute device is absent or failed
    OutOfMemory,  ///< memory on the host or the device ran out
    Diverged,     ///< training produced NaN or infinity
    Internal,     ///< a bug in Winnow
};

/// Stable lower-case name of a code, for JSON output and logs ("invalid-input").
std::string_view toString(ErrorCode code);

/// The one exception type of the core. The message is one sentence for the user: what was attempted, on what, what was
/// expected and what came; no full stop.
class Error : public std::exception {
public:
    Error(ErrorCode code, std::string message, std::source_location where = std::source_location::current());

    const char* what() const noexcept override { return m_message.c_str(); }
    ErrorCode code() const noexcept { return m_code; }
    const std::string& message() const noexcept { return m_message; }
    /// What was being done, innermost first, then where in the source it was thrown.
    const std::vector<std::string>& trail() const noexcept { return m_trail; }
    /// Adds what was being done when this error passed by; keeps the first cause.
    void during(std::string what);

private:
    ErrorCode m_code;
    std::string m_message;
    std::vector<std::string> m_trail;
};

/// Thrown by RunContext::checkpoint() after the user asked to stop; caught only by pipeline::runGuarded and the command
/// line.
class Cancelled : public std::exception {
public:
    const char* what() const noexcept override { return "stopped by the user"; }
};

/// Throws Error(code, message) unless the condition holds.
inline void require(bool condition, ErrorCode code, const std::string& message,
    std::source_location where = std::source_location::current())
{
    if (!condition)
        throw Error(code, message, where);
}

/// As above for a message made of one literal: no string is built when the condition holds.
inline void require(
    bool condition, ErrorCode code, const char* message, std::source_location where = std::source_location::current())
{
    if (!condition)
        throw Error(code, message, where);
}

/// As above where the message is put together only when it is needed: for checks of every row, token or value.
template <typename Say>
requires std::is_invocable_r_v<std::string, Say>
void require(
    bool condition, ErrorCode code, const Say& say, std::source_location where = std::source_location::current())
{
    if (!condition)
        throw Error(code, say(), where);
}

} // namespace winnow
