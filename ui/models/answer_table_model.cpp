#include "ui/models/answer_table_model.h"

#include "ui/theme.h"

#include <algorithm>

namespace winnow::ui {

AnswerTableModel::AnswerTableModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void AnswerTableModel::setRows(std::vector<pipeline::AnswerRow> rows, const QStringList& runs)
{
    beginResetModel();
    m_rows = std::move(rows);
    m_runs = runs;
    filter();
    endResetModel();
}

void AnswerTableModel::setShow(Show show)
{
    beginResetModel();
    m_show = show;
    filter();
    endResetModel();
}

bool AnswerTableModel::matches(const pipeline::AnswerRow& row) const
{
    const auto& right = row.correct;
    const auto at = [&](std::size_t run) { return run < right.size() ? right[run] : std::int8_t(-1); };
    switch (m_show) {
    case Show::All:
        return true;
    case Show::Different:
        return std::adjacent_find(right.begin(), right.end(), std::not_equal_to<>()) != right.end();
    case Show::OnlyFirstRight:
        return at(0) == 1 && at(1) == 0;
    case Show::OnlySecondRight:
        return at(0) == 0 && at(1) == 1;
    case Show::AllWrong:
        return !right.empty() && std::all_of(right.begin(), right.end(), [](auto value) { return value == 0; });
    }
    return true;
}

void AnswerTableModel::filter()
{
    m_shown.clear();
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (matches(m_rows[i]))
            m_shown.push_back(static_cast<int>(i));
}

const pipeline::AnswerRow* AnswerTableModel::rowAt(int row) const
{
    if (row < 0 || row >= static_cast<int>(m_shown.size()))
        return nullptr;
    return &m_rows[static_cast<std::size_t>(m_shown[static_cast<std::size_t>(row)])];
}

int AnswerTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int AnswerTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : FixedCount + static_cast<int>(m_runs.size());
}

QVariant AnswerTableModel::data(const QModelIndex& index, int role) const
{
    const auto* row = rowAt(index.row());
    if (row == nullptr)
        return {};
    if (index.column() == Question)
        return role == Qt::DisplayRole ? QString::fromStdString(row->question) : QVariant();
    if (index.column() == Truth)
        return role == Qt::DisplayRole ? QString::fromStdString(row->truth) : QVariant();
    const auto run = static_cast<std::size_t>(index.column() - FixedCount);
    if (run >= row->correct.size())
        return {};
    const bool isRight = row->correct[run] == 1, isAnswered = row->correct[run] >= 0;
    if (role == Qt::DisplayRole) {
        const auto mark = !isAnswered ? QStringLiteral("–") : isRight ? QStringLiteral("✓") : QStringLiteral("✗");
        return mark + QLatin1Char(' ') + QString::fromStdString(row->answers[run]);
    }
    if (role == Qt::ForegroundRole && isAnswered) {
        const auto& tokens = Theme::current().tokens();
        return isRight ? tokens.pin : tokens.ban;
    }
    if (role == Qt::AccessibleTextRole)
        return QStringLiteral("%1: %2").arg(!isAnswered ? tr("not answered")
                : isRight                               ? tr("right")
                                                        : tr("wrong"),
            QString::fromStdString(row->answers[run]));
    return {};
}

QVariant AnswerTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    if (section == Question)
        return tr("Question");
    if (section == Truth)
        return tr("Right answer");
    return m_runs.value(section - FixedCount);
}

} // namespace winnow::ui
