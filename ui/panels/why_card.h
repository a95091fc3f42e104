#pragma once

#include "core/pipeline/select_job.h"

#include <QWidget>

#include <memory>

class QLabel;

namespace winnow::ui {

class MetricBars;
class PlainText;

/// Why a pair is in or out of the live selection: its rank against the cut, what each metric adds, what would flip it.
class WhyCardPanel : public QWidget {
    Q_OBJECT

public:
    explicit WhyCardPanel(QWidget* parent = nullptr);

    /// What is shown beside the card: id and response.
    void setPair(const QString& id, const QString& response);
    void setCard(const pipeline::WhyCard& card);
    void clear();

private:
    QLabel* m_title;
    QLabel* m_verdict;
    QLabel* m_numbers;
    MetricBars* m_bars;
    QLabel* m_contributions;
    QLabel* m_flip;
    PlainText* m_response;
};

} // namespace winnow::ui
