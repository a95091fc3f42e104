#include "app/commands/command.h"

#include "core/pipeline/select_job.h"
#include "core/pipeline/selection_text.h"

namespace winnow::app {

namespace {

    struct SelectFlags {
        std::string folder;
        std::string budget;
        std::string weights;
        std::string missing = "exclude";
        pipeline::SelectOptions select;
    };

    void readOptions(SelectFlags& options)
    {
        auto& select = options.select;
        select.budget = readFlag("--budget", [&] { return pipeline::parseBudget(options.budget); });
        select.weights = readFlag("--weights", [&] { return pipeline::parseWeights(options.weights); });
        select.missing = options.missing == "mean" ? pipeline::MissingRule::Mean : pipeline::MissingRule::Exclude;
        const int rules = int(!select.selector.empty()) + int(!select.weights.empty()) + int(select.random);
        if (rules != 1)
            throw UsageError("say which pairs are better by exactly one of --selector NAME, --weights "
                             "clip=1,reward=0.5 and --random");
    }

} // namespace

void addSelect(CommandLine& line)
{
    const auto options = std::make_shared<SelectFlags>();
    auto& command = line.add("select", "Choose a few pairs and keep them as a selection", [options](Session& session) {
        readOptions(*options);
        return session.run([&](RunContext& context) {
            pipeline::Workspace workspace(options->folder);
            return pipeline::runSelect(workspace, options->select, context);
        });
    });
    addProject(command, options->folder);
    command.add_option("--name", options->select.name, "Name of the selection")->required();
    command.add_option("--budget", options->budget, "How many: 200, or 6% of all pairs")
        ->required()
        ->type_name("COUNT|PERCENT");
    command.add_option("--selector", options->select.selector, "A selector of the project")->type_name("NAME");
    command.add_option("--weights", options->weights, "A weighted sum of z-scores: clip=1,reward=0.5")
        ->type_name("METRIC=WEIGHT,...");
    command.add_flag("--random", options->select.random, "By chance: the control");
    command.add_option("--clusters", options->select.clustering, "A clustering; every cluster gets its share")
        ->type_name("NAME");
    addMode(command, options->select.mode);
    command.add_option("--seed", options->select.seed, "Seed of --random");
    command.add_option("--missing", options->missing, "Pairs with a missing metric: exclude or mean")
        ->check(CLI::IsMember({"exclude", "mean"}));
}

} // namespace winnow::app
