#pragma once

#include "core/base/json.h"
#include "core/evaluate/report.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace winnow::evaluate {

/// The answers of one model to one benchmark as JSON lines, the first of which says whose they are. Appended as they
/// come: a process killed at any moment leaves whole lines and at most one cut one, which the next opening drops.
class AnswerFile {
public:
    /// Opens or makes the file. `header` says what the answers depend on (benchmark hash, model weights, options).
    /// Throws Error: Conflict (the file has another header), BadFile, Io, DiskFull.
    AnswerFile(std::filesystem::path path, const Json& header, std::int64_t questionCount);

    /// By question, each once.
    const std::vector<GivenAnswer>& answers() const { return m_answers; }
    bool has(std::int64_t question) const { return m_has[static_cast<std::size_t>(question)] != 0; }
    /// Appends those that are not there yet, in one write. Throws Error: DiskFull, Io.
    void append(const std::vector<GivenAnswer>& answers);

private:
    void readLines(const std::string& content, const Json& header);

    std::filesystem::path m_path;
    std::vector<GivenAnswer> m_answers;
    std::vector<char> m_has;
};

/// The answers of a file, whoever they are of: for comparing runs. Throws Error: NotFound, BadFile, Io.
std::vector<GivenAnswer> loadAnswers(const std::filesystem::path& path);

} // namespace winnow::evaluate
