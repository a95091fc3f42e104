#pragma once

#include <QDialog>

class QLineEdit;
class QListWidget;

namespace winnow::ui {

class Actions;

/// Finds a command by a few letters of its name (in order, not necessarily together) and runs it.
class CommandPalette : public QDialog {
    Q_OBJECT

public:
    explicit CommandPalette(Actions& actions, QWidget* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refill();
    void runCurrent();

    Actions& m_actions;
    QLineEdit* m_edit;
    QListWidget* m_list;
};

/// How well `text` matches the typed letters: higher is better, negative = not at all.
int matchQuality(const QString& typed, const QString& text);

} // namespace winnow::ui
