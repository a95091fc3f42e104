#pragma once

#include "core/domain/label.h"
#include "core/pipeline/selector_job.h"
#include "ui/dialogs/form_dialog.h"

#include <vector>

class QComboBox;
class QLineEdit;
class QSpinBox;

namespace winnow::ui {

class Document;
class JobQueue;
class Settings;

/// Fits a selector to measured labels, or to the published training files, and measures how far it may be trusted.
class TrainSelectorDialog : public FormDialog {
    Q_OBJECT

public:
    /// `labels` is chosen at first; empty = the newest.
    TrainSelectorDialog(
        Document& document, JobQueue& jobs, Settings& settings, const QString& labels = {}, QWidget* parent = nullptr);

    pipeline::TrainSelectorOptions options() const;
    void accept() override;

private:
    void addFields();
    void loadLabels(const QString& wanted);
    void chooseFolder();
    void refresh();
    bool isFromFolder() const;

    Document& m_document;
    JobQueue& m_jobs;
    Settings& m_settings;
    QLineEdit* m_name;
    QComboBox* m_labels;
    QLineEdit* m_folder;
    QPushButton* m_chooseFolder = nullptr;
    QComboBox* m_kind;
    QComboBox* m_mode;
    QLineEdit* m_inputs;
    QSpinBox* m_seed;
    std::vector<LabelSet> m_sets;
    std::vector<std::string> m_names; ///< of the selectors there are
};

} // namespace winnow::ui
