#include "core/base/random.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <unordered_set>

namespace winnow {

namespace {

    std::uint64_t splitMix(std::uint64_t& state)
    {
        std::uint64_t z = (state += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }

    std::uint64_t fnv1a(std::string_view name)
    {
        std::uint64_t hash = 0xCBF29CE484222325u;
        for (const char c : name)
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
        return hash;
    }

} // namespace

Random::Random(std::uint64_t seed, std::string_view name)
{
    std::uint64_t state = seed;
    state = splitMix(state) ^ fnv1a(name);
    for (auto& word : m_state)
        word = splitMix(state);
}

std::uint64_t Random::next()
{
    const auto result = std::rotl(m_state[1] * 5, 7) * 9;
    const auto shifted = m_state[1] << 17;
    m_state[2] ^= m_state[0];
    m_state[3] ^= m_state[1];
    m_state[1] ^= m_state[2];
    m_state[0] ^= m_state[3];
    m_state[2] ^= shifted;
    m_state[3] = std::rotl(m_state[3], 45);
    return result;
}

std::uint64_t Random::below(std::uint64_t bound)
{
    const std::uint64_t tooSmall = (0 - bound) % bound; // values under this would favour small results
    for (;;) {
        const auto value = next();
        if (value >= tooSmall)
            return value % bound;
    }
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

double Random::normal()
{
    if (m_hasSpare) {
        m_hasSpare = false;
        return m_spare;
    }
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    const double angle = 2 * std::numbers::pi * uniform();
    m_spare = radius * std::sin(angle);
    m_hasSpare = true;
    return radius * std::cos(angle);
}

std::vector<std::uint64_t> Random::sample(std::uint64_t bound, std::size_t count)
{
    // Floyd's algorithm: one draw per chosen number, whatever the bound.
    std::unordered_set<std::uint64_t> chosen;
    for (std::uint64_t top = bound - count; top < bound; ++top)
        if (!chosen.insert(below(top + 1)).second)
            chosen.insert(top);
    std::vector<std::uint64_t> out(chosen.begin(), chosen.end());
    std::sort(out.begin(), out.end());
    return out;
}

std::string Random::state() const
{
    return text::join(m_state[0], ' ', m_state[1], ' ', m_state[2], ' ', m_state[3], ' ', m_hasSpare ? 1 : 0, ' ',
        std::bit_cast<std::uint64_t>(m_spare));
}

void Random::restore(std::string_view state)
{
    std::istringstream in{std::string(state)};
    std::uint64_t spare = 0;
    in >> m_state[0] >> m_state[1] >> m_state[2] >> m_state[3] >> m_hasSpare >> spare;
    require(!in.fail(), ErrorCode::BadFile, "the state of a random stream is not readable");
    m_spare = std::bit_cast<double>(spare);
}

} // namespace winnow
