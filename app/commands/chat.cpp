#include "app/commands/command.h"

#include "core/pipeline/run_job.h"

#include <iostream>
#include <unistd.h>

namespace winnow::app {

namespace {

    struct ChatFlags {
        std::string folder;
        std::string run;
        std::string image;
        std::string question;
        std::string device = "cpu";
    };

    /// One question from the command line, or as many as standard input has lines.
    void chat(const ChatFlags& options, Session& session)
    {
        pipeline::Workspace workspace(options.folder);
        const bool isAsking = options.question.empty();
        const bool isTerminal = ::isatty(STDIN_FILENO) == 1;
        std::string question = options.question;
        while (true) {
            if (isAsking && isTerminal)
                std::cerr << "> " << std::flush;
            if (isAsking && !std::getline(std::cin, question))
                return;
            session.console().checkpoint();
            if (!question.empty()) {
                const auto answer = pipeline::chatOnce(workspace, options.run, options.image, question, options.device);
                session.print(session.isJson() ? json::dump(Json{{"question", question}, {"answer", answer}}) : answer);
            }
            if (!isAsking)
                return;
        }
    }

} // namespace

void addChat(CommandLine& line)
{
    const auto options = std::make_shared<ChatFlags>();
    auto& command = line.add("chat", "Ask a run about any picture",
        [options](Session& session) { return session.runPrinting([&](Console&) { chat(*options, session); }); });
    addProject(command, options->folder);
    command.add_option("--run", options->run, "A run, or base")->required()->type_name("RUN");
    command.add_option("image", options->image, "The picture")->required()->type_name("IMAGE");
    command.add_option("question", options->question, "The question; without it, each line of standard input is one")
        ->type_name("QUESTION");
    addDevice(command, options->device);
}

} // namespace winnow::app
