#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// --model ROLE=FOLDER of each model that was asked for; the others are the defaults of their roles.
inline void appendModels(
    std::vector<std::string>& arguments, const std::map<std::string, std::filesystem::path>& models)
{
    for (const auto& [role, folder] : models)
        arguments.insert(arguments.end(), {"--model", role + "=" + std::filesystem::absolute(folder).string()});
}

} // namespace winnow::pipeline
