#include "app/commands/command.h"

#include "core/pipeline/score_job.h"

namespace winnow::app {

namespace {

    struct Options {
        std::string folder;
        pipeline::ClusterOptions cluster;
        bool balanced = false;
    };

} // namespace

void addCluster(CommandLine& line)
{
    const auto options = std::make_shared<Options>();
    auto& command = line.add("cluster", "Group the pairs by their vectors", [options](Session& session) {
        return session.run([&](RunContext& context) {
            require(!options->balanced, ErrorCode::Unsupported,
                "this version makes no balanced clusters: leave --balanced out");
            pipeline::Workspace workspace(options->folder);
            return pipeline::runCluster(workspace, options->cluster, context);
        });
    });
    addProject(command, options->folder);
    command.add_option("--name", options->cluster.name, "Name of the clustering")->required();
    command.add_option("--method", options->cluster.method, "kmeans or spectral")
        ->check(CLI::IsMember({"kmeans", "spectral"}));
    command.add_option("--k", options->cluster.k, "Number of clusters")->check(CLI::PositiveNumber);
    command.add_option("--space", options->cluster.space, "Feature space, clip-image unless told");
    command.add_option("--seed", options->cluster.seed, "Seed of the first centres");
    command.add_flag("--balanced", options->balanced, "Clusters of like size");
    addDevice(command, options->cluster.device);
}

} // namespace winnow::app
