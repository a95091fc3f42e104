#pragma once

#include "core/models/layers.h"

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace winnow::models {

struct AttentionSizes {
    int64_t heads;     // H
    int64_t kvHeads;   // K, divides H
    int64_t headWidth; // D
};

/// The tokens of a right or left padded batch [B, T] without its padding, one row after the other, so that nothing is
/// computed for what only fills up: x [B, T, ...] becomes [N, ...].
///
/// Within a row a token sees those before it and itself. Some of the tokens may be all that is wanted (those whose next
/// token has a label): the last layer needs the keys and values of every token, but nothing else of the others.
/// Thread: one at a time.
class PackedRows {
public:
    /// kept [B, T] bool: the tokens that are there and seen; wanted [B, T] bool: those that are asked for, which need
    /// not be seen themselves. Both on the CPU. makeRope: columns [N] i64 on the device → their table.
    PackedRows(const torch::Tensor& kept, const torch::Tensor& wanted, const torch::Device& device,
        const std::function<RopeTable(const torch::Tensor&)>& makeRope);

    const torch::Tensor& places() const { return m_places; } ///< [N] i64: which of the B * T
    const torch::Tensor& wanted() const { return m_wanted; } ///< [A] i64: which of the N are wanted

    /// Causal attention of every token, softmax(q kᵀ / √D) v in f32 with q and k turned by their positions.
    ///   joint [N, (H + 2 K) * D]: queries, keys and values side by side → [N, H * D]
    torch::Tensor attend(const torch::Tensor& joint, const AttentionSizes& sizes) const
    {
        return attend(joint, joint.new_empty({0}), sizes);
    }
    /// The same of the wanted tokens alone.
    ///   queries [A, H * D], keysAndValues [N, 2 K * D] → [A, H * D]
    torch::Tensor attendWanted(
        const torch::Tensor& queries, const torch::Tensor& keysAndValues, const AttentionSizes& sizes) const
    {
        return attend(queries, keysAndValues, sizes);
    }

    struct Plan; ///< which queries meet which keys, in blocks

private:
    torch::Tensor attend(const torch::Tensor& joint, const torch::Tensor& rest, const AttentionSizes& sizes) const;

    int64_t m_rows, m_columns; // B, T
    torch::Tensor m_kept;      // [B, T] bool, on the device
    torch::Tensor m_places, m_wanted;
    RopeTable m_rope, m_wantedRope;
    std::shared_ptr<const Plan> m_all, m_asked;
    mutable torch::Tensor m_mask; // [B, 1, T, T], of the padded way, once it was taken
};

} // namespace winnow::models
