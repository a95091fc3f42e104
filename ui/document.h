#pragma once

#include "core/domain/columns.h"
#include "core/domain/experiment.h"
#include "core/domain/label.h"
#include "core/domain/run.h"
#include "core/domain/selection.h"
#include "core/domain/selector.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/unfinished_job.h"
#include "core/pipeline/workspace.h"
#include "core/query/query.h"
#include "core/store/project.h"

#include <QObject>
#include <QPointer>
#include <QString>

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace winnow::ui {

QString toQString(const std::filesystem::path& path);
std::filesystem::path toPath(const QString& text);

/// The open project as the window sees it: its columns, the current set (rows after filter and sort), the shared
/// selection of the views, and decisions. Lives on the window's thread and never blocks it: one store thread owns the
/// project's writing connection and reads, decides and watches for changes of other processes there; filtering and
/// sorting run in a second one.
class Document : public QObject {
    Q_OBJECT

public:
    using Rows = std::vector<PairRow>;
    using Bitmap = std::vector<std::uint8_t>;

    explicit Document(QObject* parent = nullptr);
    ~Document() override;

    /// Asynchronous: opened() or openFailed() follows. What was open is closed first.
    void open(const std::filesystem::path& folder);
    void close();

    bool isOpen() const { return m_workspace != nullptr; }
    bool isOpening() const { return m_isOpening; }
    QString name() const;
    std::filesystem::path folder() const;
    /// For jobs; null while closed.
    std::shared_ptr<pipeline::Workspace> workspace() const { return m_workspace; }

    /// Never null; empty while closed. Decisions that are still pending are already in it.
    std::shared_ptr<const Columns> columns() const { return m_columns; }

    /// The shared current set: rows after filter and sort. Never null.
    std::shared_ptr<const Rows> currentSet() const { return m_currentSet; }
    QString filterText() const { return m_filterText; }
    /// Asynchronous; currentSetChanged() or filterErrorChanged() follows. With an error the set stays as it was.
    void setFilter(const QString& text);
    /// Offsets count bytes of the UTF-8 text.
    std::optional<query::SyntaxError> filterError() const { return m_filterError; }
    QString sortColumn() const { return m_sortColumn; }
    bool sortDescending() const { return m_sortDescending; }
    /// An empty name sorts by import order.
    void setSort(const QString& metric, bool descending);

    /// The shared selection of the views (not a data selection).
    std::optional<PairRow> currentRow() const { return m_currentRow; }
    void setCurrentRow(std::optional<PairRow> row);
    const Rows& selectedRows() const { return m_selectedRows; }
    void setSelectedRows(Rows rows);
    /// The selected rows, or the current one: what a key acts on.
    Rows actionRows() const;

    /// Which pairs count as chosen: a saved selection or the live one of Select mode. Null = none.
    std::shared_ptr<const Bitmap> chosen() const { return m_chosen; }
    QString chosenName() const { return m_chosenName; }
    qint64 chosenCount() const { return m_chosenCount; }
    void setChosen(std::shared_ptr<const Bitmap> bitmap, const QString& name);
    /// Loads a saved one asynchronously; an empty name shows none.
    void showSelection(const QString& name);

    /// "pin", "ban", "lock" or "clear": pending at once, confirmed after its commit. decided() or failed() follows.
    void decide(const QString& what, const Rows& rows, const QString& reason = {});
    void setStars(const Rows& rows, int stars);
    void undo();
    void redo();
    bool canUndo() const { return m_canUndo; }
    bool canRedo() const { return m_canRedo; }
    bool isPending(PairRow row) const;
    Override overrideOf(PairRow row) const;
    int starsOf(PairRow row) const;
    qint64 countOf(Override value) const { return m_overrideCounts[static_cast<std::size_t>(value)]; }

    /// Cached copies; listsChanged() tells when they are new.
    const std::vector<SelectionInfo>& selections() const { return m_selections; }
    const std::vector<RunInfo>& runs() const { return m_runs; }
    const std::vector<EvaluationInfo>& evaluations() const { return m_evaluations; }
    const std::vector<BenchmarkInfo>& benchmarks() const { return m_benchmarks; }
    const std::vector<SelectorInfo>& selectors() const { return m_selectors; }
    const std::vector<LabelSet>& labelSets() const { return m_labelSets; }
    const std::vector<ExperimentInfo>& experiments() const { return m_experiments; }
    /// Work that a killed program left; a job that goes on with it leaves this list by itself.
    const std::vector<pipeline::UnfinishedJob>& unfinished() const { return m_unfinished; }

    /// How many pairs the text index holds while it is being filled, else -1.
    qint64 indexedTexts() const { return m_indexedTexts; }

    /// Looks for changes now instead of at the next poll: after a job.
    void refresh();

    /// `work(store::Project&)` runs on the store thread, then `then(result)` (or `then()`) here if `context` still
    /// lives and the same project is still open. What the work throws arrives as failed().
    template <class Work, class Then> void read(QObject* context, Work work, Then then)
    {
        post(context, [work = std::move(work), then = std::move(then)](store::Project& project) mutable -> Reply {
            if constexpr (std::is_void_v<std::invoke_result_t<Work&, store::Project&>>) {
                work(project);
                return [then = std::move(then)]() mutable { then(); };
            } else {
                auto result = std::make_shared<std::invoke_result_t<Work&, store::Project&>>(work(project));
                return [then = std::move(then), result]() mutable { then(std::move(*result)); };
            }
        });
    }

Q_SIGNALS:
    void openStarted(const QString& folder);
    void opened();
    void openFailed(const QString& folder, const QString& sentence, const QString& details);
    void closed();
    void columnsChanged();   ///< metrics, clusterings or the number of pairs
    void overridesChanged(); ///< overrides or stars, pending ones included, or what is pending
    void currentSetChanged();
    void filterChanged(); ///< the wish: text or sort
    void filterErrorChanged();
    void currentRowChanged();
    void selectedRowsChanged();
    void chosenChanged();
    void listsChanged(); ///< selections, runs, evaluations, benchmarks, selectors, labels, experiments, cut-off work
    void undoChanged();
    void indexedTextsChanged();
    void decided(const QString& sentence); ///< confirmed on disk; undo may be offered
    void failed(const QString& sentence);
    void said(const QString& sentence);

private:
    using Reply = std::function<void()>;
    struct Snapshot;
    struct Pending;
    class StoreThread;
    class ViewThread;

    void post(QObject* context, std::function<Reply(store::Project&)> work);
    void postDecision(Pending pending, std::function<pipeline::JobResult(pipeline::Workspace&)> work);
    void settle(qint64 number);
    void applySnapshot(const Snapshot& snapshot);
    bool hasSameLists(const Snapshot& snapshot) const;
    void applyPending();
    void setColumns(std::shared_ptr<const Columns> columns);
    void countOverrides();
    void requestView();
    void takeView(qint64 request, query::EvaluateResult result);
    void takeIndexedTexts(qint64 indexed);
    void reset();

    // The window's thread.
    std::shared_ptr<pipeline::Workspace> m_workspace;
    bool m_isOpening = false;
    qint64 m_session = 0;                    ///< counts open() and close(): late answers of another project are dropped
    std::shared_ptr<const Columns> m_stored; ///< as on disk
    std::shared_ptr<const Columns> m_columns; ///< with pending decisions
    std::vector<Pending> m_pending;
    qint64 m_lastDecision = 0;
    std::array<qint64, 5> m_overrideCounts{};

    QString m_filterText;
    QString m_sortColumn;
    bool m_sortDescending = true;
    std::optional<query::SyntaxError> m_filterError;
    std::shared_ptr<const Rows> m_currentSet;
    qint64 m_viewRequest = 0;

    std::optional<PairRow> m_currentRow;
    Rows m_selectedRows;
    std::shared_ptr<const Bitmap> m_chosen;
    QString m_chosenName;
    qint64 m_chosenCount = 0;
    qint64 m_chosenRequest = 0;

    std::vector<SelectionInfo> m_selections;
    std::vector<RunInfo> m_runs;
    std::vector<EvaluationInfo> m_evaluations;
    std::vector<BenchmarkInfo> m_benchmarks;
    std::vector<SelectorInfo> m_selectors;
    std::vector<LabelSet> m_labelSets;
    std::vector<ExperimentInfo> m_experiments;
    std::vector<pipeline::UnfinishedJob> m_unfinished;
    bool m_canUndo = false;
    bool m_canRedo = false;
    qint64 m_indexedTexts = -1;

    std::unique_ptr<StoreThread> m_store;
    std::unique_ptr<ViewThread> m_view;
};

} // namespace winnow::ui
