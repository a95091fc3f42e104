#pragma once

#include "core/store/project.h"

#include <cstdint>
#include <string>
#include <vector>

namespace winnow::store {

/// One replayable command: arguments as `winnow` takes them, without program and project.
struct RecipeLine {
    std::int64_t number = 0;
    std::string at;                     ///< UTC, ISO 8601
    std::vector<std::string> arguments; ///< {"score", "--metrics", "clip,length"}
};

class Recipe {
public:
    explicit Recipe(Project& project);
    void append(const std::vector<std::string>& arguments);
    std::vector<RecipeLine> list();

private:
    Project& m_project;
};

/// Names that can be renamed, moved to the trash and restored: kinds "metric", "feature", "clustering", "selection",
/// "run", "label", "experiment", "selector".
void renameItem(Project& project, const std::string& kind, const std::string& from, const std::string& to);
void trashItem(Project& project, const std::string& kind, const std::string& name);
void restoreItem(Project& project, const std::string& kind, const std::string& name);

} // namespace winnow::store
