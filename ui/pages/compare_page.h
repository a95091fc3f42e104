#pragma once

#include "core/pipeline/run_job.h"
#include "ui/models/answer_table_model.h"

#include <QStringList>
#include <QWidget>

#include <vector>

class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTableWidget;

namespace winnow::ui {

class Actions;
class ChartView;
class Document;
class EmptyLook;
class ImageView;
class JobQueue;

/// Compare mode: the table with intervals, curves over each other, and answers side by side.
class ComparePage : public QWidget {
    Q_OBJECT

public:
    /// It starts no job; the queue stands there because every page is made alike.
    ComparePage(Document& document, JobQueue&, Actions& actions, QWidget* parent = nullptr);

    QStringList checkedRuns() const;

private:
    struct Loaded {
        pipeline::CompareReport report;
        std::vector<pipeline::RunCurve> curves;
        QString problem;
    };

    QWidget* makeChoice();
    QWidget* makeResults();
    QWidget* makeCharts();
    QWidget* makeAnswers();
    void resetProject();
    void updateRuns();
    void compare();
    void show(const Loaded& loaded);
    void showTable(const pipeline::CompareReport& report);
    void showCurves(const Loaded& loaded);
    void showBenchmarks(const pipeline::CompareReport& report);
    void loadAnswers();
    void showPicture();
    void exportHtml();

    Document& m_document;
    Actions& m_actions;
    AnswerTableModel m_answers;

    QStackedWidget* m_stack;
    EmptyLook* m_empty;
    QListWidget* m_runs;
    QLabel* m_sentence;
    QLabel* m_notes;
    QTableWidget* m_table;
    QPushButton* m_export;
    ChartView* m_curves;
    ChartView* m_dots;
    QComboBox* m_benchmark;
    QComboBox* m_show;
    QLabel* m_answerCount;
    QTableView* m_answerView;
    ImageView* m_picture;
    pipeline::CompareReport m_report;
    quint64 m_request = 0;
    QStringList m_results; ///< of the evaluations that were compared last
};

} // namespace winnow::ui
