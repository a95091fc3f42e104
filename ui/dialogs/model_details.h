#pragma once

#include "core/pipeline/model_facts.h"
#include "core/pipeline/model_registry.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QPushButton;

namespace winnow::ui {

/// A model and what is worth knowing about its folder.
struct ModelRow {
    pipeline::ModelEntry entry;
    pipeline::ModelFacts facts;
};

/// What one model is good for, its size, hash, licence, origin and folder; texts can be selected.
class ModelDetails : public QWidget {
    Q_OBJECT

public:
    explicit ModelDetails(QWidget* parent = nullptr);

    /// Null shows that none is chosen.
    void show(const ModelRow* row);
    /// The hash of the shown model is being computed.
    void setHashing(bool isHashing);

Q_SIGNALS:
    void hashWanted();

private:
    QLabel* addRow(QFormLayout* form, const QString& title, const char* name);
    void refreshHash();

    QLabel* m_about;
    QLabel* m_purpose;
    QLabel* m_size;
    QLabel* m_hash;
    QPushButton* m_compute;
    QLabel* m_licence;
    QLabel* m_origin;
    QLabel* m_folder;
    QString m_sha256;
    bool m_hasWeights = false;
    bool m_isHashing = false;
};

} // namespace winnow::ui
