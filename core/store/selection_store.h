#pragma once

#include "core/domain/selection.h"
#include "core/store/project.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace winnow::store {

class SelectionStore {
public:
    explicit SelectionStore(Project& project);

    /// Selections that were made by themselves; those of a batch ("label:NAME") are asked for by its name.
    std::vector<SelectionInfo> list(std::string_view batch = {});
    std::optional<SelectionInfo> find(std::string_view name);
    /// Rows, increasing. Throws Error(NotFound) naming the selections there are.
    std::vector<PairRow> load(std::string_view name);
    /// Immutable: a taken name is an Error(Conflict) unless the pairs are the same (then the old one is returned).
    SelectionInfo save(std::string_view name, std::span<const PairRow> rows, std::string_view provenanceJson,
        std::string_view batch = {});

private:
    Project& m_project;
};

} // namespace winnow::store
