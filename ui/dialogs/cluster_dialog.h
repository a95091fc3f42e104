#pragma once

#include "core/pipeline/score_job.h"
#include "ui/dialogs/form_dialog.h"

class QLineEdit;
class QSpinBox;

namespace winnow::ui {

class Document;
class JobQueue;

/// How many clusters, in which feature space, from which seed.
class ClusterDialog : public FormDialog {
    Q_OBJECT

public:
    ClusterDialog(Document& document, JobQueue& queue, QWidget* parent);
    void accept() override;

private:
    void refresh();
    void addKnownSpaces();
    pipeline::ClusterOptions options() const;

    Document& m_document;
    JobQueue& m_queue;
    QLineEdit* m_name;
    QSpinBox* m_k;
    QComboBox* m_space;
    QSpinBox* m_seed;
    QComboBox* m_device;
};

} // namespace winnow::ui
