#include "ui/document_threads.h"

#include "core/base/error.h"
#include "core/pipeline/check_job.h"
#include "core/query/finding_lookup.h"
#include "core/store/label_store.h"
#include "core/store/ledger.h"
#include "core/store/pair_store.h"
#include "core/store/run_store.h"
#include "core/store/selection_store.h"
#include "core/store/selector_store.h"

#include <numeric>
#include <utility>

namespace winnow::ui {

Document::StoreThread::StoreThread(Document& document)
    : m_document(document)
{
    m_thread.setObjectName(QStringLiteral("store"));
    moveToThread(&m_thread);
    m_thread.start();
}

Document::StoreThread::~StoreThread()
{
    QMetaObject::invokeMethod(
        this, [this] { close(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

void Document::StoreThread::run(std::function<void()> work)
{
    QMetaObject::invokeMethod(this, std::move(work), Qt::QueuedConnection);
}

void Document::StoreThread::open(const std::filesystem::path& folder, qint64 session)
{
    close();
    m_session = session;
    const auto report = [this, session, folder](const QString& sentence, const QStringList& trail) {
        close();
        const QString details = (QStringList{toQString(folder), sentence} + trail).join(QLatin1Char('\n'));
        QMetaObject::invokeMethod(&m_document, [document = &m_document, session, folder, sentence, details] {
            if (session != document->m_session)
                return;
            document->m_isOpening = false;
            Q_EMIT document->openFailed(toQString(folder), sentence, details);
        });
    };
    try {
        m_project = store::Project::open(folder);
        m_workspace = std::make_shared<pipeline::Workspace>(folder);
        m_timer = std::make_unique<QTimer>();
        connect(m_timer.get(), &QTimer::timeout, this, [this] { poll(false); });
        sendSnapshot();
        m_timer->start(kPollMs);
    } catch (const Error& error) {
        QStringList trail;
        for (const auto& step : error.trail())
            trail << QString::fromStdString(step);
        report(QString::fromStdString(error.message()), trail);
    } catch (const std::exception& error) {
        report(QString::fromLocal8Bit(error.what()), {});
    }
}

void Document::StoreThread::close()
{
    m_timer.reset();
    m_indexing.reset();
    m_project.reset();
    m_workspace.reset();
    m_columns.reset();
    m_version = -1;
}

Document::Snapshot Document::StoreThread::makeSnapshot()
{
    Snapshot snapshot;
    m_columns = m_project->loadColumns(m_columns);
    snapshot.columns = m_columns;
    snapshot.selections = store::SelectionStore(*m_project).list();
    store::RunStore runs(*m_project);
    snapshot.runs = runs.list();
    snapshot.evaluations = runs.evaluations();
    snapshot.benchmarks = runs.benchmarks();
    snapshot.selectors = store::SelectorStore(*m_project).list();
    snapshot.labelSets = store::LabelStore(*m_project).list();
    snapshot.experiments = store::ExperimentStore(*m_project).list();
    snapshot.unfinished = pipeline::unfinishedJobs(*m_project);
    store::Ledger ledger(*m_project);
    snapshot.canUndo = ledger.canUndo();
    snapshot.canRedo = ledger.canRedo();
    return snapshot;
}

void Document::StoreThread::sendSnapshot()
{
    const auto pairCount = m_columns ? m_columns->pairCount : -1;
    m_version = m_project->dataVersion();
    auto snapshot = std::make_shared<const Snapshot>(makeSnapshot());
    QMetaObject::invokeMethod(
        &m_document, [document = &m_document, session = m_session, snapshot, workspace = m_workspace] {
            if (session != document->m_session)
                return;
            document->m_workspace = workspace;
            document->applySnapshot(*snapshot);
        });
    if (m_columns->pairCount != pairCount && !m_indexing) {
        m_indexing = std::make_unique<store::PairStore>(*m_project);
        m_sinceIndexTold.start();
        indexText();
    }
}

void Document::StoreThread::poll(bool always)
{
    if (!m_project)
        return;
    try {
        if (always || m_project->dataVersion() != m_version)
            sendSnapshot();
    } catch (const std::exception& error) {
        fail(QString::fromUtf8(error.what()));
    }
}

void Document::StoreThread::indexText()
{
    // Slices of some 20 ms between other work: search gets faster, nothing waits for it.
    QTimer::singleShot(0, this, [this, session = m_session] {
        if (!m_project || !m_indexing || session != m_session)
            return;
        bool isDone = true;
        try {
            isDone = m_indexing->indexSomeIds() && m_indexing->indexSomeText();
            tellIndexed(isDone);
        } catch (const Error& error) {
            tellIndexed(true); // given up until pairs come or the project is opened again
            if (error.code() != ErrorCode::Locked)
                fail(QString::fromStdString(error.message()));
        }
        if (isDone)
            m_indexing.reset();
        else
            indexText();
    });
}

/// How far the text index is, five times a second at most, the end always.
void Document::StoreThread::tellIndexed(bool isDone)
{
    constexpr qint64 kTellMs = 200;
    if (!isDone && m_sinceIndexTold.elapsed() < kTellMs)
        return;
    m_sinceIndexTold.start();
    const qint64 indexed = isDone ? -1 : m_indexing->indexedTexts();
    QMetaObject::invokeMethod(&m_document, [document = &m_document, session = m_session, indexed] {
        if (session == document->m_session)
            document->takeIndexedTexts(indexed);
    });
}

void Document::StoreThread::fail(const QString& sentence)
{
    QMetaObject::invokeMethod(&m_document, [document = &m_document, sentence] { Q_EMIT document->failed(sentence); });
}

Document::ViewThread::ViewThread(Document& document)
    : m_document(document)
{
    m_thread.setObjectName(QStringLiteral("view"));
    moveToThread(&m_thread);
    m_thread.start();
}

Document::ViewThread::~ViewThread()
{
    m_newest.store(-1);
    m_thread.quit();
    m_thread.wait();
}

void Document::ViewThread::ask(Request request)
{
    m_newest.store(request.number);
    QMetaObject::invokeMethod(
        this, [this, request = std::move(request)] { answer(request); }, Qt::QueuedConnection);
}

void Document::ViewThread::answer(const Request& request)
{
    if (m_newest.load() != request.number)
        return;
    auto result = std::make_shared<query::EvaluateResult>();
    try {
        *result = compute(request);
    } catch (const std::exception& error) {
        result->ok = false;
        result->error = {0, request.filter.size(), error.what()};
    }
    QMetaObject::invokeMethod(&m_document,
        [document = &m_document, number = request.number, result] { document->takeView(number, std::move(*result)); });
}

query::EvaluateResult Document::ViewThread::compute(const Request& request)
{
    query::EvaluateResult result;
    query::ParseResult parsed = query::parse(request.filter);
    if (!parsed.ok) {
        result.error = parsed.error;
        return result;
    }
    if (parsed.query.matchesEverything()) {
        result.ok = true;
        result.rows.resize(static_cast<std::size_t>(request.columns->pairCount));
        std::iota(result.rows.begin(), result.rows.end(), PairRow{0});
    } else {
        query::Source source;
        source.columns = request.columns.get();
        source.chosen = request.chosen;
        source.text = [&](std::string_view needle) { return store::PairStore(project(request)).searchText(needle); };
        source.id = [&](std::string_view id) {
            const auto row = store::PairStore(project(request)).find(PairId{std::string(id)});
            return row ? std::vector<PairRow>{*row} : std::vector<PairRow>{};
        };
        result = query::evaluate(
            parsed.query, source, [&](std::string_view kind) { return pipeline::rowsOfFinding(request.folder, kind); });
    }
    if (!result.ok || request.sortColumn.empty())
        return result;
    if (const MetricColumn* const column = request.columns->findMetric(request.sortColumn))
        result.rows = query::sortedBy(std::move(result.rows), *column, request.descending);
    return result;
}

store::Project& Document::ViewThread::project(const Request& request)
{
    if (!m_project || m_projectSession != request.session)
        m_project = store::Project::open(request.folder, store::Access::ReadOnly);
    m_projectSession = request.session;
    return *m_project;
}

} // namespace winnow::ui
