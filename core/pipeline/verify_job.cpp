#include "core/base/text.h"
#include "core/evaluate/answer_file.h"
#include "core/pipeline/benchmark_files.h"
#include "core/pipeline/project_job.h"
#include "core/store/database.h"
#include "core/store/run_store.h"
#include "core/store/verification.h"
#include "core/tensor/safetensors_io.h"
#include "core/train/checkpoint.h"

#include <torch/types.h>

#include <system_error>

namespace winnow::pipeline {

namespace {

    namespace fs = std::filesystem;

    /// The tuned tensors are the ones of the last checkpoint, and those have the stored hash.
    void checkWeights(const store::Project& project, const RunInfo& run)
    {
        const auto folder = project.folder() / run.folder;
        const auto tuned = tensor::loadSafetensors(folder / "tuned.safetensors");
        const auto last = train::findLatestCheckpoint(folder / "checkpoints");
        std::vector<train::NamedTensor> tensors;
        for (const auto& [name, values] : tuned)
            tensors.push_back({name, values});
        if (!last) {
            require(train::weightsSha256(tensors) == run.weightsSha256, ErrorCode::BadFile,
                "its weights are not those it ended with");
            return;
        }
        require(train::weightsSha256(last->tuned) == run.weightsSha256, ErrorCode::BadFile,
            "its last checkpoint does not hold the weights it ended with");
        for (const auto& [name, values] : last->tuned) {
            const auto stored = tuned.find(name);
            require(stored != tuned.end() && torch::equal(values.to(torch::kFloat), stored->second), ErrorCode::BadFile,
                "tuned.safetensors does not hold the weights of its last checkpoint");
        }
    }

    void checkAnswers(store::Project& project, const EvaluationInfo& evaluation)
    {
        const auto path = predictionsPath(project, evaluation.run, evaluation.benchmark);
        std::error_code code;
        require(fs::exists(path, code), ErrorCode::BadFile,
            text::join("its answers on ", evaluation.benchmark, " are missing (", path.string(),
                "); evaluate it again to have them"));
        const auto answers = static_cast<std::int64_t>(evaluate::loadAnswers(path).size());
        require(answers >= evaluation.answered, ErrorCode::BadFile,
            text::join(path.string(), " holds ", answers, " answers, ", evaluation.answered, " were counted"));
    }

    template <typename Check> void collect(const RunInfo& run, std::vector<std::string>& problems, const Check& check)
    {
        try {
            check();
        } catch (const Error& e) {
            problems.push_back(text::join("run \"", run.name, "\": ", e.message()));
        }
    }

    /// Of every batch and of none.
    std::vector<std::string> runNames(store::Project& project)
    {
        std::vector<std::string> names;
        auto rows = project.database().prepare("SELECT name FROM run WHERE trashed = 0 ORDER BY key");
        while (rows.next())
            names.push_back(rows.text(0));
        return names;
    }

    void checkRuns(store::Project& project, std::vector<std::string>& problems, RunContext& context)
    {
        store::RunStore runs(project);
        const auto evaluations = runs.evaluations();
        std::vector<RunInfo> all;
        for (const auto& name : runNames(project))
            try {
                if (const auto run = runs.find(name))
                    all.push_back(*run);
            } catch (const Error& e) { // one bad run does not hide the others
                if (std::find(problems.begin(), problems.end(), e.message()) == problems.end())
                    problems.push_back(e.message());
            }
        std::int64_t done = 0;
        for (const auto& run : all) {
            context.checkpoint();
            context.progress("Check runs", done++, static_cast<std::int64_t>(all.size()));
            std::error_code code;
            if (!fs::is_directory(project.folder() / run.folder, code))
                continue; // said already
            if (run.state == RunState::Finished)
                collect(run, problems, [&] { checkWeights(project, run); });
            for (const auto& evaluation : evaluations)
                if (evaluation.run == run.name)
                    collect(run, problems, [&] { checkAnswers(project, evaluation); });
        }
    }

    void rescue(store::Project& project, const VerifyOptions& options, JobResult& out)
    {
        if (options.rescue.empty())
            return;
        const auto report = store::rescuePairs(project, options.rescue);
        out.details["rescued"] = {{"file", options.rescue.string()}, {"pairs", report.savedPairs},
            {"lost", report.lostPairs}, {"lost_columns", report.lostColumns}};
        out.sentence += text::join(
            "\nsaved ", report.savedPairs, " pairs to ", options.rescue.string(), ", lost ", report.lostPairs);
        if (!report.lostColumns.empty())
            out.sentence += "; not all could be read of " + text::joined(report.lostColumns, ", ");
    }

} // namespace

JobResult verifyProject(store::Project& project, const VerifyOptions& options, RunContext& context)
{
    auto found = store::verifyProject(project, [&](std::string_view, std::int64_t done, std::int64_t total) {
        context.checkpoint();
        context.progress("Verify", done, total);
    });
    try {
        checkRuns(project, found.problems, context);
    } catch (const Error& e) {
        found.problems.push_back(e.message());
    }
    JobResult out;
    out.details = {{"sound", found.problems.empty()}, {"problems", found.problems}, {"notes", found.notes}};
    out.hasProblems = !found.problems.empty();
    out.sentence = found.problems.empty() ? "the project is sound" : text::joined(found.problems, "\n");
    for (const auto& note : found.notes)
        out.sentence += "\nnote: " + note;
    rescue(project, options, out);
    return out;
}

} // namespace winnow::pipeline
