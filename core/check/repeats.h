#pragma once

#include "core/domain/pair.h"

#include <compare>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace winnow::check {

/// The first 128 bits of a SHA-256: equal digests mean equal content.
struct Digest {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    auto operator<=>(const Digest&) const = default;

    static Digest of(std::string_view bytes);
    /// From 32 hexadecimal digits or more, as file::sha256() gives them. Throws Error(BadFile).
    static Digest fromHex(std::string_view digits);
};

/// A pair that repeats an earlier one.
struct Repeat {
    PairRow row = 0;
    PairRow first = 0;
    auto operator<=>(const Repeat&) const = default;
};

/// What a pair holds; one row may have several.
using DigestOfRow = std::pair<Digest, PairRow>;

/// All but the first row of each digest, each row once, by row. A row that holds one digest twice repeats nothing.
std::vector<Repeat> findRepeats(std::vector<DigestOfRow> digests);

/// All but the first row of each group, by row; `groups` beside the rows, which increase.
std::vector<Repeat> findRepeats(const std::vector<PairRow>& rows, const std::vector<std::uint32_t>& groups);

/// The first row of each digest, increasing: each content once.
std::vector<DigestOfRow> firstOfEach(std::vector<DigestOfRow> digests);

} // namespace winnow::check
