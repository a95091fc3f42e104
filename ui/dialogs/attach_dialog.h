#pragma once

#include "core/pipeline/metric_preview.h"
#include "core/pipeline/outcome.h"
#include "ui/dialogs/form_dialog.h"

#include <QTimer>

#include <map>
#include <string>

class QLineEdit;
class QTableWidget;

namespace winnow::ui {

class Document;
class JobQueue;
class Settings;

/// Brings in what was made elsewhere for the pairs of the project: ready scores, vectors or clusters. Scores show their
/// fields with a name to keep each under before anything is written.
class AttachDialog : public FormDialog {
    Q_OBJECT

public:
    enum class Kind { Metrics, Features, Clusters };

    AttachDialog(Kind kind, Document& document, JobQueue& jobs, Settings& settings, QWidget* parent = nullptr);

    void setSource(const QString& file);
    /// Our name → the file's field, of the ticked ones.
    std::map<std::string, std::string> fieldMap() const;
    void accept() override;

private:
    void makeTable();
    void chooseFile();
    void sourceChanged();
    void requestPreview();
    void showPreview(const pipeline::MetricFilePreview& preview);
    void refresh();
    void refreshMetrics();
    pipeline::Work makeWork() const;

    Kind m_kind;
    Document& m_document;
    JobQueue& m_jobs;
    Settings& m_settings;
    QLineEdit* m_source;
    QLineEdit* m_name = nullptr;      ///< of a space or clustering
    QTableWidget* m_fields = nullptr; ///< of scores
    pipeline::MetricFilePreview m_preview;
    QString m_problem; ///< of the file
    QTimer m_typing;
    qint64 m_request = 0;
    bool m_isRead = false;
};

} // namespace winnow::ui
