#pragma once

#include "core/domain/selection.h"
#include "core/store/project.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::store {

/// One decision, possibly over many pairs, as the history panel shows it.
struct LedgerEntry {
    std::int64_t number = 0;
    std::string what;   ///< "pin", "ban", "lock", "clear", "stars 4"
    std::string reason; ///< the person's words, may be empty
    std::int64_t pairCount = 0;
    std::string at; ///< UTC, ISO 8601
    bool undone = false;
};

/// Overrides and stars with undo and redo that survive restarts and are shared by the window and the command line. A
/// bulk action is one entry holding the compressed rows and their former values; undo is the same swap as redo.
class Ledger {
public:
    explicit Ledger(Project& project);

    /// Override::None clears. Rows that already have the value are left out; an action that changes nothing makes no
    /// entry. A new action drops what was undone before it from the redo path (it stays in the history).
    LedgerEntry setOverride(std::span<const PairRow> rows, Override value, std::string_view reason);
    /// Keeps the verdict of now: chosen rows become LockedIn, the others LockedOut. `chosen` is indexed by PairRow.
    LedgerEntry lock(std::span<const PairRow> rows, std::span<const std::uint8_t> chosen, std::string_view reason);
    LedgerEntry setStars(std::span<const PairRow> rows, int stars);

    /// Undoes the newest entry that stands, or nothing.
    std::optional<LedgerEntry> undo();
    std::optional<LedgerEntry> redo();
    bool canUndo();
    bool canRedo();

    /// Newest first.
    std::vector<LedgerEntry> history(std::size_t limit);
    /// Indexed by PairRow: values of Override.
    std::vector<std::uint8_t> overrides();
    std::vector<std::uint8_t> stars();
    /// The reason given with the newest standing override of a pair.
    std::string reasonOf(PairRow row);

private:
    Project& m_project;
};

} // namespace winnow::store
