#pragma once

#include "core/domain/run.h"

#include <QAbstractTableModel>

#include <vector>

namespace winnow::ui {

class Document;

/// The runs of a project: name, what they were tuned on, how far they are, what they reached.
class RunTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Name, Selection, State, Steps, Accuracy, ColumnCount };

    explicit RunTableModel(Document& document, QObject* parent = nullptr);

    const RunInfo* runAt(int row) const;
    int rowOf(const QString& name) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void refresh();
    QString accuracyOf(const RunInfo& run) const;

    Document& m_document;
    std::vector<RunInfo> m_runs;
    std::vector<EvaluationInfo> m_evaluations;
};

/// "85.2 [82.0, 88.1]"
QString formatAccuracy(double value, double low, double high);
/// The state in the window's language.
QString runStateText(RunState state);

} // namespace winnow::ui
