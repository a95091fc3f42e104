#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::pipeline {

/// A model folder the user added, or an embedded one.
struct ModelEntry {
    std::string role; ///< "clip", "text", "reward", "llm", "vlm", "judge"
    std::string name; ///< folder name, or "embedded"
    std::filesystem::path folder;
    bool embedded = false;
    bool isDefault = false; ///< used where a job names no model of this role
    std::string about;      ///< "CLIP ViT, 96 px, 512-d, 1.3 M parameters, fp32"
};

struct ModelCheck {
    bool ok = false;
    std::string role;
    std::string about; ///< what it is, or why it cannot be used: one sentence
    std::int64_t parameterCount = 0;
    std::int64_t bytes = 0;
};

/// What lies in a folder, without loading the weights; of a download that broke off, that it is not finished. Never
/// throws on bad content.
ModelCheck checkModel(const std::filesystem::path& folder);

/// The user's list of models: a JSON file in the user's configuration folder (XDG_CONFIG_HOME/winnow/models.json),
/// shared by all projects, beside the embedded models found relative to the program or the source tree (or in
/// WINNOW_RESOURCES).
std::vector<ModelEntry> listModels();
/// Whether an added model becomes the one that jobs use.
enum class MakeDefault {
    Yes,
    IfFirst, ///< only where the role has no other than the embedded one
};
/// Checks, then adds. Throws Error(BadFile, …) with the sentence of the check.
ModelEntry addModel(
    const std::string& role, const std::filesystem::path& folder, MakeDefault makeDefault = MakeDefault::Yes);
/// Makes an entry the default of its role ("embedded" or a name). Throws Error(NotFound).
void setDefaultModel(const std::string& role, const std::string& name);
void removeModel(const std::string& role, const std::string& name);

/// The folder a role resolves to: the explicit one when not empty, a project setting, else the default. Throws
/// Error(NotFound) with what to do.
std::filesystem::path resolveModel(const std::string& role, const std::filesystem::path& wanted);
/// The same with the folder that the map names for the role, if it names one.
std::filesystem::path resolveModel(const std::string& role, const std::map<std::string, std::filesystem::path>& wanted);
std::filesystem::path findResources();

} // namespace winnow::pipeline
