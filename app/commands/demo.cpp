#include "app/commands/command.h"

#include "core/pipeline/project_job.h"

namespace winnow::app {

namespace {

    struct DemoFlags {
        std::string what;
        std::string out;
        pipeline::DemoOptions make;
        std::vector<std::string> stages;
    };

    int train(const DemoFlags& options, Session& session)
    {
        if (options.out.empty())
            throw UsageError("demo train needs --out FOLDER: where the new models go");
        pipeline::DemoTrainOptions given;
        given.out = options.out;
        given.seed = options.make.seed;
        given.stages = options.stages;
        return session.run([&](RunContext& context) { return pipeline::trainDemo(given, context); });
    }

} // namespace

void addDemo(CommandLine& line)
{
    const auto options = std::make_shared<DemoFlags>();
    auto& command = line.add("demo", "Make the embedded project, train its models anew, or print what they can do",
        [options](Session& session) {
            if (options->what == "train")
                return train(*options, session);
            if (options->what == "report")
                return session.run(
                    [](RunContext& context) { return pipeline::reportDemo(context); }, Session::Problems::Fail);
            options->make.folder = options->what;
            return session.run([&](RunContext& context) { return pipeline::makeDemo(options->make, context); });
        });
    command.add_option("what", options->what, "Folder of the new project, or train, or report")
        ->required()
        ->type_name("DIR|train|report");
    command.add_option("--pairs", options->make.pairs, "Number of pairs, 3439 unless told")
        ->check(CLI::Range(std::int64_t(1), std::int64_t(10000000)));
    command.add_option("--seed", options->make.seed, "Seed of the pictures and texts, or of the training");
    command.add_option("--questions", options->make.questions, "Questions of the benchmark, at least; 600 unless told")
        ->check(CLI::Range(std::int64_t(1), std::int64_t(100000)));
    command.add_option("--out", options->out, "train: folder for the models")->type_name("FOLDER");
    command.add_option("--stages", options->stages, "train: only these stages, by commas")->delimiter(',');
}

} // namespace winnow::app
