#pragma once

#include "core/base/run_context.h"
#include "core/models/llama.h"

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace winnow::models {

struct GenerateOptions {
    int64_t maxNewTokens = 300;
    std::vector<int64_t> stopTokens; ///< a row ends with the first of these; it stands in the result
    std::vector<std::vector<int64_t>>
        stopSequences;            ///< a row ends when it ends with one of these; it stands in the result
    int64_t padToken = 0;         ///< fills rows that ended earlier
    double repetitionPenalty = 1; ///< logits of tokens already there are divided (if positive) or multiplied by it
    void validate() const;        // throws Error(InvalidInput)
};

/// Greedy decoding with a key/value cache.
///   embeds [B, T, C] left padded, keep [B, T] (0 = padding) or undefined; positions count kept tokens only
///   → new ids [B, N] i64 on the CPU, N ≤ maxNewTokens as long as the longest row
/// Rows that ended leave the batch. Checkpoints between steps. `promptIds` [B, T] is needed for a repetition penalty
/// alone. Throws Error: BadShape, InvalidInput; Cancelled.
torch::Tensor generateGreedy(Llama& model, const torch::Tensor& embeds, const torch::Tensor& keep,
    const GenerateOptions& options, RunContext& context, const torch::Tensor& promptIds = {});

/// A row of the result without its padding, stop token and stop sequence.
std::vector<int64_t> withoutStop(const torch::Tensor& row, const GenerateOptions& options);

} // namespace winnow::models
