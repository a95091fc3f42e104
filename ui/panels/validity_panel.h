#pragma once

#include "core/domain/selector.h"

#include <QWidget>

class QFormLayout;
class QLabel;

namespace winnow::ui {

class BarList;
class ChartView;

/// How far a selector may be trusted, flattering or not: the plain sentence first, then its held-out error against that
/// of knowing nothing, R², rank correlation and p-value, each label against its prediction, and what it looks at.
class ValidityPanel : public QWidget {
    Q_OBJECT

public:
    explicit ValidityPanel(QWidget* parent = nullptr);

    void setSelector(const SelectorInfo& info);
    void clear();

private:
    QLabel* addNumber(QFormLayout* form, const char* name, const QString& label, const QString& tip);
    void showNumbers(const SelectorValidity& validity);
    void showPredictions(const SelectorValidity& validity);
    void showImportances(const SelectorInfo& info);

    QLabel* m_title;
    QLabel* m_verdict;
    QWidget* m_numbers;
    QLabel* m_error;
    QLabel* m_r2;
    QLabel* m_spearman;
    QLabel* m_pValue;
    QLabel* m_fit;
    QLabel* m_scheme;
    ChartView* m_chart;
    QLabel* m_importanceTitle;
    BarList* m_importances;
};

/// "linear", "attention", …, for people.
QString selectorKindText(SelectorKind kind);

} // namespace winnow::ui
