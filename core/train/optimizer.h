#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace torch::optim {
class AdamW;
}

namespace winnow::train {

/// A tensor and the name it has in the model and in files.
struct NamedTensor {
    std::string name;
    torch::Tensor tensor;
};

struct AdamWOptions {
    double weightDecay = 0.05; ///< on tensors of two or more dimensions; biases and gains have none
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
};

/// Torch's AdamW over the tuned tensors, with MiniGPT-4's two groups of weight decay (METHOD 6.3) and a state that goes
/// into checkpoints by name. Thread: one at a time.
class Optimizer {
public:
    /// The tensors are leaves that require gradients; they are changed in place.
    explicit Optimizer(std::vector<NamedTensor> tuned, const AdamWOptions& options = {});
    ~Optimizer();

    void setRate(double rate);
    void step();
    void zeroGradients();
    const std::vector<NamedTensor>& tuned() const { return m_tuned; }

    /// First and second moments as "NAME.exp_avg" and "NAME.exp_avg_sq", copied to the CPU; empty before the first
    /// step.
    std::vector<NamedTensor> moments() const;
    /// Steps taken so far, as AdamW counts them for its bias correction.
    std::int64_t stepsTaken() const { return m_stepsTaken; }
    /// Puts back what moments() and stepsTaken() gave. Throws Error(BadFile): a moment is missing or has another shape.
    void restore(const std::vector<NamedTensor>& moments, std::int64_t stepsTaken);

private:
    std::vector<NamedTensor> m_tuned;
    std::unique_ptr<torch::optim::AdamW> m_adamw;
    std::int64_t m_stepsTaken = 0;
};

} // namespace winnow::train
