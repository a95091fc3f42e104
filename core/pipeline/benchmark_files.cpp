#include "core/pipeline/benchmark_files.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/evaluate/answer_file.h"
#include "core/evaluate/report.h"
#include "core/evaluate/task.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"

#include <algorithm>
#include <map>

namespace winnow::pipeline {

std::filesystem::path benchmarkPath(store::Project& project, const BenchmarkInfo& benchmark)
{
    const std::filesystem::path path(benchmark.path);
    return path.is_absolute() ? path : project.folder() / path;
}

std::filesystem::path predictionsPath(store::Project& project, const std::string& run, const std::string& benchmark)
{
    std::filesystem::path folder = std::filesystem::path("runs") / kBaseRun;
    if (run != kBaseRun) {
        const auto info = store::RunStore(project).find(run);
        require(info.has_value(), ErrorCode::NotFound, text::join("there is no run named ", run));
        folder = info->folder;
    }
    std::string file;
    for (const char c : benchmark)
        file += (c == '/' || c == '\\' || c == '.') ? '_' : c;
    return project.folder() / folder / "predictions" / (file + ".jsonl");
}

BenchmarkAnswers loadBenchmarkAnswers(
    store::Project& project, const BenchmarkInfo& benchmark, const std::vector<std::string>& runs)
{
    const auto set = evaluate::loadQuestions(benchmarkPath(project, benchmark), benchmark.format);
    BenchmarkAnswers out;
    for (const auto& question : set.questions) {
        AnswerRow row;
        row.question = question.text;
        row.truth = question.answer;
        row.image = question.image;
        row.category = question.category;
        row.answers.resize(runs.size());
        row.correct.assign(runs.size(), -1);
        out.rows.push_back(std::move(row));
        out.imageNumbers.push_back(question.imageNumber);
    }
    for (std::size_t r = 0; r < runs.size(); ++r) {
        const auto path = predictionsPath(project, runs[r], benchmark.name);
        if (!std::filesystem::exists(path))
            continue;
        for (const auto& answer : evaluate::loadAnswers(path)) {
            const auto at = static_cast<std::size_t>(answer.question);
            if (answer.question < 0 || at >= out.rows.size())
                continue; // of an earlier state of the questions
            out.rows[at].answers[r] = answer.failure.empty() ? answer.text : "(" + answer.failure + ")";
            out.rows[at].correct[r] = answer.isCorrect ? 1 : 0;
        }
    }
    return out;
}

double mmeScoreOf(const BenchmarkAnswers& answers, std::size_t run)
{
    struct Task {
        double right = 0, questions = 0;
        std::map<std::int64_t, bool> images; ///< all questions of a picture right
    };
    std::map<std::string, Task> tasks;
    for (std::size_t q = 0; q < answers.rows.size(); ++q) {
        auto& task = tasks[answers.rows[q].category];
        const bool isRight = answers.rows[q].correct[run] == 1;
        task.right += isRight ? 1 : 0;
        task.questions += 1;
        const auto place = task.images.emplace(answers.imageNumbers[q], true).first;
        place->second = place->second && isRight;
    }
    double sum = 0;
    for (const auto& [name, task] : tasks) {
        const auto whole =
            std::count_if(task.images.begin(), task.images.end(), [](const auto& image) { return image.second; });
        sum += 100 * task.right / task.questions
            + 100 * static_cast<double>(whole) / static_cast<double>(task.images.size());
    }
    return sum;
}

std::vector<AnswerRow> loadAnswers(
    store::Project& project, const std::string& benchmark, const std::vector<std::string>& runs)
{
    for (const auto& info : store::RunStore(project).benchmarks())
        if (info.name == benchmark)
            return loadBenchmarkAnswers(project, info, runs).rows;
    throw Error(ErrorCode::NotFound, text::join("there is no benchmark named ", benchmark));
}

BenchmarkPreview previewBenchmark(const std::filesystem::path& path, const std::string& format)
{
    const auto set = evaluate::loadQuestions(std::filesystem::absolute(path), format);
    BenchmarkPreview out;
    out.format = set.format;
    out.questionCount = static_cast<std::int64_t>(set.questions.size());
    out.imageCount = set.imageCount();
    out.question = set.questions.front().text;
    out.answer = set.questions.front().answer;
    out.badCount = static_cast<std::int64_t>(set.bad.size());
    if (!set.bad.empty())
        out.firstBad = text::join(set.bad.front().where, ": ", set.bad.front().reason);
    return out;
}

JobResult addBenchmark(
    Workspace& workspace, const std::string& name, const std::filesystem::path& path, const std::string& format)
{
    require(!name.empty(), ErrorCode::InvalidInput, "a benchmark needs a name");
    auto project = workspace.open();
    const auto absolute = std::filesystem::weakly_canonical(std::filesystem::absolute(path));
    const auto set = evaluate::loadQuestions(absolute, format);
    const auto inside = std::filesystem::weakly_canonical(project.folder());
    const auto relative = absolute.lexically_relative(inside);
    const bool isInside = !relative.empty() && *relative.begin() != "..";
    BenchmarkInfo info;
    info.name = name;
    info.format = set.format;
    info.path = isInside ? relative.string() : absolute.string();
    info.questionCount = static_cast<std::int64_t>(set.questions.size());
    info.hash = set.hash;
    store::RunStore(project).saveBenchmark(info);
    store::Recipe(project).append({"benchmark", "add", name, absolute.string(), "--format", set.format});

    JobResult out;
    out.sentence = text::join("benchmark ", name, ": ", info.questionCount, " questions about ", set.imageCount(),
        " pictures (", set.format, ")");
    if (!set.bad.empty())
        out.sentence += text::join(", ", set.bad.size(), " bad rows were left out (first: ", set.bad.front().where,
            ": ", set.bad.front().reason, ")");
    out.hasProblems = !set.bad.empty();
    out.details = {{"name", name}, {"format", set.format}, {"questions", info.questionCount},
        {"images", set.imageCount()}, {"bad_rows", set.bad.size()}};
    return out;
}

} // namespace winnow::pipeline
