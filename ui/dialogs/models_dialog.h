#pragma once

#include "core/pipeline/model_registry.h"
#include "ui/dialogs/form_dialog.h"

#include <functional>
#include <vector>

class QTableWidget;

namespace winnow::ui {

class Settings;

/// The models of this user: embedded ones and added folders; which one is used by default. Changes hold at once.
class ModelsDialog : public FormDialog {
    Q_OBJECT

public:
    ModelsDialog(Settings& settings, QWidget* parent);

private:
    void reload();
    void fill(std::vector<pipeline::ModelEntry> models);
    void addFolder();
    void addChecked(const QString& folder, const pipeline::ModelCheck& check);
    /// Runs a change of the list in the background, then shows the list anew or what went wrong.
    void change(std::function<void()> work);
    const pipeline::ModelEntry* current() const;
    void refreshButtons();

    Settings& m_settings;
    std::vector<pipeline::ModelEntry> m_models;
    QTableWidget* m_table;
    QPushButton* m_makeDefault;
    QPushButton* m_remove;
};

} // namespace winnow::ui
