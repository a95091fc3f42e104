#pragma once

#include "core/store/project.h"
#include "core/tensor/linalg.h"

#include <cstdint>
#include <optional>
#include <string>

namespace winnow::pipeline {

/// The principal components that a reduced feature space was made with. Kept beside the vectors as
/// `vectors/pca-<hash>.basis.safetensors` (components, mean, explained_variance, explained_variance_ratio,
/// singular_values, all f64), so that pairs that come later are projected on the same axes. A file never changes:
/// another fit is another file.
struct PcaBasis {
    tensor::Pca pca;
    std::string space;            ///< the space it was fitted on
    std::string spaceKey;         ///< its key then: vectors of another model need another basis
    std::int64_t version = 1;     ///< 1 for the first fit of the column, then counted up
    std::int64_t fittedPairs = 0; ///< vectors it was fitted on
    std::string file;             ///< name inside vectors/

    /// Identifies the fit: equal key, equal projections.
    std::string key() const;
};

/// Fits all vectors of the space; signs as scikit-learn's. Not stored yet. Throws as loadMatrix(),
/// tensor::computePca().
PcaBasis fitBasis(store::Project& project, const std::string& space, std::int64_t dimensions, std::int64_t version);

/// Writes the basis's file and names it; a damaged one of this name is replaced. Throws Error: DiskFull, Io.
void saveBasis(const store::Project& project, PcaBasis& basis);

/// The basis of a reduced space (`clip-image.pca6`); none where there is no such space, or one without a basis
/// (imported, or made by an earlier version). Throws Error(BadFile): the file is damaged or gone.
std::optional<PcaBasis> findBasis(store::Project& project, const std::string& column);

} // namespace winnow::pipeline
