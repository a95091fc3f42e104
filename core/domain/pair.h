#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace winnow {

/// The stable name of a pair, from its source ("2" in cc_sbu_align, `image#n` where a source has none).
struct PairId {
    std::string value;
    auto operator<=>(const PairId&) const = default;
};

/// Number of a pair inside its project, 0 … pairCount - 1 in import order; never reused. Columns, bitmaps and views are
/// indexed by it.
using PairRow = std::uint32_t;

enum class Role { User, Assistant };

/// One utterance of a conversation; the text carries no `<image>` marker.
struct Turn {
    Role role = Role::User;
    std::string text;
    bool operator==(const Turn&) const = default;
};

/// One sample of a dataset. A single-turn pair has `instruction` and `response`; a multi-turn one keeps all its turns
/// in `turns` as well, and `instruction` and `response` hold the first of each. Images are paths as the source wrote
/// them, relative to the import's image root where they were relative.
struct Pair {
    PairId id;
    std::vector<std::string> images; ///< empty = text only; the first is the one shown and scored
    std::string instruction;         ///< empty in cc_sbu_align: one of four prompts is drawn in training
    std::string response;
    std::vector<Turn> turns; ///< empty unless there is more than one question and answer
    bool operator==(const Pair&) const = default;

    /// All assistant texts, in order.
    std::vector<std::string> responses() const
    {
        if (turns.empty())
            return {response};
        std::vector<std::string> out;
        for (const auto& turn : turns)
            if (turn.role == Role::Assistant)
                out.push_back(turn.text);
        return out;
    }

    /// The user's text before each of responses(), as many as these; empty where an answer follows none.
    std::vector<std::string> instructions() const
    {
        if (turns.empty())
            return {instruction};
        std::vector<std::string> out;
        std::string asked;
        for (const auto& turn : turns) {
            if (turn.role == Role::User) {
                asked += (asked.empty() ? "" : "\n") + turn.text;
                continue;
            }
            out.push_back(asked);
            asked.clear();
        }
        return out;
    }
};

} // namespace winnow
