#pragma once

#include <cstdint>
#include <vector>

namespace winnow::train {

/// Which samples make which step: as torch's DistributedSampler with drop_last, every pass is a fresh shuffle, cut into
/// whole batches, the rest of the pass is left out. With fewer samples than a batch holds, a batch is all samples. The
/// order of a pass depends on seed and pass number only, so any position can be reached without walking there.
class Sampler {
public:
    /// Throws Error(InvalidInput): no samples, batch below 1.
    Sampler(std::int64_t sampleCount, std::int64_t batchSize, std::uint64_t seed);

    /// Sample numbers of a step (0, 1, …), in drawn order. Remembers one pass: walking forward is cheap.
    std::vector<std::int64_t> batch(std::int64_t step);
    std::int64_t batchSize() const { return m_batchSize; }
    std::int64_t stepsPerPass() const { return m_stepsPerPass; }
    /// Every sample that steps 0 … steps - 1 touch, ascending.
    std::vector<std::int64_t> touched(std::int64_t steps);

private:
    void shufflePass(std::int64_t pass);

    std::int64_t m_sampleCount;
    std::int64_t m_batchSize;
    std::int64_t m_stepsPerPass;
    std::uint64_t m_seed;
    std::int64_t m_pass = -1;
    std::vector<std::int64_t> m_order; ///< of pass m_pass
};

} // namespace winnow::train
