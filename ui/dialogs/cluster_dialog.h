#pragma once

#include "core/pipeline/score_job.h"
#include "ui/dialogs/form_dialog.h"

#include <QStringList>

class QComboBox;
class QLineEdit;
class QSpinBox;

namespace winnow::ui {

class Document;
class JobQueue;

/// How many clusters, in which feature space, from which seed. The job goes to the models lane.
class ClusterDialog : public FormDialog {
    Q_OBJECT

public:
    ClusterDialog(Document& document, JobQueue& jobs, QWidget* parent = nullptr);

    /// What the form says now.
    pipeline::ClusterOptions options() const;
    void accept() override;

private:
    void loadSpaces();
    void refresh();

    Document& m_document;
    JobQueue& m_jobs;
    QLineEdit* m_name;
    QSpinBox* m_k;
    QComboBox* m_space;
    QSpinBox* m_seed;
    QComboBox* m_device;
    QStringList m_stored; ///< feature spaces that the project has
    bool m_areSpacesKnown = false;
};

} // namespace winnow::ui
