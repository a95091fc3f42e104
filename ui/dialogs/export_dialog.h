#pragma once

#include "core/pipeline/import_job.h"
#include "ui/dialogs/form_dialog.h"

#include <vector>

class QLineEdit;
class QListWidget;

namespace winnow::ui {

class Document;
class JobQueue;
class Settings;

/// Which selection, in which format, where to, and what happens to the pictures.
class ExportDialog : public FormDialog {
    Q_OBJECT

public:
    ExportDialog(Document& document, JobQueue& queue, Settings& settings, QWidget* parent);
    void accept() override;

private:
    void fillSelections();
    void chooseTarget();
    void refresh();
    bool isFolderFormat() const;
    pipeline::ExportOptions options() const;

    Document& m_document;
    JobQueue& m_queue;
    Settings& m_settings;
    QComboBox* m_selection;
    QComboBox* m_format;
    QComboBox* m_images;
    QLineEdit* m_target;
    QListWidget* m_metrics;
    QLabel* m_preview;
};

} // namespace winnow::ui
