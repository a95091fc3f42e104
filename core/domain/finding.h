#pragma once

#include "core/domain/pair.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow {

/// How much a finding matters: a problem spoils a fine-tune or its measurement, a warning may, a note is good to know.
enum class Severity { Problem, Warning, Note };

inline std::string_view toString(Severity value)
{
    static constexpr std::string_view kNames[] = {"problem", "warning", "note"};
    return kNames[static_cast<std::size_t>(value)];
}

/// One pair that a finding is about, in words.
struct FindingExample {
    PairRow row = 0;
    std::string id;
    std::string words;           ///< half a sentence: "there is no file /data/7.jpg"
    std::optional<PairRow> like; ///< the pair that it repeats
    std::string likeId;          ///< its id; else empty
    bool operator==(const FindingExample&) const = default;
};

/// What the pre-flight check found of one kind.
struct Finding {
    std::string kind; ///< "missing-picture"; stable, as `--repair` and the query language take it
    Severity severity = Severity::Note;
    std::string title;
    std::string meaning; ///< one sentence: what it does to a fine-tune
    std::string repair;  ///< one sentence: what its repair does; empty = there is none
    std::int64_t pairCount = 0;
    std::vector<PairRow> rows;    ///< those pairs, increasing
    std::vector<PairRow> related; ///< pairs that these repeat, increasing: to be looked at beside them
    std::vector<FindingExample> examples;
    bool operator==(const Finding&) const = default;
};

/// A folder in which files lie that have the names of missing pictures.
struct Relocation {
    std::filesystem::path from; ///< where the pairs look
    std::filesystem::path to;   ///< where the files are
    std::int64_t pairCount = 0; ///< missing pictures that would be found
    bool operator==(const Relocation&) const = default;
};

/// Everything that one check found.
struct CheckReport {
    std::int64_t pairCount = 0;          ///< of the project
    std::int64_t checkedCount = 0;       ///< looked at
    std::int64_t bannedCount = 0;        ///< left out, because a person has banned them or locked them out
    std::vector<Finding> findings;       ///< problems first, in the order of the kinds
    std::vector<Relocation> relocations; ///< most pictures first
    std::vector<std::string> notes;      ///< what could not be checked, and why

    std::int64_t countOf(Severity severity) const
    {
        std::int64_t count = 0;
        for (const auto& finding : findings)
            count += finding.severity == severity ? 1 : 0;
        return count;
    }
    bool operator==(const CheckReport&) const = default;
};

} // namespace winnow
