#include "ui/document.h"

#include "core/base/error.h"
#include "core/pipeline/select_job.h"
#include "core/store/selection_store.h"
#include "ui/document_threads.h"

#include <QFile>

#include <algorithm>
#include <functional>
#include <utility>

namespace winnow::ui {

QString toQString(const std::filesystem::path& path)
{
    return QFile::decodeName(QByteArray::fromStdString(path.string()));
}

std::filesystem::path toPath(const QString& text)
{
    return std::filesystem::path(QFile::encodeName(text).toStdString());
}

Document::Document(QObject* parent)
    : QObject(parent)
    , m_store(std::make_unique<StoreThread>(*this))
    , m_view(std::make_unique<ViewThread>(*this))
{
    reset();
}

Document::~Document() = default;

void Document::takeIndexedTexts(qint64 indexed)
{
    if (std::exchange(m_indexedTexts, indexed) != indexed)
        Q_EMIT indexedTextsChanged();
}

void Document::reset()
{
    takeIndexedTexts(-1);
    auto columns = std::make_shared<Columns>();
    columns->overrides = std::make_shared<const Bitmap>();
    columns->stars = std::make_shared<const Bitmap>();
    columns->imageMissing = std::make_shared<const Bitmap>();
    m_workspace.reset();
    m_stored = columns;
    m_columns = columns;
    m_pending.clear();
    m_overrideCounts = {};
    m_filterText.clear();
    m_sortColumn.clear();
    m_sortDescending = true;
    m_filterError.reset();
    m_currentSet = std::make_shared<const Rows>();
    ++m_viewRequest;
    m_currentRow.reset();
    m_selectedRows.clear();
    m_chosen.reset();
    m_chosenName.clear();
    m_chosenCount = 0;
    ++m_chosenRequest;
    m_selections.clear();
    m_runs.clear();
    m_evaluations.clear();
    m_benchmarks.clear();
    m_selectors.clear();
    m_labelSets.clear();
    m_experiments.clear();
    m_unfinished.clear();
    m_canUndo = false;
    m_canRedo = false;
}

void Document::open(const std::filesystem::path& folder)
{
    close();
    m_isOpening = true;
    const auto path = std::filesystem::absolute(folder).lexically_normal();
    m_store->run([store = m_store.get(), path, session = m_session] { store->open(path, session); });
    Q_EMIT openStarted(toQString(path));
}

void Document::close()
{
    const bool wasOpen = isOpen();
    ++m_session;
    m_isOpening = false;
    reset();
    m_store->run([store = m_store.get()] { store->close(); });
    if (wasOpen)
        Q_EMIT closed();
}

QString Document::name() const { return isOpen() ? toQString(m_workspace->folder().filename()) : QString(); }

std::filesystem::path Document::folder() const { return isOpen() ? m_workspace->folder() : std::filesystem::path(); }

void Document::post(QObject* context, std::function<Reply(store::Project&)> work)
{
    m_store->run(
        [this, store = m_store.get(), session = m_session, guard = QPointer<QObject>(context), work = std::move(work)] {
            if (store->session() != session || !store->project())
                return;
            Reply reply;
            try {
                reply = work(*store->project());
            } catch (const Error& error) {
                store->fail(QString::fromStdString(error.message()));
                return;
            } catch (const std::exception& error) {
                store->fail(QString::fromLocal8Bit(error.what()));
                return;
            }
            QMetaObject::invokeMethod(this, [this, session, guard, reply = std::move(reply)] {
                if (guard && session == m_session)
                    reply();
            });
        });
}

void Document::refresh()
{
    m_store->run([store = m_store.get()] { store->poll(true); });
}

namespace {

    template <class Item, class... Field>
    bool areSame(const std::vector<Item>& first, const std::vector<Item>& second, Field... fields)
    {
        return std::ranges::equal(first, second,
            [&](const Item& a, const Item& b) { return ((std::invoke(fields, a) == std::invoke(fields, b)) && ...); });
    }

} // namespace

bool Document::hasSameLists(const Snapshot& snapshot) const
{
    return areSame(m_selections, snapshot.selections, &SelectionInfo::key, &SelectionInfo::name, &SelectionInfo::hash)
        && areSame(m_runs, snapshot.runs, &RunInfo::key, &RunInfo::name, &RunInfo::selection, &RunInfo::state,
            &RunInfo::steps, &RunInfo::totalSteps, &RunInfo::message)
        && areSame(m_evaluations, snapshot.evaluations, &EvaluationInfo::run, &EvaluationInfo::benchmark,
            &EvaluationInfo::answered, &EvaluationInfo::value)
        && areSame(m_benchmarks, snapshot.benchmarks, &BenchmarkInfo::name, &BenchmarkInfo::hash)
        && areSame(m_selectors, snapshot.selectors, &SelectorInfo::key, &SelectorInfo::name, &SelectorInfo::createdAt,
            &SelectorInfo::weights, &SelectorInfo::weightsSha256)
        && areSame(m_labelSets, snapshot.labelSets, &LabelSet::key, &LabelSet::name, &LabelSet::measuredCount,
            &LabelSet::repeatCount)
        && areSame(m_experiments, snapshot.experiments, &ExperimentInfo::key, &ExperimentInfo::name,
            &ExperimentInfo::options, &ExperimentInfo::finishedAt)
        && areSame(m_unfinished, snapshot.unfinished, &pipeline::UnfinishedJob::lease, &pipeline::UnfinishedJob::wish);
}

void Document::applySnapshot(const Snapshot& snapshot)
{
    const bool isFirst = m_isOpening;
    const bool hasNewLists = !hasSameLists(snapshot);
    m_isOpening = false;
    m_selections = snapshot.selections;
    m_runs = snapshot.runs;
    m_evaluations = snapshot.evaluations;
    m_benchmarks = snapshot.benchmarks;
    m_selectors = snapshot.selectors;
    m_labelSets = snapshot.labelSets;
    m_experiments = snapshot.experiments;
    m_unfinished = snapshot.unfinished;
    const bool hasNewHistory = m_canUndo != snapshot.canUndo || m_canRedo != snapshot.canRedo
        || m_stored->overrides != snapshot.columns->overrides || m_stored->stars != snapshot.columns->stars;
    m_canUndo = snapshot.canUndo;
    m_canRedo = snapshot.canRedo;
    m_stored = snapshot.columns;
    if (isFirst) {
        m_columns = m_stored;
        countOverrides();
        Q_EMIT opened();
        requestView();
        return;
    }
    applyPending();
    if (hasNewLists)
        Q_EMIT listsChanged();
    if (hasNewHistory)
        Q_EMIT undoChanged();
}

namespace {

    /// Metrics and clusterings are the same vectors, and there are as many pairs.
    bool hasSameValues(const Columns& first, const Columns& second)
    {
        const auto sameMetric = [](const MetricColumn& x, const MetricColumn& y) {
            return x.values == y.values && x.info.name == y.info.name;
        };
        const auto sameClusters = [](const ClusterColumn& x, const ClusterColumn& y) {
            return x.assignment == y.assignment && x.info.name == y.info.name
                && x.info.clusterNames == y.info.clusterNames;
        };
        return first.pairCount == second.pairCount && first.imageMissing == second.imageMissing
            && std::ranges::equal(first.metrics, second.metrics, sameMetric)
            && std::ranges::equal(first.clusterings, second.clusterings, sameClusters);
    }

} // namespace

void Document::setColumns(std::shared_ptr<const Columns> columns)
{
    const bool sameValues = hasSameValues(*m_columns, *columns);
    const bool sameOverrides = m_columns->overrides == columns->overrides && m_columns->stars == columns->stars;
    m_columns = std::move(columns);
    if (!sameOverrides)
        countOverrides();
    if (!sameValues)
        Q_EMIT columnsChanged();
    if (!sameOverrides)
        Q_EMIT overridesChanged();
    if (!sameValues || (!sameOverrides && !m_filterText.isEmpty()))
        requestView();
}

void Document::countOverrides()
{
    m_overrideCounts = {};
    for (const std::uint8_t value : *m_columns->overrides)
        ++m_overrideCounts[std::min<std::size_t>(value, m_overrideCounts.size() - 1)];
}

void Document::applyPending()
{
    if (m_pending.empty()) {
        setColumns(m_stored);
        return;
    }
    auto columns = std::make_shared<Columns>(*m_stored);
    auto overrides = std::make_shared<Bitmap>(*m_stored->overrides);
    auto stars = std::make_shared<Bitmap>(*m_stored->stars);
    overrides->resize(static_cast<std::size_t>(columns->pairCount));
    stars->resize(static_cast<std::size_t>(columns->pairCount));
    for (const Pending& pending : m_pending) {
        for (const PairRow row : pending.rows) {
            if (row >= overrides->size())
                continue;
            if (pending.value)
                (*overrides)[row] = static_cast<std::uint8_t>(*pending.value);
            if (pending.isLock)
                (*overrides)[row] = static_cast<std::uint8_t>(
                    m_chosen && row < m_chosen->size() && (*m_chosen)[row] ? Override::LockedIn : Override::LockedOut);
            if (pending.stars)
                (*stars)[row] = static_cast<std::uint8_t>(*pending.stars);
        }
    }
    columns->overrides = std::move(overrides);
    columns->stars = std::move(stars);
    setColumns(std::move(columns));
}

void Document::setFilter(const QString& text)
{
    if (text == m_filterText)
        return;
    m_filterText = text;
    Q_EMIT filterChanged();
    requestView();
}

void Document::setSort(const QString& metric, bool descending)
{
    if (metric == m_sortColumn && descending == m_sortDescending)
        return;
    m_sortColumn = metric;
    m_sortDescending = descending;
    Q_EMIT filterChanged();
    requestView();
}

void Document::requestView()
{
    if (!isOpen())
        return;
    m_view->ask({++m_viewRequest, m_session, m_workspace->folder(), m_filterText.toStdString(),
        m_sortColumn.toStdString(), m_sortDescending, m_columns, m_chosen});
}

void Document::takeView(qint64 request, query::EvaluateResult result)
{
    if (request != m_viewRequest)
        return;
    if (!result.ok) {
        m_filterError = std::move(result.error);
        Q_EMIT filterErrorChanged();
        return;
    }
    if (m_filterError) {
        m_filterError.reset();
        Q_EMIT filterErrorChanged();
    }
    if (result.rows == *m_currentSet)
        return;
    m_currentSet = std::make_shared<const Rows>(std::move(result.rows));
    Q_EMIT currentSetChanged();
}

void Document::setCurrentRow(std::optional<PairRow> row)
{
    if (row == m_currentRow)
        return;
    m_currentRow = row;
    Q_EMIT currentRowChanged();
}

void Document::setSelectedRows(Rows rows)
{
    if (rows == m_selectedRows)
        return;
    m_selectedRows = std::move(rows);
    Q_EMIT selectedRowsChanged();
}

Document::Rows Document::actionRows() const
{
    if (!m_selectedRows.empty())
        return m_selectedRows;
    return m_currentRow ? Rows{*m_currentRow} : Rows{};
}

void Document::setChosen(std::shared_ptr<const Bitmap> bitmap, const QString& name)
{
    ++m_chosenRequest;
    m_chosen = std::move(bitmap);
    m_chosenName = name;
    m_chosenCount = m_chosen ? std::ranges::count_if(*m_chosen, [](std::uint8_t value) { return value != 0; }) : 0;
    Q_EMIT chosenChanged();
    if (m_filterText.contains(QStringLiteral("chosen"), Qt::CaseInsensitive))
        requestView();
}

void Document::showSelection(const QString& name)
{
    if (name.isEmpty()) {
        setChosen(nullptr, {});
        return;
    }
    const qint64 request = ++m_chosenRequest;
    const auto pairCount = static_cast<std::size_t>(m_columns->pairCount);
    read(
        this,
        [name, pairCount](store::Project& project) {
            auto bitmap = std::make_shared<Bitmap>(pairCount);
            for (const PairRow row : store::SelectionStore(project).load(name.toStdString()))
                if (row < pairCount)
                    (*bitmap)[row] = 1;
            return bitmap;
        },
        [this, request, name](const std::shared_ptr<Bitmap>& bitmap) {
            if (request == m_chosenRequest)
                setChosen(bitmap, name);
        });
}

void Document::decide(const QString& what, const Rows& rows, const QString& reason)
{
    if (!isOpen() || rows.empty())
        return;
    Pending pending;
    pending.rows = rows;
    pending.isLock = what == QStringLiteral("lock");
    if (what == QStringLiteral("pin"))
        pending.value = Override::Pinned;
    if (what == QStringLiteral("ban"))
        pending.value = Override::Banned;
    if (what == QStringLiteral("clear"))
        pending.value = Override::None;
    const bool isSaved = std::ranges::any_of(
        m_selections, [this](const SelectionInfo& selection) { return selection.name == m_chosenName.toStdString(); });
    const std::string against = isSaved ? m_chosenName.toStdString() : std::string();
    postDecision(
        std::move(pending), [what = what.toStdString(), rows, reason = reason.toStdString(), against](auto& workspace) {
            return pipeline::decide(workspace, what, rows, reason, against);
        });
}

void Document::setStars(const Rows& rows, int stars)
{
    if (!isOpen() || rows.empty())
        return;
    Pending pending;
    pending.rows = rows;
    pending.stars = stars;
    postDecision(
        std::move(pending), [rows, stars](auto& workspace) { return pipeline::setStars(workspace, rows, stars); });
}

void Document::undo()
{
    if (isOpen())
        postDecision(Pending{}, [](auto& workspace) { return pipeline::undoDecision(workspace); });
}

void Document::redo()
{
    if (isOpen())
        postDecision(Pending{}, [](auto& workspace) { return pipeline::redoDecision(workspace); });
}

void Document::postDecision(Pending pending, std::function<pipeline::JobResult(pipeline::Workspace&)> work)
{
    const qint64 number = ++m_lastDecision;
    const bool isUndoable = !pending.rows.empty();
    pending.number = number;
    std::ranges::sort(pending.rows);
    if (isUndoable) {
        m_pending.push_back(std::move(pending));
        applyPending();
    }
    m_store->run([this, store = m_store.get(), session = m_session, number, isUndoable, work = std::move(work)] {
        if (store->session() != session || !store->workspace())
            return;
        QString sentence;
        bool isDone = true;
        try {
            sentence = QString::fromStdString(work(*store->workspace()).sentence);
        } catch (const std::exception& error) {
            sentence = QString::fromUtf8(error.what());
            isDone = false;
        }
        // The order matters: first the decision stops being pending, then the columns that hold it arrive, in one go of
        // events.
        QMetaObject::invokeMethod(this, [this, session, number] {
            if (session == m_session)
                settle(number);
        });
        store->poll(true);
        QMetaObject::invokeMethod(this, [this, session, sentence, isDone, isUndoable] {
            if (session != m_session)
                return;
            if (!isDone)
                Q_EMIT failed(sentence);
            else if (isUndoable)
                Q_EMIT decided(sentence);
            else
                Q_EMIT said(sentence);
        });
    });
}

void Document::settle(qint64 number)
{
    std::erase_if(m_pending, [number](const Pending& pending) { return pending.number == number; });
}

bool Document::isPending(PairRow row) const
{
    return std::ranges::any_of(
        m_pending, [row](const Pending& pending) { return std::ranges::binary_search(pending.rows, row); });
}

Override Document::overrideOf(PairRow row) const
{
    const auto& overrides = *m_columns->overrides;
    return row < overrides.size() ? static_cast<Override>(overrides[row]) : Override::None;
}

int Document::starsOf(PairRow row) const
{
    const auto& stars = *m_columns->stars;
    return row < stars.size() ? stars[row] : 0;
}

} // namespace winnow::ui
