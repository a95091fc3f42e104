#include "core/base/text.h"
#include "core/cluster/kmeans.h"
#include "core/pipeline/feature_matrix.h"
#include "core/pipeline/score_job.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"

#include <algorithm>
#include <chrono>
#include <iomanip>

namespace winnow::pipeline {

namespace {

    void computeMissingSpace(
        Workspace& workspace, store::Project& project, const ClusterOptions& options, RunContext& context)
    {
        const auto spaces = store::FeatureStore(project).list();
        if (std::any_of(spaces.begin(), spaces.end(), [&](const FeatureInfo& f) { return f.name == options.space; }))
            return;
        FeatureOptions features;
        features.spaces = {options.space};
        features.device = options.device;
        runFeatures(workspace, features, context);
    }

    ClusterColumn toColumn(const cluster::KMeansResult& result, const FeatureRows& matrix, std::size_t pairCount,
        const ClusterOptions& options)
    {
        std::vector<std::int32_t> assignment(pairCount, kNoCluster);
        for (std::size_t i = 0; i < matrix.rows.size(); ++i)
            assignment[matrix.rows[i]] = result.labels[i];
        ClusterColumn column;
        column.info.name = options.name;
        column.info.algorithm = options.method;
        column.info.parameters = json::dump(Json{{"k", options.k}, {"space", options.space}, {"space_key", matrix.key},
            {"seed", options.seed}, {"inertia", result.inertia}, {"iterations", result.iterations}});
        for (int c = 0; c < options.k; ++c)
            column.info.clusterNames.push_back(text::join(c));
        column.assignment = std::make_shared<const std::vector<std::int32_t>>(std::move(assignment));
        return column;
    }

} // namespace

JobResult runCluster(Workspace& workspace, const ClusterOptions& options, RunContext& context)
{
    require(!options.name.empty(), ErrorCode::InvalidInput, "a clustering needs a name");
    require(options.method == "kmeans", ErrorCode::Unsupported,
        text::join("this version clusters by kmeans, not by ", options.method));
    const auto start = std::chrono::steady_clock::now();
    auto project = workspace.open();
    computeMissingSpace(workspace, project, options, context);
    const store::Lease lease(project, "cluster:" + options.name);
    const auto matrix = loadMatrix(project, options.space);
    cluster::KMeansOptions given;
    given.clusters = options.k;
    given.seed = options.seed;
    const auto found = cluster::kmeans(matrix.vectors, given, context);
    const auto pairCount = static_cast<std::size_t>(store::PairStore(project).count());
    store::ClusterStore clusters(project);
    clusters.save(toColumn(found, matrix, pairCount, options));
    store::Recipe(project).append({"cluster", "--name", options.name, "--method", options.method, "--k",
        text::join(options.k), "--space", options.space, "--seed", text::join(options.seed)});

    std::vector<std::int64_t> sizes(static_cast<std::size_t>(options.k), 0);
    for (const auto label : found.labels)
        ++sizes[static_cast<std::size_t>(label)];
    const auto [smallest, largest] = std::minmax_element(sizes.begin(), sizes.end());
    const auto without = pairCount - matrix.rows.size();
    JobResult out;
    out.sentence = text::join("clustering ", options.name, ": ", matrix.rows.size(), " pairs in ", options.k,
        " clusters of ", *smallest, " to ", *largest);
    if (without > 0)
        out.sentence += text::join(", ", without, " pairs have no vector and no cluster");
    out.hasProblems = without > 0;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    out.details = {{"name", options.name}, {"k", options.k}, {"sizes", sizes}, {"inertia", found.inertia},
        {"pairs", matrix.rows.size()}, {"without", without}, {"seconds", seconds}};
    return out;
}

} // namespace winnow::pipeline
