#pragma once

#include "core/pipeline/run_job.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <vector>

namespace winnow::ui {

/// Questions of a benchmark with what several runs answered, side by side.
class AnswerTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum class Show { All, Different, OnlyFirstRight, OnlySecondRight, AllWrong };
    enum FixedColumn { Question, Truth, FixedCount };

    explicit AnswerTableModel(QObject* parent = nullptr);

    void setRows(std::vector<pipeline::AnswerRow> rows, const QStringList& runs);
    void setShow(Show show);
    const pipeline::AnswerRow* rowAt(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    bool matches(const pipeline::AnswerRow& row) const;
    void filter();

    std::vector<pipeline::AnswerRow> m_rows;
    QStringList m_runs;
    std::vector<int> m_shown;
    Show m_show = Show::All;
};

} // namespace winnow::ui
