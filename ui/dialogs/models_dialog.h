#pragma once

#include "ui/dialogs/form_dialog.h"
#include "ui/dialogs/model_details.h"
#include "ui/jobs/job_queue.h"

#include <functional>
#include <vector>

class QPushButton;
class QTableWidget;

namespace winnow::ui {

class Settings;

/// The models of this user: embedded ones and added folders, which one of each role jobs use, and what each is good
/// for, its size, hash, licence and origin. Changes hold at once, so there is nothing to cancel. Folders are looked at
/// in the background; what a folder is for is found by looking.
class ModelsDialog : public FormDialog {
    Q_OBJECT

public:
    ModelsDialog(Settings& settings, JobQueue& jobs, QWidget* parent = nullptr);

    /// Checks the folder, then adds it; why it cannot be used is said in the dialog.
    void addFolder(const QString& folder);
    /// Adds another one instead of closing.
    void accept() override;

private:
    struct Change {
        QString sentence; ///< of what was done
        std::string role; ///< of the entry to select afterwards
        std::string name;
    };

    void makeTable();
    QPushButton* makeButton(const char* name, const char* icon, const QString& text);
    void reload();
    void fill(std::vector<ModelRow> models);
    void fillRow(int row);
    /// Runs a change of the list in the background, then shows the list anew or what went wrong.
    void change(const QString& busy, std::function<Change()> work);
    void makeDefault();
    void remove();
    void computeHash();
    void jobFinished(JobId id);
    void refreshButtons();
    const ModelRow* current() const;

    Settings& m_settings;
    JobQueue& m_jobs;
    std::vector<ModelRow> m_models;
    QTableWidget* m_table;
    ModelDetails* m_details;
    QPushButton* m_get;
    QPushButton* m_makeDefault;
    QPushButton* m_remove;
    Change m_last;
    QString m_failure; ///< why the last change did not happen
    JobId m_hashJob;
    qint64 m_request = 0;       ///< the newest list asked for
    std::string m_hashedFolder; ///< of the job
    bool m_isBusy = false;
};

} // namespace winnow::ui
