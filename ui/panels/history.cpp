#include "ui/panels/history.h"

#include "ui/actions.h"
#include "ui/document.h"
#include "ui/theme.h"
#include "ui/widgets/empty_look.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QDateTime>
#include <QListWidget>
#include <QStackedWidget>
#include <QToolButton>

namespace winnow::ui {

namespace {

    constexpr int kShown = 200; // lupdate loses the namespace behind std::size_t

    QString nameOf(const std::string& what)
    {
        if (what == "pin")
            return HistoryPanel::tr("Pinned");
        if (what == "ban")
            return HistoryPanel::tr("Banned");
        if (what == "lock")
            return HistoryPanel::tr("Locked");
        if (what == "clear")
            return HistoryPanel::tr("Cleared");
        return QString::fromStdString(what);
    }

    QString iconOf(const std::string& what)
    {
        if (what == "pin" || what == "ban" || what == "lock" || what == "clear")
            return QString::fromStdString(what);
        return QStringLiteral("star-filled");
    }

    QString textOf(const store::LedgerEntry& entry)
    {
        const QDateTime at = QDateTime::fromString(QString::fromStdString(entry.at), Qt::ISODate).toLocalTime();
        QString text = entry.pairCount == 1
            ? HistoryPanel::tr("%1 1 pair").arg(nameOf(entry.what))
            : HistoryPanel::tr("%1 %2 pairs").arg(nameOf(entry.what), formatCount(entry.pairCount));
        if (entry.undone)
            text += HistoryPanel::tr(" (undone)");
        if (!entry.reason.empty())
            text += QStringLiteral(" – ") + QString::fromStdString(entry.reason);
        return text + QLatin1Char('\n') + (at.isValid() ? QLocale().toString(at, QLocale::ShortFormat) : QString());
    }

} // namespace

HistoryPanel::HistoryPanel(Document& document, Actions& actions, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
{
    setObjectName(QStringLiteral("historyPanel"));
    m_empty = new EmptyLook;
    m_empty->showEmpty({QStringLiteral("history"), tr("No decisions yet"),
        tr("Pin, ban or rate a pair; every decision is kept here and can be undone, also after a restart."), {}});
    m_list = new QListWidget;
    m_list->setObjectName(QStringLiteral("historyList"));
    m_list->setAccessibleName(tr("Decisions, newest first"));
    m_list->setWordWrap(true);
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_list);
    auto* const buttons = new QHBoxLayout;
    for (const QString& id : {QStringLiteral("edit.undo"), QStringLiteral("edit.redo")}) {
        auto* const button = new QToolButton;
        button->setDefaultAction(actions[id]);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setProperty("look", QStringLiteral("quiet"));
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    auto* const layout = new QVBoxLayout(this);
    layout->setSpacing(Theme::kUnit);
    layout->addLayout(buttons);
    layout->addWidget(m_stack, 1);

    connect(&m_document, &Document::opened, this, &HistoryPanel::reload);
    connect(&m_document, &Document::closed, this, [this] { fill({}); });
    connect(&m_document, &Document::undoChanged, this, &HistoryPanel::reload);
}

void HistoryPanel::reload()
{
    const qint64 request = ++m_request;
    m_document.read(
        this, [](store::Project& project) { return store::Ledger(project).history(kShown); },
        [this, request](const std::vector<store::LedgerEntry>& entries) {
            if (request == m_request)
                fill(entries);
        });
}

void HistoryPanel::fill(const std::vector<store::LedgerEntry>& entries)
{
    m_list->clear();
    for (const store::LedgerEntry& entry : entries) {
        auto* const item = new QListWidgetItem(Theme::icon(iconOf(entry.what)), textOf(entry), m_list);
        if (entry.undone)
            item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
    }
    m_stack->setCurrentIndex(entries.empty() ? 0 : 1);
}

} // namespace winnow::ui
