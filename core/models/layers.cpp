#include "core/models/layers.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/parallel.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cassert>
#include <cmath>
#include <limits>

namespace winnow::models {

namespace {

    using torch::autograd::AutogradContext;
    using torch::autograd::variable_list;

    torch::Tensor swapHalves(const torch::Tensor& x)
    {
        const auto half = x.size(-1) / 2;
        return torch::cat({x.narrow(-1, half, half), x.narrow(-1, 0, half)}, -1);
    }

    /// Written out by hand the gradient takes half the passes over memory that recorded operators take, and every bit
    /// stays.
    struct Rotation : torch::autograd::Function<Rotation> {
        static torch::Tensor forward(
            AutogradContext* context, const torch::Tensor& x, const torch::Tensor& cosine, const torch::Tensor& sine)
        {
            context->save_for_backward({cosine, sine});
            return (x * cosine).add_(swapHalves(x).mul_(sine));
        }
        static variable_list backward(AutogradContext* context, const variable_list& gradients)
        {
            const auto saved = context->get_saved_variables();
            return {(gradients[0] * saved[0]).add_(swapHalves(gradients[0] * saved[1])), {}, {}};
        }
    };

    /// Sum of a[i] * b[i] in eight strands, which the compiler keeps in one register.
    float dot(const float* a, const float* b, int64_t n)
    {
        constexpr int64_t kStrands = 8;
        float strands[kStrands] = {};
        int64_t i = 0;
        for (; i + kStrands <= n; i += kStrands)
            for (int64_t j = 0; j < kStrands; ++j)
                strands[j] += a[i + j] * b[i + j];
        float sum = 0;
        for (const float strand : strands)
            sum += strand;
        for (; i < n; ++i)
            sum += a[i] * b[i];
        return sum;
    }

    /// RMS norm with a fixed gain: one pass over memory each way, where recorded operators take six and a dozen.
    struct FrozenRmsNorm : torch::autograd::Function<FrozenRmsNorm> {
        static torch::Tensor forward(
            AutogradContext* context, const torch::Tensor& input, const torch::Tensor& gain, double eps)
        {
            const auto x = input.contiguous();
            const auto C = x.size(-1), rows = x.numel() / C;
            const auto out = torch::empty(x.sizes(), x.options()), scales = torch::empty({rows}, x.options());
            eachRow(rows,
                [&, in = x.data_ptr<float>(), g = gain.data_ptr<float>(), to = out.data_ptr<float>(),
                    scale = scales.data_ptr<float>()](int64_t row) {
                    const auto* const from = in + row * C;
                    scale[row] = 1 / std::sqrt(dot(from, from, C) / static_cast<float>(C) + static_cast<float>(eps));
                    for (int64_t i = 0; i < C; ++i)
                        to[row * C + i] = g[i] * (from[i] * scale[row]);
                });
            context->save_for_backward({x, gain, scales});
            return out;
        }

        /// dx = s (g dy - x s² mean(g dy x))
        static variable_list backward(AutogradContext* context, const variable_list& gradients)
        {
            const auto saved = context->get_saved_variables();
            const auto &x = saved[0], &gain = saved[1], &scales = saved[2];
            const auto C = x.size(-1);
            const auto incoming = gradients[0].contiguous(), out = torch::empty(x.sizes(), x.options());
            eachRow(scales.numel(),
                [&, in = x.data_ptr<float>(), g = gain.data_ptr<float>(), to = out.data_ptr<float>(),
                    dy = incoming.data_ptr<float>(), scale = scales.data_ptr<float>()](int64_t row) {
                    const auto *const from = in + row * C, *const d = dy + row * C;
                    auto* const dx = to + row * C;
                    const auto s = scale[row];
                    for (int64_t i = 0; i < C; ++i)
                        dx[i] = g[i] * d[i];
                    const auto pull = s * s * dot(dx, from, C) / static_cast<float>(C);
                    for (int64_t i = 0; i < C; ++i)
                        dx[i] = s * (dx[i] - from[i] * pull);
                });
            return {out, {}, {}};
        }

    private:
        template <typename Work> static void eachRow(int64_t rows, const Work& work)
        {
            tensor::parallelFor(rows, 64, [&](int64_t begin, int64_t end) {
                for (auto row = begin; row < end; ++row)
                    work(row);
            });
        }
    };

    /// Both gradients are written side by side, where they came from.
    struct Gate : torch::autograd::Function<Gate> {
        static torch::Tensor forward(AutogradContext* context, const torch::Tensor& joint)
        {
            const auto F = joint.size(-1) / 2;
            const auto opened = at::silu(joint.narrow(-1, 0, F));
            context->save_for_backward({joint, opened});
            return opened * joint.narrow(-1, F, F);
        }
        static variable_list backward(AutogradContext* context, const variable_list& gradients)
        {
            const auto saved = context->get_saved_variables();
            const auto &joint = saved[0], &opened = saved[1];
            const auto F = joint.size(-1) / 2;
            auto out = torch::empty(joint.sizes(), joint.options());
            auto ofGate = out.narrow(-1, 0, F), ofUp = out.narrow(-1, F, F);
            at::silu_backward_out(ofGate, gradients[0] * joint.narrow(-1, F, F), joint.narrow(-1, 0, F));
            at::mul_out(ofUp, gradients[0], opened);
            return {out};
        }
    };

    bool isRecorded(const torch::Tensor& x) { return torch::GradMode::is_enabled() && x.requires_grad(); }

} // namespace

Activation activationNamed(const std::string& name, const std::string& what)
{
    if (name == "gelu")
        return Activation::Gelu;
    if (name == "gelu_new" || name == "gelu_pytorch_tanh")
        return Activation::GeluTanh;
    if (name == "quick_gelu")
        return Activation::QuickGelu;
    if (name == "silu" || name == "swish")
        return Activation::Silu;
    if (name == "relu")
        return Activation::Relu;
    throw Error(ErrorCode::Unsupported,
        text::join(what, " names the activation \"", text::shortened(name, 40),
            "\", known are gelu, gelu_new, quick_gelu, silu and relu"));
}

torch::Tensor activate(torch::Tensor x, Activation activation)
{
    const bool inPlace = !torch::GradMode::is_enabled() || !x.requires_grad();
    switch (activation) {
    case Activation::Gelu:
        return torch::gelu(x);
    case Activation::GeluTanh:
        return torch::gelu(x, "tanh");
    case Activation::QuickGelu:
        // x sigmoid(a x) = silu(a x) / a, and silu is one pass over memory where the product form takes three.
        return inPlace ? torch::silu_(x.mul_(1.702)).mul_(1.0 / 1.702) : x * torch::sigmoid(1.702 * x);
    case Activation::Silu:
        return inPlace ? torch::silu_(x) : torch::silu(x);
    case Activation::Relu:
        return torch::relu(x);
    }
    throw Error(ErrorCode::Internal, "an activation without an implementation");
}

LinearImpl::LinearImpl(int64_t in, int64_t out, Bias withBias, const torch::TensorOptions& options)
{
    weight = register_parameter("weight", torch::empty({out, in}, options));
    if (withBias == Bias::Yes)
        bias = register_parameter("bias", torch::empty({out}, options));
}

LayerNormImpl::LayerNormImpl(int64_t width, double eps, const torch::TensorOptions& options)
    : m_eps(eps)
{
    weight = register_parameter("weight", torch::empty({width}, options));
    bias = register_parameter("bias", torch::empty({width}, options));
}

RmsNormImpl::RmsNormImpl(int64_t width, double eps, const torch::TensorOptions& options)
    : m_eps(eps)
{
    weight = register_parameter("weight", torch::empty({width}, options));
}

torch::Tensor RmsNormImpl::forward(const torch::Tensor& x) const
{
    if (isRecorded(x) && !weight.requires_grad() && x.is_cpu() && x.scalar_type() == torch::kFloat
        && weight.scalar_type() == torch::kFloat)
        return FrozenRmsNorm::apply(x, weight, m_eps);
    const auto wide = x.to(torch::kFloat);
    const auto scale = torch::rsqrt(wide.square().mean(-1, true) + m_eps); // [..., 1]
    return weight * (wide * scale).to(x.scalar_type());
}

EmbeddingImpl::EmbeddingImpl(int64_t count, int64_t width, const torch::TensorOptions& options)
{
    weight = register_parameter("weight", torch::empty({count, width}, options));
}

PatchProjectionImpl::PatchProjectionImpl(
    int64_t channels, int64_t width, int64_t patch, LinearImpl::Bias withBias, const torch::TensorOptions& options)
{
    weight = register_parameter("weight", torch::empty({width, channels, patch, patch}, options));
    if (withBias == LinearImpl::Bias::Yes)
        bias = register_parameter("bias", torch::empty({width}, options));
}

torch::Tensor PatchProjectionImpl::forward(const torch::Tensor& x) const
{
    const auto B = x.size(0), channels = x.size(1), patch = weight.size(2);
    const auto rows = x.size(2) / patch, columns = x.size(3) / patch;
    const auto patches = x.view({B, channels, rows, patch, columns, patch})
                             .permute({0, 2, 4, 1, 3, 5}) // [B, G, G, channels, patch, patch]
                             .reshape({B, rows * columns, channels * patch * patch}); // [B, P, channels * patch²]
    return torch::linear(patches, weight.flatten(1), bias);                           // [B, P, C]
}

RopeTable::RopeTable(const torch::Tensor& positions, int64_t headDim, double theta)
{
    assert(headDim % 2 == 0 && "a rotary head has two equal halves");
    const auto halves = torch::arange(0, headDim, 2, torch::TensorOptions(torch::kLong)).to(torch::kFloat); // [D/2]
    const auto frequencies = (1.0 / torch::pow(theta, halves / double(headDim))).to(positions.device());    // [D/2]
    auto angles = positions.to(torch::kFloat).unsqueeze(-1) * frequencies;               // [(B,) T, D/2]
    angles = angles.dim() == 2 ? angles.unsqueeze(0).unsqueeze(0) : angles.unsqueeze(1); // [1 or B, 1, T, D/2]
    const auto sine = angles.sin(), cosine = angles.cos();
    m_cos = torch::cat({cosine, cosine}, -1); // [1 or B, 1, T, D]
    m_sin = torch::cat({-sine, sine}, -1);    // [1 or B, 1, T, D]
}

torch::Tensor RopeTable::apply(const torch::Tensor& x) const
{
    if (isRecorded(x) && x.scalar_type() == torch::kFloat)
        return Rotation::apply(x, m_cos, m_sin);
    return (x * m_cos + swapHalves(x) * m_sin).to(x.scalar_type());
}

RopeTable RopeTable::perRow() const
{
    assert(m_cos.size(0) == 1 && "a table of rows has one position for each");
    RopeTable rows;
    rows.m_cos = m_cos.view({-1, 1, m_cos.size(-1)}); // [N, 1, D]
    rows.m_sin = m_sin.view({-1, 1, m_sin.size(-1)});
    return rows;
}

torch::Tensor openGate(const torch::Tensor& joint)
{
    if (isRecorded(joint))
        return Gate::apply(joint);
    const auto F = joint.size(-1) / 2;
    return activate(joint.narrow(-1, 0, F), Activation::Silu) * joint.narrow(-1, F, F);
}

torch::Tensor splitHeads(const torch::Tensor& x, int64_t heads)
{
    return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2); // [B, H, T, D]
}

torch::Tensor mergeHeads(const torch::Tensor& x)
{
    return x.transpose(1, 2).reshape({x.size(0), x.size(2), x.size(1) * x.size(3)}); // [B, T, H * D]
}

torch::Tensor pickRows(const torch::Tensor& x, const torch::Tensor& rows)
{
    return x.gather(1, rows.view({-1, 1, 1}).expand({x.size(0), 1, x.size(2)})); // [B, 1, X]
}

torch::Tensor attend(
    const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v, const torch::Tensor& mask, double scale)
{
    const auto B = q.size(0), H = q.size(1), T = q.size(2), D = q.size(3), K = k.size(1), S = k.size(2);
    const auto grouped = K == H ? q * scale : (q * scale).reshape({B, K, H / K * T, D}); // [B, K, H/K * T, D]
    auto scores = torch::matmul(grouped, k.transpose(2, 3));                             // [B, K, H/K * T, S]
    if (mask.defined())
        scores = scores.view({B, K, H / K, T, S}) + mask.unsqueeze(1); // [B, K, H/K, T, S]
    const bool isHalf = scores.scalar_type() == torch::kHalf || scores.scalar_type() == torch::kBFloat16;
    const auto probs = isHalf ? scores.softmax(-1, torch::kFloat).to(v.scalar_type()) : scores.softmax(-1);
    return torch::matmul(probs.view({B, K, H / K * T, S}), v).view({B, H, T, D}); // [B, H, T, D]
}

torch::Tensor additiveMask(const torch::Tensor& allowed, torch::ScalarType type)
{
    const double lowest = type == torch::kHalf ? -65504.0
        : type == torch::kDouble               ? std::numeric_limits<double>::lowest()
                                               : -3.3895e38; // the lowest number of bfloat16, finite in f32 as well
    return torch::zeros(allowed.sizes(), allowed.options().dtype(type)).masked_fill_(allowed.logical_not(), lowest);
}

torch::Tensor causalMask(int64_t tokens, int64_t cached, const torch::TensorOptions& options)
{
    const auto allowed =
        torch::ones({tokens, cached + tokens}, options.dtype(torch::kBool)).tril_(cached); // [T, S + T]
    return additiveMask(allowed, c10::typeMetaToScalarType(options.dtype())).view({1, 1, tokens, cached + tokens});
}

void initialise(torch::nn::Module& module, std::uint64_t seed, double deviation)
{
    const torch::NoGradGuard noGrad;
    auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    for (auto& item : module.named_parameters()) {
        auto& parameter = item.value();
        const auto& name = item.key();
        const bool isGain = parameter.dim() == 1 && name.size() >= 6 && name.compare(name.size() - 6, 6, "weight") == 0;
        if (isGain)
            parameter.fill_(1.0);
        else if (parameter.dim() == 1 && name.find("class_embedding") == std::string::npos)
            parameter.zero_();
        else if (parameter.dim() == 0)
            continue; // a lone number keeps what its module chose
        else
            parameter.copy_(torch::empty(parameter.sizes(), torch::kFloat).normal_(0, deviation, generator));
    }
}

void setTrainable(torch::nn::Module& module, bool trainable)
{
    for (auto& parameter : module.parameters())
        parameter.requires_grad_(trainable);
}

int64_t parameterCount(const torch::nn::Module& module)
{
    int64_t count = 0;
    for (const auto& parameter : module.parameters())
        count += parameter.numel();
    return count;
}

void packRows(const std::vector<Linear>& layers)
{
    const torch::NoGradGuard noGrad;
    const auto pack = [&](auto member) {
        std::vector<torch::Tensor> parts;
        for (const auto& layer : layers)
            parts.push_back((*layer).*member);
        const auto whole = torch::cat(parts); // [sum of out, ...]
        int64_t row = 0;
        for (auto& part : parts) {
            const auto rows = part.size(0);
            part.set_data(whole.narrow(0, row, rows));
            row += rows;
        }
    };
    pack(&LinearImpl::weight);
    if (layers.front()->bias.defined())
        pack(&LinearImpl::bias);
}

namespace {

    /// The tensors as one block when each starts where the one before ends.
    torch::Tensor findWhole(const std::vector<Linear>& layers, torch::Tensor LinearImpl::*member)
    {
        const auto& first = (*layers.front()).*member;
        auto offset = first.storage_offset();
        int64_t rows = 0;
        for (const auto& layer : layers) {
            const auto& part = (*layer).*member;
            if (!part.is_contiguous() || !part.is_alias_of(first) || part.storage_offset() != offset)
                return {};
            offset += part.numel();
            rows += part.size(0);
        }
        auto sizes = first.sizes().vec();
        sizes[0] = rows;
        return first.detach().as_strided(sizes, first.strides(), first.storage_offset()); // [sum of out, ...]
    }

} // namespace

torch::Tensor applyPacked(const std::vector<Linear>& layers, const torch::Tensor& x)
{
    const auto& first = layers.front();
    if (torch::GradMode::is_enabled() && first->weight.requires_grad())
        return {};
    const auto weight = findWhole(layers, &LinearImpl::weight);
    const auto bias = first->bias.defined() ? findWhole(layers, &LinearImpl::bias) : torch::Tensor();
    return weight.defined() && bias.defined() == first->bias.defined() ? torch::linear(x, weight, bias)
                                                                       : torch::Tensor();
}

std::vector<torch::Tensor> applyTogether(const std::vector<Linear>& layers, const torch::Tensor& x)
{
    std::vector<int64_t> widths;
    for (const auto& layer : layers)
        widths.push_back(layer->weight.size(0));
    if (const auto whole = applyPacked(layers, x); whole.defined())
        return whole.split_with_sizes(widths, -1); // [..., out] each
    std::vector<torch::Tensor> outputs;
    for (const auto& layer : layers)
        outputs.push_back(layer->forward(x));
    return outputs;
}

torch::Tensor applyJoint(const std::vector<Linear>& layers, const torch::Tensor& x)
{
    const auto whole = applyPacked(layers, x);
    return whole.defined() ? whole : torch::cat(applyTogether(layers, x), -1);
}

} // namespace winnow::models
