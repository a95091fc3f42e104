#pragma once

#include "core/domain/experiment.h"
#include "core/domain/label.h"
#include "core/store/project.h"

#include <optional>
#include <string_view>
#include <vector>

namespace winnow::store {

/// Measured labels of clusterings. Thread: that of the project.
class LabelStore {
public:
    explicit LabelStore(Project& project);

    std::vector<LabelSet> list();
    std::optional<LabelSet> find(std::string_view name);
    /// Throws Error(NotFound) naming the label sets there are.
    LabelSet load(std::string_view name);
    /// Writes a new set, or the one of this name over (a batch stores its labels as they come). Gives key and
    /// createdAt. Throws Error: InvalidInput (no name, a cluster twice), Conflict (the name stands for another
    /// clustering).
    LabelSet save(LabelSet labels);

private:
    Project& m_project;
};

/// Experiments with their results. Thread: that of the project.
class ExperimentStore {
public:
    explicit ExperimentStore(Project& project);

    std::vector<ExperimentInfo> list();
    std::optional<ExperimentInfo> find(std::string_view name);
    /// A new one, or the one of this name if its options are the same. Throws Error(Conflict) where they are not.
    ExperimentInfo begin(std::string_view name, std::string_view options);
    /// Throws Error(NotFound).
    void finish(std::string_view name, std::string_view result);

private:
    Project& m_project;
};

} // namespace winnow::store
