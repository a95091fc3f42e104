#pragma once

#include "core/store/project.h"

#include <cstdint>
#include <string>
#include <vector>

namespace winnow::store {

/// Kinds of items that bear a name and can be renamed, moved to the trash and restored: "metric", "feature",
/// "clustering", "selection", "run", "label", "experiment", "selector".
const std::vector<std::string>& itemKinds();

/// Arguments of the command for the recipe, written in the same transaction as the change; empty = none.
using RecipeArguments = std::vector<std::string>;

/// As the functions of recipe.h without it. Throws Error: InvalidInput (no such kind, no name), NotFound (names what
/// there is), Conflict (the name is taken), Locked (a run that is being worked on).
void renameItem(Project& project, const std::string& kind, const std::string& from, const std::string& to,
    const RecipeArguments& recipe);
/// It is no longer listed and its name is free; nothing of it is deleted. Throws as renameItem.
void trashItem(Project& project, const std::string& kind, const std::string& name, const RecipeArguments& recipe);
/// The one of this name that was trashed last. Throws Error: NotFound, Conflict (its name is taken by another).
void restoreItem(Project& project, const std::string& kind, const std::string& name, const RecipeArguments& recipe);

struct TrashedItem {
    std::string kind;
    std::string name;
    std::int64_t key = 0;
    std::string neededBy; ///< "run a was tuned on it": why it cannot be purged; empty = it can
};
/// By kind, then oldest first.
std::vector<TrashedItem> trashedItems(Project& project);

/// Deletes everything of this name from the trash, its numbers and files too, and gives how many items it were. Throws
/// Error: NotFound, Conflict (a kept run depends on it: names the run).
std::int64_t purgeItems(
    Project& project, const std::string& kind, const std::string& name, const RecipeArguments& recipe = {});

} // namespace winnow::store
