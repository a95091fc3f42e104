#include "core/select/selector.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/tensor/doubles.h"
#include "core/tensor/shape.h"
#include "core/tensor/torch_archive.h"
#include "core/tensor/weight_map.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

namespace winnow::select {

namespace {

    constexpr std::int64_t kQueryRows = 512; // of one sequence, at a time

    void fillUniform(torch::Tensor& tensor, double bound, at::Generator& generator)
    {
        tensor.uniform_(-bound, bound, generator);
    }

    /// PyTorch's Linear: weight, then bias, both within 1/√in.
    void drawDense(DenseImpl& layer, at::Generator& generator)
    {
        const double bound = 1.0 / std::sqrt(static_cast<double>(layer.weight.size(1)));
        fillUniform(layer.weight, bound, generator);
        fillUniform(layer.bias, bound, generator);
    }

    /// PyTorch's MultiheadAttention: its output layer is drawn as any Linear, then loses its bias.
    void drawAttention(SelfAttentionImpl& layer, at::Generator& generator)
    {
        drawDense(*layer.out_proj, generator);
        const auto sizes = layer.in_proj_weight.sizes();
        fillUniform(layer.in_proj_weight, std::sqrt(6.0 / static_cast<double>(sizes[0] + sizes[1])), generator);
        layer.in_proj_bias.zero_();
        layer.out_proj->bias.zero_();
    }

} // namespace

DenseImpl::DenseImpl(std::int64_t in, std::int64_t out)
{
    weight = register_parameter("weight", torch::empty({out, in}));
    bias = register_parameter("bias", torch::empty({out}));
}

SelfAttentionImpl::SelfAttentionImpl(std::int64_t width, std::int64_t heads)
    : m_heads(heads)
{
    in_proj_weight = register_parameter("in_proj_weight", torch::empty({3 * width, width}));
    in_proj_bias = register_parameter("in_proj_bias", torch::empty({3 * width}));
    out_proj = register_module("out_proj", Dense(width, width));
}

torch::Tensor SelfAttentionImpl::forward(const torch::Tensor& x, RunContext& context) const
{
    const auto S = x.size(0), B = x.size(1), C = x.size(2), D = C / m_heads;
    const auto parts = torch::linear(x, in_proj_weight, in_proj_bias).chunk(3, -1); // 3 of [S, B, C]
    const auto split = [&](const torch::Tensor& y) { return y.reshape({S, B * m_heads, D}).transpose(0, 1); };
    const auto q = split(parts[0]) / std::sqrt(static_cast<double>(D)); // [B H, S, D]
    const auto k = split(parts[1]).transpose(1, 2).contiguous();        // [B H, D, S]
    const auto v = split(parts[2]).contiguous();                        // [B H, S, D]
    const auto attend = [&](const torch::Tensor& some) { return some.bmm(k).softmax(-1).bmm(v); };
    const auto merge = [&](const torch::Tensor& y) {
        return out_proj->forward(y.transpose(0, 1).reshape({y.size(1), B, C})); // [rows, B, C]
    };
    if (torch::GradMode::is_enabled() || S <= kQueryRows)
        return merge(attend(q)); // [S, B, C]
    std::vector<torch::Tensor> pieces;
    for (std::int64_t begin = 0; begin < S; begin += kQueryRows) {
        context.checkpoint();
        pieces.push_back(merge(attend(q.narrow(1, begin, std::min(kQueryRows, S - begin)))));
    }
    return torch::cat(pieces); // [S, B, C]
}

void AttentionShape::validate() const
{
    require(width > 0 && layers > 0 && layers <= 64, ErrorCode::InvalidInput,
        text::join("an attention selector of ", layers, " layers and ", width, " inputs cannot be made"));
    require(heads > 0 && width % heads == 0, ErrorCode::InvalidInput,
        text::join("an attention selector of ", width, " inputs cannot have ", heads,
            " heads: the first must be a multiple of the second"));
}

AttentionNetImpl::AttentionNetImpl(const AttentionShape& shape)
    : m_shape(shape)
{
    shape.validate();
    register_module("multihead_attns", multihead_attns);
    register_module("linears", linears);
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
        multihead_attns->push_back(SelfAttention(shape.width, shape.heads));
        linears->push_back(Dense(shape.width, shape.width));
    }
    linear = register_module("linear", Dense(shape.width, 1));
}

torch::Tensor AttentionNetImpl::forward(const torch::Tensor& given, RunContext& context) const
{
    tensor::expectShape(given, {tensor::kAny, tensor::kAny, m_shape.width}, "the selector's input");
    auto x = given;
    for (std::int64_t layer = 0; layer < m_shape.layers; ++layer) {
        const auto i = static_cast<std::size_t>(layer);
        if (m_shape.addsAttention)
            x = x + multihead_attns->at<SelfAttentionImpl>(i).forward(x, context);
        if (m_shape.layers > 1)
            x = linears->at<DenseImpl>(i).forward(x);
    }
    return linear->forward(x).squeeze(-1); // [S, B]
}

void MlpShape::validate() const
{
    const auto isSound = [](std::int64_t size) { return size > 0 && size <= 4096; };
    require(width > 0 && std::all_of(hidden.begin(), hidden.end(), isSound), ErrorCode::InvalidInput,
        "an MLP selector needs at least one input and layers of 1 to 4096 units");
}

MlpNetImpl::MlpNetImpl(const MlpShape& shape)
    : m_shape(shape)
{
    shape.validate();
    auto in = shape.width;
    for (const auto out : shape.hidden) {
        m_layers.push_back(register_module(text::join(2 * m_layers.size()), Dense(in, out)));
        in = out;
    }
    m_layers.push_back(register_module(text::join(2 * m_layers.size()), Dense(in, 1)));
}

torch::Tensor MlpNetImpl::forward(const torch::Tensor& x) const
{
    auto y = x;
    for (std::size_t i = 0; i + 1 < m_layers.size(); ++i)
        y = torch::relu(m_layers[i]->forward(y));
    return m_layers.back()->forward(y).squeeze(-1); // [...]
}

at::Generator initialise(AttentionNetImpl& net, std::uint64_t seed)
{
    const torch::NoGradGuard noGrad;
    auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    const auto layers = static_cast<std::size_t>(net.shape().layers);
    for (std::size_t i = 0; i < layers; ++i)
        drawAttention(net.multihead_attns->at<SelfAttentionImpl>(i), generator);
    for (std::size_t i = 0; i < layers; ++i)
        drawDense(net.linears->at<DenseImpl>(i), generator);
    drawDense(*net.linear, generator);
    return generator;
}

at::Generator initialise(MlpNetImpl& net, std::uint64_t seed)
{
    const torch::NoGradGuard noGrad;
    auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    for (const auto& layer : net.children())
        drawDense(dynamic_cast<DenseImpl&>(*layer), generator);
    return generator;
}

std::int64_t FittedSelector::width() const
{
    switch (kind) {
    case SelectorKind::Mlp:
        return mlp->shape().width;
    case SelectorKind::Attention:
        return attention->shape().width;
    default:
        return static_cast<std::int64_t>(linear.coefficients.size());
    }
}

std::int64_t FittedSelector::parameterCount() const
{
    std::int64_t count = 0;
    for (const auto& [name, value] : tensors())
        if (!name.starts_with("input_"))
            count += value.numel();
    return count;
}

torch::Tensor FittedSelector::scaled(const torch::Tensor& rows) const
{
    if (inputMean.empty())
        return rows.to(torch::kFloat);
    return ((rows.to(torch::kDouble) - tensor::toTensor(inputMean)) / tensor::toTensor(inputDeviation))
        .to(torch::kFloat); // [N, F]
}

torch::Tensor FittedSelector::score(const torch::Tensor& rows, RunContext& context) const
{
    const torch::NoGradGuard noGrad;
    tensor::expectShape(rows, {tensor::kAny, width()}, "the selector's input");
    if (kind == SelectorKind::Linear) {
        auto x = rows.to(torch::kDouble);
        if (!inputMean.empty())
            x = (x - tensor::toTensor(inputMean)) / tensor::toTensor(inputDeviation);
        const auto said = x.mv(tensor::toTensor(linear.coefficients)) + linear.intercept; // [N]
        return labelMean + labelScale * said;
    }
    const auto x = scaled(rows);
    torch::Tensor said;
    if (kind == SelectorKind::Mlp) {
        said = mlp->forward(x);
    } else if (mode == Mode::Published) {
        require(x.size(0) <= kMaxSequence, ErrorCode::TooLarge,
            text::join("the published attention selector scores the whole pool as one sequence, in time that grows "
                       "with its square: ",
                x.size(0), " pairs are over the limit of ", kMaxSequence,
                "; train a selector in the corrected mode, which scores each pair alone"));
        said = attention->forward(x.unsqueeze(1), context).squeeze(1); // [N, 1, F] → [N]
    } else {
        said = attention->forward(x.unsqueeze(0), context).squeeze(0); // [1, N, F] → [N]
    }
    return labelMean + labelScale * said.to(torch::kDouble);
}

std::vector<std::pair<std::string, torch::Tensor>> FittedSelector::tensors() const
{
    std::vector<std::pair<std::string, torch::Tensor>> out;
    const auto addNet = [&](const torch::nn::Module& net) {
        for (const auto& item : net.named_parameters())
            out.emplace_back(item.key(), item.value().detach());
    };
    if (kind == SelectorKind::Linear) {
        out.emplace_back("coefficients", tensor::toTensor(linear.coefficients));
        out.emplace_back("intercept", tensor::toTensor({linear.intercept}));
    } else if (kind == SelectorKind::Mlp) {
        addNet(*mlp);
    } else {
        addNet(*attention);
    }
    if (!inputMean.empty()) {
        out.emplace_back("input_mean", tensor::toTensor(inputMean));
        out.emplace_back("input_deviation", tensor::toTensor(inputDeviation));
    }
    return out;
}

std::string FittedSelector::settings() const
{
    Json out{{"width", width()}, {"label_mean", labelMean}, {"label_scale", labelScale}, {"steps", steps}};
    if (kind == SelectorKind::Linear)
        out["ridge"] = linear.ridge;
    if (kind == SelectorKind::Mlp)
        out["hidden"] = mlp->shape().hidden;
    if (kind == SelectorKind::Attention) {
        out["layers"] = attention->shape().layers;
        out["heads"] = attention->shape().heads;
        out["residual"] = attention->shape().addsAttention ? 0 : 1;
    }
    return json::dump(out);
}

namespace {

    constexpr const char* kWhat = "the selector's settings";

    torch::Tensor take(tensor::NamedTensors& tensors, const std::string& name, std::int64_t size)
    {
        const auto found = tensors.find(name);
        require(found != tensors.end() && found->second.numel() == size, ErrorCode::BadFile,
            text::join("the selector's weight file has no ", name, " of ", size, " numbers"));
        const auto value = found->second;
        tensors.erase(found);
        return value;
    }

    void fill(torch::nn::Module& net, tensor::NamedTensors& tensors)
    {
        const torch::NoGradGuard noGrad;
        for (auto& item : net.named_parameters()) {
            const auto value = take(tensors, item.key(), item.value().numel());
            require(value.sizes() == item.value().sizes(), ErrorCode::BadFile,
                text::join("the selector's ", item.key(), " is ", tensor::shapeText(value.sizes()), ", expected ",
                    tensor::shapeText(item.value().sizes())));
            item.value().copy_(value);
        }
    }

} // namespace

FittedSelector FittedSelector::restore(
    SelectorKind kind, Mode mode, const std::string& settings, const tensor::NamedTensors& given)
{
    const auto json = json::parse(settings, kWhat);
    auto tensors = given;
    FittedSelector out;
    out.kind = kind;
    out.mode = mode;
    out.labelMean = json::field<double>(json, "label_mean", kWhat);
    out.labelScale = json::field<double>(json, "label_scale", kWhat);
    out.steps = json::fieldOr<std::int64_t>(json, "steps", 0, kWhat);
    const auto width = json::field<std::int64_t>(json, "width", kWhat);
    require(width > 0 && width <= 65536, ErrorCode::BadFile, text::join("the selector has ", width, " inputs"));
    if (kind == SelectorKind::Linear) {
        out.linear.coefficients = tensor::toVector(take(tensors, "coefficients", width));
        out.linear.intercept = tensor::toVector(take(tensors, "intercept", 1)).front();
        out.linear.ridge = json::field<double>(json, "ridge", kWhat);
    } else if (kind == SelectorKind::Mlp) {
        out.mlp = MlpNet(MlpShape{width, json::field<std::vector<std::int64_t>>(json, "hidden", kWhat)});
        fill(*out.mlp, tensors);
    } else {
        out.attention = AttentionNet(AttentionShape{width, json::field<std::int64_t>(json, "layers", kWhat),
            json::field<std::int64_t>(json, "heads", kWhat), json::field<int>(json, "residual", kWhat) == 0});
        fill(*out.attention, tensors);
    }
    if (tensors.contains("input_mean")) {
        out.inputMean = tensor::toVector(take(tensors, "input_mean", width));
        out.inputDeviation = tensor::toVector(take(tensors, "input_deviation", width));
    }
    require(tensors.empty(), ErrorCode::BadFile,
        text::join("the selector's weight file holds ", tensors.empty() ? "" : tensors.begin()->first,
            ", which no selector of kind ", toString(kind), " has"));
    return out;
}

FittedSelector loadAttentionCheckpoint(const std::filesystem::path& file, std::int64_t heads)
{
    const tensor::WeightFile weights(file);
    const auto prefix = weights.findPrefix("multihead_attns.0.in_proj_weight", {"module.", "", "model.module."});
    const auto scoped = weights.scoped(prefix);
    const auto* first = scoped.find("multihead_attns.0.in_proj_weight");
    require(first != nullptr && first->shape.size() == 2 && first->shape[1] > 0, ErrorCode::BadFile,
        text::join(file.string(),
            " is not a checkpoint of an attention selector: it has no multihead_attns.0.in_proj_weight"));
    AttentionShape shape;
    shape.width = first->shape[1];
    shape.heads = heads;
    shape.layers = 0;
    while (scoped.contains(text::join("multihead_attns.", shape.layers, ".in_proj_weight")))
        ++shape.layers;
    FittedSelector out;
    out.kind = SelectorKind::Attention;
    out.mode = Mode::Published;
    out.attention = AttentionNet(shape);
    tensor::loadInto(*out.attention, scoped, tensor::NameMap{});
    for (const auto& [name, value] : out.tensors())
        require(value.isfinite().all().item<bool>(), ErrorCode::BadFile,
            text::join(file.string(), ": ", name, " holds a number that is not finite"));
    return out;
}

void saveAttentionCheckpoint(const FittedSelector& selector, const std::filesystem::path& file)
{
    require(selector.kind == SelectorKind::Attention, ErrorCode::InvalidInput,
        text::join(
            "only an attention selector has a published checkpoint form, not one of kind ", toString(selector.kind)));
    require(selector.inputMean.empty() && selector.labelMean == 0 && selector.labelScale == 1, ErrorCode::InvalidInput,
        "the published checkpoint form has no place for the scales of a selector trained in the corrected mode");
    std::vector<std::pair<std::string, torch::Tensor>> named;
    for (const auto& [name, value] : selector.tensors())
        named.emplace_back("module." + name, value);
    tensor::saveTorchArchive(file, "", named);
}

} // namespace winnow::select
