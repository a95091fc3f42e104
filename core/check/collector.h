#pragma once

#include "core/check/kind.h"
#include "core/check/repeats.h"
#include "core/domain/finding.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace winnow::check {

/// Gathers faults of pairs into findings: all rows of each kind (four bytes each) and the first few in words.
class Collector {
public:
    explicit Collector(std::size_t exampleCount)
        : m_exampleCount(exampleCount)
    {
    }

    /// A row counts once a kind, with its first words. Rows of one kind come in increasing order.
    void add(Kind kind, PairRow row, std::string words, std::optional<PairRow> like = std::nullopt);
    void add(Kind kind, const std::vector<Repeat>& repeats, const std::string& words);

    /// Problems first, then in the order of the kinds; kinds without a row are left out. Examples have no ids yet. Of
    /// `checkedCount` pairs that were looked at, some without a question are a warning, all are a note.
    std::vector<Finding> findings(std::int64_t checkedCount) const;

private:
    struct Gathered {
        std::vector<PairRow> rows;
        std::vector<PairRow> related;
        std::vector<FindingExample> examples;
    };

    std::size_t m_exampleCount;
    std::array<Gathered, kKindCount> m_kinds;
};

} // namespace winnow::check
