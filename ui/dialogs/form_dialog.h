#pragma once

#include <QComboBox>
#include <QDialog>

class QLabel;
class QPushButton;
class QFormLayout;
class QVBoxLayout;

namespace winnow::ui {

/// What the dialogs that start jobs share: a sentence, the fields, a line for what is wrong, one primary button named
/// by its verb.
class FormDialog : public QDialog {
    Q_OBJECT

protected:
    FormDialog(const QString& name, const QString& title, const QString& sentence, QWidget* parent);

    QVBoxLayout* body() const { return m_body; }
    /// A form at the end of the body.
    QFormLayout* addForm();
    QPushButton* primary() const { return m_primary; }
    /// Disables the primary button with this reason under the fields; an empty one enables it.
    void setProblem(const QString& problem);
    /// A quiet sentence at the same place, with the button enabled or not.
    void setNote(const QString& note, bool canAccept);
    /// "cpu" and what else this machine has, filled in the background.
    QComboBox* makeDeviceBox();

private:
    QVBoxLayout* m_body;
    QLabel* m_message;
    QPushButton* m_primary;
};

} // namespace winnow::ui
