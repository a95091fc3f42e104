#include "core/pipeline/cluster_edit_job.h"

#include "core/base/text.h"
#include "core/cluster/kmeans.h"
#include "core/pipeline/feature_matrix.h"
#include "core/store/column_file.h"
#include "core/store/column_store.h"
#include "core/store/database.h"
#include "core/store/feature_store.h"
#include "core/store/label_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"

#include <algorithm>
#include <set>

namespace winnow::pipeline {

namespace {

    using Assignment = std::vector<std::int32_t>;

    Json parametersOf(const ClusteringInfo& info)
    {
        auto out = json::parse(
            info.parameters.empty() ? "{}" : info.parameters, text::join("the parameters of clustering ", info.name));
        if (!out.is_object())
            return Json::object();
        if (out.contains("renames") && !out.at("renames").is_array())
            out.erase("renames"); // nothing of ours wrote it
        return out;
    }

    std::string textOf(const Json& object, const char* name)
    {
        const auto found = object.find(name);
        return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
    }

    bool isPlainNumber(const std::string& name)
    {
        std::int64_t value = 0;
        return text::parseInt(name, value);
    }

    std::int32_t clusterOf(const ClusteringInfo& info, const std::string& cluster)
    {
        std::int64_t number = 0;
        const auto count = static_cast<std::int64_t>(info.sizes.size());
        if (text::parseInt(cluster, number)) {
            require(number >= 0 && number < count, ErrorCode::NotFound,
                text::join("clustering ", info.name, " has no cluster ", number, ": they go from 0 to ", count - 1));
            return static_cast<std::int32_t>(number);
        }
        const auto found = std::find(info.clusterNames.begin(), info.clusterNames.end(), cluster);
        require(found != info.clusterNames.end(), ErrorCode::NotFound,
            text::join("clustering ", info.name, " has no cluster named \"", text::shortened(cluster, 60),
                "\": give its number, 0 to ", count - 1));
        return static_cast<std::int32_t>(found - info.clusterNames.begin());
    }

    /// Whether a person gave it a name, rather than its number.
    bool hasName(const ClusteringInfo& info, std::int32_t cluster)
    {
        const auto& name = info.clusterNames.at(static_cast<std::size_t>(cluster));
        return !name.empty() && !isPlainNumber(name);
    }

    std::string nameOf(const ClusteringInfo& info, std::int32_t cluster)
    {
        const auto& name = info.clusterNames.at(static_cast<std::size_t>(cluster));
        return name.empty() ? text::join(cluster) : name;
    }

    /// `except` is the cluster that is to have it.
    void checkClusterName(const ClusteringInfo& info, const std::string& name, const std::set<std::int32_t>& except)
    {
        store::checkName("cluster", name);
        require(!isPlainNumber(name), ErrorCode::InvalidInput,
            text::join("cannot name a cluster ", name, ": a bare number stands for the cluster of that number"));
        for (std::size_t c = 0; c < info.clusterNames.size(); ++c)
            require(except.count(static_cast<std::int32_t>(c)) > 0
                    || text::toLowerAscii(info.clusterNames[c]) != text::toLowerAscii(name),
                ErrorCode::InvalidInput,
                text::join("cluster ", c, " of ", info.name, " is called \"", info.clusterNames[c],
                    "\" already: choose another name"));
    }

    /// The name that was asked for, if it is free, or the next one.
    std::string freeName(
        const std::vector<ClusteringInfo>& clusterings, const std::string& from, const std::string& wanted)
    {
        if (wanted.empty())
            return nextEditName(clusterings, from);
        store::checkName("clustering", wanted);
        require(
            std::none_of(clusterings.begin(), clusterings.end(), [&](const auto& info) { return info.name == wanted; }),
            ErrorCode::Conflict, text::join("there is a clustering \"", wanted, "\" already: choose another name"));
        return wanted;
    }

    /// Whatever of the old parameters still holds of pairs moved by hand, and what was done.
    std::string editedParameters(const ClusteringInfo& source, std::size_t count, const Json& edit)
    {
        const auto before = parametersOf(source);
        Json out{{"k", count}, {"made_from", source.name}, {"edit", edit}};
        for (const char* kept : {"space", "space_key", "metric", "normalize"})
            if (before.contains(kept))
                out[kept] = before.at(kept);
        return json::dump(out);
    }

    struct Edit {
        ClusterColumn column;
        std::vector<std::string> recipe; ///< its line
        std::string sentence;
    };

    JobResult save(store::Project& project, Edit edit)
    {
        edit.column.info.algorithm = "edited";
        const auto name = edit.column.info.name;
        store::Transaction transaction(project.database(), store::Transaction::Kind::Durable);
        store::ClusterStore(project).save(std::move(edit.column));
        store::Recipe(project).append(edit.recipe);
        transaction.commit();
        auto out = showClusters(project, name);
        out.sentence = edit.sentence;
        return out;
    }

    /// New number of each old cluster once the others have joined the first.
    std::vector<std::int32_t> mergedNumbers(std::size_t count, const std::set<std::int32_t>& together)
    {
        std::vector<std::int32_t> out;
        std::int32_t next = 0;
        for (std::int32_t c = 0; c < static_cast<std::int32_t>(count); ++c)
            out.push_back(together.count(c) > 0 && c != *together.begin()
                    ? out[static_cast<std::size_t>(*together.begin())]
                    : next++);
        return out;
    }

    std::string mergedName(
        const ClusteringInfo& info, const std::set<std::int32_t>& together, const std::string& called)
    {
        if (!called.empty()) {
            checkClusterName(info, called, together);
            return called;
        }
        for (const auto cluster : together)
            if (hasName(info, cluster))
                return info.clusterNames[static_cast<std::size_t>(cluster)];
        return {};
    }

    Edit merge(const ClusterColumn& source, const MergeOptions& options, const std::string& newName)
    {
        std::set<std::int32_t> together;
        for (const auto& cluster : options.clusters)
            together.insert(clusterOf(source.info, cluster));
        require(together.size() >= 2, ErrorCode::InvalidInput, "merging takes two clusters or more");
        const auto numbers = mergedNumbers(source.info.sizes.size(), together);
        const auto name = mergedName(source.info, together, options.called);
        Edit out{source, {"clusters", "merge", source.info.name}, {}};
        auto& info = out.column.info;
        info.name = newName;
        info.clusterNames.clear();
        for (std::int32_t c = 0; c < static_cast<std::int32_t>(numbers.size()); ++c) {
            const auto number = numbers[static_cast<std::size_t>(c)];
            if (static_cast<std::size_t>(number) < info.clusterNames.size())
                continue; // joined an earlier one
            info.clusterNames.push_back(c == *together.begin() && !name.empty() ? name
                    : hasName(source.info, c) && c != *together.begin()
                    ? source.info.clusterNames[static_cast<std::size_t>(c)]
                    : text::join(number));
        }
        auto assignment = std::make_shared<Assignment>(*source.assignment);
        for (auto& cluster : *assignment)
            if (cluster != kNoCluster)
                cluster = numbers[static_cast<std::size_t>(cluster)];
        out.column.assignment = std::move(assignment);
        info.parameters = editedParameters(source.info, info.clusterNames.size(),
            {{"kind", "merge"}, {"clusters", std::vector<std::int32_t>(together.begin(), together.end())}});
        std::vector<std::string> said;
        for (const auto cluster : together) {
            out.recipe.push_back(text::join(cluster));
            said.push_back(nameOf(source.info, cluster));
        }
        if (!options.called.empty())
            out.recipe.insert(out.recipe.end(), {"--called", options.called});
        out.recipe.insert(out.recipe.end(), {"--as", newName});
        out.sentence =
            text::join("clustering ", newName, ": clusters ", text::joined(said, ", "), " of ", source.info.name,
                " are one, ", info.clusterNames.size(), " in all; ", source.info.name, " stays as it was");
        return out;
    }

    /// The rows of one cluster, and those of them that have a vector.
    struct Part {
        std::vector<PairRow> rows; ///< that have one
        torch::Tensor vectors;     ///< [rows.size(), D]
        std::int64_t without = 0;
    };

    Part loadPart(store::Project& project, const ClusterColumn& source, std::int32_t cluster, const std::string& space)
    {
        const auto matrix = loadMatrix(project, space);
        Part out;
        std::vector<std::int64_t> index;
        std::int64_t size = 0;
        for (const auto number : *source.assignment)
            size += number == cluster;
        for (std::size_t i = 0; i < matrix.rows.size(); ++i)
            if (matrix.rows[i] < source.assignment->size() && (*source.assignment)[matrix.rows[i]] == cluster) {
                out.rows.push_back(matrix.rows[i]);
                index.push_back(static_cast<std::int64_t>(i));
            }
        out.without = size - static_cast<std::int64_t>(index.size());
        out.vectors = matrix.vectors.index_select(0, torch::tensor(index, torch::kInt64));
        return out;
    }

    /// Names of the parts after the first: "boats 2", "boats 3" of "boats", else their numbers.
    void nameParts(ClusteringInfo& info, std::int32_t cluster, int parts)
    {
        const bool isNamed = hasName(info, cluster);
        const auto base = info.clusterNames[static_cast<std::size_t>(cluster)];
        int suffix = 2;
        for (int part = 1; part < parts; ++part) {
            auto name = text::join(info.clusterNames.size());
            if (isNamed)
                do
                    name = text::join(base, " ", suffix++);
                while (std::find(info.clusterNames.begin(), info.clusterNames.end(), name) != info.clusterNames.end());
            info.clusterNames.push_back(name);
        }
    }

    std::string spaceOf(store::Project& project, const ClusteringInfo& info, const std::string& wanted)
    {
        const auto space = wanted.empty() ? textOf(parametersOf(info), "space") : wanted;
        require(!space.empty(), ErrorCode::InvalidInput,
            text::join(
                "clustering ", info.name, " was not made from vectors here: name the feature space to split in"));
        const auto spaces = store::FeatureStore(project).list();
        require(std::any_of(spaces.begin(), spaces.end(), [&](const FeatureInfo& f) { return f.name == space; }),
            ErrorCode::NotFound,
            text::join("there is no feature space ", space, " to split in: make it with features, or name another"));
        return space;
    }

    cluster::KMeansOptions splitSettings(const ClusteringInfo& info, const SplitOptions& options)
    {
        const auto before = parametersOf(info);
        auto metric = options.metric;
        if (metric.empty())
            metric = before.value("normalize", false) ? "cosine" : textOf(before, "metric");
        cluster::KMeansOptions out;
        out.clusters = options.parts;
        out.metric = metric == "cosine" ? cluster::Metric::Cosine : cluster::Metric::Euclidean;
        out.seed = options.seed;
        return out;
    }

    Edit split(store::Project& project, const ClusterColumn& source, const SplitOptions& options,
        const std::string& newName, RunContext& context)
    {
        const auto cluster = clusterOf(source.info, options.cluster);
        const auto called = nameOf(source.info, cluster);
        const auto space = spaceOf(project, source.info, options.space);
        const auto part = loadPart(project, source, cluster, space);
        require(static_cast<int>(part.rows.size()) >= options.parts, ErrorCode::InvalidInput,
            text::join("cannot split cluster ", called, " of ", source.info.name, " into ", options.parts, ": it has ",
                part.rows.size(), " pairs with a vector in ", space));
        const auto settings = splitSettings(source.info, options);
        const auto found = cluster::kmeans(part.vectors, settings, context);
        const auto filled = std::set<std::int32_t>(found.labels.begin(), found.labels.end()).size();
        require(static_cast<int>(filled) == options.parts, ErrorCode::InvalidInput,
            text::join("cannot split cluster ", called, " of ", source.info.name, " into ", options.parts,
                ": its pairs have only ", filled, " different vectors in ", space));
        Edit out{source, {"clusters", "split", source.info.name, text::join(cluster)}, {}};
        auto& info = out.column.info;
        const auto firstNew = static_cast<std::int32_t>(info.sizes.size());
        auto assignment = std::make_shared<Assignment>(*source.assignment);
        for (std::size_t i = 0; i < part.rows.size(); ++i)
            if (found.labels[i] > 0)
                (*assignment)[part.rows[i]] = firstNew + found.labels[i] - 1;
        out.column.assignment = std::move(assignment);
        info.name = newName;
        nameParts(info, cluster, options.parts);
        const std::string metric = settings.metric == cluster::Metric::Cosine ? "cosine" : "euclidean";
        info.parameters = editedParameters(source.info, info.clusterNames.size(),
            {{"kind", "split"}, {"cluster", cluster}, {"parts", options.parts}, {"space", space}, {"metric", metric},
                {"seed", options.seed}, {"without", part.without}});
        out.recipe.insert(out.recipe.end(),
            {"--k", text::join(options.parts), "--space", space, "--metric", metric, "--seed", text::join(options.seed),
                "--as", newName});
        out.sentence = text::join("clustering ", newName, ": cluster ", called, " of ", source.info.name, " is ",
            options.parts, " now, ", info.clusterNames.size(), " in all; ", source.info.name, " stays as it was");
        if (part.without > 0)
            out.sentence += text::join("; ", part.without, " pairs without a vector stay in its first part");
        return out;
    }

} // namespace

std::string editedFrom(const ClusteringInfo& info) { return textOf(parametersOf(info), "made_from"); }

bool canUndoEdit(const ClusteringInfo& info)
{
    const auto parameters = parametersOf(info);
    return !textOf(parameters, "made_from").empty()
        || (parameters.contains("renames") && !parameters.at("renames").empty());
}

std::string nextEditName(const std::vector<ClusteringInfo>& clusterings, const std::string& name)
{
    auto base = name;
    std::int64_t number = 1;
    const auto dot = name.rfind('.');
    if (std::int64_t last = 0; dot != std::string::npos && dot > 0
        && text::parseInt(std::string_view(name).substr(dot + 1), last) && last >= 2 && last < 1'000'000) {
        base = name.substr(0, dot);
        number = last;
    }
    while (true) {
        const auto next = text::join(base, ".", ++number);
        if (std::none_of(clusterings.begin(), clusterings.end(), [&](const auto& info) { return info.name == next; }))
            return next;
    }
}

JobResult mergeClusters(Workspace& workspace, const MergeOptions& options, RunContext&)
{
    auto project = workspace.open();
    store::ClusterStore clusterings(project);
    const auto source = clusterings.load(options.clustering);
    const auto newName = freeName(clusterings.list(), options.clustering, options.newName);
    const store::Lease lease(project, "cluster:" + newName);
    return save(project, merge(source, options, newName));
}

JobResult splitCluster(Workspace& workspace, const SplitOptions& options, RunContext& context)
{
    require(options.parts >= 2, ErrorCode::InvalidInput,
        text::join("cannot split a cluster into ", options.parts, ": two parts or more"));
    require(options.metric.empty() || options.metric == "euclidean" || options.metric == "cosine",
        ErrorCode::InvalidInput,
        text::join("\"", text::shortened(options.metric, 40), "\" is no distance: use euclidean or cosine"));
    auto project = workspace.open();
    store::ClusterStore clusterings(project);
    const auto source = clusterings.load(options.clustering);
    const auto newName = freeName(clusterings.list(), options.clustering, options.newName);
    const store::Lease lease(project, "cluster:" + newName);
    return save(project, split(project, source, options, newName, context));
}

JobResult renameCluster(
    Workspace& workspace, const std::string& clustering, const std::string& cluster, const std::string& name)
{
    auto project = workspace.open();
    store::ClusterStore clusterings(project);
    auto info = clusterings.load(clustering).info;
    const auto number = clusterOf(info, cluster);
    checkClusterName(info, name, {number});
    auto& now = info.clusterNames[static_cast<std::size_t>(number)];
    const auto before = now;
    if (before != name) {
        auto parameters = parametersOf(info);
        parameters["renames"].push_back({{"cluster", number}, {"before", before}});
        info.parameters = json::dump(parameters);
        now = name;
        store::Transaction transaction(project.database(), store::Transaction::Kind::Durable);
        clusterings.relabel(info);
        store::Recipe(project).append({"clusters", "rename", clustering, text::join(number), name});
        transaction.commit();
    }
    auto out = showClusters(project, clustering);
    out.sentence = text::join("cluster ", number, " of ", clustering, " is now called ", name);
    return out;
}

namespace {

    JobResult undoRename(store::Project& project, ClusteringInfo info, Json parameters)
    {
        const auto what = text::join("the names given in clustering ", info.name);
        const Json last = parameters.at("renames").back();
        const auto cluster = json::field<std::int32_t>(last, "cluster", what);
        require(cluster >= 0 && static_cast<std::size_t>(cluster) < info.clusterNames.size(), ErrorCode::BadFile,
            text::join(what, " speak of cluster ", cluster, ", which is not there"));
        info.clusterNames[static_cast<std::size_t>(cluster)] = json::field<std::string>(last, "before", what);
        parameters["renames"].erase(parameters["renames"].size() - 1);
        info.parameters = json::dump(parameters);
        store::ClusterStore(project).relabel(info);
        auto out = showClusters(project, info.name);
        out.sentence = text::join("cluster ", cluster, " of ", info.name, " is called ",
            info.clusterNames[static_cast<std::size_t>(cluster)], " again");
        return out;
    }

    JobResult undoDerived(store::Project& project, const ClusteringInfo& info, const std::string& source)
    {
        for (const auto& labels : store::LabelStore(project).list())
            require(labels.clustering != info.name, ErrorCode::Conflict,
                text::join("labels \"", labels.name, "\" were measured on clustering ", info.name,
                    ": remove these first, or keep it"));
        store::trashItem(project, "clustering", info.name);
        JobResult out;
        out.details = {{"name", source}, {"removed", info.name}};
        out.sentence = text::join("clustering ", info.name, " went to the trash, ", source, " is as it was");
        return out;
    }

} // namespace

JobResult undoClusterEdit(Workspace& workspace, const std::string& clustering)
{
    auto project = workspace.open();
    const auto info = store::ClusterStore(project).load(clustering).info;
    auto parameters = parametersOf(info);
    const auto source = textOf(parameters, "made_from");
    const bool isRenamed = parameters.contains("renames") && !parameters.at("renames").empty();
    require(isRenamed || !source.empty(), ErrorCode::InvalidInput,
        text::join("clustering ", clustering, " was not changed by hand: there is nothing to undo"));
    store::Transaction transaction(project.database(), store::Transaction::Kind::Durable);
    auto out = isRenamed ? undoRename(project, info, std::move(parameters)) : undoDerived(project, info, source);
    store::Recipe(project).append({"clusters", "undo", clustering});
    transaction.commit();
    return out;
}

JobResult showClusters(store::Project& project, const std::string& clustering)
{
    const auto info = store::ClusterStore(project).load(clustering).info;
    const auto source = editedFrom(info);
    JobResult out;
    out.details = {{"name", info.name}, {"algorithm", info.algorithm},
        {"made_from", source.empty() ? Json() : Json(source)}, {"can_undo", canUndoEdit(info)},
        {"clusters", Json::array()}};
    std::vector<std::string> lines{
        text::join(info.name, ": ", info.sizes.size(), " clusters", source.empty() ? "" : ", by hand from ", source)};
    for (std::size_t c = 0; c < info.sizes.size(); ++c) {
        out.details["clusters"].push_back(
            {{"number", c}, {"name", nameOf(info, static_cast<std::int32_t>(c))}, {"pairs", info.sizes[c]}});
        const bool isNamed = hasName(info, static_cast<std::int32_t>(c));
        lines.push_back(text::join("  ", c, isNamed ? "  " : "", isNamed ? info.clusterNames[c] : "", "  ",
            info.sizes[c], info.sizes[c] == 1 ? " pair" : " pairs"));
    }
    out.sentence = text::joined(lines, "\n");
    return out;
}

} // namespace winnow::pipeline
