#pragma once

#include "core/pipeline/import_job.h"
#include "ui/dialogs/form_dialog.h"

#include <QTimer>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

class QComboBox;
class QLineEdit;
class QListWidget;
class QTableWidget;

namespace winnow::ui {

class Document;
class JobQueue;
class PlainText;
class Settings;

/// Which dataset, in which format, with which columns: shows how its first pairs will look before anything is imported.
/// Nothing is read on the window's thread. The job goes to the data lane.
class ImportDialog : public FormDialog {
    Q_OBJECT

public:
    static constexpr std::size_t kShownRows = 20;
    /// Sources with fewer pairs are counted beforehand, for the button.
    static constexpr std::size_t kCountedRows = 20000;

    ImportDialog(Document& document, JobQueue& jobs, Settings& settings, QWidget* parent = nullptr);

    void setSource(const QString& path);
    /// What the form says now.
    pipeline::ImportOptions options() const;
    void accept() override;

private:
    QWidget* makeSourceRow();
    QWidget* makeMapping();
    QWidget* makeFields();
    QWidget* makeMetrics();
    void makeTable();
    void chooseFile();
    void chooseFolder();
    void chooseImages();
    void sourceChanged();
    void invalidate();
    void requestPreview();
    void showPreview(const pipeline::ImportPreview& preview);
    void showProblem(const QString& problem);
    void showMapping(const pipeline::ImportPreview& preview);
    void showMetrics(const pipeline::ImportPreview& preview);
    void showSummary(const pipeline::ImportPreview& preview);
    void showRows(const pipeline::ImportPreview& preview);
    void requestPictures(const std::vector<std::filesystem::path>& files);
    void requestCount();
    void showCount(std::size_t count, bool isAll);
    bool isMapped() const;
    QStringList checkedMetrics() const;

    Document& m_document;
    JobQueue& m_jobs;
    Settings& m_settings;
    QLineEdit* m_source;
    QComboBox* m_format;
    QLabel* m_why;
    QLineEdit* m_images;
    QWidget* m_mapping;
    std::array<QComboBox*, 4> m_columns{}; ///< id, image, instruction, response; empty text = as recognised
    QWidget* m_metricsRow;
    QListWidget* m_metrics; ///< columns of numbers; checked ones become metrics of their name
    QTableWidget* m_table;
    QLabel* m_summary;
    PlainText* m_problems;
    QTimer m_typing; ///< waits for the end of typing

    /// Number of the last request; workers look at it to drop what nobody waits for.
    std::shared_ptr<std::atomic<qint64>> m_request = std::make_shared<std::atomic<qint64>>(0);
};

} // namespace winnow::ui
