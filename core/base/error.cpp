#include "core/base/error.h"

#include "core/base/sentence.h"

#include <array>
#include <utility>

namespace winnow {

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
