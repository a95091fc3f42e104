#include "core/score/gradient_score.h"

namespace winnow::score {

torch::Tensor errorNorms(const AnswerLogits& answers)
{
    auto errors = answers.logits.detach().softmax(-1); // [N, V]
    const auto column = answers.answers.unsqueeze(1);  // [N, 1]
    errors.scatter_(1, column, errors.gather(1, column) - 1);
    return errors.norm(2, 1); // [N]
}

torch::Tensor linearGradientNorms(const torch::Tensor& inputs, const torch::Tensor& outputGradients)
{
    const auto x = inputs.to(torch::kDouble);          // [n, Q, Cq]
    const auto d = outputGradients.to(torch::kDouble); // [n, Q, C]
    const auto weight = (torch::bmm(x, x.transpose(1, 2)) * torch::bmm(d, d.transpose(1, 2)))
                            .sum(std::vector<std::int64_t>{1, 2}); // [n]
    const auto bias = d.sum(1).square().sum(1);                    // [n]
    return (weight.clamp_min(0) + bias).sqrt();                    // rounding may leave a tiny negative number
}

} // namespace winnow::score
