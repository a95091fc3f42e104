#pragma once

#include <QWidget>

class QStackedWidget;
class QTabBar;

namespace winnow::ui {

class Actions;
class Document;
class JobQueue;
class LabelsPage;
class Settings;

/// Train mode: single fine-tunes, labels of clusters, and the experiment, one tab each. Tabs follow Ctrl+Tab and
/// arrows.
class TrainMode : public QWidget {
    Q_OBJECT

public:
    enum Tab { Finetune, Labels, Experiment };

    TrainMode(Document& document, JobQueue& jobs, Actions& actions, Settings& settings, QWidget* parent = nullptr);

    void showTab(Tab tab);

private:
    void trainSelector(const QString& labels);

    Document& m_document;
    JobQueue& m_jobs;
    Settings& m_settings;
    QTabBar* m_tabs;
    QStackedWidget* m_pages;
};

} // namespace winnow::ui
