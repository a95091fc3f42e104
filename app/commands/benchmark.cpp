#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/run_job.h"
#include "core/store/run_store.h"

namespace winnow::app {

namespace {

    struct BenchmarkFlags {
        std::string folder;
        std::string action;
        std::string name;
        std::string path;
        std::string format = "auto";
    };

    pipeline::JobResult list(const std::string& folder)
    {
        auto project = store::Project::open(folder);
        pipeline::JobResult result;
        result.details = {{"benchmarks", Json::array()}};
        std::vector<std::string> lines;
        for (const auto& info : store::RunStore(project).benchmarks()) {
            result.details["benchmarks"].push_back({{"name", info.name}, {"format", info.format}, {"path", info.path},
                {"questions", info.questionCount}, {"hash", info.hash}});
            lines.push_back(
                text::join(info.name, "  ", info.format, "  ", info.questionCount, " questions  ", info.path));
        }
        result.sentence = lines.empty() ? "the project has no benchmark" : text::joined(lines, "\n");
        return result;
    }

} // namespace

void addBenchmark(CommandLine& line)
{
    const auto options = std::make_shared<BenchmarkFlags>();
    auto& command = line.add("benchmark", "Add or list sets of questions", [options](Session& session) {
        const bool isAdding = options->action == "add";
        if (isAdding && (options->name.empty() || options->path.empty()))
            throw UsageError("the form is: winnow benchmark DIR add NAME PATH [--format FORMAT]");
        return session.run([&](RunContext&) {
            if (!isAdding)
                return list(options->folder);
            pipeline::Workspace workspace(options->folder);
            return pipeline::addBenchmark(workspace, options->name, options->path, options->format);
        });
    });
    addProject(command, options->folder);
    command.add_option("action", options->action, "add or list")->required()->check(CLI::IsMember({"add", "list"}));
    command.add_option("name", options->name, "Name of the benchmark")->type_name("NAME");
    command.add_option("path", options->path, "File or folder of the questions")->type_name("PATH");
    command.add_option("--format", options->format, "How they are written; recognised unless told")
        ->check(CLI::IsMember(
            {"auto", "mme", "mmbench", "vqa", "gqa", "iconqa", "scienceqa", "pope", "llavabench", "jsonl"}));
}

} // namespace winnow::app
