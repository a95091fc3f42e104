#pragma once

#include "core/base/error.h"
#include "core/base/text.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

/// What libFuzzer, or replay_main.cpp in its place, calls with one input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace winnow::fuzz {

/// A promise that was broken ends the program, which makes the input a finding.
inline void promise(bool kept, const char* what)
{
    if (kept)
        return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

/// One sentence for a person: not empty, short enough to read, nothing in it that steers a terminal.
inline void checkSentence(std::string_view sentence)
{
    promise(!sentence.empty(), "a failure says why");
    promise(sentence.size() <= 4000, "a failure is a sentence, not a file");
    promise(text::isValidUtf8(sentence), "a failure is text");
    for (const char c : sentence)
        promise(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "a failure has no control characters");
}

/// Runs what may refuse its input. An Error is a refusal; whatever else is thrown passes on and is a finding.
template <typename Work> bool mayRefuse(Work work)
{
    try {
        work();
        return true;
    } catch (const Error& e) {
        promise(e.code() != ErrorCode::Internal, "a bad input is not a bug of ours");
        checkSentence(e.message());
        return false;
    }
}

inline std::string_view asText(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

/// Cuts the first line off `rest`; all of it where there is no line end.
inline std::string_view takeLine(std::string_view& rest)
{
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return line;
}

/// A folder of its own, in memory where there is such a place, gone when the program ends.
class Scratch {
public:
    Scratch()
    {
        const std::filesystem::path memory("/dev/shm");
        std::error_code ignored;
        const bool hasMemory = std::filesystem::is_directory(memory, ignored) && ::access(memory.c_str(), W_OK) == 0;
        std::string pattern =
            ((hasMemory ? memory : std::filesystem::temp_directory_path()) / "winnow-fuzz-XXXXXX").string();
        m_folder = ::mkdtemp(pattern.data());
    }
    ~Scratch()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_folder, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    const std::filesystem::path& folder() const { return m_folder; }

    /// A file of that name with these bytes.
    std::filesystem::path write(const std::string& name, std::string_view bytes) const
    {
        auto path = m_folder / name;
        std::ofstream(path, std::ios::binary | std::ios::trunc)
            .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        return path;
    }

private:
    std::filesystem::path m_folder;
};

} // namespace winnow::fuzz
