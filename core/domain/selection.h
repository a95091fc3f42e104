#pragma once

#include "core/domain/metric.h"
#include "core/domain/pair.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow {

/// A person's decision on a pair. LockedIn and LockedOut keep the verdict of the moment through every later selector.
enum class Override : std::uint8_t { None = 0, Pinned = 1, Banned = 2, LockedIn = 3, LockedOut = 4 };

inline std::string_view toString(Override value)
{
    static constexpr std::string_view kNames[] = {"none", "pin", "ban", "lock-in", "lock-out"};
    return kNames[static_cast<std::size_t>(value)];
}
inline bool isForcedIn(Override value) { return value == Override::Pinned || value == Override::LockedIn; }
inline bool isForcedOut(Override value) { return value == Override::Banned || value == Override::LockedOut; }

/// "200" or "6%": a percent is of all pairs, rounded half up.
struct Budget {
    double value = 0;
    bool isPercent = false;
    bool operator==(const Budget&) const = default;

    std::int64_t countOf(std::int64_t pairCount) const
    {
        return isPercent ? static_cast<std::int64_t>(value * static_cast<double>(pairCount) / 100 + 0.5)
                         : static_cast<std::int64_t>(value);
    }
};

/// An immutable, named set of pairs with what produced it. Its hash covers the sorted pair ids.
struct SelectionInfo {
    std::int64_t key = 0; ///< store key
    std::string name;
    std::int64_t pairCount = 0;
    std::string hash;       ///< SHA-256 of the ids, sorted bytewise, one a line
    std::string provenance; ///< JSON: budget, weights, clustering, mode, seed, overrides in force
    std::string createdAt;  ///< UTC, ISO 8601
    std::string batch = {}; ///< "label:NAME", "experiment:NAME" whose part it is; empty = made by itself
};

} // namespace winnow
