#pragma once

#include "core/domain/run.h"

#include <QString>
#include <QWidget>

#include <optional>
#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QListWidget;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace winnow::ui {

class JobQueue;
struct JobId;

/// A ticked list of the project's benchmarks, all ticked at first; ticks stay with their names.
class BenchmarkList : public QWidget {
    Q_OBJECT

public:
    explicit BenchmarkList(QWidget* parent = nullptr);

    void setBenchmarks(const std::vector<BenchmarkInfo>& benchmarks);
    std::vector<std::string> ticked() const;
    qint64 questionCount() const; ///< of the ticked ones

Q_SIGNALS:
    void changed();

private:
    QListWidget* m_list;
};

/// What a batch of fine-tunes shows of itself beside its form: what it would cost, the buttons that measure that, start
/// and stop it, and its progress.
class BatchControls : public QWidget {
    Q_OBJECT

public:
    explicit BatchControls(const QString& verb, QWidget* parent = nullptr);

    void setVerb(const QString& verb);
    /// Why it cannot start; empty = it can.
    void setProblem(const QString& problem);
    /// A quiet sentence instead: the forecast, or what it would be about.
    void setNote(const QString& note);
    void setWarning(const QString& warning);
    /// Follows a job; the buttons become pause and stop while it is under way.
    void showJob(const JobQueue& jobs, const JobId& id);
    QPushButton* startButton() const { return m_start; }

Q_SIGNALS:
    void forecastWanted();
    void startWanted();
    void stopWanted();

private:
    void say(const QString& look, const QString& text);
    void updateButtons();

    QLabel* m_message;
    QPushButton* m_forecast;
    QPushButton* m_start;
    QPushButton* m_stop;
    QWidget* m_progressRow;
    QProgressBar* m_progress;
    QLabel* m_status;
    QString m_problem;
    bool m_isBusy = false;
};

/// A number field whose lowest value means "as the base model wants it".
QSpinBox* makeOptionalSpin(QWidget* parent, const char* name, int highest);
std::optional<std::int64_t> optionalValue(const QSpinBox* spin);
/// "Corrected (recommended)" (data false) and "As published" (data true).
QComboBox* makeModeBox(QWidget* parent, const char* name);

} // namespace winnow::ui
