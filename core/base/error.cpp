#include "core/base/error.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace winnow {

namespace {

    constexpr std::size_t kMostMessageBytes = 2000;

    /// Names and values from files stand in messages: what would steer a terminal, break the line, or fill the screen
    /// is taken out here, once for every door that a message leaves by.
    std::string asSentence(std::string message)
    {
        if (message.size() > kMostMessageBytes || !text::isValidUtf8(message))
            message = text::shortened(message, kMostMessageBytes / 4);
        std::replace_if(
            message.begin(), message.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
            ' ');
        return message;
    }

} // namespace

std::string_view toString(ErrorCode code)
{
    static constexpr std::array<std::string_view, 15> kNames{"invalid-input", "not-found", "bad-file", "bad-shape",
        "io", "disk-full", "locked", "too-new", "too-large", "unsupported", "conflict", "device", "out-of-memory",
        "diverged", "internal"};
    return kNames.at(static_cast<std::size_t>(code));
}

Error::Error(ErrorCode code, std::string message, std::source_location where)
    : m_code(code)
    , m_message(asSentence(std::move(message)))
{
    const std::string_view file = where.file_name();
    const auto slash = file.rfind('/');
    m_trail.push_back(std::string(slash == std::string_view::npos ? file : file.substr(slash + 1)) + ":"
        + std::to_string(where.line()));
}

void Error::during(std::string what) { m_trail.insert(m_trail.end() - 1, std::move(what)); }

} // namespace winnow
