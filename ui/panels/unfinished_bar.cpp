#include "ui/panels/unfinished_bar.h"

#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/theme.h"

#include <QDateTime>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace winnow::ui {

UnfinishedBar::UnfinishedBar(Document& document, JobQueue& jobs, QWidget* parent)
    : QFrame(parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_lines(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("unfinishedBar"));
    setAccessibleName(tr("Unfinished work"));
    setProperty("look", QStringLiteral("card"));
    m_lines->setContentsMargins(Theme::kSection, Theme::kUnit, Theme::kGap, Theme::kUnit);
    m_lines->setSpacing(Theme::kUnit);
    hide();
    for (const auto signal : {&Document::opened, &Document::closed, &Document::listsChanged})
        connect(&m_document, signal, this, &UnfinishedBar::refresh);
    connect(&m_jobs, &JobQueue::jobFinished, this, [this] { // one that could not begin can be tried again
        for (QWidget* const line : findChildren<QWidget*>(QStringLiteral("unfinished"), Qt::FindDirectChildrenOnly))
            line->setEnabled(true);
    });
}

void UnfinishedBar::refresh()
{
    std::vector<std::string> wanted;
    for (const auto& job : m_document.unfinished())
        wanted.push_back(job.lease);
    if (wanted == m_shown)
        return;
    m_shown = std::move(wanted);
    for (QWidget* const line : findChildren<QWidget*>(QStringLiteral("unfinished"), Qt::FindDirectChildrenOnly)) {
        line->hide(); // a click on one of its buttons may be on the way up to here
        line->deleteLater();
    }
    for (std::size_t i = 0; i < m_shown.size(); ++i)
        addLine(i);
    setVisible(!m_shown.empty());
}

void UnfinishedBar::addLine(std::size_t number)
{
    const auto job = m_document.unfinished()[number];
    const auto title = QString::fromStdString(job.title);
    const auto since = QDateTime::fromString(QString::fromStdString(job.since), Qt::ISODate).toLocalTime();
    auto* const line = new QWidget(this);
    line->setObjectName(QStringLiteral("unfinished"));
    auto* const layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::kGap);
    auto* const text = new QLabel(tr("%1, begun %2, was cut off. What was done of it is kept.")
                                      .arg(title, QLocale().toString(since, QLocale::ShortFormat)),
        line);
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    auto* const goOn = new QPushButton(Theme::icon(QStringLiteral("play")), tr("Continue"), line);
    goOn->setObjectName(QStringLiteral("continue"));
    goOn->setToolTip(tr("Goes on where it was, to the same result"));
    auto* const leave = new QPushButton(tr("Leave it"), line);
    leave->setObjectName(QStringLiteral("leave"));
    leave->setToolTip(tr("Takes this notice away; started again by hand the job still goes on where it was"));
    layout->addWidget(text, 1);
    layout->addWidget(goOn);
    layout->addWidget(leave);
    m_lines->addWidget(line);
    connect(goOn, &QPushButton::clicked, this, [this, job, title, line] {
        line->setEnabled(false); // until the job holds its lease and the line goes
        if (const auto workspace = m_document.workspace())
            m_jobs.submit(Lane::Models, title,
                [workspace, job](RunContext& context) { return pipeline::continueJob(*workspace, job, context); });
    });
    connect(leave, &QPushButton::clicked, this, [this, job] {
        m_document.read(
            this, [job](store::Project& project) { pipeline::forgetUnfinished(project, job); },
            [this] { m_document.refresh(); });
    });
}

} // namespace winnow::ui
