#include "app/commands/command.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/pipeline/report_job.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

namespace winnow::app {

namespace {

    struct ReportFlags {
        std::string folder;
        std::string out;
    };

    bool isPdf(const std::string& file)
    {
        return text::toLowerAscii(std::filesystem::path(file).extension().string()) == ".pdf";
    }

    /// The window's program, where this one stands.
    std::filesystem::path findStudio()
    {
        std::error_code code;
        const auto self = std::filesystem::read_symlink("/proc/self/exe", code);
        const auto studio = self.parent_path() / "winnow-studio";
        return !code && std::filesystem::exists(studio) ? studio : std::filesystem::path();
    }

    /// PDF pages are laid out by the window's program, which this one calls where it is installed.
    pipeline::JobResult writePdf(const ReportFlags& options)
    {
        const auto studio = findStudio();
        require(!studio.empty(), ErrorCode::Unsupported,
            text::join("a PDF report is written by winnow-studio, which is not installed beside this program; write ",
                std::filesystem::path(options.out).replace_extension(".html").string(), " instead"));
        require(store::Project::isProject(options.folder), ErrorCode::NotFound,
            text::join("there is no project in ", options.folder));
        const pid_t child = ::fork();
        require(child >= 0, ErrorCode::Io, text::join("cannot start ", studio.string(), ": ", std::strerror(errno)));
        if (child == 0) {
            ::execl(studio.c_str(), "winnow-studio", "--report", options.folder.c_str(), options.out.c_str(),
                static_cast<char*>(nullptr));
            ::_exit(127);
        }
        int status = 0;
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) { }
        require(WIFEXITED(status) && WEXITSTATUS(status) == 0, ErrorCode::Io,
            text::join("winnow-studio could not write ", options.out));
        pipeline::JobResult result;
        result.sentence = text::join("wrote the report of ", options.folder, " to ", options.out);
        result.details = {{"out", options.out}, {"bytes", std::filesystem::file_size(options.out)}};
        return result;
    }

} // namespace

void addReport(CommandLine& line)
{
    const auto options = std::make_shared<ReportFlags>();
    auto& command = line.add("report", "Write all that a project holds as one page", [options](Session& session) {
        return session.run([&](RunContext&) {
            if (isPdf(options->out))
                return writePdf(*options);
            pipeline::Workspace workspace(options->folder);
            return pipeline::writeReport(workspace, options->out);
        });
    });
    addProject(command, options->folder);
    command.add_option("out", options->out, "The file")->required()->type_name("OUT.html|OUT.pdf");
}

} // namespace winnow::app
