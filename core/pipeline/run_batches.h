#pragma once

#include "core/media/transform.h"
#include "core/store/pair_store.h"
#include "core/store/project.h"
#include "core/train/batch_source.h"

#include <string>
#include <vector>

namespace winnow::pipeline {

class VisionCache;

/// The pairs of a selection as the trainer sees them: texts from the store, pictures from disk.
class ProjectBatches final : public train::BatchSource {
public:
    /// `cache` outlives this; without one there are pixels only. Throws Error(Unsupported) with a count where pairs
    /// have several pictures; InvalidInput where none is left.
    ProjectBatches(store::Project& project, std::vector<PairRow> rows, std::string fingerprint, int imageSize,
        VisionCache* cache = nullptr);

    std::int64_t sampleCount() const override { return static_cast<std::int64_t>(m_rows.size()); }
    train::TrainingText text(std::int64_t sample) const override;
    train::PixelBatch loadPixels(const std::vector<std::int64_t>& samples, Random* crops) override;
    train::FeatureBatch loadFeatures(const std::vector<std::int64_t>& samples) override;
    std::string fingerprint() const override { return m_fingerprint; }

private:
    std::vector<PairRow> m_rows;
    std::vector<train::TrainingText> m_texts; ///< beside m_rows; a selection's texts are small
    std::vector<std::string> m_ids;
    std::vector<std::filesystem::path> m_images;
    std::string m_fingerprint;
    media::ImageTransform m_transform;
    VisionCache* m_cache;
};

} // namespace winnow::pipeline
