// The train page's runs: starting, controls, resuming, stopping, evaluating.
#include "core/pipeline/select_job.h"
#include "ui/document.h"
#include "ui/pages/train_page.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>

#include <algorithm>

namespace winnow::ui {

void TrainPage::start()
{
    const auto workspace = m_document.workspace();
    auto wanted = options();
    if (!workspace || !isVisible())
        return;
    if (wanted.run.empty()) {
        suggestName();
        wanted.run = m_name->text().toStdString();
    }
    if (isRandomWanted()) {
        pipeline::SelectOptions random;
        random.name =
            QStringLiteral("random-%1-seed-%2").arg(m_randomCount->value()).arg(m_seed->value()).toStdString();
        random.budget = {double(m_randomCount->value()), false};
        random.random = true;
        random.seed = wanted.seed;
        wanted.selection = random.name;
        const auto id = m_jobs.submit(Lane::Models, tr("Fine-tune %1").arg(QString::fromStdString(wanted.run)),
            [workspace, random, wanted](RunContext& context) {
                pipeline::runSelect(*workspace, random, context);
                return pipeline::runFinetune(*workspace, wanted, context);
            });
        m_runOfJob.insert(id.value, QString::fromStdString(wanted.run));
        showRun(QString::fromStdString(wanted.run));
    } else {
        submitRun(wanted);
        if (m_control->isEnabled() && m_control->isChecked())
            submitControl(wanted);
    }
    m_name->setModified(false);
}

void TrainPage::submitRun(const pipeline::FinetuneOptions& wanted)
{
    const auto workspace = m_document.workspace();
    const auto name = QString::fromStdString(wanted.run);
    const auto id = m_jobs.submit(Lane::Models, tr("Fine-tune %1").arg(name),
        [workspace, wanted](RunContext& context) { return pipeline::runFinetune(*workspace, wanted, context); });
    m_runOfJob.insert(id.value, name);
    showRun(name);
}

void TrainPage::submitControl(const pipeline::FinetuneOptions& wanted)
{
    const auto workspace = m_document.workspace();
    const auto& all = m_document.selections();
    const auto chosen =
        std::find_if(all.begin(), all.end(), [&](const SelectionInfo& s) { return s.name == wanted.selection; });
    if (chosen == all.end())
        return;
    pipeline::SelectOptions random;
    random.name = "random-for-" + wanted.run;
    random.budget = {double(chosen->pairCount), false};
    random.random = true;
    random.seed = wanted.seed;
    auto control = wanted;
    control.run = wanted.run + "-random";
    control.selection = random.name;
    const auto name = QString::fromStdString(control.run);
    const auto id =
        m_jobs.submit(Lane::Models, tr("Fine-tune %1").arg(name), [workspace, random, control](RunContext& context) {
            pipeline::runSelect(*workspace, random, context);
            return pipeline::runFinetune(*workspace, control, context);
        });
    m_runOfJob.insert(id.value, name);
}

QString TrainPage::currentRun() const
{
    const auto* run = m_model.runAt(m_runs->currentIndex().row());
    return run == nullptr ? QString() : QString::fromStdString(run->name);
}

JobId TrainPage::activeJobOf(const QString& run) const
{
    for (const auto& job : m_jobs.jobs())
        if (!job.isOver() && m_runOfJob.value(job.id.value) == run)
            return job.id;
    return {};
}

void TrainPage::resumeCurrent()
{
    const auto* run = m_model.runAt(m_runs->currentIndex().row());
    if (run == nullptr || m_document.workspace() == nullptr)
        return;
    pipeline::FinetuneOptions wanted;
    wanted.run = run->name;
    wanted.selection = run->selection;
    wanted.device = m_device->currentText().toStdString();
    wanted.evaluateWhenDone = m_evaluate->isChecked();
    try {
        wanted = pipeline::resumeOptions(*run, wanted);
    } catch (const std::exception& e) {
        Q_EMIT m_document.failed(QString::fromStdString(e.what()));
        return;
    }
    submitRun(wanted);
}

void TrainPage::cancelCurrent()
{
    if (const auto id = activeJobOf(currentRun()))
        m_jobs.stop(id);
}

void TrainPage::evaluateCurrent()
{
    const auto workspace = m_document.workspace();
    const auto name = currentRun();
    if (!workspace || name.isEmpty())
        return;
    pipeline::EvaluateOptions wanted;
    wanted.run = name.toStdString();
    wanted.device = m_device->currentText().toStdString();
    const auto id = m_jobs.submit(Lane::Models, tr("Evaluate %1").arg(name),
        [workspace, wanted](RunContext& context) { return pipeline::runEvaluate(*workspace, wanted, context); });
    m_runOfJob.insert(id.value, name);
}

void TrainPage::updateButtons()
{
    const auto* run = m_model.runAt(m_runs->currentIndex().row());
    const bool isActive = run != nullptr && activeJobOf(QString::fromStdString(run->name));
    const bool isOpenEnded = run != nullptr && !isActive && run->state != RunState::Finished;
    m_resume->setEnabled(isOpenEnded);
    m_resume->setToolTip(
        isOpenEnded ? tr("Go on from the last checkpoint") : tr("Only a run that was stopped or failed can go on"));
    m_cancel->setEnabled(isActive);
    m_cancel->setToolTip(isActive ? tr("Stop after this step; it can be resumed") : tr("This run is not under way"));
    const bool canEvaluate =
        run != nullptr && !isActive && run->state == RunState::Finished && !m_document.benchmarks().empty();
    m_evaluateRun->setEnabled(canEvaluate);
    m_evaluateRun->setToolTip(canEvaluate ? tr("Ask the run every question of every benchmark")
                                          : tr("Needs a finished run and a benchmark in the project"));
}

} // namespace winnow::ui
