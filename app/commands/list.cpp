#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/project_job.h"
#include "core/pipeline/select_job.h"

#include <iomanip>

namespace winnow::app {

namespace {

    struct Options {
        std::string folder;
        std::string where;
        std::int64_t limit = 0; ///< 0 = all
    };

    /// Id, verdict, metrics and the beginning of the response, in one line of plain text.
    std::string lineOf(const Json& pair)
    {
        std::string line = pair.at("id").get<std::string>();
        if (pair.at("verdict") != "none")
            line += text::join("  [", pair.at("verdict").get<std::string>(), "]");
        if (pair.at("image_missing").get<bool>())
            line += "  [no picture]";
        for (const auto& [name, value] : pair.at("metrics").items())
            if (!value.is_null())
                line += text::join("  ", name, " ", std::setprecision(4), value.get<double>());
        auto response = text::shortened(pair.at("response").get<std::string>(), 80);
        for (char& c : response)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) // nothing from a data file may steer the terminal
                c = ' ';
        return line + "  " + response;
    }

    void listPairs(const Options& options, Session& session)
    {
        pipeline::Workspace workspace(options.folder);
        auto project = workspace.open();
        const auto rows = pipeline::rowsWhere(project, options.where);
        const auto columns = project.loadColumns();
        std::int64_t printed = 0;
        for (const auto row : rows) {
            if (options.limit > 0 && printed++ >= options.limit)
                break;
            session.console().checkpoint();
            const auto pair = pipeline::pairAsJson(project, row, columns);
            session.print(session.isJson() ? json::dump(pair) : lineOf(pair));
        }
    }

} // namespace

void addList(CommandLine& line)
{
    const auto options = std::make_shared<Options>();
    auto& command = line.add("list", "Print pairs, one a line", [options](Session& session) {
        checkQuery(options->where);
        return session.runPrinting([&](Console&) { listPairs(*options, session); });
    });
    addProject(command, options->folder);
    command.add_option("--where", options->where, "Only these, such as: clip > 28 and \"dog\"")->type_name("QUERY");
    command.add_option("--limit", options->limit, "At most so many")->check(CLI::PositiveNumber);
}

} // namespace winnow::app
