#include "app/commands/command.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/pipeline/search_job.h"

#include <iomanip>

namespace winnow::app {

namespace {

    struct SearchFlags {
        std::string folder;
        pipeline::SearchOptions search;
    };

    /// The sentence, then a line a pair: similarity and id.
    pipeline::JobResult withLines(pipeline::JobResult result)
    {
        for (const auto& hit : result.details.at("hits")) {
            auto id = hit.at("id").get<std::string>();
            for (char& c : id)
                if (static_cast<unsigned char>(c) < 0x20
                    || c == 0x7f) // nothing from a data file may steer the terminal
                    c = ' ';
            result.sentence +=
                text::join("\n", std::fixed, std::setprecision(4), hit.at("similarity").get<double>(), "  ", id);
        }
        return result;
    }

    int search(const SearchFlags& options, Session& session)
    {
        try {
            options.search.validate();
        } catch (const Error& e) {
            throw UsageError(e.message());
        }
        return session.run([&](RunContext& context) {
            pipeline::Workspace workspace(options.folder);
            return withLines(pipeline::runSearch(workspace, options.search, context));
        });
    }

} // namespace

void addSearch(CommandLine& line)
{
    const auto options = std::make_shared<SearchFlags>();
    auto& command = line.add("search", "Find the pairs that are nearest to a text in meaning",
        [options](Session& session) { return search(*options, session); });
    addProject(command, options->folder);
    command.add_option("text", options->search.text, "What to look for, such as \"a dog on a beach\"")
        ->required()
        ->type_name("TEXT");
    command.add_option("--space", options->search.space,
        "Vectors to compare with: text, clip-image or clip-text; text where the project has it, else clip-image");
    command.add_option("--limit", options->search.limit, "Print so many pairs, 20 unless told")
        ->check(CLI::PositiveNumber);
    command.add_option("--column", options->search.column, "Also keep the similarities as this metric")
        ->type_name("NAME");
    addDevice(command, options->search.device);
    addModelChoice(command, options->search.models);
}

} // namespace winnow::app
