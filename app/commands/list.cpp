#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/list_job.h"

#include <algorithm>
#include <cstdio>
#include <iomanip>

namespace winnow::app {

namespace {

    struct ListFlags {
        std::string folder;
        std::string columns;
        pipeline::ListOptions list;
    };

    /// Nothing from a data file may steer the terminal.
    std::string harmless(std::string text)
    {
        for (char& c : text)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                c = ' ';
        return text;
    }

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
        return harmless(line + "  " + text::shortened(pair.at("response").get<std::string>(), 80));
    }

    std::string cellOf(const Json& value)
    {
        if (value.is_null())
            return "";
        if (value.is_number_float())
            return text::toText(value.get<double>());
        return harmless(value.is_string() ? value.get<std::string>() : json::dump(value));
    }

    /// The wanted columns between tabs, as spreadsheets and cut take them.
    std::string rowOf(const Json& pair, const std::vector<std::string>& columns)
    {
        std::vector<std::string> cells;
        for (const auto& name : columns)
            cells.push_back(cellOf(pair.at(name)));
        return text::joined(cells, "\t");
    }

    void listPairs(const pipeline::ListOptions& options, const std::string& folder, Session& session)
    {
        pipeline::Workspace workspace(folder);
        auto project = workspace.open();
        pipeline::PairListing listing(project, options);
        if (!session.isJson() && !options.columns.empty())
            session.print(text::joined(options.columns, "\t"));
        for (auto page = listing.next(); !page.empty(); page = listing.next()) {
            session.console().checkpoint();
            std::vector<std::string> lines;
            for (const auto& pair : page)
                lines.push_back(session.isJson()  ? json::dump(pair)
                        : options.columns.empty() ? lineOf(pair)
                                                  : rowOf(pair, options.columns));
            session.print(text::joined(lines, "\n"));
        }
        const auto shown = options.offset + listing.pageCount();
        if (listing.pageCount() > 0 && shown < listing.matchCount() && !session.isJson())
            std::fprintf(stderr, "%lld of %lld pairs; the next with --offset %lld\n",
                static_cast<long long>(listing.pageCount()), static_cast<long long>(listing.matchCount()),
                static_cast<long long>(shown));
        if (listing.matchCount() == 0 && !session.isJson())
            std::fputs(options.where.empty() ? "the project has no pairs\n" : "no pair matches the query\n", stderr);
    }

    void readColumns(ListFlags& options)
    {
        options.list.columns.clear();
        if (options.columns.empty())
            return;
        for (const auto& name : text::split(options.columns, ',')) {
            if (text::trimmed(name).empty())
                throw UsageError("--columns takes names with commas between them, such as id,clip,response");
            options.list.columns.emplace_back(text::trimmed(name));
        }
    }

} // namespace

void addList(CommandLine& line)
{
    const auto options = std::make_shared<ListFlags>();
    auto& command = line.add("list", "Print pairs, one a line", [options](Session& session) {
        checkQuery(options->list.where);
        readColumns(*options);
        return session.runPrinting([&](Console&) { listPairs(options->list, options->folder, session); });
    });
    addProject(command, options->folder);
    command.add_option("--where", options->list.where, "Only these, such as: clip > 28 and \"dog\"")
        ->type_name("QUERY");
    command.add_option("--limit", options->list.limit, "At most so many")->check(CLI::PositiveNumber);
    command.add_option("--offset", options->list.offset, "Leave out so many at the beginning")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--sort", options->list.sort, "In order of a metric, stars or id")->type_name("COLUMN");
    command.add_flag("--descending", options->list.descending, "The other way round: the largest first");
    command
        .add_option("--columns", options->columns,
            "Only these, between tabs: id, image, image_missing, instruction, response, conversations, verdict, stars, "
            "metrics and clusterings by name")
        ->type_name("NAME,NAME");
}

} // namespace winnow::app
