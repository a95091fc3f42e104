#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/cluster_edit_job.h"

#include <algorithm>

namespace winnow::app {

namespace {

    constexpr const char* kForm =
        "the form is: winnow clusters DIR show NAME | merge NAME CLUSTER CLUSTER... | split NAME "
        "CLUSTER [--k N] | rename NAME CLUSTER NEW | undo NAME";

    struct ClustersFlags {
        std::string folder;
        std::string action;
        std::string clustering;
        std::vector<std::string> words; ///< what follows the name of the clustering
        std::string called;
        pipeline::SplitOptions split;
    };

    bool isInForm(const ClustersFlags& options)
    {
        const auto count = options.words.size();
        if (options.action == "merge")
            return count >= 2;
        if (options.action == "split")
            return count == 1;
        return count == (options.action == "rename" ? 2 : 0);
    }

    /// Flags of another action are no flags of this one.
    void checkUsage(const ClustersFlags& options, const CLI::App& command)
    {
        if (!isInForm(options))
            throw UsageError(kForm);
        for (const auto& [flag, actions] : std::map<std::string, std::string>{{"--called", "merge"}, {"--k", "split"},
                 {"--space", "split"}, {"--metric", "split"}, {"--seed", "split"}, {"--as", "merge split"}})
            if (command.count(flag) > 0 && actions.find(options.action) == std::string::npos)
                throw UsageError(text::join(flag, " does not belong to ", options.action));
    }

    pipeline::JobResult edit(const ClustersFlags& options, RunContext& context)
    {
        pipeline::Workspace workspace(options.folder);
        if (options.action == "show") {
            auto project = workspace.open();
            return pipeline::showClusters(project, options.clustering);
        }
        if (options.action == "rename")
            return pipeline::renameCluster(workspace, options.clustering, options.words[0], options.words[1]);
        if (options.action == "undo")
            return pipeline::undoClusterEdit(workspace, options.clustering);
        if (options.action == "merge")
            return pipeline::mergeClusters(
                workspace, {options.clustering, options.words, options.called, options.split.newName}, context);
        auto split = options.split;
        split.clustering = options.clustering;
        split.cluster = options.words[0];
        return pipeline::splitCluster(workspace, split, context);
    }

} // namespace

void addClusters(CommandLine& line)
{
    const auto options = std::make_shared<ClustersFlags>();
    const auto self = std::make_shared<const CLI::App*>(nullptr);
    auto& command =
        line.add("clusters", "Look at a clustering and change it by hand", [options, self](Session& session) {
            checkUsage(*options, **self);
            return session.run([&](RunContext& context) { return edit(*options, context); });
        });
    *self = &command;
    addProject(command, options->folder);
    command.add_option("action", options->action, "show, merge, split, rename or undo")
        ->required()
        ->check(CLI::IsMember({"show", "merge", "split", "rename", "undo"}));
    command.add_option("clustering", options->clustering, "Name of the clustering")->required()->type_name("NAME");
    command.add_option("clusters", options->words, "Clusters, by number or by name; for rename the new name after it")
        ->type_name("CLUSTER");
    command.add_option("--called", options->called, "merge: name of the merged cluster")->type_name("NAME");
    command.add_option("--k", options->split.parts, "split: into how many, 2 unless told")
        ->check(CLI::Range(2, 10'000));
    command.add_option("--space", options->split.space, "split: feature space, that of the clustering unless told");
    command.add_option("--metric", options->split.metric, "split: euclidean or cosine, as the clustering unless told")
        ->check(CLI::IsMember({"euclidean", "cosine"}));
    command.add_option("--seed", options->split.seed, "split: seed of the first centres");
    command.add_option("--as", options->split.newName, "merge, split: name of the new clustering, NAME.2 unless told")
        ->type_name("NEW");
}

} // namespace winnow::app
