#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::models {

/// What a model is for, as far as this build can use one.
enum class ModelRole { Clip, Llm, Vlm };

std::string_view toString(ModelRole role); ///< "clip", "llm", "vlm"

/// What a folder turned out to hold, found from its configs and the headers of its weight files alone.
struct ModelDescription {
    ModelRole role = ModelRole::Clip;
    std::string family;     ///< "CLIP ViT-B/32", "LLaMA", "MiniGPT-4"
    std::string sizes;      ///< one line: widths, layers, heads, vocabulary
    std::string storedType; ///< element type of most weights: "F32", "F16", "BF16"
    std::int64_t parameterCount = 0;
    std::uint64_t weightBytes = 0;            ///< of the files
    std::vector<std::filesystem::path> files; ///< the weight files, sorted: for hashes
    bool originalFiles = false;               ///< MiniGPT-4's four files rather than one assembled model

    std::string summary() const; ///< one line for people
};

/// Recognises the folder, reads its config, and fits every tensor of the weight files to the model's shapes without
/// loading them. Throws Error with one sentence that says why the folder is no model this build can run: NotFound,
/// BadFile, BadShape, InvalidInput, Unsupported.
ModelDescription describeModelFolder(const std::filesystem::path& folder);

/// As above, and of that role. Throws Error(InvalidInput) for a good folder of another role.
ModelDescription describeModelFolder(const std::filesystem::path& folder, ModelRole role);

} // namespace winnow::models
