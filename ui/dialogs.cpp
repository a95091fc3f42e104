#include "ui/dialogs.h"

#include "ui/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QQueue>
#include <QTimer>
#include <QVBoxLayout>

#include <utility>

namespace winnow::ui {

namespace {

    /// What tests put in and take out: the only state, empty in the program itself.
    struct Script {
        QQueue<QVariant> answers;
        QStringList shown;
    };

    Script& script()
    {
        static Script kept;
        return kept;
    }

    /// Hands the next prepared answer to `then`, after control went back to the caller, as a person would. False =
    /// nobody prepared one.
    bool answered(QWidget* parent, const QString& sentence, std::function<void(const QVariant&)> then)
    {
        script().shown << sentence;
        if (script().answers.isEmpty())
            return false;
        const QVariant answer = script().answers.dequeue();
        QTimer::singleShot(0, parent, [then = std::move(then), answer] { then(answer); });
        return true;
    }

    std::function<void(const QVariant&)> textOnly(Dialogs::ThenText then)
    {
        return [then = std::move(then)](const QVariant& answer) {
            if (answer.isValid())
                then(answer.toString());
        };
    }

    void openFileDialog(
        QFileDialog* dialog, const Dialogs::FileQuestion& question, QWidget* parent, Dialogs::ThenText then)
    {
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setObjectName(QStringLiteral("fileDialog"));
        if (!question.name.isEmpty())
            dialog->selectFile(question.name);
        if (QGuiApplication::platformName() != QLatin1String("wayland")
            && qEnvironmentVariableIsSet("WINNOW_PLAIN_DIALOGS"))
            dialog->setOption(QFileDialog::DontUseNativeDialog);
        QObject::connect(dialog, &QFileDialog::fileSelected, parent, [then = std::move(then)](const QString& file) {
            if (!file.isEmpty())
                then(file);
        });
        dialog->open();
    }

    QMessageBox* makeBox(QWidget* parent, QMessageBox::Icon icon, const QString& title, const QString& text)
    {
        auto* const box = new QMessageBox(icon, title, text, QMessageBox::NoButton, parent);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->setTextFormat(Qt::PlainText);
        box->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        return box;
    }

    void makePrimary(QPushButton* button)
    {
        button->setProperty("look", QStringLiteral("primary"));
        button->setDefault(true);
    }

} // namespace

void Dialogs::askOpenFile(QWidget* parent, const FileQuestion& question, ThenText then)
{
    if (answered(parent, question.title, textOnly(then)))
        return;
    auto* const dialog = new QFileDialog(parent, question.title, question.folder, question.filters);
    dialog->setFileMode(QFileDialog::ExistingFile);
    openFileDialog(dialog, question, parent, std::move(then));
}

void Dialogs::askFolder(QWidget* parent, const FileQuestion& question, ThenText then)
{
    if (answered(parent, question.title, textOnly(then)))
        return;
    auto* const dialog = new QFileDialog(parent, question.title, question.folder);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    openFileDialog(dialog, question, parent, std::move(then));
}

void Dialogs::askSaveFile(QWidget* parent, const FileQuestion& question, ThenText then)
{
    if (answered(parent, question.title, textOnly(then)))
        return;
    auto* const dialog = new QFileDialog(parent, question.title, question.folder, question.filters);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    openFileDialog(dialog, question, parent, std::move(then));
}

void Dialogs::askText(QWidget* parent, const TextQuestion& question, ThenText then)
{
    if (answered(parent, question.title, textOnly(then)))
        return;
    auto* const dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(question.title);
    dialog->setObjectName(QStringLiteral("textDialog"));
    auto* const layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(Theme::kDialogMargin, Theme::kDialogMargin, Theme::kDialogMargin, Theme::kDialogMargin);
    layout->setSpacing(Theme::kGap);
    auto* const label = new QLabel(question.label);
    auto* const edit = new QLineEdit(question.text);
    edit->setObjectName(QStringLiteral("text"));
    edit->setMinimumWidth(360);
    edit->selectAll();
    label->setBuddy(edit);
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    QPushButton* const accept = buttons->addButton(question.verb, QDialogButtonBox::AcceptRole);
    makePrimary(accept);
    const auto refresh = [accept, edit] { accept->setEnabled(!edit->text().trimmed().isEmpty()); };
    QObject::connect(edit, &QLineEdit::textChanged, accept, refresh);
    refresh();
    layout->addWidget(label);
    layout->addWidget(edit);
    layout->addSpacing(Theme::kGap);
    layout->addWidget(buttons);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    QObject::connect(
        dialog, &QDialog::accepted, parent, [edit, then = std::move(then)] { then(edit->text().trimmed()); });
    dialog->open();
}

void Dialogs::confirm(QWidget* parent, const Question& question, std::function<void(bool)> then)
{
    if (answered(parent, question.text, [then](const QVariant& answer) { then(answer.toBool()); }))
        return;
    QMessageBox* const box = makeBox(parent, QMessageBox::Question, question.title, question.text);
    QPushButton* const accept = box->addButton(question.verb, QMessageBox::AcceptRole);
    box->setDefaultButton(box->addButton(QMessageBox::Cancel));
    QObject::connect(box, &QMessageBox::finished, parent,
        [box, accept, then = std::move(then)] { then(box->clickedButton() == accept); });
    box->open();
}

void Dialogs::showProblem(QWidget* parent, const Problem& problem)
{
    if (answered(parent, problem.sentence, [](const QVariant&) {}))
        return;
    QMessageBox* const box =
        makeBox(parent, problem.kind == Kind::Failure ? QMessageBox::Warning : QMessageBox::Information, problem.title,
            problem.sentence);
    box->addButton(QMessageBox::Close);
    if (!problem.details.isEmpty()) {
        QPushButton* const copy = box->addButton(tr("Copy details"), QMessageBox::ActionRole);
        copy->setIcon(Theme::icon(QStringLiteral("copy")));
        copy->disconnect(); // else the box would close
        QObject::connect(copy, &QPushButton::clicked, box,
            [details = problem.details] { QApplication::clipboard()->setText(details); });
    }
    box->open();
}

void Dialogs::answer(const QVariantList& answers)
{
    for (const QVariant& one : answers)
        script().answers.enqueue(one);
}

QStringList Dialogs::takeShown() { return std::exchange(script().shown, {}); }

} // namespace winnow::ui
