#include "ui/dialogs/shortcuts_dialog.h"

#include "ui/actions.h"
#include "ui/theme.h"

#include <QBoxLayout>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>

#include <map>

namespace winnow::ui {

ShortcutsDialog::ShortcutsDialog(Actions& actions, QWidget* parent)
    : QDialog(parent)
    , m_actions(actions)
    , m_tree(new QTreeWidget)
    , m_keys(new QKeySequenceEdit)
    , m_assign(new QPushButton(tr("Use this key")))
    , m_reset(new QPushButton(tr("Back to the first one")))
    , m_conflict(new QLabel)
{
    setObjectName(QStringLiteral("shortcutsDialog"));
    setWindowTitle(tr("Shortcuts"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(560, 620);
    m_tree->setObjectName(QStringLiteral("shortcuts"));
    m_tree->setAccessibleName(tr("Commands and their keys"));
    m_tree->setHeaderLabels({tr("Command"), tr("Key")});
    m_tree->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_tree->header()->setStretchLastSection(false);
    m_keys->setObjectName(QStringLiteral("keys"));
    m_keys->setAccessibleName(tr("New key"));
    m_assign->setObjectName(QStringLiteral("assign"));
    m_reset->setObjectName(QStringLiteral("reset"));
    m_assign->setAutoDefault(false);
    m_reset->setAutoDefault(false);
    m_conflict->setWordWrap(true);
    m_conflict->setProperty("look", QStringLiteral("warn"));
    auto* const editor = new QHBoxLayout;
    editor->addWidget(new QLabel(tr("New key")));
    editor->addWidget(m_keys, 1);
    editor->addWidget(m_assign);
    editor->addWidget(m_reset);
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::kDialogMargin, Theme::kDialogMargin, Theme::kDialogMargin, Theme::kDialogMargin);
    layout->setSpacing(Theme::kSection);
    layout->addWidget(m_tree, 1);
    layout->addLayout(editor);
    layout->addWidget(m_conflict);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_tree, &QTreeWidget::currentItemChanged, this, &ShortcutsDialog::refreshEditor);
    connect(m_keys, &QKeySequenceEdit::keySequenceChanged, this, &ShortcutsDialog::refreshEditor);
    connect(m_assign, &QPushButton::clicked, this, &ShortcutsDialog::assign);
    connect(m_reset, &QPushButton::clicked, this, [this] {
        if (QAction* const action = current())
            m_actions.resetShortcuts(action);
    });
    connect(&m_actions, &Actions::shortcutsChanged, this, &ShortcutsDialog::fill);
    fill();
}

void ShortcutsDialog::fill()
{
    const QString kept = current() ? current()->objectName() : QString();
    m_tree->clear();
    std::map<QString, QTreeWidgetItem*> groups;
    for (QAction* const action : m_actions.all()) {
        QTreeWidgetItem*& group = groups[m_actions.group(action)];
        if (!group) {
            group = new QTreeWidgetItem(m_tree, {m_actions.group(action)});
            group->setFlags(Qt::ItemIsEnabled);
            group->setFont(0, Theme::current().font(Theme::Text::Body, Theme::Weight::Strong));
        }
        QStringList keys;
        for (const QKeySequence& key : action->shortcuts())
            keys << key.toString(QKeySequence::NativeText);
        auto* const item = new QTreeWidgetItem(group, {action->text(), keys.join(QStringLiteral(", "))});
        item->setData(0, Qt::UserRole, action->objectName());
        item->setToolTip(0, action->toolTip());
        if (action->objectName() == kept)
            m_tree->setCurrentItem(item);
    }
    m_tree->expandAll();
    refreshEditor();
}

QAction* ShortcutsDialog::current() const
{
    const QTreeWidgetItem* const item = m_tree->currentItem();
    return item ? m_actions.find(item->data(0, Qt::UserRole).toString()) : nullptr;
}

void ShortcutsDialog::refreshEditor()
{
    QAction* const action = current();
    m_keys->setEnabled(action);
    m_reset->setEnabled(action);
    m_assign->setEnabled(action && !m_keys->keySequence().isEmpty());
    const QAction* const other = action ? m_actions.conflicting(action, m_keys->keySequence()) : nullptr;
    m_conflict->setText(!action ? tr("Choose a command to give it another key")
            : other             ? tr("“%1” has this key now and would lose it").arg(other->text())
                                : QString());
}

void ShortcutsDialog::assign()
{
    QAction* const action = current();
    const QKeySequence key = m_keys->keySequence();
    if (!action || key.isEmpty())
        return;
    if (QAction* const other = m_actions.conflicting(action, key)) {
        QList<QKeySequence> left = other->shortcuts();
        left.removeAll(key);
        m_actions.setShortcuts(other, left);
    }
    m_keys->clear();
    m_actions.setShortcuts(action, {key});
}

} // namespace winnow::ui
