#include "app/commands/command.h"
#include "app/commands/judge_flags.h"

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/pipeline/project_job.h"

#include <algorithm>
#include <cstdio>

namespace winnow::app {

namespace {

    using Arguments = std::vector<std::string>;

    /// Commands that change a project and write nowhere else: a recipe from a stranger can do no more than these.
    bool mayReplay(const Arguments& arguments)
    {
        const auto& command = arguments.front();
        if (command == "judge") // its other actions spend money, or touch the keychain
            return arguments.size() > 1 && arguments[1] == "set";

        static const std::vector<std::string> kAllowed = {"import", "import-metrics", "import-features",
            "import-clusters", "relink", "score", "features", "search", "cluster", "clusters", "selector", "select",
            "override", "undo", "redo", "rate", "trash", "benchmark", "label", "experiment", "finetune", "evaluate",
            "rename", "remove", "restore"};
        return std::find(kAllowed.begin(), kAllowed.end(), command) != kAllowed.end();
    }

    /// A recipe must not send this user's pairs or key to a server that he has not named himself.
    bool asksAStranger(const Arguments& command)
    {
        const auto judge = judgeNamedBy(command);
        if (!judge)
            return command.front() == "judge"; // it would make the project's own judge this user's choice
        return !judge->isLocal && !pipeline::isJudgeConfirmed(*judge);
    }

    /// The commands of a recipe file (as `winnow recipe` prints it), or of a project.
    std::vector<Arguments> loadRecipe(const std::string& source)
    {
        Json lines;
        if (store::Project::isProject(source)) {
            auto project = store::Project::open(source);
            lines = pipeline::recipeJson(project);
        } else {
            lines = json::load(source, std::uint64_t(1) << 28);
        }
        require(
            lines.is_array(), ErrorCode::BadFile, text::join(source, " is not a recipe: expected a list of commands"));
        std::vector<Arguments> commands;
        for (const auto& line : lines) {
            commands.push_back(
                json::field<Arguments>(line, "command", text::join("line ", commands.size() + 1, " of ", source)));
            require(!commands.back().empty(), ErrorCode::BadFile,
                text::join("line ", commands.size(), " of ", source, " is empty"));
        }
        return commands;
    }

    /// Why a command of a recipe is not run; empty where it is.
    std::string reasonToLeaveOut(const Arguments& command)
    {
        if (command.front() == "export" || command.front() == "report" || command.front() == "demo")
            return "it writes outside the project: run it yourself";
        if (!mayReplay(command))
            return "a recipe may only hold commands that change the project";
        if (asksAStranger(command))
            return "its judge was not set up on this machine; use winnow judge DIR set first";
        return {};
    }

    int replay(const std::string& source, const std::string& folder, Session& session)
    {
        std::vector<Arguments> commands;
        const int read = session.runPrinting([&](Console&) {
            commands = loadRecipe(source);
            if (!store::Project::isProject(folder))
                pipeline::createProject(folder);
        });
        if (read != kDone)
            return read;
        std::size_t number = 0, leftOut = 0;
        for (auto& command : commands) {
            ++number;
            const auto line = text::shortened(text::joined(command, " "), 200);
            if (const auto reason = reasonToLeaveOut(command); !reason.empty()) {
                std::fprintf(
                    stderr, "%zu of %zu: left out %s: %s\n", number, commands.size(), line.c_str(), reason.c_str());
                ++leftOut;
                continue;
            }
            std::fprintf(stderr, "%zu of %zu: %s\n", number, commands.size(), line.c_str());
            command.insert(command.begin() + 1, folder);
            const int code = CommandLine().execute(command); // a fresh one: no value of the last command stays
            if (code == kDone)
                continue;
            std::fprintf(stderr, "winnow: the recipe stopped at command %zu of %zu: %s\n", number, commands.size(),
                line.c_str());
            return code;
        }
        std::fprintf(stderr, "replayed %zu of %zu commands\n", number - leftOut, number);
        return kDone;
    }

} // namespace

void addReplay(CommandLine& line)
{
    struct ReplayFlags {
        std::string recipe;
        std::string folder;
    };
    const auto options = std::make_shared<ReplayFlags>();
    auto& command = line.add("replay", "Run the commands of a recipe again on a project, a new one where there is none",
        [options](Session& session) { return replay(options->recipe, options->folder, session); });
    command.add_option("recipe", options->recipe, "A recipe file, or the project that it was kept in")
        ->required()
        ->type_name("RECIPE");
    addProject(command, options->folder);

    auto& print = line.add("recipe", "Print the recipe of a project, for replay", [options](Session& session) {
        return session.run([&](RunContext&) {
            auto project = store::Project::open(options->folder);
            pipeline::JobResult result;
            result.details = pipeline::recipeJson(project);
            result.sentence = json::dumpPretty(result.details);
            while (result.sentence.ends_with('\n'))
                result.sentence.pop_back();
            return result;
        });
    });
    addProject(print, options->folder);
}

} // namespace winnow::app
