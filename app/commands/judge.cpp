#include "app/commands/command.h"
#include "app/commands/judge_flags.h"

#include "core/base/text.h"
#include "core/pipeline/judge_job.h"

#include <iostream>

namespace winnow::app {

namespace {

    struct JudgeCommandFlags {
        std::string folder;
        std::string action;
        std::string name;
        pipeline::JudgeTestOptions test;
        JudgeFlags flags;
    };

    /// A key never stands among the arguments, where others can see it: it is read from standard input.
    std::string readKey()
    {
        std::string line;
        std::getline(std::cin, line);
        if (text::trimmed(line).empty())
            throw Error(ErrorCode::InvalidInput, "the key is read from standard input, which is empty");
        return line;
    }

    pipeline::JudgeSettings settingsOf(const JudgeCommandFlags& options)
    {
        auto project = store::Project::open(options.folder);
        return options.flags.applyTo(pipeline::loadJudgeSettings(project));
    }

    pipeline::JobResult test(const JudgeCommandFlags& options, RunContext& context)
    {
        pipeline::Workspace workspace(options.folder);
        auto chosen = options.test;
        chosen.settings = settingsOf(options);
        chosen.id = options.name;
        if (options.flags.isGiven() && chosen.settings.isSet())
            pipeline::confirmJudge(chosen.settings);
        return pipeline::runJudgeTest(workspace, chosen, context);
    }

    pipeline::JobResult forecast(const JudgeCommandFlags& options, RunContext& context)
    {
        auto project = store::Project::open(options.folder);
        const auto found = pipeline::forecastJudge(project, settingsOf(options), options.test.mode, context);
        pipeline::JobResult result;
        result.sentence = found.sentence;
        result.details = {{"pairs", found.pairCount}, {"missing", found.missingCount}, {"kept", found.keptCount},
            {"requests", found.requestCount}, {"prompt_tokens", found.promptTokens},
            {"answer_tokens", found.answerTokens}, {"measured", found.isMeasured}, {"cost", found.cost},
            {"spent_requests", found.spentRequests}, {"spent_cost", found.spentCost}};
        return result;
    }

    pipeline::JobResult run(const JudgeCommandFlags& options, RunContext& context)
    {
        if (options.action == "test")
            return test(options, context);
        if (options.action == "forecast")
            return forecast(options, context);
        if (options.action == "store-key")
            return pipeline::storeJudgeKey(options.name, readKey());
        if (options.action == "remove-key")
            return pipeline::removeJudgeKey(options.name);
        if (options.action == "set") {
            pipeline::Workspace workspace(options.folder);
            return pipeline::setJudge(workspace, settingsOf(options));
        }
        auto project = store::Project::open(options.folder);
        return options.action == "answers" ? pipeline::showJudgeAnswers(project, options.name)
                                           : pipeline::showJudge(project);
    }

} // namespace

void addJudge(CommandLine& line)
{
    const auto options = std::make_shared<JudgeCommandFlags>();
    auto& command = line.add("judge", "Set up, try and look after the judge", [options](Session& session) {
        const bool needsName = options->action == "answers" || options->action.ends_with("-key");
        if (needsName && options->name.empty())
            throw UsageError(text::join(
                "the form is: winnow judge DIR ", options->action, options->action == "answers" ? " ID" : " NAME"));
        options->flags.check();
        const auto problems = options->action == "test" ? Session::Problems::Fail : Session::Problems::Allowed;
        return session.run([&](RunContext& context) { return run(*options, context); }, problems);
    });
    addProject(command, options->folder);
    command
        .add_option("action", options->action,
            "show | set | test [ID] | forecast | answers ID | store-key NAME (reads standard input) | remove-key NAME")
        ->required()
        ->check(CLI::IsMember({"show", "set", "test", "forecast", "answers", "store-key", "remove-key"}));
    command.add_option("name", options->name, "Id of a pair, or name of a key")->type_name("NAME");
    addMode(command, options->test.mode);
    addDevice(command, options->test.device);
    addModelChoice(command, options->test.models);
    options->flags.addTo(command);
}

} // namespace winnow::app
