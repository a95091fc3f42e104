#pragma once

#include "core/domain/columns.h"
#include "core/domain/metric.h"
#include "core/pipeline/score_forecast.h"
#include "core/pipeline/score_job.h"
#include "ui/jobs/job_queue.h"

#include <QAbstractTableModel>
#include <QString>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace winnow::ui {

/// A metric in one of its two readings: what there is of the column, and what is being done about it.
struct MetricCell {
    QString column;         ///< "clip", "clip.published"
    bool isOffered = false; ///< this build can compute it
    bool isWanted = false;  ///< ticked
    bool isThere = false;   ///< the project has the column
    qint64 valueCount = 0;  ///< pairs that have a value
    qint64 failedCount = 0; ///< pairs that could not be scored
    Json provenance;        ///< of the column; an object
    std::optional<pipeline::ScoreForecast> forecast;
    std::optional<JobStatus> job; ///< of the job that fills it
    double fraction = -1;         ///< of that job; negative = unknown
    QString problem;              ///< why the last job failed

    bool isBusy() const { return job && *job != JobStatus::Failed && *job != JobStatus::Stopped; }
};

/// The metric's name where the column came from: folder of the model or imported file, and the first digits of its
/// hash. Empty where nothing is known.
struct MetricOrigin {
    QString name;
    QString hash; ///< all digits
    QString path; ///< folder or file
    bool isImported = false;
};
MetricOrigin originOf(const Json& provenance);
/// Provenance as it is stored; an empty object where that is no JSON object.
Json provenanceOf(const std::string& stored);
/// The text of this field of it; empty where there is none.
QString stringOf(const Json& provenance, const char* field);

/// Every metric the build knows and every column the project has, grouped by family, each a row with its corrected and
/// its published reading side by side. Families are rows of their own that hold a name only. Window thread only.
class MetricTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { NameColumn, CorrectedColumn, PublishedColumn, ModelColumn, TimeColumn, ColumnCount };
    enum Role {
        MeaningRole = Qt::UserRole, ///< second line of a name
        FractionRole,               ///< 0 … 1 for the bar of a cell; invalid = no bar
        ToneRole                    ///< Tone of a cell's text and bar
    };
    enum Tone { QuietTone, NormalTone, BusyTone, WarnTone, FailureTone };

    struct Wish {
        std::string metric;
        Mode mode = Mode::Corrected;
    };
    struct Row {
        QString family;                          ///< of a family's row; empty in a metric's
        pipeline::MetricDescription description; ///< of a metric's row
        std::array<MetricCell, 2> cells;         ///< by Mode
        bool isFamily() const { return !family.isEmpty(); }
    };

    explicit MetricTableModel(QObject* parent = nullptr);

    /// What the project holds now. Ticks, jobs and problems stay with their columns.
    void setColumns(const Columns& columns);
    /// How many pairs of each column could not be scored.
    void setFailures(const std::map<std::string, qint64>& counts);
    void setForecasts(const std::vector<pipeline::ScoreForecast>& forecasts);
    /// Name of the model that would be used, by role.
    void setModelNames(const std::map<std::string, QString>& names);
    /// A job of the column moved; nullptr = there is none any more.
    void setJob(const QString& column, const JobState* state);
    /// Ticks or unticks; only columns that can be computed take it.
    void setWanted(const QString& column, bool isWanted);
    /// Forgets ticks, jobs and problems: another project.
    void clear();

    qint64 pairCount() const { return m_pairCount; }
    std::vector<Wish> wishes() const;
    const Row* rowAt(int row) const;
    /// Null for other columns than the two readings, and for families.
    const MetricCell* cellAt(const QModelIndex& index) const;
    const MetricCell* findCell(const QString& column) const;
    /// Of the metric or of one of its columns; -1 where there is none.
    int rowOf(const QString& column) const;
    /// Columns of known metrics that are complete, and how many known metrics can be computed.
    std::pair<int, int> countComplete() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void wishesChanged();

private:
    std::vector<Row> makeRows(const Columns& columns) const;
    MetricCell makeCell(const Columns& columns, const pipeline::MetricDescription& metric, Mode mode) const;
    MetricCell* cellOf(const QString& column);
    void changed(const QString& column);
    void changedAll();
    QString textOf(const MetricCell& cell) const;
    QString toolTipOf(const Row& row, const QModelIndex& index) const;
    QString modelOf(const Row& row) const;
    QString timeOf(const Row& row) const;
    Tone toneOf(const MetricCell& cell) const;
    QVariant fractionOf(const MetricCell& cell) const;

    std::vector<Row> m_rows;
    qint64 m_pairCount = 0;
    std::map<std::string, QString> m_modelNames;
};

} // namespace winnow::ui
