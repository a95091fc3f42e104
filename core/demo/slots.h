#pragma once

#include "core/demo/world.h"
#include "core/models/layers.h"
#include "core/text/tokenizer.h"

#include <torch/nn/module.h>

#include <vector>

namespace winnow::demo {

/// The picture tokens of the embedded MiniGPT-4: one for each kind, one for each place, one for ground and light, one
/// for the weather. The language model learns to read them as sums of its own word embeddings; the Q-Former learns to
/// write them.
inline constexpr std::int64_t kSlotCount = kKindCount + kPlaceCount + 2;

/// Ids of the words that a slot is made of.
class SlotWords {
public:
    explicit SlotWords(const text::Tokenizer& tokenizer);

    /// [B, kSlotCount, 4] i64, -1 where a slot has fewer words
    torch::Tensor idsOf(const std::vector<const Scene*>& scenes) const;
    /// The kind that the token names, or -1.
    int findKind(std::int64_t id) const;
    /// The place that the token belongs to ("left", "middle", "right", "air"), or -1.
    int findPlace(std::int64_t id) const;
    /// The colour that the token names, or -1.
    int findColour(std::int64_t id) const;
    /// Whether the token names a ground, a light or a weather, and whether the scene's is the one: -1 (no such word),
    /// 0, 1.
    int findSetting(std::int64_t id, const Scene& scene) const;

private:
    std::vector<std::int64_t> m_kinds, m_colours, m_counts, m_places, m_grounds, m_lights, m_weathers;
    std::vector<std::pair<std::int64_t, int>> m_kindOf;
    std::int64_t m_none = 0;
};

/// What marks a slot beside its words.
class SlotTableImpl : public torch::nn::Module {
public:
    explicit SlotTableImpl(std::int64_t width)
        : role(register_module("role", models::Embedding(kSlotCount, width)))
    {
    }
    /// ids [B, kSlotCount, 4], embeddings [V, C] → [B, kSlotCount, C]
    torch::Tensor forward(const torch::Tensor& ids, const torch::Tensor& embeddings) const
    {
        const auto words = torch::embedding(embeddings, ids.clamp_min(0)) * ids.ge(0).unsqueeze(-1); // [B, Q, 4, C]
        return words.sum(2) + role->weight;
    }

    models::Embedding role; ///< [Q, C]
};
TORCH_MODULE(SlotTable);

} // namespace winnow::demo
