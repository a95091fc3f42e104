#pragma once

#include "core/pipeline/model_registry.h"
#include "ui/dialogs/form_dialog.h"

#include <functional>
#include <vector>

class QTableWidget;

namespace winnow::ui {

class Settings;

/// The models of this user: embedded ones and added folders, and which one of each role jobs use. Changes hold at once,
/// so there is nothing to cancel. Folders are looked at in the background; what a folder is for is found by looking.
class ModelsDialog : public FormDialog {
    Q_OBJECT

public:
    explicit ModelsDialog(Settings& settings, QWidget* parent = nullptr);

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
    void fill(std::vector<pipeline::ModelEntry> models);
    /// Runs a change of the list in the background, then shows the list anew or what went wrong.
    void change(const QString& busy, std::function<Change()> work);
    void makeDefault();
    void remove();
    void refreshButtons();
    const pipeline::ModelEntry* current() const;

    Settings& m_settings;
    std::vector<pipeline::ModelEntry> m_models;
    QTableWidget* m_table;
    QPushButton* m_makeDefault;
    QPushButton* m_remove;
    Change m_last;
    QString m_failure; ///< why the last change did not happen
    bool m_isBusy = false;
};

} // namespace winnow::ui
