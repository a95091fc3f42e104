#include "core/pipeline/project_job.h"

#include "core/store/recipe.h"

namespace winnow::pipeline {

void createProject(const std::filesystem::path& folder) { store::Project::create(folder); }

Json recipeJson(store::Project& project)
{
    Json out = Json::array();
    for (const auto& line : store::Recipe(project).list())
        out.push_back({{"number", line.number}, {"at", line.at}, {"command", line.arguments}});
    return out;
}

} // namespace winnow::pipeline
