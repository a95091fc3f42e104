#pragma once

#include <QFrame>

#include <string>
#include <vector>

class QVBoxLayout;

namespace winnow::ui {

class Document;
class JobQueue;

/// Above the pages while the project holds work that a killed program left: one line each, with the offer to go on.
/// Hidden otherwise.
class UnfinishedBar : public QFrame {
    Q_OBJECT

public:
    UnfinishedBar(Document& document, JobQueue& jobs, QWidget* parent = nullptr);

private:
    void refresh();
    void addLine(std::size_t number);

    Document& m_document;
    JobQueue& m_jobs;
    QVBoxLayout* m_lines;
    std::vector<std::string> m_shown; ///< leases, in order
};

} // namespace winnow::ui
