#pragma once

#include "core/domain/metric.h"
#include "core/pipeline/cluster_edit_job.h"
#include "ui/dialogs/form_dialog.h"

class QSpinBox;

namespace winnow::ui {

/// Into how many parts a cluster is split, and from which seed. The caller starts the job when it is accepted.
class SplitDialog : public FormDialog {
    Q_OBJECT

public:
    /// `name` is what the cluster is called.
    SplitDialog(const ClusteringInfo& clustering, int cluster, const QString& name, QWidget* parent = nullptr);

    /// What the form says now.
    pipeline::SplitOptions options() const;

private:
    void refresh();

    std::string m_clustering;
    int m_cluster;
    qint64 m_pairCount;
    QSpinBox* m_parts;
    QSpinBox* m_seed;
};

} // namespace winnow::ui
