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

/// How many clusters, by which method, in which feature space, of which sizes, from which seed; or the published
/// recipe, which leaves less to choose. The job goes to the models lane.
class ClusterDialog : public FormDialog {
    Q_OBJECT

public:
    ClusterDialog(Document& document, JobQueue& jobs, QWidget* parent = nullptr);

    /// What the form says now.
    pipeline::ClusterOptions options() const;
    void accept() override;

private:
    void addFields();
    void connectFields();
    void loadSpaces();
    void refresh();
    void refreshFields();
    bool isPublished() const;
    bool isSpectral() const;
    bool isBalanced() const;
    /// What will come out: sizes, what is replaced, what runs first.
    QString forecast() const;

    Document& m_document;
    JobQueue& m_jobs;
    QLineEdit* m_name;
    QComboBox* m_mode;
    QComboBox* m_method;
    QSpinBox* m_k;
    QSpinBox* m_neighbors;
    QComboBox* m_sizes;
    QComboBox* m_space;
    QComboBox* m_distance;
    QSpinBox* m_seed;
    QComboBox* m_device;
    QStringList m_stored; ///< feature spaces that the project has
    bool m_areSpacesKnown = false;
};

} // namespace winnow::ui
