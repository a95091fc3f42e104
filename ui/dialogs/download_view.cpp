#include "ui/dialogs/download_view.h"

#include "core/pipeline/model_facts.h"
#include "ui/document.h"
#include "ui/theme.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QTableWidget>

#include <algorithm>

namespace winnow::ui {

namespace {

    enum Column { FileColumn, SizeColumn, ThereColumn, kColumnCount };
    constexpr int kLeastTableHeight = 150;

    /// "there", "37 %", "not yet"
    QString shareText(qint64 done, qint64 total)
    {
        if (done >= total)
            return DownloadView::tr("there");
        if (done == 0)
            return DownloadView::tr("not yet");
        return DownloadView::tr("%1 %").arg(std::clamp<qint64>(done * 100 / total, 1, 99));
    }

} // namespace

QString sizeText(qint64 bytes) { return QString::fromStdString(pipeline::sizeText(bytes)); }

DownloadView::DownloadView(QWidget* parent)
    : QWidget(parent)
    , m_files(new QTableWidget(0, kColumnCount))
    , m_summary(makeText(this, "planSummary"))
    , m_warnings(makeText(this, "planWarnings", "warn"))
    , m_bar(new QProgressBar)
    , m_speed(makeText(this, "fetchSpeed", "caption"))
{
    setObjectName(QStringLiteral("downloadView"));
    m_files->setObjectName(QStringLiteral("planFiles"));
    m_files->setAccessibleName(tr("Files to fetch"));
    m_files->setHorizontalHeaderLabels({tr("File"), tr("Size"), tr("There")});
    m_files->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_files->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_files->setSelectionMode(QAbstractItemView::SingleSelection);
    m_files->setTabKeyNavigation(false);
    m_files->setShowGrid(false);
    m_files->verticalHeader()->hide();
    m_files->verticalHeader()->setDefaultSectionSize(Theme::kControl);
    m_files->horizontalHeader()->setHighlightSections(false);
    m_files->horizontalHeader()->setSectionResizeMode(FileColumn, QHeaderView::Stretch);
    m_files->setMinimumHeight(kLeastTableHeight);
    m_bar->setObjectName(QStringLiteral("fetchProgress"));
    m_bar->setAccessibleName(tr("Progress of all files"));
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(m_files, 1);
    layout->addWidget(m_summary);
    layout->addWidget(m_warnings);
    layout->addWidget(m_bar);
    layout->addWidget(m_speed);
    setFetching(false);
}

void DownloadView::setCell(int row, int column, const QString& text)
{
    auto* item = m_files->item(row, column);
    if (item == nullptr) {
        item = new QTableWidgetItem;
        m_files->setItem(row, column, item);
        if (column != FileColumn)
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    }
    if (item->text() == text)
        return;
    item->setText(text);
    if (column == FileColumn)
        item->setToolTip(toToolTip(text));
}

void DownloadView::showPlan(const pipeline::ModelPlan& plan)
{
    m_plan = plan;
    m_files->setRowCount(static_cast<int>(plan.files.size()));
    for (std::size_t i = 0; i < plan.files.size(); ++i) {
        const auto& file = plan.files[i];
        const int row = static_cast<int>(i);
        setCell(row, FileColumn, QString::fromStdString(file.path));
        setCell(row, SizeColumn, sizeText(file.bytes));
        setCell(row, ThereColumn, shareText(file.presentBytes, file.bytes));
    }
    m_files->resizeColumnToContents(SizeColumn);
    const auto licence =
        plan.licence.empty() ? tr("the hub names none: see its page") : QString::fromStdString(plan.licence);
    QStringList lines{tr("Files: %1, %2 in all, %3 to fetch from %4")
                          .arg(formatCount(static_cast<qint64>(plan.files.size())), sizeText(plan.totalBytes),
                              sizeText(plan.remainingBytes), QString::fromStdString(plan.host)),
        tr("Licence: %1").arg(licence),
        tr("Into %1, where %2 are free").arg(toQString(plan.folder), sizeText(plan.freeBytes))};
    if (!plan.role.empty())
        lines.insert(2, tr("Good for: %1").arg(QString::fromStdString(pipeline::purposeOf(plan.role))));
    m_summary->setText(lines.join(QLatin1Char('\n')));
    QStringList warnings;
    for (const auto& warning : plan.warnings)
        warnings << QString::fromStdString(warning);
    m_warnings->setText(warnings.join(QLatin1Char('\n')));
    m_warnings->setVisible(!warnings.isEmpty());
}

void DownloadView::showProgress(const pipeline::ModelFetchProgress& progress)
{
    const auto count = std::min(progress.fileBytes.size(), m_plan.files.size());
    for (std::size_t i = 0; i < count; ++i)
        setCell(static_cast<int>(i), ThereColumn, shareText(progress.fileBytes[i], m_plan.files[i].bytes));
    if (progress.totalBytes > 0)
        m_bar->setValue(static_cast<int>(progress.doneBytes * 1000 / progress.totalBytes));
    const auto reached = tr("%1 of %2").arg(sizeText(progress.doneBytes), sizeText(progress.totalBytes));
    const bool isMoving = progress.bytesPerSecond > 0 && progress.doneBytes < progress.totalBytes;
    m_speed->setText(!isMoving ? reached
                               : tr("%1, %2 a second, about %3 left")
                                     .arg(reached, sizeText(static_cast<qint64>(progress.bytesPerSecond)),
                                         formatDuration(progress.remainingSeconds)));
}

void DownloadView::setFetching(bool isFetching)
{
    if (isFetching && m_bar->isHidden()) {
        m_bar->setValue(0);
        m_speed->clear();
    }
    m_bar->setVisible(isFetching);
    m_speed->setVisible(isFetching);
}

} // namespace winnow::ui
