#include "core/train/sampler.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"

#include <algorithm>
#include <numeric>

namespace winnow::train {

Sampler::Sampler(std::int64_t sampleCount, std::int64_t batchSize, std::uint64_t seed)
    : m_sampleCount(sampleCount)
    , m_batchSize(std::min(batchSize, sampleCount))
    , m_stepsPerPass(0)
    , m_seed(seed)
{
    require(sampleCount > 0, ErrorCode::InvalidInput, "cannot train: the selection has no usable pair");
    require(batchSize > 0, ErrorCode::InvalidInput, text::join("a batch cannot hold ", batchSize, " samples"));
    m_stepsPerPass = sampleCount / m_batchSize;
}

void Sampler::shufflePass(std::int64_t pass)
{
    m_order.resize(static_cast<std::size_t>(m_sampleCount));
    std::iota(m_order.begin(), m_order.end(), std::int64_t(0));
    Random(m_seed, text::join("train.order.", pass)).shuffle(m_order);
    m_pass = pass;
}

std::vector<std::int64_t> Sampler::batch(std::int64_t step)
{
    const auto pass = step / m_stepsPerPass;
    if (pass != m_pass)
        shufflePass(pass);
    const auto begin = m_order.begin() + (step % m_stepsPerPass) * m_batchSize;
    return {begin, begin + m_batchSize};
}

std::vector<std::int64_t> Sampler::touched(std::int64_t steps)
{
    std::vector<char> seen(static_cast<std::size_t>(m_sampleCount), 0);
    for (std::int64_t step = 0; step < steps; ++step)
        for (const auto sample : batch(step))
            seen[static_cast<std::size_t>(sample)] = 1;
    std::vector<std::int64_t> out;
    for (std::int64_t sample = 0; sample < m_sampleCount; ++sample)
        if (seen[static_cast<std::size_t>(sample)])
            out.push_back(sample);
    return out;
}

} // namespace winnow::train
