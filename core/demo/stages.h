#pragma once

#include "core/demo/pictures.h"
#include "core/demo/stage.h"
#include "core/models/clip.h"
#include "core/models/llama.h"
#include "core/models/vit.h"

#include <filesystem>
#include <map>
#include <string>

namespace winnow::demo {

/// What every stage gets: where things lie and from what they start.
struct StageContext {
    std::filesystem::path out;      ///< the models' folders
    std::filesystem::path training; ///< what stages hand to each other, and checkpoints
    std::uint64_t seed = 0;
    double share = 1;
    RunContext* run = nullptr;

    std::int64_t stepsOf(std::int64_t full) const
    {
        return std::max<std::int64_t>(2, std::int64_t(double(full) * share));
    }
    /// How many held-out scenes a stage is judged on: as many as the share says, at least 20.
    std::int64_t judgedOf(std::int64_t full) const
    {
        return std::max<std::int64_t>(20, std::int64_t(double(full) * share) / 20 * 20);
    }
    /// Scenes to train on: all, or as many as the share says.
    std::vector<Scene> scenes() const;
};

/// The sizes of the embedded models.
models::EvaVitConfig embeddedVitConfig();
models::ClipConfig embeddedClipConfig(std::int64_t vocabulary);
models::LlamaConfig embeddedLlamaConfig(std::int64_t vocabulary);

/// Each trains one part and writes it; the returned sentence says what it reached on held-out scenes.
std::string trainVision(const StageContext& stage);
std::string trainClip(const StageContext& stage);
std::string trainLanguage(const StageContext& stage);
std::string trainBridge(const StageContext& stage);
std::string trainAlignment(const StageContext& stage);

/// Parameters of a module to or from a file of the training folder.
void saveModule(const std::filesystem::path& file, torch::nn::Module& module);
/// Throws Error: NotFound (says which stage writes it), BadFile, BadShape.
void loadModule(const std::filesystem::path& file, torch::nn::Module& module);
/// Parameters in half precision: how the embedded models are shipped.
void writeHalf(const std::filesystem::path& file, torch::nn::Module& module);

} // namespace winnow::demo
