#pragma once

#include "core/pipeline/select_job.h"
#include "ui/models/page_loader.h"
#include "ui/panels/live_selector.h"

#include <QWidget>

#include <map>
#include <memory>
#include <string>
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
class ModeComparison;
class PairGrid;
class SelectorChoice;
class Settings;
class ThumbnailCache;
class ValidityPanel;
class WeightRow;
class WhyCardPanel;

/// Select mode: what the choice follows (weights or a trained selector), budget and quotas on the left; the chosen set
/// following them in the middle with what enters and leaves, or the corrected and the published rule side by side; how
/// far to trust the selector, and why a pair is in or out, on the right.
class SelectPage : public QWidget {
    Q_OBJECT

public:
    SelectPage(Document& document, JobQueue& jobs, Actions& actions, Settings& settings, QWidget* parent = nullptr);

    /// What the controls say now; the name is the one to save under.
    pipeline::SelectOptions options() const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeControls();
    QWidget* makeRuleControls();
    QWidget* makeSaveBar();
    QWidget* makeCentre();
    QLayout* makeHeader(QWidget* panel);
    QWidget* makeStrips();
    QWidget* makeReasons();
    void connectSelector();
    void connectDocument();
    void resetProject();
    void takeColumns();
    void updateMetrics();
    void updateClusterings();
    void updateSelections();
    void updateLook();
    void rememberBase();
    void requestSelection();
    void takeSelector();
    void takeWeights(const std::map<std::string, double>& weights);
    void keepWeights(const QString& name);
    void showBoth();
    void takeResult(const std::shared_ptr<const pipeline::LiveResult>& result);
    void showQuotas(const pipeline::LiveResult& result);
    void showMoves(const pipeline::LiveResult& result);
    void explainCurrent();
    void save();
    QString freeName() const;

    Document& m_document;
    JobQueue& m_jobs;
    Actions& m_actions;
    Settings& m_settings;
    PageLoader m_loader;
    ThumbnailCache* m_thumbnails; ///< a child, because its views ask for less when they are hidden at the end
    LiveSelector m_live;
    LiveSelector m_other; ///< by the rule that is not chosen, for the comparison

    QStackedWidget* m_stack;
    EmptyLook* m_empty;
    SelectorChoice* m_choice;
    QWidget* m_weightsBox;
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
    QPushButton* m_both;
    QStackedWidget* m_centre;
    ModeComparison* m_comparison;
    QWidget* m_strips;
    QLabel* m_enteringTitle;
    QLabel* m_leavingTitle;
    PairGrid* m_entering;
    PairGrid* m_leaving;
    PairGrid* m_grid;
    ValidityPanel* m_validity;
    WhyCardPanel* m_why;

    bool m_areColumnsNew = true;
    std::shared_ptr<const std::vector<std::uint8_t>> m_base; ///< chosen before the change under way
    std::shared_ptr<const pipeline::LiveResult> m_result;
    std::shared_ptr<const pipeline::LiveResult> m_otherResult;
};

} // namespace winnow::ui
