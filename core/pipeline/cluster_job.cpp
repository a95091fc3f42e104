#include "core/base/text.h"
#include "core/cluster/balance.h"
#include "core/cluster/kmeans.h"
#include "core/cluster/quality.h"
#include "core/cluster/spectral.h"
#include "core/pipeline/feature_matrix.h"
#include "core/pipeline/score_job.h"
#include "core/pipeline/unfinished_job.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/tensor/linalg.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>

namespace winnow::pipeline {

namespace {

    /// "clip-image.pca6" → {"clip-image", 6}; 0 where the name is not one of a reduced space.
    std::pair<std::string, int> splitReduced(const std::string& space)
    {
        const auto at = space.rfind(".pca");
        std::int64_t dimensions = 0;
        const bool isReduced = at != std::string::npos && at > 0
            && text::parseInt(std::string_view(space).substr(at + 4), dimensions) && dimensions > 0
            && dimensions <= 100'000;
        return isReduced ? std::pair(space.substr(0, at), static_cast<int>(dimensions)) : std::pair(space, 0);
    }

    void computeMissingSpace(
        Workspace& workspace, store::Project& project, const ClusterOptions& options, RunContext& context)
    {
        const auto spaces = store::FeatureStore(project).list();
        if (std::any_of(spaces.begin(), spaces.end(), [&](const FeatureInfo& f) { return f.name == options.space; }))
            return;
        const auto [space, dimensions] = splitReduced(options.space);
        FeatureOptions features;
        features.spaces = {space};
        features.pcaDimensions = dimensions;
        features.device = options.device;
        runFeatures(workspace, features, context);
    }

    /// What a method found, and what is worth telling of it.
    struct Grouping {
        std::vector<std::int32_t> labels; ///< of each row of the matrix; kNoCluster where it was left out
        Json details = Json::object();
    };

    bool isCosine(const ClusterOptions& options) { return options.metric == "cosine"; }

    cluster::Metric metricOf(const ClusterOptions& options)
    {
        return isCosine(options) ? cluster::Metric::Cosine : cluster::Metric::Euclidean;
    }

    cluster::KMeansOptions kmeansOptions(const ClusterOptions& options)
    {
        cluster::KMeansOptions out;
        out.metric = metricOf(options);
        out.clusters = options.k;
        out.seed = options.seed;
        return out;
    }

    cluster::SpectralOptions spectralOptions(const ClusterOptions& options)
    {
        cluster::SpectralOptions out;
        out.clusters = options.k;
        out.metric = metricOf(options);
        out.neighbors = options.neighbors;
        out.landmarks = options.landmarks;
        out.seed = options.seed;
        if (options.mode == Mode::Published)
            out.exactRows = std::numeric_limits<std::int64_t>::max(); // as published, whatever it takes
        return out;
    }

    Grouping fromKMeans(cluster::KMeansResult result)
    {
        return {std::move(result.labels),
            {{"inertia", result.inertia}, {"iterations", result.iterations}, {"restarts", result.restarts}}};
    }

    /// Of a SpectralEmbedding or a SpectralResult.
    template <typename Result> Json spectrumDetails(const Result& result)
    {
        const auto* const first = result.eigenvalues.template data_ptr<double>();
        return {{"components", result.components}, {"landmarks", result.landmarks},
            {"eigenvalues", std::vector<double>(first, first + result.eigenvalues.numel())}};
    }

    Grouping group(const torch::Tensor& vectors, const ClusterOptions& options, RunContext& context)
    {
        const bool byCost = options.balanced && options.mode == Mode::Corrected;
        if (options.method == "kmeans")
            return fromKMeans(byCost ? cluster::balancedKMeans(vectors, kmeansOptions(options), context)
                                     : cluster::kmeans(vectors, kmeansOptions(options), context));
        if (byCost) {
            const auto embedding = cluster::spectralEmbedding(vectors, spectralOptions(options), context);
            auto euclidean = kmeansOptions(options); // the metric is that of the graph
            euclidean.metric = cluster::Metric::Euclidean;
            auto out = fromKMeans(cluster::balancedKMeans(embedding.rows, euclidean, context));
            out.details.update(spectrumDetails(embedding));
            return out;
        }
        auto result = cluster::spectral(vectors, spectralOptions(options), context);
        Grouping out{std::move(result.labels), {{"inertia", result.inertia}}};
        out.details.update(spectrumDetails(result));
        return out;
    }

    /// Vectors of zeros, which have no direction.
    std::int64_t countZeros(const torch::Tensor& vectors)
    {
        return vectors.size(0) - std::get<0>(vectors.abs().max(1)).count_nonzero().item<std::int64_t>();
    }

    /// Clusters of one size as the published code makes them: by their numbers and the order of their pairs.
    void equalisePublished(Grouping& grouping, int k)
    {
        std::vector<std::vector<std::int64_t>> members(static_cast<std::size_t>(k));
        for (std::size_t i = 0; i < grouping.labels.size(); ++i)
            members[static_cast<std::size_t>(grouping.labels[i])].push_back(static_cast<std::int64_t>(i));
        const auto equal = cluster::equalise(std::move(members));
        std::fill(grouping.labels.begin(), grouping.labels.end(), kNoCluster);
        for (std::size_t c = 0; c < equal.members.size(); ++c)
            for (const auto row : equal.members[c])
                grouping.labels[static_cast<std::size_t>(row)] = static_cast<std::int32_t>(c);
        grouping.details["moved"] = equal.moved;
        grouping.details["dropped"] = equal.dropped;
    }

    Json parametersOf(const ClusterOptions& options, const FeatureRows& matrix, const Grouping& grouping)
    {
        Json out{{"k", options.k}, {"space", options.space}, {"space_key", matrix.key}, {"seed", options.seed},
            {"mode", toString(options.mode)}, {"metric", options.metric}, {"normalize", options.normalize},
            {"balanced", options.balanced}};
        if (options.method == "spectral")
            out["neighbors"] = options.neighbors;
        out.update(grouping.details);
        return out;
    }

    ClusterColumn toColumn(
        const Grouping& grouping, const FeatureRows& matrix, std::size_t pairCount, const ClusterOptions& options)
    {
        std::vector<std::int32_t> assignment(pairCount, kNoCluster);
        for (std::size_t i = 0; i < matrix.rows.size(); ++i)
            assignment[matrix.rows[i]] = grouping.labels[i];
        ClusterColumn column;
        column.info.name = options.name;
        column.info.algorithm = options.method;
        column.info.parameters = json::dump(parametersOf(options, matrix, grouping));
        for (int c = 0; c < options.k; ++c)
            column.info.clusterNames.push_back(text::join(c));
        column.assignment = std::make_shared<const std::vector<std::int32_t>>(std::move(assignment));
        return column;
    }

    std::vector<std::string> recipeArguments(const ClusterOptions& options)
    {
        std::vector<std::string> out{"cluster", "--name", options.name, "--method", options.method, "--k",
            text::join(options.k), "--space", options.space, "--seed", text::join(options.seed)};
        if (options.mode == Mode::Published)
            out.insert(out.end(), {"--mode", "published"});
        if (options.method == "spectral")
            out.insert(out.end(), {"--neighbors", text::join(options.neighbors)});
        if (options.landmarks > 0)
            out.insert(out.end(), {"--landmarks", text::join(options.landmarks)});
        if (isCosine(options))
            out.insert(out.end(), {"--metric", options.metric});
        if (options.normalize)
            out.push_back("--normalize");
        if (options.balanced)
            out.push_back("--balanced");
        return out;
    }

    JobResult describe(const ClusterOptions& options, const Grouping& grouping, std::size_t pairCount)
    {
        const auto sizes = cluster::clusterSizes(grouping.labels, options.k);
        const auto [smallest, largest] = std::minmax_element(sizes.begin(), sizes.end());
        const auto grouped = std::accumulate(sizes.begin(), sizes.end(), std::int64_t(0));
        const auto without = pairCount - grouping.labels.size();
        const auto dropped = grouping.details.value("dropped", std::int64_t(0));
        JobResult out;
        out.sentence = text::join("clustering ", options.name, ": ", grouped, " pairs in ", options.k,
            *smallest == *largest ? " clusters of " : text::join(" clusters of ", *smallest, " to "), *largest);
        if (grouping.details.contains("moved"))
            out.sentence += text::join(", ", grouping.details.at("moved").get<std::int64_t>(),
                " moved to another cluster, ", dropped, " left over and in none");
        if (const auto landmarks = grouping.details.value("landmarks", std::int64_t(0)); landmarks > 0)
            out.sentence += text::join(", by ", landmarks, " landmarks instead of every pair with every other");
        if (const auto zeros = grouping.details.value("without_direction", std::int64_t(0)); zeros > 0)
            out.sentence += text::join(", ", zeros, " of them without a direction (their vectors are all zeros)");
        if (without > 0)
            out.sentence += text::join(", ", without, " pairs have no vector and no cluster");
        out.hasProblems = without > 0 || grouping.details.value("without_direction", std::int64_t(0)) > 0;
        out.details = {
            {"name", options.name}, {"k", options.k}, {"sizes", sizes}, {"pairs", grouped}, {"without", without}};
        out.details.update(grouping.details);
        return out;
    }

} // namespace

void ClusterOptions::validate() const
{
    require(!name.empty(), ErrorCode::InvalidInput, "a clustering needs a name");
    require(method == "kmeans" || method == "spectral", ErrorCode::InvalidInput,
        text::join("\"", text::shortened(method, 40), "\" is no way to cluster: use kmeans or spectral"));
    require(k > 0, ErrorCode::InvalidInput, text::join("cannot make ", k, " clusters"));
    require(metric == "euclidean" || metric == "cosine", ErrorCode::InvalidInput,
        text::join("\"", text::shortened(metric, 40), "\" is no distance: use euclidean or cosine"));
    require(landmarks >= 0, ErrorCode::InvalidInput, text::join("cannot place ", landmarks, " landmarks"));
    if (mode == Mode::Corrected)
        return;
    require(!normalize, ErrorCode::InvalidInput,
        "the published clustering takes the vectors as they are: leave out normalising or the published mode");
    require(metric == "euclidean", ErrorCode::InvalidInput,
        "the published clustering is Euclidean: leave out the cosine or the published mode");
    require(landmarks == 0, ErrorCode::InvalidInput,
        "the published clustering knows no landmarks: leave them out or the published mode");
    require(neighbors == 10, ErrorCode::InvalidInput,
        text::join("the published clustering has 10 neighbours, not ", neighbors));
    require(seed == 0, ErrorCode::InvalidInput, text::join("the published clustering has seed 0, not ", seed));
}

JobResult runCluster(Workspace& workspace, const ClusterOptions& options, RunContext& context)
{
    options.validate();
    const auto start = std::chrono::steady_clock::now();
    auto project = workspace.open();
    const store::Lease lease(project, "cluster:" + options.name, toWish(options));
    computeMissingSpace(workspace, project, options, context);
    auto matrix = loadMatrix(project, options.space);
    if (options.normalize)
        matrix.vectors = tensor::unitRows(matrix.vectors);
    auto grouping = group(matrix.vectors, options, context);
    if (isCosine(options))
        grouping.details["without_direction"] = countZeros(matrix.vectors);
    if (options.balanced && options.mode == Mode::Published)
        equalisePublished(grouping, options.k);
    const auto pairCount = static_cast<std::size_t>(store::PairStore(project).count());
    store::ClusterStore(project).save(toColumn(grouping, matrix, pairCount, options));
    store::Recipe(project).append(recipeArguments(options));
    auto out = describe(options, grouping, pairCount);
    out.details["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return out;
}

} // namespace winnow::pipeline
