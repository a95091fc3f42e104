#pragma once

#include "core/pipeline/select_job.h"
#include "ui/models/page_loader.h"
#include "ui/models/thumbnail_cache.h"
#include "ui/panels/live_selector.h"

#include <QWidget>

#include <memory>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTableWidget;
class QVBoxLayout;

namespace winnow::ui {

class Actions;
class Document;
class EmptyLook;
class JobQueue;
class PairGrid;
class WeightRow;
class WhyCardPanel;

/// Select mode: weights, budget and quotas on the left, the chosen set following them in the middle with what enters
/// and leaves, and why a pair is in or out on the right.
class SelectPage : public QWidget {
    Q_OBJECT

public:
    SelectPage(Document& document, JobQueue& jobs, Actions& actions, QWidget* parent = nullptr);

    /// What the controls say now; the name is the one to save under.
    pipeline::SelectOptions options() const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeControls();
    QWidget* makeRuleControls();
    QWidget* makeSaveBar();
    QWidget* makeCentre();
    QWidget* makeStrips();
    void connectDocument();
    void resetProject();
    void takeColumns();
    void updateMetrics();
    void updateClusterings();
    void updateSelections();
    void updateLook();
    void rememberBase();
    void requestSelection();
    void takeResult(const std::shared_ptr<const pipeline::LiveResult>& result);
    void showQuotas(const pipeline::LiveResult& result);
    void showMoves(const pipeline::LiveResult& result);
    void explainCurrent();
    void save();
    QString freeName() const;

    Document& m_document;
    JobQueue& m_jobs;
    Actions& m_actions;
    PageLoader m_loader;
    ThumbnailCache m_thumbnails;
    LiveSelector m_live;

    QStackedWidget* m_stack;
    EmptyLook* m_empty;
    QVBoxLayout* m_weightsLayout;
    std::vector<WeightRow*> m_weights;
    QLineEdit* m_budget;
    QComboBox* m_clustering;
    QComboBox* m_mode;
    QComboBox* m_missing;
    QCheckBox* m_random;
    QSpinBox* m_seed;
    QLabel* m_problem;
    QTableWidget* m_quotas;
    QLineEdit* m_name;
    QPushButton* m_save;
    QListWidget* m_saved;
    QLabel* m_summary;
    QWidget* m_strips;
    QLabel* m_enteringTitle;
    QLabel* m_leavingTitle;
    PairGrid* m_entering;
    PairGrid* m_leaving;
    PairGrid* m_grid;
    WhyCardPanel* m_why;

    bool m_areColumnsNew = true;
    std::shared_ptr<const std::vector<std::uint8_t>> m_base; ///< chosen before the change under way
    std::shared_ptr<const pipeline::LiveResult> m_result;
};

} // namespace winnow::ui
