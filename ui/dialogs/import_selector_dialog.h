#pragma once

#include "core/pipeline/selector_job.h"
#include "ui/dialogs/form_dialog.h"

class QLineEdit;
class QSpinBox;

namespace winnow::ui {

class Document;
class JobQueue;
class Settings;

/// Brings in a published self-attention checkpoint as a selector of the project.
class ImportSelectorDialog : public FormDialog {
    Q_OBJECT

public:
    ImportSelectorDialog(Document& document, JobQueue& jobs, Settings& settings, QWidget* parent = nullptr);

    pipeline::ImportSelectorOptions options() const;
    void setSource(const QString& file);
    void accept() override;

private:
    void chooseFile();
    void refresh();

    Document& m_document;
    JobQueue& m_jobs;
    Settings& m_settings;
    QLineEdit* m_file;
    QLineEdit* m_name;
    QLineEdit* m_inputs;
    QSpinBox* m_heads;
};

} // namespace winnow::ui
