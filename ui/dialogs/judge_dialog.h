#pragma once

#include "core/domain/metric.h"
#include "core/pipeline/judge_job.h"
#include "ui/dialogs/form_dialog.h"
#include "ui/jobs/job_queue.h"

#include <QTimer>

#include <atomic>
#include <memory>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace winnow::ui {

class Document;
class PlainText;

/// Sets up the project's judge: server or local model, where the key comes from (the key itself goes straight into the
/// desktop's keychain and is never shown or kept with the project), what is asked, how often, and the caps; with the
/// prompt as it would be sent, a test call with its reply, and what the rest would cost.
class JudgeDialog : public FormDialog {
    Q_OBJECT

public:
    JudgeDialog(Document& document, JobQueue& jobs, Mode mode, QWidget* parent = nullptr);
    ~JudgeDialog() override;

    pipeline::JudgeSettings settings() const;
    void accept() override;

private:
    QWidget* makeServer();
    QWidget* makeQuestions();
    QWidget* makeLimits();
    QWidget* makeTrial();
    void connectFields();
    void load();
    void show(const pipeline::JudgeSettings& settings);
    void fieldChanged();
    void refresh();
    void requestPreview();
    void storeKey();
    void test();
    void takeJob(JobId id);
    void showTest(const pipeline::JudgeTest& test);

    Document& m_document;
    JobQueue& m_jobs;
    Mode m_mode;
    QComboBox* m_kind;
    QLineEdit* m_server;
    QLineEdit* m_model;
    QComboBox* m_keySource;
    QLineEdit* m_keyName;
    QLineEdit* m_key;
    QPushButton* m_storeKey;
    QLabel* m_keyState;
    QComboBox* m_prompt;
    QSpinBox* m_repeats;
    QDoubleSpinBox* m_temperature;
    QSpinBox* m_maxTokens;
    QSpinBox* m_imageSide;
    QSpinBox* m_maxRequests;
    QDoubleSpinBox* m_maxCost;
    QDoubleSpinBox* m_pricePrompt;
    QDoubleSpinBox* m_priceAnswer;
    QSpinBox* m_timeout;
    QSpinBox* m_concurrency;
    PlainText* m_preview;
    QPushButton* m_test;
    QLabel* m_testState;
    PlainText* m_reply;
    QLabel* m_forecast;

    QTimer m_typing;
    std::shared_ptr<std::atomic<bool>> m_stop; ///< of the forecast under way
    qint64 m_request = 0;
    JobId m_testJob;
    std::shared_ptr<pipeline::JudgeTest> m_testResult;
    bool m_isLoaded = false;
};

} // namespace winnow::ui
