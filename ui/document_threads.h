#pragma once

#include "core/domain/columns.h"
#include "core/domain/run.h"
#include "core/domain/selection.h"
#include "core/pipeline/workspace.h"
#include "core/query/query.h"
#include "core/store/pair_store.h"
#include "core/store/project.h"
#include "ui/document.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QThread>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace winnow::ui {

/// Everything of a project that the window keeps in memory, read at one moment.
struct Document::Snapshot {
    std::shared_ptr<const Columns> columns;
    std::vector<SelectionInfo> selections;
    std::vector<RunInfo> runs;
    std::vector<EvaluationInfo> evaluations;
    std::vector<BenchmarkInfo> benchmarks;
    std::vector<SelectorInfo> selectors;
    std::vector<LabelSet> labelSets;
    std::vector<ExperimentInfo> experiments;
    std::vector<pipeline::UnfinishedJob> unfinished;
    bool canUndo = false;
    bool canRedo = false;
};

/// A decision shown before it is on disk.
struct Document::Pending {
    qint64 number = 0;
    Rows rows;
    std::optional<Override> value; ///< of one kind for all rows
    bool isLock = false;           ///< in or out by the chosen bitmap
    std::optional<int> stars;
};

/// The thread that owns the project's writing connection. Its event loop takes one piece of work after another.
class Document::StoreThread : public QObject {
public:
    static constexpr int kPollMs = 500;

    explicit StoreThread(Document& document);
    ~StoreThread() override;

    /// Any thread. Work of an older session is dropped.
    void run(std::function<void()> work);

    // The store thread.
    void open(const std::filesystem::path& folder, qint64 session);
    void close();
    /// Sends a snapshot when something changed, or in any case.
    void poll(bool always);
    store::Project* project() { return m_project ? &*m_project : nullptr; }
    pipeline::Workspace* workspace() { return m_workspace.get(); }
    qint64 session() const { return m_session; }
    /// Sends a failure to the window.
    void fail(const QString& sentence);

private:
    Snapshot makeSnapshot();
    void sendSnapshot();
    void indexText();
    void tellIndexed(bool isDone);

    Document& m_document;
    QThread m_thread;

    // The store thread.
    std::shared_ptr<pipeline::Workspace> m_workspace;
    std::optional<store::Project> m_project;
    std::shared_ptr<const Columns> m_columns;
    std::int64_t m_version = -1;
    qint64 m_session = 0;
    std::unique_ptr<QTimer> m_timer;
    std::unique_ptr<store::PairStore> m_indexing; ///< while ids or texts are missing in their index
    QElapsedTimer m_sinceIndexTold;
};

/// Filters and sorts beside the window and the store. Only the newest request is answered.
class Document::ViewThread : public QObject {
public:
    struct Request {
        qint64 number = 0;
        qint64 session = 0;
        std::filesystem::path folder;
        std::string filter;
        std::string sortColumn;
        bool descending = true;
        std::shared_ptr<const Columns> columns;
        std::shared_ptr<const Bitmap> chosen;
    };

    explicit ViewThread(Document& document);
    ~ViewThread() override;

    /// The window's thread.
    void ask(Request request);

private:
    void answer(const Request& request);
    query::EvaluateResult compute(const Request& request);
    store::Project& project(const Request& request);

    Document& m_document;
    QThread m_thread;
    std::atomic<qint64> m_newest = 0;

    // The view thread.
    std::optional<store::Project> m_project; ///< for text search
    qint64 m_projectSession = 0;
};

} // namespace winnow::ui
