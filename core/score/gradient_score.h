#pragma once

#include "core/score/answer_sequence.h"

#include <torch/types.h>

namespace winnow::score {

/// ‖softmax(logits) − one-hot‖₂ of every answer token: logits [N, V], answers [N] → [N] f32.
torch::Tensor errorNorms(const AnswerLogits& answers);

/// Per sample, the Frobenius norm of the gradient that a linear layer gets, weight and bias together.
///   inputs [n, Q, Cq], what it read; outputGradients [n, Q, C], ∂L_i/∂(its output) of each sample's own loss → [n] f64
/// Σ over q and r of (δ_q·δ_r)(x_q·x_r) for the weight, ‖Σ_q δ_q‖² for the bias.
torch::Tensor linearGradientNorms(const torch::Tensor& inputs, const torch::Tensor& outputGradients);

} // namespace winnow::score
