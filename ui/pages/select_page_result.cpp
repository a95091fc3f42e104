// The select page's result: the chosen set, quotas, what enters and leaves, both rules side by side, saving.
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/pages/select_page.h"
#include "ui/panels/mode_comparison.h"
#include "ui/panels/selector_choice.h"
#include "ui/panels/validity_panel.h"
#include "ui/panels/why_card.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/pair_grid.h"
#include "ui/widgets/weight_row.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QToolButton>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr std::size_t kStripPairs = 200;

} // namespace

void SelectPage::connectSelector()
{
    connect(m_choice, &SelectorChoice::changed, this, &SelectPage::takeSelector);
    connect(m_choice, &SelectorChoice::weightsChosen, this, &SelectPage::takeWeights);
    connect(m_choice, &SelectorChoice::keepWeightsWanted, this, &SelectPage::keepWeights);
    connect(&m_other, &LiveSelector::computed, this, [this](const std::shared_ptr<const pipeline::LiveResult>& result) {
        m_otherResult = result;
        showBoth();
    });
}

void SelectPage::takeSelector()
{
    const auto* const info = m_choice->info();
    m_weightsBox->setVisible(info == nullptr);
    if (info != nullptr)
        m_validity->setSelector(*info);
    else
        m_validity->clear();
    rememberBase();
    requestSelection();
}

void SelectPage::takeWeights(const std::map<std::string, double>& weights)
{
    for (auto* const row : m_weights) {
        const auto found = weights.find(row->metric().toStdString());
        row->setWeight(found == weights.end() ? 0 : found->second);
    }
}

void SelectPage::keepWeights(const QString& name)
{
    const auto workspace = m_document.workspace();
    const auto weights = options().weights;
    if (!workspace || name.isEmpty())
        return;
    if (weights.empty()) {
        Q_EMIT m_document.failed(tr("All weights are 0: move a slider first"));
        return;
    }
    m_jobs.submit(Lane::Data, tr("Keep the weights as %1").arg(name),
        [workspace, name = name.toStdString(), weights](RunContext&) -> pipeline::JobResult {
            pipeline::saveSelector(*workspace, name, weights);
            return {"kept the weights as " + name, Json::object(), false};
        });
}

void SelectPage::showBoth()
{
    if (!m_both->isChecked() || !m_result || !m_otherResult)
        return;
    const bool isPublished = m_mode->currentData().toBool();
    const auto& corrected = isPublished ? *m_otherResult : *m_result;
    const auto& published = isPublished ? *m_result : *m_otherResult;
    ModeComparison::Choices choices;
    choices.corrected = corrected.rows;
    choices.published = published.rows;
    choices.correctedProblem = QString::fromStdString(corrected.problem);
    choices.publishedProblem = QString::fromStdString(published.problem);
    if (const auto scores = m_choice->scores(); scores && !m_choice->selector().empty())
        choices.scores = scores->values;
    m_comparison->setChoices(choices);
}

void SelectPage::takeResult(const std::shared_ptr<const pipeline::LiveResult>& result)
{
    m_result = result;
    const bool hasRows = !result->rows.empty();
    m_problem->setText(QString::fromStdString(result->problem));
    m_problem->setVisible(!result->problem.empty());
    m_save->setEnabled(hasRows);
    m_save->setToolTip(hasRows ? tr("Keep the chosen pairs under this name")
                               : tr("There is no selection to save: see the message above the pictures"));
    m_summary->setText(tr("%1 chosen of %2 eligible")
                           .arg(formatCount(static_cast<qint64>(result->rows.size())), formatCount(result->eligible)));
    m_grid->setRows(std::make_shared<const std::vector<PairRow>>(result->rows));
    showQuotas(*result);
    showMoves(*result);
    showBoth();
    if (isVisible())
        m_document.setChosen(result->chosen, hasRows ? tr("live") : QString());
    explainCurrent();
}

void SelectPage::showQuotas(const pipeline::LiveResult& result)
{
    m_quotas->setVisible(m_clustering->currentIndex() > 0);
    m_quotas->setRowCount(static_cast<int>(result.quotas.size()));
    int row = 0;
    for (const auto& quota : result.quotas) {
        const QStringList texts{QString::fromStdString(quota.name), formatCount(quota.size), formatCount(quota.quota),
            formatCount(quota.chosen)};
        for (int column = 0; column < texts.size(); ++column) {
            auto* item = m_quotas->item(row, column);
            if (item == nullptr) {
                item = new QTableWidgetItem;
                item->setTextAlignment((column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
                m_quotas->setItem(row, column, item);
            }
            item->setText(texts[column]);
        }
        ++row;
    }
}

void SelectPage::showMoves(const pipeline::LiveResult& result)
{
    auto entering = std::make_shared<std::vector<PairRow>>();
    auto leaving = std::make_shared<std::vector<PairRow>>();
    std::size_t enteringCount = 0, leavingCount = 0;
    const bool isComparable = m_base && result.chosen && m_base->size() == result.chosen->size();
    for (std::size_t row = 0; isComparable && row < m_base->size(); ++row) {
        const bool was = (*m_base)[row] != 0, is = (*result.chosen)[row] != 0;
        if (is && !was && ++enteringCount <= kStripPairs)
            entering->push_back(static_cast<PairRow>(row));
        if (was && !is && ++leavingCount <= kStripPairs)
            leaving->push_back(static_cast<PairRow>(row));
    }
    m_strips->setVisible(enteringCount + leavingCount > 0);
    m_enteringTitle->setText(tr("Entering: %1").arg(formatCount(static_cast<qint64>(enteringCount))));
    m_leavingTitle->setText(tr("Leaving: %1").arg(formatCount(static_cast<qint64>(leavingCount))));
    m_entering->setRows(entering);
    m_leaving->setRows(leaving);
}

void SelectPage::explainCurrent()
{
    const auto row = m_document.currentRow();
    if (!row || !isVisible()) {
        m_why->clear();
        return;
    }
    if (const auto pair = m_loader.find(*row))
        m_why->setPair(QString::fromStdString(pair->pair.id.value), QString::fromStdString(pair->pair.response));
    m_live.explain(*row);
}

void SelectPage::save()
{
    auto wanted = options();
    const auto workspace = m_document.workspace();
    if (!workspace || !m_save->isEnabled())
        return;
    if (wanted.name.empty())
        wanted.name = freeName().toStdString();
    m_name->setModified(false);
    m_jobs.submit(Lane::Data, tr("Save selection %1").arg(QString::fromStdString(wanted.name)),
        [workspace, wanted](RunContext& context) { return pipeline::runSelect(*workspace, wanted, context); });
}

} // namespace winnow::ui
