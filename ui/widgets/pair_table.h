#pragma once

#include <QTableView>

namespace winnow::ui {

class Document;
class PairTableModel;

/// The table over the current set; shares current row, selection and order with every other view through the document.
class PairTable : public QTableView {
    Q_OBJECT

public:
    PairTable(Document& document, PairTableModel& model, QWidget* parent = nullptr);

    void keyboardSearch(const QString& search) override;

Q_SIGNALS:
    void openRequested();

protected:
    void showEvent(QShowEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;

private:
    void attach();
    void takeDocument();
    void takeOrder();
    void sortBy(int column);
    void sendSelection();

    Document& m_document;
    PairTableModel& m_model;
    bool m_isTaking = false; ///< what changes now comes from the document
};

} // namespace winnow::ui
