#pragma once

#include "core/domain/finding.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::check {

/// Every kind of finding, in the order in which a report lists them within a severity.
enum class Kind {
    MissingPicture,
    UnreadablePicture,
    LargePicture,
    EmptyAnswer,
    RoleOrder,
    ImageParity,
    BenchmarkPicture,
    BenchmarkLikePicture,
    DuplicatePicture,
    NearPicture,
    DuplicateText,
    NearText,
    SeveralPictures,
    CutAnswer,
    CutClipText,
    BrokenText,
    HtmlText,
    EmptyInstruction,
    NoPicture,
    ShortAnswer,
    LongAnswer,
    RepeatedId,
};
inline constexpr std::size_t kKindCount = static_cast<std::size_t>(Kind::RepeatedId) + 1;

/// What a kind means, in words for a person.
struct KindInfo {
    std::string_view name; ///< "missing-picture"
    Severity severity;
    std::string_view title;
    std::string_view meaning; ///< one sentence: what it does to a fine-tune
    bool canBan;              ///< banning these pairs repairs it
};

const KindInfo& infoOf(Kind kind);
std::optional<Kind> findKind(std::string_view name);
/// Names of the kinds that have a repair, in order.
std::vector<std::string> repairableKinds();

/// Something found in one pair.
struct Fault {
    Kind kind = Kind::MissingPicture;
    std::string words; ///< half a sentence
    bool operator==(const Fault&) const = default;
};

} // namespace winnow::check
