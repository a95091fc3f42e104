#pragma once

#include "core/base/run_context.h"
#include "core/demo/world.h"

#include <torch/types.h>

#include <vector>

namespace winnow::demo {

/// Side of what the embedded towers look at.
inline constexpr int kTowerSize = 96;

/// What is in a batch of scenes, as class numbers. Absent groups have kind kKindCount, colour kColourCount, count 0 and
/// place kPlaceCount; all are i64.
struct SceneLabels {
    torch::Tensor ground, weather, light;             ///< [B]
    torch::Tensor placeKind, placeColour, placeCount; ///< [B, 4], by Place
    torch::Tensor kindPresent;                        ///< [B, 12] 0 or 1, by Kind
    torch::Tensor kindColour, kindCount, kindPlace;   ///< [B, 12]
};
SceneLabels labelsOf(const std::vector<const Scene*>& scenes);

/// The scene seen in a mirror.
Scene mirrored(const Scene& scene);

/// Scenes with their pictures as the towers see them, held as bytes.
class PictureSet {
public:
    /// Draws all of them (about 2 ms each). `throughJpeg` adds what a file does to them.
    enum class Through { Nothing, Jpeg };
    PictureSet(std::vector<Scene> scenes, Through through, RunContext& context);

    const std::vector<Scene>& scenes() const { return m_scenes; }
    std::int64_t size() const { return std::int64_t(m_scenes.size()); }

    /// Normalised pixels [B, 3, 96, 96] of the given rows; those of `mirror` [B] bool (may be undefined) are flipped.
    torch::Tensor pixels(const std::vector<std::int64_t>& rows, const torch::Tensor& mirror = {}) const;

private:
    std::vector<Scene> m_scenes;
    torch::Tensor m_bytes; ///< [N, 3, 96, 96] u8
};

} // namespace winnow::demo
