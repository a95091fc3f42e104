#include "core/check/kind.h"

#include <algorithm>
#include <array>

namespace winnow::check {

namespace {

    constexpr auto kProblem = Severity::Problem;
    constexpr auto kWarning = Severity::Warning;
    constexpr auto kNote = Severity::Note;

    const std::array<KindInfo, kKindCount>& table()
    {
        static const std::array<KindInfo, kKindCount> kTable{{
            {"missing-picture", kProblem, "The picture is not there",
                "A pair without its picture is skipped in training and has no score that looks at pictures.", true},
            {"unreadable-picture", kProblem, "The picture cannot be read",
                "A damaged or cut-off picture is skipped in training, or teaches grey where the decoder fills in.",
                true},
            {"large-picture", kProblem, "The picture is too large",
                "It is refused before it is decoded, so the pair is skipped; a smaller copy would do.", true},
            {"empty-answer", kProblem, "An answer is empty",
                "The model is taught to say nothing: the only token that counts is the end mark.", true},
            {"role-order", kProblem, "The turns are out of order",
                "Questions and answers must take turns, from a question to an answer; otherwise words of the user are "
                "taught as answers, or answers without a question.",
                true},
            {"image-parity", kProblem, "<image> marks and pictures do not match",
                "The text speaks of more or fewer pictures than the pair has, so what is said does not belong to what "
                "is "
                "seen; other trainers stop at such a row.",
                true},
            {"benchmark-picture", kProblem, "The picture is in a benchmark",
                "A model tuned on a picture that it is tested on looks better than it is.", true},
            {"benchmark-like-picture", kWarning, "The picture looks like one of a benchmark",
                "A near copy of a test picture may make the model look better than it is.", true},
            {"duplicate-picture", kWarning, "The same picture again",
                "A picture that several pairs show weighs as often in a fine-tune; wanted where the questions differ.",
                true},
            {"near-picture", kWarning, "Nearly the same picture again",
                "Near copies weigh like repeats and make a selection less varied than it looks.", true},
            {"duplicate-text", kWarning, "The same text again",
                "The same words with different pictures teach the model to answer without looking.", true},
            {"near-text", kWarning, "Nearly the same text again",
                "Slightly changed copies weigh like repeats and make a selection less varied than it looks.", true},
            {"several-pictures", kWarning, "More than one picture",
                "Fine-tuning takes one picture a pair and refuses a selection with such a pair; scores look at the "
                "first.",
                true},
            {"cut-answer", kWarning, "An answer is cut in training",
                "What is longer than the model's limit loses its end, so the model learns to stop in the middle.",
                true},
            {"cut-clip-text", kWarning, "CLIP reads only the beginning",
                "A sentence longer than CLIP's text tower reads counts with its beginning alone in the CLIP score.",
                true},
            {"broken-text", kWarning, "Broken characters",
                "Replacement marks, control characters or wrongly decoded letters are learned like words.", true},
            {"html-text", kWarning, "Remains of HTML", "Tags and entities are learned like words and said in answers.",
                true},
            {"empty-instruction", kNote, "There is no question",
                "One of the four alignment prompts is drawn in its place; in a set that mixes both, answers to "
                "questions that are not there are taught.",
                false},
            {"no-picture", kNote, "A pair without a picture",
                "It has no score that looks at pictures, and fine-tuning skips it.", true},
            {"short-answer", kNote, "A very short answer", "Many answers of a word or two teach the model to be curt.",
                true},
            {"long-answer", kNote, "A very long answer",
                "It is likely to be cut, and long answers tend to say what the picture does not show.", true},
            {"repeated-id", kNote, "The id was used twice",
                "The source gave one id to different pairs; the later ones got a number behind it, so scores by id "
                "reach the first alone.",
                false},
        }};
        return kTable;
    }

} // namespace

const KindInfo& infoOf(Kind kind) { return table()[static_cast<std::size_t>(kind)]; }

std::optional<Kind> findKind(std::string_view name)
{
    const auto found =
        std::find_if(table().begin(), table().end(), [&](const KindInfo& info) { return info.name == name; });
    if (found == table().end())
        return std::nullopt;
    return static_cast<Kind>(found - table().begin());
}

std::vector<std::string> repairableKinds()
{
    std::vector<std::string> out;
    for (const auto& info : table())
        if (info.canBan)
            out.emplace_back(info.name);
    return out;
}

} // namespace winnow::check
