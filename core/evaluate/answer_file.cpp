#include "core/evaluate/answer_file.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"

namespace winnow::evaluate {

namespace {

    namespace fs = std::filesystem;

    constexpr std::uint64_t kMaxBytes = std::uint64_t(4) << 30;

    std::string toLine(const GivenAnswer& answer)
    {
        Json row{{"question", answer.question}, {"answer", answer.text}, {"correct", answer.isCorrect}};
        if (!answer.failure.empty())
            row["failure"] = answer.failure;
        return json::dump(row) + "\n";
    }

    GivenAnswer toAnswer(const Json& row, std::string_view what)
    {
        GivenAnswer out;
        out.question = json::field<std::int64_t>(row, "question", what);
        out.text = json::field<std::string>(row, "answer", what);
        out.isCorrect = json::field<bool>(row, "correct", what);
        out.failure = json::fieldOr<std::string>(row, "failure", "", what);
        return out;
    }

    /// The whole lines of a file; what a killed process left of a last one is not among them.
    std::string wholeLines(const std::string& content)
    {
        const auto end = content.rfind('\n');
        return end == std::string::npos ? std::string() : content.substr(0, end + 1);
    }

    std::vector<Json> parseLines(const std::string& content, const fs::path& path)
    {
        std::vector<Json> out;
        std::int64_t number = 0;
        for (const auto& line : text::split(content, '\n')) {
            ++number;
            if (!text::trimmed(line).empty())
                out.push_back(json::parse(line, text::join(path.string(), " line ", number)));
        }
        return out;
    }

} // namespace

AnswerFile::AnswerFile(fs::path path, const Json& header, std::int64_t questionCount)
    : m_path(std::move(path))
    , m_has(static_cast<std::size_t>(questionCount), 0)
{
    std::string content, whole;
    if (fs::exists(m_path)) {
        content = file::readAll(m_path, kMaxBytes);
        whole = wholeLines(content);
    }
    if (!whole.empty())
        readLines(whole, header);
    else
        whole = json::dump(Json{{"header", header}}) + "\n";
    if (whole != content) {
        std::error_code failure;
        if (m_path.has_parent_path())
            fs::create_directories(m_path.parent_path(), failure);
        require(!failure, ErrorCode::Io,
            text::join("cannot make the folder of ", m_path.string(), ": ", failure.message()));
        file::writeAtomically(m_path, whole);
    }
}

void AnswerFile::readLines(const std::string& content, const Json& header)
{
    const auto rows = parseLines(content, m_path);
    require(!rows.empty() && rows.front().is_object() && rows.front().contains("header"), ErrorCode::BadFile,
        text::join("cannot go on with ", m_path.string(), ": its first line does not say whose answers they are"));
    require(json::dump(rows.front()["header"]) == json::dump(header), ErrorCode::Conflict,
        text::join("cannot go on with ", m_path.string(), ": it holds answers of another model, benchmark or setting"));
    for (std::size_t i = 1; i < rows.size(); ++i) {
        auto answer = toAnswer(rows[i], m_path.string());
        require(answer.question >= 0 && answer.question < static_cast<std::int64_t>(m_has.size()), ErrorCode::BadFile,
            text::join("cannot go on with ", m_path.string(), ": it answers question ", answer.question, " of ",
                m_has.size()));
        auto& has = m_has[static_cast<std::size_t>(answer.question)];
        if (!has)
            m_answers.push_back(std::move(answer));
        has = 1;
    }
}

void AnswerFile::append(const std::vector<GivenAnswer>& answers)
{
    std::string lines;
    std::vector<GivenAnswer> fresh;
    for (const auto& answer : answers)
        if (!has(answer.question)) {
            lines += toLine(answer);
            fresh.push_back(answer);
        }
    if (fresh.empty())
        return;
    file::append(m_path, lines);
    for (auto& answer : fresh) {
        m_has[static_cast<std::size_t>(answer.question)] = 1;
        m_answers.push_back(std::move(answer));
    }
}

std::vector<GivenAnswer> loadAnswers(const fs::path& path)
{
    std::vector<GivenAnswer> out;
    for (const auto& row : parseLines(wholeLines(file::readAll(path, kMaxBytes)), path))
        if (!row.is_object() || !row.contains("header"))
            out.push_back(toAnswer(row, path.string()));
    return out;
}

} // namespace winnow::evaluate
