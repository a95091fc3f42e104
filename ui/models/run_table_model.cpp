#include "ui/models/run_table_model.h"

#include "ui/document.h"
#include "ui/widgets/number_text.h"

namespace winnow::ui {

QString formatAccuracy(double value, double low, double high)
{
    return QStringLiteral("%1 [%2, %3]").arg(value, 0, 'f', 1).arg(low, 0, 'f', 1).arg(high, 0, 'f', 1);
}

QString runStateText(RunState state)
{
    switch (state) {
    case RunState::Created:
        return RunTableModel::tr("not started");
    case RunState::Running:
        return RunTableModel::tr("running");
    case RunState::Stopped:
        return RunTableModel::tr("stopped");
    case RunState::Failed:
        return RunTableModel::tr("failed");
    case RunState::Finished:
        return RunTableModel::tr("finished");
    }
    return {};
}

RunTableModel::RunTableModel(Document& document, QObject* parent)
    : QAbstractTableModel(parent)
    , m_document(document)
{
    connect(&m_document, &Document::listsChanged, this, &RunTableModel::refresh);
    connect(&m_document, &Document::opened, this, &RunTableModel::refresh);
    connect(&m_document, &Document::closed, this, &RunTableModel::refresh);
    refresh();
}

void RunTableModel::refresh()
{
    const auto isSameList = [&] {
        const auto& now = m_document.runs();
        return std::equal(now.begin(), now.end(), m_runs.begin(), m_runs.end(),
            [](const RunInfo& a, const RunInfo& b) { return a.key == b.key; });
    };
    if (isSameList()) { // only numbers moved: keep the person's current row
        m_runs = m_document.runs();
        m_evaluations = m_document.evaluations();
        if (!m_runs.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_runs = m_document.runs();
    m_evaluations = m_document.evaluations();
    endResetModel();
}

const RunInfo* RunTableModel::runAt(int row) const
{
    return row >= 0 && row < static_cast<int>(m_runs.size()) ? &m_runs[static_cast<std::size_t>(row)] : nullptr;
}

int RunTableModel::rowOf(const QString& name) const
{
    for (std::size_t i = 0; i < m_runs.size(); ++i)
        if (m_runs[i].name == name.toStdString())
            return static_cast<int>(i);
    return -1;
}

int RunTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_runs.size());
}

int RunTableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QString RunTableModel::accuracyOf(const RunInfo& run) const
{
    QStringList out;
    for (const auto& evaluation : m_evaluations)
        if (evaluation.run == run.name)
            out << formatAccuracy(evaluation.value, evaluation.ciLow, evaluation.ciHigh);
    return out.join(QStringLiteral("; "));
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const
{
    const auto* run = runAt(index.row());
    if (run == nullptr)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(index.column() >= Steps ? Qt::AlignRight : Qt::AlignLeft) | int(Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && run->state == RunState::Failed)
        return QString::fromStdString(run->message).toHtmlEscaped();
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name:
        return QString::fromStdString(run->name);
    case Selection:
        return run->selection == "all" ? tr("all pairs") : QString::fromStdString(run->selection);
    case State:
        return runStateText(run->state);
    case Steps:
        return tr("%1 of %2").arg(formatCount(run->steps), formatCount(run->totalSteps));
    case Accuracy:
        return accuracyOf(*run);
    default:
        return {};
    }
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Run");
    case Selection:
        return tr("Tuned on");
    case State:
        return tr("State");
    case Steps:
        return tr("Steps");
    case Accuracy:
        return tr("Accuracy, %");
    default:
        return {};
    }
}

} // namespace winnow::ui
