#include "ui/models/finding_text.h"

namespace winnow::ui {

namespace {

    struct Words {
        const char* kind;
        const char* title;
        const char* meaning;
    };

    // As core/check/kind.cpp says it on the command line; a kind that is not here is shown in those words.
    const Words kWords[] = {
        {"missing-picture", QT_TRANSLATE_NOOP("FindingText", "The picture is not there"),
            QT_TRANSLATE_NOOP("FindingText",
                "A pair without its picture is skipped in training and has no score that looks at pictures.")},
        {"unreadable-picture", QT_TRANSLATE_NOOP("FindingText", "The picture cannot be read"),
            QT_TRANSLATE_NOOP("FindingText",
                "A damaged or cut-off picture is skipped in training, or teaches grey where the decoder fills in.")},
        {"large-picture", QT_TRANSLATE_NOOP("FindingText", "The picture is too large"),
            QT_TRANSLATE_NOOP(
                "FindingText", "It is refused before it is decoded, so the pair is skipped; a smaller copy would do.")},
        {"empty-answer", QT_TRANSLATE_NOOP("FindingText", "An answer is empty"),
            QT_TRANSLATE_NOOP(
                "FindingText", "The model is taught to say nothing: the only token that counts is the end mark.")},
        {"role-order", QT_TRANSLATE_NOOP("FindingText", "The turns are out of order"),
            QT_TRANSLATE_NOOP("FindingText",
                "Questions and answers must take turns, from a question to an answer; otherwise words of the user are "
                "taught as answers, or answers without a question.")},
        {"image-parity", QT_TRANSLATE_NOOP("FindingText", "<image> marks and pictures do not match"),
            QT_TRANSLATE_NOOP("FindingText",
                "The text speaks of more or fewer pictures than the pair has, so what is said does not belong to what "
                "is seen; other trainers stop at such a row.")},
        {"benchmark-picture", QT_TRANSLATE_NOOP("FindingText", "The picture is in a benchmark"),
            QT_TRANSLATE_NOOP(
                "FindingText", "A model tuned on a picture that it is tested on looks better than it is.")},
        {"benchmark-like-picture", QT_TRANSLATE_NOOP("FindingText", "The picture looks like one of a benchmark"),
            QT_TRANSLATE_NOOP(
                "FindingText", "A near copy of a test picture may make the model look better than it is.")},
        {"duplicate-picture", QT_TRANSLATE_NOOP("FindingText", "The same picture again"),
            QT_TRANSLATE_NOOP("FindingText",
                "A picture that several pairs show weighs as often in a fine-tune; wanted where the questions "
                "differ.")},
        {"near-picture", QT_TRANSLATE_NOOP("FindingText", "Nearly the same picture again"),
            QT_TRANSLATE_NOOP(
                "FindingText", "Near copies weigh like repeats and make a selection less varied than it looks.")},
        {"duplicate-text", QT_TRANSLATE_NOOP("FindingText", "The same text again"),
            QT_TRANSLATE_NOOP(
                "FindingText", "The same words with different pictures teach the model to answer without looking.")},
        {"near-text", QT_TRANSLATE_NOOP("FindingText", "Nearly the same text again"),
            QT_TRANSLATE_NOOP("FindingText",
                "Slightly changed copies weigh like repeats and make a selection less varied than it looks.")},
        {"several-pictures", QT_TRANSLATE_NOOP("FindingText", "More than one picture"),
            QT_TRANSLATE_NOOP("FindingText",
                "Fine-tuning takes one picture a pair and refuses a selection with such a pair; scores look at the "
                "first.")},
        {"cut-answer", QT_TRANSLATE_NOOP("FindingText", "An answer is cut in training"),
            QT_TRANSLATE_NOOP("FindingText",
                "What is longer than the model's limit loses its end, so the model learns to stop in the middle.")},
        {"cut-clip-text", QT_TRANSLATE_NOOP("FindingText", "CLIP reads only the beginning"),
            QT_TRANSLATE_NOOP("FindingText",
                "A sentence longer than CLIP's text tower reads counts with its beginning alone in the CLIP score.")},
        {"broken-text", QT_TRANSLATE_NOOP("FindingText", "Broken characters"),
            QT_TRANSLATE_NOOP("FindingText",
                "Replacement marks, control characters or wrongly decoded letters are learned like words.")},
        {"html-text", QT_TRANSLATE_NOOP("FindingText", "Remains of HTML"),
            QT_TRANSLATE_NOOP("FindingText", "Tags and entities are learned like words and said in answers.")},
        {"empty-instruction", QT_TRANSLATE_NOOP("FindingText", "There is no question"),
            QT_TRANSLATE_NOOP("FindingText",
                "One of the four alignment prompts is drawn in its place; in a set that mixes both, answers to "
                "questions that are not there are taught.")},
        {"no-picture", QT_TRANSLATE_NOOP("FindingText", "A pair without a picture"),
            QT_TRANSLATE_NOOP("FindingText", "It has no score that looks at pictures, and fine-tuning skips it.")},
        {"short-answer", QT_TRANSLATE_NOOP("FindingText", "A very short answer"),
            QT_TRANSLATE_NOOP("FindingText", "Many answers of a word or two teach the model to be curt.")},
        {"long-answer", QT_TRANSLATE_NOOP("FindingText", "A very long answer"),
            QT_TRANSLATE_NOOP(
                "FindingText", "It is likely to be cut, and long answers tend to say what the picture does not show.")},
        {"repeated-id", QT_TRANSLATE_NOOP("FindingText", "The id was used twice"),
            QT_TRANSLATE_NOOP("FindingText",
                "The source gave one id to different pairs; the later ones got a number behind it, so scores by id "
                "reach the first alone.")},
    };

    const Words* find(const std::string& kind)
    {
        for (const auto& words : kWords)
            if (kind == words.kind)
                return &words;
        return nullptr;
    }

    QString translated(const char* text) { return QCoreApplication::translate("FindingText", text); }

} // namespace

QString FindingText::title(const Finding& finding)
{
    const auto* const words = find(finding.kind);
    return words ? translated(words->title) : QString::fromStdString(finding.title);
}

QString FindingText::meaning(const Finding& finding)
{
    const auto* const words = find(finding.kind);
    return words ? translated(words->meaning) : QString::fromStdString(finding.meaning);
}

QString FindingText::severity(Severity severity)
{
    switch (severity) {
    case Severity::Problem:
        return tr("Problem");
    case Severity::Warning:
        return tr("Warning");
    case Severity::Note:
        break;
    }
    return tr("Note");
}

QString FindingText::mark(Severity severity)
{
    switch (severity) {
    case Severity::Problem:
        return QStringLiteral("✕");
    case Severity::Warning:
        return QStringLiteral("▲");
    case Severity::Note:
        break;
    }
    return QStringLiteral("●");
}

QString FindingText::queryFor(const Finding& finding)
{
    return QStringLiteral("finding = \"%1\"").arg(QString::fromStdString(finding.kind));
}

QString FindingText::queryFor(const FindingExample& example)
{
    const auto quoted = [](const std::string& id) {
        auto text = QString::fromStdString(id);
        text.replace(QChar(u'\\'), QStringLiteral("\\\\")).replace(QChar(u'"'), QStringLiteral("\\\""));
        return QStringLiteral("id = \"%1\"").arg(text);
    };
    const auto first = quoted(example.id);
    return example.likeId.empty() ? first : first + QStringLiteral(" or ") + quoted(example.likeId);
}

} // namespace winnow::ui
