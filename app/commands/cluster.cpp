#include "app/commands/command.h"

#include "core/base/error.h"
#include "core/pipeline/score_job.h"

namespace winnow::app {

namespace {

    struct ClusterFlags {
        std::string folder;
        pipeline::ClusterOptions cluster;
    };

    /// What contradicts itself is wrong usage, not a job that failed.
    void checkUsage(const pipeline::ClusterOptions& options)
    {
        try {
            options.validate();
        } catch (const Error& e) {
            throw UsageError(e.message());
        }
        if (options.method == "kmeans" && options.neighbors != pipeline::ClusterOptions().neighbors)
            throw UsageError("--neighbors belongs to --method spectral");
        if (options.method == "kmeans" && options.landmarks > 0)
            throw UsageError("--landmarks belongs to --method spectral");
    }

} // namespace

void addCluster(CommandLine& line)
{
    const auto options = std::make_shared<ClusterFlags>();
    auto& command = line.add("cluster", "Group the pairs by their vectors", [options](Session& session) {
        checkUsage(options->cluster);
        return session.run([&](RunContext& context) {
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
    command
        .add_option("--neighbors", options->cluster.neighbors,
            "Of the spectral method's graph, the pair itself counted; 10 unless told")
        ->check(CLI::Range(2, 10'000));
    command
        .add_option("--landmarks", options->cluster.landmarks,
            "Of the spectral method: so many stand for all pairs; by itself above 20,000 pairs")
        ->check(CLI::Range(1, 10'000));
    command
        .add_option(
            "--metric", options->cluster.metric, "euclidean (unless told) or cosine: what counts is the direction")
        ->check(CLI::IsMember({"euclidean", "cosine"}));
    command.add_flag("--normalize", options->cluster.normalize, "Vectors of unit length first, Euclidean after that");
    command.add_flag("--balanced", options->cluster.balanced,
        "Clusters whose sizes differ by one at most; published: of one size, without regard to distances");
    addMode(command, options->cluster.mode);
    addDevice(command, options->cluster.device);
}

} // namespace winnow::app
