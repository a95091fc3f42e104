#pragma once

#include "core/pipeline/score_job.h"
#include "ui/dialogs/form_dialog.h"

class QComboBox;
class QSpinBox;

namespace winnow::ui {

class Document;
class JobQueue;

/// Computes a feature space of every pair, and its first principal components where wanted.
class FeatureDialog : public FormDialog {
    Q_OBJECT

public:
    FeatureDialog(Document& document, JobQueue& jobs, QWidget* parent = nullptr);

    pipeline::FeatureOptions options() const;
    void accept() override;

private:
    void refresh();
    void loadSpaces();

    Document& m_document;
    JobQueue& m_jobs;
    QComboBox* m_space;
    QSpinBox* m_pca;
    QComboBox* m_device;
    QStringList m_stored; ///< spaces the project has
};

} // namespace winnow::ui
