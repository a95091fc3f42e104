#pragma once

#include "core/domain/metric.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <cstdint>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// Changes of a clustering by hand. Merging and splitting make a new clustering and leave the old one as it is, with
/// every label, selection and run that refers to it; a name is given in place, since no pair moves by it. Each writes
/// one line of recipe; undoClusterEdit() takes it back.
struct MergeOptions {
    std::string clustering;
    std::vector<std::string> clusters; ///< two or more, by number or by name
    std::string called;                ///< name of the merged cluster; empty = the first name that one of them has
    std::string newName;               ///< of the new clustering; empty = nextEditName()
};

/// The merged cluster takes the lowest of the numbers, those above the others close up. details: as showClusters().
/// Throws Error: NotFound, InvalidInput, Conflict (the name is taken).
JobResult mergeClusters(Workspace& workspace, const MergeOptions& options, RunContext& context);

struct SplitOptions {
    std::string clustering;
    std::string cluster; ///< by number or by name
    int parts = 2;
    std::string space;  ///< empty = the one that the clustering was made in
    std::string metric; ///< "euclidean", "cosine", empty = as the clustering
    std::uint64_t seed = 0;
    std::string newName; ///< of the new clustering; empty = nextEditName()
};

/// k-means within one cluster: its first part keeps number and name, the others come after the last number. Pairs
/// without a vector stay in the first. details: as showClusters(), without (a vector). Throws Error: NotFound,
/// InvalidInput (fewer different pairs than parts), Conflict.
JobResult splitCluster(Workspace& workspace, const SplitOptions& options, RunContext& context);

/// Throws Error: NotFound, InvalidInput (an empty name, a bare number, a name that another cluster has).
JobResult renameCluster(
    Workspace& workspace, const std::string& clustering, const std::string& cluster, const std::string& name);

/// Takes the last change by hand back: a name, or the clustering that was made by it (it goes to the trash). Throws
/// Error: NotFound, InvalidInput (nothing was changed), Conflict (labels were measured on it).
JobResult undoClusterEdit(Workspace& workspace, const std::string& clustering);

/// details: name, algorithm, made_from (null unless by hand), can_undo, clusters (number, name, pairs).
JobResult showClusters(store::Project& project, const std::string& clustering);

/// The clustering that this one was made from by hand, and whether undoClusterEdit() has something to do.
std::string editedFrom(const ClusteringInfo& info);
bool canUndoEdit(const ClusteringInfo& info);

/// "clusters" → "clusters.2", "clusters.2" → "clusters.3": the next that no clustering has.
std::string nextEditName(const std::vector<ClusteringInfo>& clusterings, const std::string& name);

} // namespace winnow::pipeline
