#pragma once

#include "core/pipeline/import_job.h"
#include "ui/dialogs/form_dialog.h"

#include <QImage>
#include <QTimer>

#include <map>
#include <vector>

class QLineEdit;
class QTableWidget;

namespace winnow::ui {

class Document;
class JobQueue;
class Settings;

/// Which dataset, in which format, with which columns: shows how its first pairs will look before anything is imported.
class ImportDialog : public FormDialog {
    Q_OBJECT

public:
    static constexpr std::size_t kShownRows = 8;
    /// Sources with fewer pairs are counted beforehand, for the button.
    static constexpr std::size_t kCountedRows = 20000;

    ImportDialog(Document& document, JobQueue& queue, Settings& settings, QWidget* parent);
    void accept() override;
    void setSource(const QString& path);

private:
    struct Preview {
        pipeline::ImportPreview read;
        std::vector<QImage> pictures; ///< parallel to read.first; null where there is none
    };

    QWidget* makeSourceRow();
    void makeTable();
    void chooseFile();
    void chooseFolder();
    void requestPreview();
    void requestCount();
    void takePreview(const Preview& preview);
    void showMapping(const pipeline::ImportPreview& preview);
    void showRows(const Preview& preview);
    void showCount(qint64 count, bool isAll);
    pipeline::ImportOptions options() const;

    Document& m_document;
    JobQueue& m_queue;
    Settings& m_settings;
    QLineEdit* m_source;
    QComboBox* m_format;
    QLineEdit* m_images;
    QLabel* m_why;
    QFormLayout* m_mappingForm;
    std::map<std::string, QComboBox*> m_mapping; ///< our field -> the source's column; empty where the format is fixed
    QTableWidget* m_table;
    QLabel* m_problems;
    QTimer m_typing; ///< waits for the end of typing
    qint64 m_request = 0;
};

} // namespace winnow::ui
