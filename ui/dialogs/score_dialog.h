#pragma once

#include "core/pipeline/score_job.h"
#include "ui/dialogs/form_dialog.h"

#include <vector>

class QCheckBox;

namespace winnow::ui {

class Document;
class JobQueue;

/// Which metrics to compute, in which reading, with which model and device.
class ScoreDialog : public FormDialog {
    Q_OBJECT

public:
    ScoreDialog(Document& document, JobQueue& queue, QWidget* parent);
    void accept() override;

private:
    void addMetrics();
    void refresh();
    pipeline::ScoreOptions options() const;

    Document& m_document;
    JobQueue& m_queue;
    std::vector<QCheckBox*> m_metrics; ///< objectName metric.<name>
    QComboBox* m_mode;
    QComboBox* m_model;
    QComboBox* m_device;
};

} // namespace winnow::ui
