#pragma once

#include "core/pipeline/selector_job.h"

#include <QString>
#include <QWidget>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;

namespace winnow::ui {

class Document;
class JobQueue;
class Settings;

/// What a selection follows: the sliders, or a stored selector, whose scores are computed in the background when it is
/// chosen. With the buttons that train or bring in another one and keep the sliders under a name.
class SelectorChoice : public QWidget {
    Q_OBJECT

public:
    SelectorChoice(Document& document, JobQueue& jobs, Settings& settings, QWidget* parent = nullptr);
    ~SelectorChoice() override;

    /// Of the chosen trained selector; empty while the sliders decide.
    std::string selector() const;
    /// Null while the sliders decide, or the scores are being computed.
    std::shared_ptr<const pipeline::SelectorScores> scores() const { return m_scores; }
    /// The description of the chosen one; null while the sliders decide.
    const SelectorInfo* info() const;
    bool isBusy() const { return m_isBusy; }
    /// Chooses a stored selector by its name once it is listed; an empty name chooses the sliders.
    void choose(const QString& name);
    /// Pairs without one of the inputs are left out, or count as average.
    void setMissingRule(pipeline::MissingRule rule);

Q_SIGNALS:
    void changed();                                                   ///< another choice, or its scores are there
    void weightsChosen(const std::map<std::string, double>& weights); ///< kept ones, for the sliders
    void keepWeightsWanted(const QString& name);

private:
    void refreshList();
    void takeChoice();
    void loadScores();
    void stopLoading();
    void say(const QString& look, const QString& text);
    void askName();

    Document& m_document;
    JobQueue& m_jobs;
    Settings& m_settings;
    QComboBox* m_box;
    QLabel* m_status;
    QPushButton* m_train;
    QPushButton* m_import;
    QPushButton* m_keep;
    std::vector<SelectorInfo> m_list;
    QString m_chosen; ///< name of the trained selector in use
    QString m_wanted; ///< to choose once it is listed
    pipeline::MissingRule m_missing = pipeline::MissingRule::Exclude;
    std::shared_ptr<const pipeline::SelectorScores> m_scores;
    std::shared_ptr<std::atomic<bool>> m_stop;
    qint64 m_request = 0;
    bool m_isBusy = false;
};

} // namespace winnow::ui
