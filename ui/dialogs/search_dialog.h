#pragma once

#include "core/pipeline/search_job.h"
#include "ui/dialogs/form_dialog.h"

#include <QStringList>

class QComboBox;
class QLineEdit;

namespace winnow::ui {

class Document;
class JobQueue;
struct JobId;

/// Ranks the pairs by how near they are to a typed text. The result is the metric `similar`, by which the pairs are
/// sorted as soon as it is there; it can be filtered by like every other.
class SearchDialog : public FormDialog {
    Q_OBJECT

public:
    SearchDialog(Document& document, JobQueue& jobs, QWidget* parent = nullptr);

    pipeline::SearchOptions options() const;
    void accept() override;

private:
    void loadSpaces();
    void refresh();
    void sortWhenDone(JobId job);

    Document& m_document;
    JobQueue& m_jobs;
    QLineEdit* m_text;
    QComboBox* m_space;
    QComboBox* m_device;
    QStringList m_stored; ///< spaces the project has
    bool m_isRead = false;
    bool m_hasTextModel = false;
};

} // namespace winnow::ui
