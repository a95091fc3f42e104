#pragma once

#include "core/store/ledger.h"

#include <QWidget>

#include <vector>

class QListWidget;
class QStackedWidget;
class QToolButton;

namespace winnow::ui {

class Actions;
class Document;
class EmptyLook;

/// The decisions made so far, newest first, also those of the command line and of earlier days; undone ones are greyed.
class HistoryPanel : public QWidget {
    Q_OBJECT

public:
    HistoryPanel(Document& document, Actions& actions, QWidget* parent = nullptr);

private:
    void reload();
    void fill(const std::vector<store::LedgerEntry>& entries);

    Document& m_document;
    QStackedWidget* m_stack;
    EmptyLook* m_empty;
    QListWidget* m_list;
    qint64 m_request = 0;
};

} // namespace winnow::ui
