#pragma once

#include "core/base/json.h"
#include "core/train/optimizer.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace winnow::train {

/// Everything a fine-tune needs to go on as if it had never stopped.
struct Checkpoint {
    std::int64_t step = 0; ///< steps done; the next one is this number. Schedule and data order follow from it
    std::int64_t optimizerSteps = 0;  ///< differs from `step` where a step was skipped
    std::vector<NamedTensor> tuned;   ///< on the CPU
    std::vector<NamedTensor> moments; ///< on the CPU
    std::string promptStream;         ///< Random::state()
    std::string cropStream;           ///< Random::state(); moves in published mode only
    double gradientScale = 1;         ///< fp16 only
    std::int64_t scaleGoodSteps = 0;  ///< fp16 only: steps since the scale last changed
    double lastLoss = 0;
    Json recipe;                 ///< the options the run was started with, without device and checkpoint interval
    std::string dataFingerprint; ///< BatchSource::fingerprint()
};

/// One safetensors file: tensors under their model names, moments as "adamw.NAME.exp_avg", the rest as JSON in the
/// metadata. Atomic and flushed: a reader finds all of it or the file before. Throws Error: DiskFull, Io.
void saveCheckpoint(const std::filesystem::path& file, const Checkpoint& checkpoint);

/// Throws Error: NotFound, Io, BadFile.
Checkpoint loadCheckpoint(const std::filesystem::path& file);

/// FOLDER/step-00000020.safetensors
std::filesystem::path checkpointPath(const std::filesystem::path& folder, std::int64_t step);
/// Paths of a run's checkpoints, latest first; empty when the folder does not exist.
std::vector<std::filesystem::path> listCheckpoints(const std::filesystem::path& folder);
/// The latest checkpoint that can be read; unreadable ones are passed over. nullopt when there is none.
std::optional<Checkpoint> findLatestCheckpoint(const std::filesystem::path& folder);
/// Removes all but the latest `keep` checkpoints.
void pruneCheckpoints(const std::filesystem::path& folder, std::size_t keep);

/// SHA-256 over names and bytes of the tensors, sorted by name: equal weights give equal text.
std::string weightsSha256(const std::vector<NamedTensor>& tensors);

} // namespace winnow::train
