#include "ui/panels/selector_choice.h"

#include "ui/background.h"
#include "ui/dialogs.h"
#include "ui/dialogs/import_selector_dialog.h"
#include "ui/dialogs/train_selector_dialog.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/panels/validity_panel.h"
#include "ui/stop_context.h"
#include "ui/theme.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace winnow::ui {

SelectorChoice::SelectorChoice(Document& document, JobQueue& jobs, Settings& settings, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_settings(settings)
    , m_box(new QComboBox(this))
    , m_status(new QLabel(this))
    , m_train(new QPushButton(tr("Train…"), this))
    , m_import(new QPushButton(tr("Import…"), this))
    , m_keep(new QPushButton(tr("Keep…"), this))
{
    setObjectName(QStringLiteral("selectorChoice"));
    m_box->setObjectName(QStringLiteral("scoreBy"));
    m_box->setAccessibleName(tr("Score by"));
    m_box->setToolTip(tr("The sliders below, or a selector that learned from labels which pairs help"));
    m_status->setObjectName(QStringLiteral("selectorStatus"));
    m_status->setTextFormat(Qt::PlainText);
    m_status->setWordWrap(true);
    m_status->hide();
    m_train->setObjectName(QStringLiteral("trainSelector"));
    m_train->setToolTip(tr("Fits a selector to measured labels"));
    m_import->setObjectName(QStringLiteral("importSelector"));
    m_import->setToolTip(tr("Brings in a published checkpoint (.pth)"));
    m_keep->setObjectName(QStringLiteral("keepWeights"));
    m_keep->setToolTip(tr("Keeps the sliders' weights under a name"));
    auto* const buttons = new QHBoxLayout;
    buttons->setSpacing(Theme::kUnit);
    for (auto* const button : {m_train, m_import, m_keep})
        buttons->addWidget(button);
    buttons->addStretch(1);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(m_box);
    layout->addWidget(m_status);
    layout->addLayout(buttons);
    connect(m_box, qOverload<int>(&QComboBox::activated), this, &SelectorChoice::takeChoice);
    connect(m_train, &QPushButton::clicked, this,
        [this] { (new TrainSelectorDialog(m_document, m_jobs, m_settings, {}, this))->open(); });
    connect(m_import, &QPushButton::clicked, this,
        [this] { (new ImportSelectorDialog(m_document, m_jobs, m_settings, this))->open(); });
    connect(m_keep, &QPushButton::clicked, this, &SelectorChoice::askName);
    connect(&m_document, &Document::opened, this, &SelectorChoice::refreshList);
    connect(&m_document, &Document::closed, this, [this] {
        m_chosen.clear();
        refreshList();
    });
    connect(&m_document, &Document::listsChanged, this, &SelectorChoice::refreshList);
    connect(&m_document, &Document::columnsChanged, this, [this] {
        if (!m_chosen.isEmpty())
            loadScores();
    });
    refreshList();
}

SelectorChoice::~SelectorChoice() { stopLoading(); }

std::string SelectorChoice::selector() const { return m_chosen.toStdString(); }

const SelectorInfo* SelectorChoice::info() const
{
    const auto found = std::find_if(
        m_list.begin(), m_list.end(), [this](const SelectorInfo& info) { return info.name == m_chosen.toStdString(); });
    return m_chosen.isEmpty() || found == m_list.end() ? nullptr : &*found;
}

void SelectorChoice::choose(const QString& name)
{
    m_wanted = name;
    const int found = m_box->findData(name);
    if (found < 0)
        return;
    m_wanted.clear();
    m_box->setCurrentIndex(found);
    takeChoice();
}

void SelectorChoice::setMissingRule(pipeline::MissingRule rule)
{
    if (rule == m_missing)
        return;
    m_missing = rule;
    if (!m_chosen.isEmpty())
        loadScores();
}

void SelectorChoice::refreshList()
{
    const auto* const before = info();
    const auto hash = before != nullptr ? before->weightsSha256 : std::string();
    m_list = m_document.selectors();
    {
        const QSignalBlocker blocker(m_box);
        m_box->clear();
        m_box->addItem(tr("Weights (the sliders)"), QString());
        for (const auto& selector : m_list) {
            const auto name = QString::fromStdString(selector.name);
            m_box->addItem(tr("%1 – %2").arg(name, selectorKindText(selector.kind)), name);
            m_box->setItemData(m_box->count() - 1,
                toToolTip(QString::fromStdString(
                    selector.validity.verdict.empty() ? selector.name : selector.validity.verdict)),
                Qt::ToolTipRole);
        }
        m_box->setCurrentIndex(std::max(0, m_box->findData(m_chosen)));
    }
    const auto* const after = info();
    if (!m_chosen.isEmpty() && after == nullptr) { // it was removed
        m_chosen.clear();
        takeChoice();
    } else if (after != nullptr && after->weightsSha256 != hash) {
        loadScores(); // trained anew under the same name
    }
    if (!m_wanted.isEmpty())
        choose(QString(m_wanted));
}

void SelectorChoice::takeChoice()
{
    const auto name = m_box->currentData().toString();
    const auto found = std::find_if(
        m_list.begin(), m_list.end(), [&](const SelectorInfo& info) { return info.name == name.toStdString(); });
    const bool isTrained = found != m_list.end() && found->kind != SelectorKind::Weights;
    m_chosen = isTrained ? name : QString();
    m_keep->setEnabled(!isTrained);
    stopLoading();
    m_scores.reset();
    if (isTrained) {
        loadScores();
        return;
    }
    say({}, {});
    if (found != m_list.end()) {
        Q_EMIT weightsChosen(found->weights);
        const QSignalBlocker blocker(m_box);
        m_box->setCurrentIndex(0); // the sliders hold them now
    }
    Q_EMIT changed();
}

void SelectorChoice::stopLoading()
{
    if (m_stop)
        *m_stop = true;
    m_stop.reset();
    ++m_request;
    m_isBusy = false;
}

void SelectorChoice::loadScores()
{
    stopLoading();
    const auto workspace = m_document.workspace();
    if (!workspace)
        return;
    m_stop = std::make_shared<std::atomic<bool>>(false);
    m_isBusy = true;
    say(QStringLiteral("caption"),
        tr("Scoring %1 pairs with %2…").arg(formatCount(m_document.columns()->pairCount), m_chosen));
    Q_EMIT changed();
    const auto request = m_request;
    inBackground(
        this,
        [workspace, stop = m_stop, name = m_chosen.toStdString(), missing = m_missing] {
            StopContext context(stop);
            auto project = workspace->open();
            return pipeline::loadSelectorScores(project, name, missing, context);
        },
        [this, request](const std::shared_ptr<const pipeline::SelectorScores>& scores) {
            if (request != m_request)
                return;
            m_isBusy = false;
            m_scores = scores;
            say(scores->missingCount > 0 ? QStringLiteral("warn") : QString(),
                scores->missingCount > 0 ? tr("%1 pairs lack one of its inputs").arg(formatCount(scores->missingCount))
                                         : QString());
            Q_EMIT changed();
        },
        [this, request](const QString& problem) {
            if (request != m_request)
                return;
            m_isBusy = false;
            say(QStringLiteral("failure"), problem);
            Q_EMIT changed();
        });
}

void SelectorChoice::say(const QString& look, const QString& text)
{
    setLook(m_status, look);
    m_status->setText(text);
    m_status->setVisible(!text.isEmpty());
}

void SelectorChoice::askName()
{
    Dialogs::askText(this, {tr("Keep the weights"), tr("Name of the selector"), tr("weights"), tr("Keep")},
        [this](const QString& name) { Q_EMIT keepWeightsWanted(name.trimmed()); });
}

} // namespace winnow::ui
