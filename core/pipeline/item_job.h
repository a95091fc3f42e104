#pragma once

#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <string>
#include <vector>

namespace winnow::pipeline {

/// Kinds of items that can be renamed, removed and restored, as commands take them.
const std::vector<std::string>& itemKinds();

/// Each is one recipe line. Throws Error: InvalidInput, NotFound (names what there is), Conflict (the name is taken, or
/// a kept run depends on what is to be purged), Locked (a run that is being worked on). details: kind, name.
JobResult renameItem(Workspace& workspace, const std::string& kind, const std::string& from, const std::string& to);
JobResult removeItem(Workspace& workspace, const std::string& kind, const std::string& name);
JobResult restoreItem(Workspace& workspace, const std::string& kind, const std::string& name);
/// Deletes it from the trash for good; what was made from it stays.
JobResult purgeItem(Workspace& workspace, const std::string& kind, const std::string& name);
/// Purges everything that no kept run depends on. details: purged, kept.
JobResult emptyTrash(Workspace& workspace);
/// details: items, each with kind, name, needed_by (null where it can be purged).
JobResult listTrash(Workspace& workspace);

} // namespace winnow::pipeline
