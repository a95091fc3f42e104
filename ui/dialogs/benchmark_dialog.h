#pragma once

#include "core/pipeline/run_job.h"
#include "ui/dialogs/form_dialog.h"

#include <QTimer>

class QComboBox;
class QLabel;
class QLineEdit;

namespace winnow::ui {

class Document;
class JobQueue;
class Settings;

/// Adds a set of yes/no questions to the project. What lies at the path is read in the background and said before it is
/// added.
class BenchmarkDialog : public FormDialog {
    Q_OBJECT

public:
    BenchmarkDialog(Document& document, JobQueue& jobs, Settings& settings, QWidget* parent = nullptr);

    void setSource(const QString& path);
    void accept() override;

private:
    void chooseFile();
    void chooseFolder();
    void requestPreview();
    void takePreview(const pipeline::BenchmarkPreview& preview);
    void refresh();

    Document& m_document;
    JobQueue& m_jobs;
    Settings& m_settings;
    QLineEdit* m_path;
    QLineEdit* m_name;
    QComboBox* m_format;
    QLabel* m_preview;
    QTimer m_typing;
    qint64 m_request = 0;
    QString m_problem; ///< of the path; empty where the questions could be read
    bool m_isRead = false;
};

} // namespace winnow::ui
