#pragma once

#include "core/pipeline/import_job.h"
#include "ui/dialogs/form_dialog.h"

class QButtonGroup;
class QComboBox;
class QLineEdit;
class QListWidget;

namespace winnow::ui {

class Document;
class JobQueue;
class Settings;

/// Which selection, in which format, where to, and what happens to the pictures. The job goes to the data lane.
class ExportDialog : public FormDialog {
    Q_OBJECT

public:
    ExportDialog(Document& document, JobQueue& jobs, Settings& settings, QWidget* parent = nullptr);

    /// What the form says now.
    pipeline::ExportOptions options() const;
    void accept() override;

private:
    void addFields();
    QWidget* makeImages();
    void fillSelections();
    void suggestTarget();
    void chooseTarget();
    void refresh();
    /// What lies at the target already is looked up in the background.
    void requestTarget();
    void showTarget(bool isFile, bool isFolder, bool hasParent);
    QString previewText() const;
    QString fileName() const;
    QString format() const;
    pipeline::ExportShape shape() const;
    qint64 pairCount() const;

    Document& m_document;
    JobQueue& m_jobs;
    Settings& m_settings;
    QComboBox* m_selection;
    QComboBox* m_format;
    QLineEdit* m_target;
    QButtonGroup* m_images; ///< ids are those of pipeline::ExportOptions::Images
    QListWidget* m_metrics;
    QLabel* m_preview;
    bool m_isTargetChosen = false; ///< by the person: no more suggestions
    qint64 m_request = 0;
};

} // namespace winnow::ui
