#include "ui/command_palette.h"

#include "ui/actions.h"
#include "ui/theme.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QTimer>

#include <algorithm>
#include <utility>
#include <vector>

namespace winnow::ui {

int matchQuality(const QString& typed, const QString& text)
{
    if (typed.isEmpty())
        return 0;
    if (text.startsWith(typed, Qt::CaseInsensitive))
        return 1000;
    const qsizetype at = text.indexOf(typed, 0, Qt::CaseInsensitive);
    if (at >= 0)
        return text.at(at - 1).isSpace() ? 900 : 800;
    int quality = 500;
    qsizetype from = 0;
    for (const QChar letter : typed) {
        const qsizetype found = text.indexOf(letter, from, Qt::CaseInsensitive);
        if (found < 0)
            return -1;
        quality -= static_cast<int>(found - from);
        from = found + 1;
    }
    return std::max(quality, 1);
}

CommandPalette::CommandPalette(Actions& actions, QWidget* parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint)
    , m_actions(actions)
{
    setObjectName(QStringLiteral("commandPalette"));
    setWindowTitle(tr("Command palette"));
    setAttribute(Qt::WA_DeleteOnClose);
    setFixedWidth(560);
    m_edit = new QLineEdit;
    m_edit->setObjectName(QStringLiteral("commandText"));
    m_edit->setPlaceholderText(tr("Type a command"));
    m_edit->setAccessibleName(tr("Command"));
    m_edit->addAction(Theme::icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_edit->installEventFilter(this);
    m_list = new QListWidget;
    m_list->setObjectName(QStringLiteral("commandList"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFixedHeight(340);
    auto* const layout = new QVBoxLayout(this);
    layout->addWidget(m_edit);
    layout->addWidget(m_list);
    connect(m_edit, &QLineEdit::textChanged, this, &CommandPalette::refill);
    connect(m_edit, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    refill();
    if (parent)
        move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, 96)));
}

void CommandPalette::refill()
{
    std::vector<std::pair<int, QAction*>> found;
    for (QAction* const action : m_actions.all()) {
        const QString typed = m_edit->text().trimmed();
        const QString text = m_actions.group(action) + QStringLiteral(": ") + action->text();
        int quality = std::max(matchQuality(typed, action->text()), matchQuality(typed, text) - 100);
        // Who types "search" means what is called Find by meaning: the id and the explanation know other words.
        constexpr int kByOtherWords = 450;
        if (typed.size() >= 3
            && (action->objectName().contains(typed, Qt::CaseInsensitive)
                || action->toolTip().contains(typed, Qt::CaseInsensitive)))
            quality = std::max(quality, kByOtherWords);
        if (action->isVisible() && quality >= 0)
            found.emplace_back(quality, action);
    }
    std::ranges::stable_sort(
        found, std::greater(), [](const auto& entry) { return std::pair(entry.second->isEnabled(), entry.first); });
    m_list->clear();
    for (const auto& [quality, action] : found) {
        QString text = action->text();
        const QString key = action->shortcut().toString(QKeySequence::NativeText);
        text += QStringLiteral("   –   ") + m_actions.group(action)
            + (key.isEmpty() ? QString() : QStringLiteral("   ") + key);
        auto* const item = new QListWidgetItem(action->icon(), text, m_list);
        item->setToolTip(action->toolTip());
        item->setData(Qt::UserRole, action->objectName());
        if (!action->isEnabled())
            item->setFlags(Qt::ItemIsSelectable);
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem* const item = m_list->currentItem();
    QAction* const action = item ? m_actions.find(item->data(Qt::UserRole).toString()) : nullptr;
    if (!action || !action->isEnabled())
        return;
    accept();
    QTimer::singleShot(0, action, &QAction::trigger); // after this window is gone
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int step = key == Qt::Key_Down ? 1
            : key == Qt::Key_Up              ? -1
            : key == Qt::Key_PageDown        ? 8
            : key == Qt::Key_PageUp          ? -8
                                             : 0;
        if (step != 0 && m_list->count() > 0) {
            m_list->setCurrentRow(std::clamp(m_list->currentRow() + step, 0, m_list->count() - 1));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace winnow::ui
