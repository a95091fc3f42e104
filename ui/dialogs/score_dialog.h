#pragma once

#include "core/pipeline/model_registry.h"
#include "core/pipeline/score_job.h"
#include "ui/dialogs/form_dialog.h"

#include <vector>

class QCheckBox;
class QComboBox;

namespace winnow::ui {

class Document;
class JobQueue;

/// Which metrics to compute, in which reading, with which model and device. The job goes to the models lane.
class ScoreDialog : public FormDialog {
    Q_OBJECT

public:
    ScoreDialog(Document& document, JobQueue& jobs, QWidget* parent = nullptr);

    /// What the form says now.
    pipeline::ScoreOptions options() const;
    void accept() override;

private:
    void addMetrics();
    void loadModels();
    void showModels(const std::vector<pipeline::ModelEntry>& models);
    void refresh();
    bool needsModel() const;

    Document& m_document;
    JobQueue& m_jobs;
    std::vector<QCheckBox*> m_metrics; ///< object name metric.<name>
    QComboBox* m_mode;
    QComboBox* m_model;
    QComboBox* m_device;
    QString m_modelProblem; ///< why the list of models could not be read
};

} // namespace winnow::ui
