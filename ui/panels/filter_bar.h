#pragma once

#include <QTimer>
#include <QWidget>

class QCompleter;
class QLabel;
class QLineEdit;
class QStringListModel;
class QToolButton;

namespace winnow::ui {

class Document;
class FlowLayout;

/// The query over the views: completion while typing, the place of an error underlined with its message below, one chip
/// for each applied term with a cross to remove it.
class FilterBar : public QWidget {
    Q_OBJECT

public:
    explicit FilterBar(Document& document, QWidget* parent = nullptr);

    /// Puts the cursor into the text and selects it.
    void focusText();

Q_SIGNALS:
    void left(); ///< Esc: the view may take the focus

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void takeDocument();
    void takeError();
    void apply();
    void showChips();
    void underline(int from, int length);
    void complete();
    void insertCompletion(const QString& candidate);
    void updateCount();

    static constexpr int kApplyMs = 250;

    Document& m_document;
    QLineEdit* m_edit;
    QToolButton* m_clear;
    QLabel* m_count;
    QLabel* m_error;
    QWidget* m_chips;
    FlowLayout* m_chipLayout;
    QCompleter* m_completer;
    QStringListModel* m_candidates;
    int m_replaceFrom = 0;
    QTimer m_apply;
};

} // namespace winnow::ui
