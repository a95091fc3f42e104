#pragma once

#include <QDialog>
#include <QString>

class QFormLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace winnow::ui {

/// What the dialogs that start jobs share: a title, a sentence, the fields, a line for what is wrong, one primary
/// button named by its verb. Enter presses that button, Escape cancels, Tab goes in reading order. Show with open().
class FormDialog : public QDialog {
    Q_OBJECT

protected:
    /// `name` is the object name; the children's are "message", "cancel", "primary" and those of the fields.
    FormDialog(const QString& name, const QString& title, const QString& sentence, QWidget* parent);

    QVBoxLayout* body() const { return m_body; }
    /// A form at the end of the body.
    QFormLayout* addForm();
    /// A row of a form: `field` gets the object name and is called by its label.
    void addField(QFormLayout* form, const QString& label, QWidget* field, const QString& name);
    /// A line for a path with a button behind it, as one row; the button is for the caller to connect.
    struct PathRow {
        QWidget* row;
        QPushButton* button;
    };
    PathRow addPathField(
        QFormLayout* form, const QString& label, QWidget* field, const QString& name, const QString& button);
    /// A label for text that may come from data or the system: never interpreted, wraps.
    static QLabel* makeText(const QString& text, const QString& look = {});

    QPushButton* primary() const { return m_primary; }
    QPushButton* cancel() const { return m_cancel; }
    /// Icon and text of the primary button.
    void setVerb(const QString& icon, const QString& text);

    /// Why the primary button is off, under the fields and as its tooltip; an empty one enables it.
    void setProblem(const QString& problem);
    /// A quiet sentence at the same place, with the button on or off.
    void setNote(const QString& note, bool canAccept);
    /// A warning or a failure at the same place that leaves the button on.
    void setWarning(const QString& warning);
    void setFailure(const QString& failure);

    void showEvent(QShowEvent* event) override;

private:
    QLayout* makeButtons();
    void say(const QString& look, const QString& text, bool canAccept);
    void updateIcon();
    /// Wrapped text may need more height than the dialog has.
    void fit();

    QVBoxLayout* m_body;
    QLabel* m_message;
    QPushButton* m_cancel;
    QPushButton* m_primary;
    QString m_icon;
};

} // namespace winnow::ui
