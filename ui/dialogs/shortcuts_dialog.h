#pragma once

#include <QDialog>

class QKeySequenceEdit;
class QLabel;
class QPushButton;
class QTreeWidget;

namespace winnow::ui {

class Actions;

/// Every key on one sheet; a chosen command can be given another one.
class ShortcutsDialog : public QDialog {
    Q_OBJECT

public:
    ShortcutsDialog(Actions& actions, QWidget* parent);

private:
    void fill();
    QAction* current() const;
    void assign();
    void refreshEditor();

    Actions& m_actions;
    QTreeWidget* m_tree;
    QKeySequenceEdit* m_keys;
    QPushButton* m_assign;
    QPushButton* m_reset;
    QLabel* m_conflict;
};

} // namespace winnow::ui
