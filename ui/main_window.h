#pragma once

#include "ui/actions.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/project_door.h"
#include "ui/settings.h"

#include <QMainWindow>
#include <QString>

#include <functional>
#include <vector>

class QDockWidget;
class QStackedWidget;

namespace winnow::ui {

class DataPage;
class EmptyLook;
class Rail;
class StartPage;
class StatusLine;

/// The window: rail of modes, the pages, docks, menus, status line, and the wiring between them. What a mode shows is
/// the page's.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(Settings& settings, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Where another window has it open, that one comes to the front and openElsewhere() follows.
    void openProject(const QString& folder);
    /// "data", "score", "select", "train" or "compare"; ignored while no project is open, and remembered for the next
    /// one.
    void showMode(const QString& mode);
    Document& document() { return m_document; }
    JobQueue& jobs() { return m_queue; }
    Actions& actions() { return m_actions; }

Q_SIGNALS:
    void openElsewhere(const QString& folder);

protected:
    void closeEvent(QCloseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makePages();
    QWidget* makeFailurePage();
    void makeDocks();
    QDockWidget* makeDock(const QString& name, const QString& title, QWidget* content);
    /// The action shows and hides it.
    void followDock(QDockWidget* dock, const QString& actionId);
    void makeMenus();
    void connectDocument();
    void connectProjectActions();
    void connectDecisions();
    void connectViewActions();
    void connectJobs();
    void connectTheme();

    void openDemo();
    void newProject(std::function<void()> then);
    void importDataset();
    /// Runs `show` when a project is open, else says so.
    void withProject(const std::function<void()>& show);
    void refreshBlocks();
    void refreshTitle();
    void saveLayout();
    void restoreLayout();
    void applyMode(const QString& mode);
    void finishJob(JobId id);
    void showAbout();

    Settings& m_settings;
    Document m_document;
    ProjectDoor m_door;
    JobQueue m_queue;
    Actions m_actions;
    QStringList m_modes; ///< in the order of the pages of m_stack after the first two
    QString m_mode;
    QString m_wishedMode;
    std::function<void()> m_afterOpen;
    JobId m_demoJob;
    bool m_isClosing = false;

    Rail* m_rail = nullptr;
    QStackedWidget* m_stack = nullptr;
    StartPage* m_start = nullptr;
    EmptyLook* m_failure = nullptr;
    DataPage* m_data = nullptr;
    QDockWidget* m_jobDock = nullptr;
    QDockWidget* m_historyDock = nullptr;
    StatusLine* m_status = nullptr;
};

} // namespace winnow::ui
