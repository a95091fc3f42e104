#pragma once

#include "core/evaluate/evaluator.h"
#include "core/pipeline/model_cache.h"
#include "core/train/batch_source.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace winnow::pipeline {

/// Features of pictures under the frozen half of a MiniGPT-4 (vision tower and Q-Former, before the projection), kept
/// in `cache/vision-KEY.features` of the project: every fine-tune and every evaluation of a project shares them. KEY
/// covers model weights, picture size and kind of device; a record bears the SHA-256 of its picture's file, so a
/// changed picture is noticed and a moved one is not. Each picture goes through the model by itself: its features
/// depend on nothing else, whatever else is cached, and resumed work finds the very same numbers. The file may be
/// deleted; several processes may add to it; a record cut off by a kill is dropped. Thread: one at a time, the model's.
class VisionCache final : public evaluate::FeatureSource {
public:
    /// Opens or makes the file. `limitBytes`: above it features are computed and not kept. Throws Error: Io.
    VisionCache(const std::filesystem::path& project, LoadedVlm& vlm, const std::string& device,
        std::uint64_t limitBytes = std::uint64_t(8) << 30);
    ~VisionCache() override;
    VisionCache(const VisionCache&) = delete;
    VisionCache& operator=(const VisionCache&) = delete;

    /// [Q, C] f32 on the CPU. Throws Error: NotFound, BadFile, TooLarge, ... of the picture; Io, DiskFull.
    torch::Tensor load(const std::filesystem::path& picture) override;

    /// Keeps features [Q, C] f32 as the picture's, as if they had been computed from it. Throws Error: NotFound, Io,
    /// DiskFull.
    void keep(const std::filesystem::path& picture, const torch::Tensor& features);

    /// [n, Q, C] of zeros.
    torch::Tensor empty(std::int64_t count) const { return torch::zeros({count, m_queries, m_width}); }
    /// Pictures in the file.
    std::int64_t recordCount() const { return static_cast<std::int64_t>(m_records.size()); }
    std::int64_t computedCount() const { return m_computed; } ///< by this object
    std::int64_t foundCount() const { return m_found; }

private:
    void readKeys();
    torch::Tensor read(std::uint64_t record);
    torch::Tensor compute(const std::filesystem::path& picture);
    void append(const std::string& key, const torch::Tensor& features);

    LoadedVlm& m_vlm;
    std::filesystem::path m_file;
    std::uint64_t m_limitBytes;
    std::int64_t m_queries, m_width;
    std::uint64_t m_recordBytes;
    int m_handle = -1;
    std::unordered_map<std::string, std::uint64_t> m_records; ///< key → number of the record; looked up only
    std::int64_t m_computed = 0, m_found = 0;
};

} // namespace winnow::pipeline
