#pragma once

#include <QCoreApplication>
#include <QString>
#include <QStringList>
#include <QVariant>

#include <functional>

class QWidget;

namespace winnow::ui {

/// File and message boxes. All are asynchronous (no nested event loop): `then` is called once, if `parent` still lives,
/// and not at all when the person cancels, except where said. Tests put answers in beforehand, and nothing is shown
/// then.
class Dialogs {
    Q_DECLARE_TR_FUNCTIONS(winnow::ui::Dialogs)

public:
    using ThenText = std::function<void(const QString&)>;

    struct FileQuestion {
        QString title;
        QString folder;  ///< where to start
        QString filters; ///< "JSON (*.json);;All files (*)"
        QString name;    ///< suggested, for saving
    };
    static void askOpenFile(QWidget* parent, const FileQuestion& question, ThenText then);
    static void askFolder(QWidget* parent, const FileQuestion& question, ThenText then);
    static void askSaveFile(QWidget* parent, const FileQuestion& question, ThenText then);

    struct TextQuestion {
        QString title;
        QString label;
        QString text; ///< to start with
        QString verb; ///< on the primary button
    };
    /// A line of text that is not blank.
    static void askText(QWidget* parent, const TextQuestion& question, ThenText then);

    struct Question {
        QString title;
        QString text;
        QString verb;
    };
    /// Only for what cannot be undone. `then(true)` or `then(false)`.
    static void confirm(QWidget* parent, const Question& question, std::function<void(bool)> then);

    enum class Kind { Failure, Information };
    struct Problem {
        QString title;    ///< what was attempted
        QString sentence; ///< what, where, why, what next
        QString details;  ///< behind "Copy details"
        Kind kind = Kind::Failure;
    };
    static void showProblem(QWidget* parent, const Problem& problem);

    /// For tests: the next boxes are answered with these (a path, a text, a bool; an invalid variant cancels).
    static void answer(const QVariantList& answers);
    /// For tests: sentences of the boxes that were answered or would have been shown, since the last call.
    static QStringList takeShown();
};

} // namespace winnow::ui
