#include "core/train/optimizer.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <torch/optim/adamw.h>

#include <algorithm>
#include <sstream>
#include <type_traits>

namespace winnow::train {

namespace {

    using torch::optim::AdamWParamState;

    /// The key under which an optimiser keeps the state of a tensor: its address, as text up to libtorch 2.0, as a
    /// pointer since.
    template <typename StateMap> typename StateMap::key_type stateKey(const StateMap&, const torch::Tensor& tensor)
    {
        using Key = typename StateMap::key_type;
        if constexpr (std::is_pointer_v<Key>) {
            return static_cast<Key>(tensor.unsafeGetTensorImpl());
        } else {
            std::ostringstream out;
            out << tensor.unsafeGetTensorImpl();
            return out.str();
        }
    }

    torch::optim::OptimizerParamGroup makeGroup(
        std::vector<torch::Tensor> tensors, const AdamWOptions& options, double decay)
    {
        auto settings = std::make_unique<torch::optim::AdamWOptions>(0.0);
        settings->betas({options.beta1, options.beta2}).eps(options.epsilon).weight_decay(decay);
        return {std::move(tensors), std::move(settings)};
    }

    torch::Tensor findMoment(
        const std::vector<NamedTensor>& moments, const std::string& name, const torch::Tensor& like)
    {
        const auto found = std::find_if(moments.begin(), moments.end(), [&](const auto& m) { return m.name == name; });
        require(found != moments.end(), ErrorCode::BadFile, text::join("the checkpoint has no ", name));
        require(found->tensor.sizes() == like.sizes(), ErrorCode::BadFile,
            text::join("the checkpoint's ", name, " is ", found->tensor.sizes(), ", expected ", like.sizes()));
        return found->tensor.to(like.options()).clone();
    }

} // namespace

Optimizer::Optimizer(std::vector<NamedTensor> tuned, const AdamWOptions& options)
    : m_tuned(std::move(tuned))
{
    std::vector<torch::Tensor> matrices, vectors;
    for (const auto& [name, tensor] : m_tuned)
        (tensor.dim() >= 2 ? matrices : vectors).push_back(tensor);
    std::vector<torch::optim::OptimizerParamGroup> groups;
    if (!matrices.empty())
        groups.push_back(makeGroup(std::move(matrices), options, options.weightDecay));
    if (!vectors.empty())
        groups.push_back(makeGroup(std::move(vectors), options, 0));
    m_adamw = std::make_unique<torch::optim::AdamW>(std::move(groups));
}

Optimizer::~Optimizer() = default;

void Optimizer::setRate(double rate)
{
    for (auto& group : m_adamw->param_groups())
        static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate);
}

void Optimizer::step()
{
    m_adamw->step();
    ++m_stepsTaken;
}

void Optimizer::zeroGradients() { m_adamw->zero_grad(); }

std::vector<NamedTensor> Optimizer::moments() const
{
    std::vector<NamedTensor> out;
    const auto& states = m_adamw->state();
    for (const auto& [name, tensor] : m_tuned) {
        const auto found = states.find(stateKey(states, tensor));
        if (found == states.end())
            continue;
        const auto& state = static_cast<const AdamWParamState&>(*found->second);
        out.push_back({name + ".exp_avg", state.exp_avg().detach().cpu().clone()});
        out.push_back({name + ".exp_avg_sq", state.exp_avg_sq().detach().cpu().clone()});
    }
    return out;
}

void Optimizer::restore(const std::vector<NamedTensor>& moments, std::int64_t stepsTaken)
{
    auto& states = m_adamw->state();
    states.clear();
    m_stepsTaken = stepsTaken;
    if (stepsTaken == 0)
        return;
    for (const auto& [name, tensor] : m_tuned) {
        auto state = std::make_unique<AdamWParamState>();
        state->step(stepsTaken);
        state->exp_avg(findMoment(moments, name + ".exp_avg", tensor));
        state->exp_avg_sq(findMoment(moments, name + ".exp_avg_sq", tensor));
        states[stateKey(states, tensor)] = std::move(state);
    }
}

} // namespace winnow::train
