#pragma once

#include <torch/nn/modules/container/modulelist.h>

#include <cstdint>
#include <string>
#include <vector>

namespace winnow::models {

/// Non-linearity of an MLP, named as published configs name it.
enum class Activation { Gelu, GeluTanh, QuickGelu, Silu, Relu };

/// "gelu", "gelu_new", "gelu_pytorch_tanh", "quick_gelu", "silu", "swish", "relu". Throws Error(Unsupported) naming
/// `what`.
Activation activationNamed(const std::string& name, const std::string& what);
/// Element-wise; QuickGelu is x * sigmoid(1.702 x). May write into x when no gradient is wanted.
torch::Tensor activate(torch::Tensor x, Activation activation);

/// silu(gate) * up of a gated MLP (Shazeer, 2020), gate and up side by side: [..., 2 F] → [..., F]. May write into
/// `joint` when no gradient is wanted.
torch::Tensor openGate(const torch::Tensor& joint);

/// x [..., in] → [..., out]. Parameters are unset after construction, as in every module of this folder.
class LinearImpl : public torch::nn::Module {
public:
    enum class Bias { Yes, No };
    LinearImpl(int64_t in, int64_t out, Bias bias = Bias::Yes, const torch::TensorOptions& options = {});
    torch::Tensor forward(const torch::Tensor& x) const { return torch::linear(x, weight, bias); }

    torch::Tensor weight; ///< [out, in]
    torch::Tensor bias;   ///< [out], undefined without one
};
TORCH_MODULE(Linear);

/// x [..., C] → [..., C], mean 0 and variance 1 over C, then gain and offset.
class LayerNormImpl : public torch::nn::Module {
public:
    LayerNormImpl(int64_t width, double eps, const torch::TensorOptions& options = {});
    torch::Tensor forward(const torch::Tensor& x) const
    {
        return torch::layer_norm(x, weight.sizes(), weight, bias, m_eps);
    }

    torch::Tensor weight; ///< [C]
    torch::Tensor bias;   ///< [C]

private:
    double m_eps;
};
TORCH_MODULE(LayerNorm);

/// x [..., C] → [..., C]: x / sqrt(mean(x²) + eps) * gain, the mean in f32 (Zhang and Sennrich, 2019).
class RmsNormImpl : public torch::nn::Module {
public:
    RmsNormImpl(int64_t width, double eps, const torch::TensorOptions& options = {});
    torch::Tensor forward(const torch::Tensor& x) const;

    torch::Tensor weight; ///< [C]

private:
    double m_eps;
};
TORCH_MODULE(RmsNorm);

/// ids [...] i64 → [..., C]
class EmbeddingImpl : public torch::nn::Module {
public:
    EmbeddingImpl(int64_t count, int64_t width, const torch::TensorOptions& options = {});
    torch::Tensor forward(const torch::Tensor& ids) const { return torch::embedding(weight, ids); }

    torch::Tensor weight; ///< [V, C]
};
TORCH_MODULE(Embedding);

/// Square patches that do not overlap, each projected to the width: a convolution with stride = kernel, done as one
/// product.
///   in   x [B, channels, G * patch, G * patch]
///   out  [B, P, C], rows of patches from the top, left to right
class PatchProjectionImpl : public torch::nn::Module {
public:
    PatchProjectionImpl(int64_t channels, int64_t width, int64_t patch, LinearImpl::Bias bias,
        const torch::TensorOptions& options = {});
    torch::Tensor forward(const torch::Tensor& x) const;

    torch::Tensor weight; ///< [C, channels, patch, patch]
    torch::Tensor bias;   ///< [C], undefined without one
};
TORCH_MODULE(PatchProjection);

/// Rotary position embedding in its rotate-half form (Su et al., 2021; the form of the Hub's LLaMA files), kept in f32.
class RopeTable {
public:
    RopeTable() = default;
    /// positions [T] or [B, T] i64; one angle for each half of the head width.
    RopeTable(const torch::Tensor& positions, int64_t headDim, double theta);
    /// x [B, H, T, D] → the same, turned by its positions; computed in f32, returned in x's type.
    torch::Tensor apply(const torch::Tensor& x) const;
    /// The same angles for x [N, H, D], N the T positions of a table made from [T].
    RopeTable perRow() const;
    const torch::Tensor& cosine() const { return m_cos; }
    const torch::Tensor& sine() const { return m_sin; } ///< first half negated

private:
    torch::Tensor m_cos; // [1 or B, 1, T, D]
    torch::Tensor m_sin; // [1 or B, 1, T, D], first half negated
};

/// [B, T, H * D] → [B, H, T, D], a view
torch::Tensor splitHeads(const torch::Tensor& x, int64_t heads);
/// [B, H, T, D] → [B, T, H * D]
torch::Tensor mergeHeads(const torch::Tensor& x);

/// x [B, T, X], rows [B] i64 → the row of each sample, [B, 1, X]
torch::Tensor pickRows(const torch::Tensor& x, const torch::Tensor& rows);

/// softmax(q kᵀ scale + mask) v, the softmax of half types in f32.
///   q [B, H, T, D], k and v [B, K, S, D] with K dividing H (heads share keys in groups), mask undefined or broadcast
///   to [B, 1, T, S] → [B, H, T, D]
torch::Tensor attend(
    const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v, const torch::Tensor& mask, double scale);

/// 0 where `allowed` (bool) holds, the lowest finite number of the type elsewhere: to be added to scores.
torch::Tensor additiveMask(const torch::Tensor& allowed, torch::ScalarType type);
/// Additive causal mask [1, 1, T, S + T] for T new tokens after S cached ones.
torch::Tensor causalMask(int64_t tokens, int64_t cached, const torch::TensorOptions& options);

/// Sets every parameter at random: matrices normal with the given deviation, gains 1, offsets 0,
/// lone numbers stay. Equal seeds give equal weights.
void initialise(torch::nn::Module& module, std::uint64_t seed, double deviation = 0.02);
/// requires_grad of every parameter.
void setTrainable(torch::nn::Module& module, bool trainable);
/// Number of elements of all parameters.
int64_t parameterCount(const torch::nn::Module& module);

/// The weights of linear layers that read the same input, one under the other in one block of memory, so that a single
/// product serves them all. Names, shapes and values stay. Layers must share dtype, device and input width, and all or
/// none have a bias.
void packRows(const std::vector<Linear>& layers);
/// All layers' outputs for x [..., in] by one product, side by side, [..., sum of out]; undefined unless they are
/// packed and no gradient of them is wanted.
torch::Tensor applyPacked(const std::vector<Linear>& layers, const torch::Tensor& x);
/// The same, put together where one product does not do.
torch::Tensor applyJoint(const std::vector<Linear>& layers, const torch::Tensor& x);
/// The same, one by one: [..., out] each.
std::vector<torch::Tensor> applyTogether(const std::vector<Linear>& layers, const torch::Tensor& x);

} // namespace winnow::models
