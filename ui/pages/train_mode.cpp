#include "ui/pages/train_mode.h"

#include "ui/dialogs/train_selector_dialog.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/pages/experiment_page.h"
#include "ui/pages/labels_page.h"
#include "ui/pages/train_page.h"
#include "ui/settings.h"
#include "ui/theme.h"

#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace winnow::ui {

TrainMode::TrainMode(Document& document, JobQueue& jobs, Actions& actions, Settings& settings, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_settings(settings)
    , m_tabs(new QTabBar(this))
    , m_pages(new QStackedWidget(this))
{
    setObjectName(QStringLiteral("trainMode"));
    m_tabs->setObjectName(QStringLiteral("trainTabs"));
    m_tabs->setAccessibleName(tr("Train mode"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->addTab(tr("Fine-tune"));
    m_tabs->setTabToolTip(Finetune, tr("One run on a selection, with its loss and answers"));
    m_tabs->addTab(tr("Labels"));
    m_tabs->setTabToolTip(Labels, tr("What each cluster's pairs are worth, measured; selectors learn from it"));
    m_tabs->addTab(tr("Experiment"));
    m_tabs->setTabToolTip(Experiment, tr("Whether the choice beats chance, over seeds and random draws"));
    auto* const labels = new LabelsPage(document, jobs, actions);
    m_pages->addWidget(new TrainPage(document, jobs, actions));
    m_pages->addWidget(labels);
    m_pages->addWidget(new ExperimentPage(document, jobs, actions, settings));
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_tabs);
    layout->addWidget(m_pages, 1);
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
    connect(labels, &LabelsPage::selectorWanted, this, &TrainMode::trainSelector);
}

void TrainMode::showTab(Tab tab) { m_tabs->setCurrentIndex(tab); }

void TrainMode::trainSelector(const QString& labels)
{
    (new TrainSelectorDialog(m_document, m_jobs, m_settings, labels, this))->open();
}

} // namespace winnow::ui
