#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace winnow::models {

/// What a folder of weights is, without loading them.
struct FolderDescription {
    bool isUsable = false;
    std::string role;  ///< "clip", "text", "reward", "llm", "vlm"; empty where nothing is recognised, or no role fits
    std::string about; ///< "CLIP, 224 px, 512-d, 151.3 M parameters", or one sentence that says why it cannot be used
    std::int64_t parameterCount = 0;
    std::int64_t bytes = 0; ///< of its weight files
};

/// Looks at config.json, the headers of the weight files and the tokenizer's files. Every tensor that
/// the configuration asks for must be there with its shape, and no unknown one more. Never throws on what lies in the
/// folder.
FolderDescription inspectModelFolder(const std::filesystem::path& folder);

} // namespace winnow::models
