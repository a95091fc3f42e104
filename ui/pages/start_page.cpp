#include "ui/pages/start_page.h"

#include "ui/actions.h"
#include "ui/jobs/job_panel.h"
#include "ui/settings.h"
#include "ui/theme.h"

#include <QBoxLayout>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr int kColumnWidth = 640;
    constexpr int kLogoSide = 64;
    constexpr int kShownRecent = 5;

} // namespace

StartPage::StartPage(Actions& actions, Settings& settings, JobQueue& queue, QWidget* parent)
    : QWidget(parent)
    , m_actions(actions)
    , m_settings(settings)
    , m_queue(queue)
{
    setObjectName(QStringLiteral("startPage"));
    const Theme& theme = Theme::current();
    auto* const logo = new QLabel;
    logo->setFixedSize(kLogoSide, kLogoSide);
    logo->setPixmap(QIcon(QStringLiteral(":/icons/winnow.svg")).pixmap(kLogoSide, kLogoSide));
    auto* const title = new QLabel(tr("Winnow"));
    title->setFont(theme.font(Theme::Text::Display, Theme::Weight::Strong));
    auto* const sentence =
        new QLabel(tr("Find the few pairs that make your vision-language model better, and know how sure that is."));
    sentence->setFont(theme.font(Theme::Text::Heading));
    sentence->setWordWrap(true);
    m_recentTitle = new QLabel(tr("Opened lately"));
    m_recentTitle->setProperty("look", QStringLiteral("caption"));
    m_recent = new QListWidget;
    m_recent->setObjectName(QStringLiteral("recentProjects"));
    m_recent->setAccessibleName(tr("Projects opened lately"));
    m_status = new QLabel;
    m_status->setObjectName(QStringLiteral("startStatus"));
    m_status->setWordWrap(true);
    m_status->setTextFormat(Qt::PlainText);
    m_progress = new QProgressBar;
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress"));

    auto* const buttons = new QHBoxLayout;
    buttons->addWidget(makeButton(QStringLiteral("project.demo"), QStringLiteral("primary")));
    buttons->addWidget(makeButton(QStringLiteral("project.import"), {}));
    buttons->addWidget(makeButton(QStringLiteral("project.open"), {}));
    buttons->addStretch(1);
    auto* const column = new QWidget;
    column->setFixedWidth(kColumnWidth);
    auto* const layout = new QVBoxLayout(column);
    layout->setSpacing(Theme::kSection);
    for (QWidget* const part : std::initializer_list<QWidget*>{logo, title, sentence})
        layout->addWidget(part);
    layout->addLayout(buttons);
    for (QWidget* const part : std::initializer_list<QWidget*>{m_status, m_progress, m_recentTitle, m_recent})
        layout->addWidget(part);
    auto* const outer = new QVBoxLayout(this);
    outer->addStretch(2);
    outer->addWidget(column, 0, Qt::AlignHCenter);
    outer->addStretch(3);

    connect(m_recent, &QListWidget::itemActivated, this,
        [this](const QListWidgetItem* item) { Q_EMIT projectChosen(item->data(Qt::UserRole).toString()); });
    connect(m_recent, &QListWidget::itemClicked, this,
        [this](const QListWidgetItem* item) { Q_EMIT projectChosen(item->data(Qt::UserRole).toString()); });
    connect(&m_queue, &JobQueue::jobChanged, this, [this](JobId id) {
        if (id == m_job)
            refreshJob();
    });
    showBusy({});
    refreshRecent();
    setFocusProxy(findChild<QPushButton*>(QStringLiteral("project.demo")));
}

QPushButton* StartPage::makeButton(const QString& actionId, const QString& look)
{
    QAction* const action = m_actions[actionId];
    auto* const button = new QPushButton(action->text());
    button->setObjectName(actionId);
    button->setToolTip(action->toolTip());
    button->setProperty("look", look);
    button->setMinimumHeight(Theme::kPrimary);
    // The style sheet's bold text and the icon's gap are not in the button's own hint.
    const QFontMetrics metrics(Theme::current().font(Theme::Text::Body, Theme::Weight::Strong));
    button->setMinimumWidth(
        metrics.horizontalAdvance(action->text()) + 2 * Theme::kDialogMargin + Theme::kSection + Theme::kGap);
    const QColor color = look.isEmpty() ? QColor() : Theme::current().tokens().onAccent;
    button->setIcon(Theme::icon(actionId.section(QLatin1Char('.'), 1), color));
    connect(&Theme::current(), &Theme::changed, button, [button, actionId, look] {
        if (!look.isEmpty())
            button->setIcon(Theme::icon(actionId.section(QLatin1Char('.'), 1), Theme::current().tokens().onAccent));
    });
    connect(button, &QPushButton::clicked, action, &QAction::trigger);
    return button;
}

void StartPage::refreshRecent()
{
    m_recent->clear();
    for (const QString& folder : m_settings.recentProjects()) {
        auto* const item = new QListWidgetItem(Theme::icon(QStringLiteral("folder")),
            QFileInfo(folder).fileName() + QStringLiteral("\n") + QDir::toNativeSeparators(folder), m_recent);
        item->setData(Qt::UserRole, folder);
    }
    if (m_recent->count() > 0)
        m_recent->setFixedHeight(
            std::min(m_recent->count(), kShownRecent) * m_recent->sizeHintForRow(0) + 2 * Theme::kGap);
    m_recentTitle->setVisible(m_recent->count() > 0);
    m_recent->setVisible(m_recent->count() > 0);
}

void StartPage::showBusy(const QString& sentence)
{
    m_status->setText(sentence);
    m_status->setVisible(!sentence.isEmpty());
    m_progress->setRange(0, 0);
    m_progress->setVisible(!sentence.isEmpty());
}

void StartPage::follow(JobId id)
{
    m_job = id;
    refreshJob();
}

void StartPage::refreshJob()
{
    const JobState* const state = m_queue.find(m_job);
    if (!state || state->status == JobStatus::Finished) {
        showBusy({});
        return;
    }
    showBusy(tr("%1: %2").arg(state->title, state->isOver() ? state->message : statusText(*state)));
    m_progress->setVisible(!state->isOver());
    if (state->total > 0) {
        m_progress->setRange(0, 1000);
        m_progress->setValue(static_cast<int>(std::clamp(state->fraction(), 0.0, 1.0) * 1000));
    }
}

} // namespace winnow::ui
