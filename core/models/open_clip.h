#pragma once

#include "core/models/clip.h"

#include <filesystem>

namespace winnow::models {

/// The shape of a CLIP in open_clip's own schema: an `open_clip_config.json`, or the `model_cfg` in it. Throws as
/// ClipConfig::fromJson(); what changes the towers in a way that is not built (other text models, attentional pooling,
/// other picture statistics) is Error(Unsupported).
ClipConfig openClipConfig(const Json& config);

/// The folder holds a model in open_clip's naming (open_clip_config.json beside open_clip_pytorch_model.bin or
/// open_clip_model.safetensors) and none in transformers' naming, which goes first where both are complete. loadClip()
/// takes such folders.
bool isOpenClipFolder(const std::filesystem::path& folder);

/// Such a folder's open_clip model, also where the other naming lies beside it. As loadClip().
Clip loadOpenClip(const std::filesystem::path& folder, const torch::TensorOptions& options = {});

} // namespace winnow::models
