#pragma once

#include <string>
#include <vector>

namespace winnow::store {

class Project;

/// Every check there is on a project: SQLite's own, references, row numbers, columns, selections' hashes, feature
/// files, the text index. One sentence a problem; at most some hundred.
std::vector<std::string> verifyProject(Project& project);

} // namespace winnow::store
