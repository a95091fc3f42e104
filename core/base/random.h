#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace winnow {

/// A named, seeded stream of random numbers (xoshiro256**, Blackman and Vigna 2018; seeded by SplitMix64 from seed and
/// name). Equal seed and name give equal numbers on every platform; two names give unrelated streams.
class Random {
public:
    Random(std::uint64_t seed, std::string_view name);

    std::uint64_t next();
    /// 0 <= value < bound; bound > 0; unbiased.
    std::uint64_t below(std::uint64_t bound);
    /// 0 <= value < 1.
    double uniform();
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Mean 0, standard deviation 1 (Box-Muller, both values used).
    double normal();
    bool chance(double probability) { return uniform() < probability; }

    /// Fisher-Yates.
    template <typename T> void shuffle(std::vector<T>& items)
    {
        for (std::size_t i = items.size(); i > 1; --i)
            std::swap(items[i - 1], items[below(i)]);
    }
    template <typename T> const T& pick(const std::vector<T>& items) { return items[below(items.size())]; }
    /// `count` different numbers below `bound`, in increasing order; count <= bound.
    std::vector<std::uint64_t> sample(std::uint64_t bound, std::size_t count);

    /// Text that restores this stream exactly: for checkpoints.
    std::string state() const;
    /// Throws Error(BadFile).
    void restore(std::string_view state);

private:
    std::uint64_t m_state[4];
    double m_spare = 0;
    bool m_hasSpare = false;
};

} // namespace winnow
