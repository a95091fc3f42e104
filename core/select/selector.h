#pragma once

#include "core/base/run_context.h"
#include "core/domain/selector.h"
#include "core/select/linear_fit.h"
#include "core/tensor/safetensors_io.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/pimpl.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace winnow::select {

/// x [..., in] → [..., out]. Parameters are unset after construction, as in every module here.
class DenseImpl : public torch::nn::Module {
public:
    DenseImpl(std::int64_t in, std::int64_t out);
    torch::Tensor forward(const torch::Tensor& x) const { return torch::linear(x, weight, bias); }

    torch::Tensor weight; ///< [out, in]
    torch::Tensor bias;   ///< [out]
};
TORCH_MODULE(Dense);

/// Self-attention over axis 0 of x [S, B, C] → [S, B, C]; no dropout, no mask (torch's MultiheadAttention and its
/// names).
class SelfAttentionImpl : public torch::nn::Module {
public:
    SelfAttentionImpl(std::int64_t width, std::int64_t heads);
    /// Queries go through in pieces where no gradient is wanted, so memory grows with S and not with S².
    torch::Tensor forward(const torch::Tensor& x, RunContext& context) const;

    torch::Tensor in_proj_weight; ///< [3 C, C]: query, key, value
    torch::Tensor in_proj_bias;   ///< [3 C]
    Dense out_proj{nullptr};

private:
    std::int64_t m_heads;
};
TORCH_MODULE(SelfAttention);

struct AttentionShape {
    std::int64_t width = 16; ///< C, numbers that go in
    std::int64_t layers = 2;
    std::int64_t heads = 4;    ///< divides width
    bool addsAttention = true; ///< the published flag `residual`: 0 adds, 1 leaves attention out altogether
    /// Throws Error(InvalidInput).
    void validate() const;
};

/// InstructionGPT-4's selector (METHOD 7): per layer h = x + attention(x), x = W h + b, then one number. Its registered
/// names are those of the published checkpoint without "module.". With one layer there is no W.
class AttentionNetImpl : public torch::nn::Module {
public:
    explicit AttentionNetImpl(const AttentionShape& shape);
    /// x [S, B, C], attention over S → [S, B]
    torch::Tensor forward(const torch::Tensor& x, RunContext& context) const;
    const AttentionShape& shape() const { return m_shape; }

    torch::nn::ModuleList multihead_attns;
    torch::nn::ModuleList linears;
    Dense linear{nullptr};

private:
    AttentionShape m_shape;
};
TORCH_MODULE(AttentionNet);

struct MlpShape {
    std::int64_t width = 16;
    std::vector<std::int64_t> hidden{12, 12};
    /// Throws Error(InvalidInput).
    void validate() const;
};

/// Linear and ReLU in turn, then one number; names "0.weight", "2.weight", … as a torch Sequential has them.
class MlpNetImpl : public torch::nn::Module {
public:
    explicit MlpNetImpl(const MlpShape& shape);
    /// x [..., F] → [...]
    torch::Tensor forward(const torch::Tensor& x) const;
    const MlpShape& shape() const { return m_shape; }

private:
    MlpShape m_shape;
    std::vector<Dense> m_layers;
};
TORCH_MODULE(MlpNet);

/// Fills a net as PyTorch's constructors do after torch.manual_seed(seed), draw for draw: linear layers uniform within
/// 1/√in; attention first draws its output layer, then its input matrix by Xavier's rule, its biases are 0.
/// Gives the generator as it stands after that.
at::Generator initialise(AttentionNetImpl& net, std::uint64_t seed);
at::Generator initialise(MlpNetImpl& net, std::uint64_t seed);

/// Pairs that an attention selector scores as one sequence at most: its time grows with their square.
inline constexpr std::int64_t kMaxSequence = 50000;

/// A selector that can score: one of the three models with the scales of its inputs and of its labels.
struct FittedSelector {
    SelectorKind kind = SelectorKind::Linear;
    Mode mode = Mode::Corrected;
    LinearFit linear;                              ///< kind linear
    MlpNet mlp{nullptr};                           ///< kind mlp
    AttentionNet attention{nullptr};               ///< kind attention
    std::vector<double> inputMean, inputDeviation; ///< [F]; empty = inputs go in as they are
    double labelMean = 0, labelScale = 1;          ///< score = labelMean + labelScale · what the model says
    std::int64_t steps = 0;                        ///< of training; 0 = closed form, or trained elsewhere

    std::int64_t width() const;
    std::int64_t parameterCount() const;
    /// rows [N, F] with inputs standardised → [N, F] f32
    torch::Tensor scaled(const torch::Tensor& rows) const;
    /// rows [N, F] finite → [N] f64, higher is better. Published attention takes all rows as one sequence, so a score
    /// depends on the others (METHOD 8); everything else scores each row alone. Throws Error: BadShape, TooLarge (a
    /// sequence over kMaxSequence).
    torch::Tensor score(const torch::Tensor& rows, RunContext& context) const;

    /// Its tensors by name, scales included, in the order of the checkpoint.
    std::vector<std::pair<std::string, torch::Tensor>> tensors() const;
    /// Shape and choices as JSON; with tensors() it is the whole selector.
    std::string settings() const;
    /// Throws Error(BadFile): a tensor is missing, unknown or of another shape.
    static FittedSelector restore(
        SelectorKind kind, Mode mode, const std::string& settings, const tensor::NamedTensors& tensors);
};

/// Reads a published checkpoint (`.pth` or safetensors, names with or without "module."); the number of heads is not in
/// the file. Throws Error: BadFile, BadShape, InvalidInput (heads).
FittedSelector loadAttentionCheckpoint(const std::filesystem::path& file, std::int64_t heads);
/// Writes the same, names with "module.", as torch.load reads it. Throws Error: InvalidInput (another kind), Io.
void saveAttentionCheckpoint(const FittedSelector& selector, const std::filesystem::path& file);

} // namespace winnow::select
