#include "ui/panels/live_selector.h"

#include <utility>

namespace winnow::ui {

LiveSelector::LiveSelector(QObject* parent)
    : QObject(parent)
    , m_worker(new Worker)
{
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("live selection"));
    m_thread.start();
}

LiveSelector::~LiveSelector()
{
    m_thread.quit();
    m_thread.wait();
}

void LiveSelector::request(std::shared_ptr<const Columns> columns, const pipeline::SelectOptions& options,
    std::shared_ptr<const pipeline::SelectorScores> scores)
{
    m_waiting = Wish{std::move(columns), options, std::move(scores)};
    if (!m_isBusy)
        start();
}

void LiveSelector::start()
{
    m_isBusy = true;
    auto wish = std::move(*m_waiting);
    m_waiting.reset();
    QMetaObject::invokeMethod(
        m_worker,
        [this, worker = m_worker, wish = std::move(wish)] {
            if (!worker->selection)
                worker->selection = std::make_unique<pipeline::LiveSelection>(wish.columns);
            else if (worker->columns != wish.columns)
                worker->selection->setColumns(wish.columns);
            worker->columns = wish.columns;
            if (worker->scores != wish.scores)
                worker->selection->setSelector(wish.scores);
            worker->scores = wish.scores;
            auto result = std::make_shared<const pipeline::LiveResult>(worker->selection->compute(wish.options));
            QMetaObject::invokeMethod(
                this, [this, result] { finish(result); }, Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
}

void LiveSelector::finish(std::shared_ptr<const pipeline::LiveResult> result)
{
    m_isBusy = false;
    m_hasResult = true;
    if (m_waiting) {
        start(); // overtaken, but shown all the same: the picture moves while the slider does
    }
    Q_EMIT computed(std::move(result));
    if (m_toExplain)
        startExplaining();
}

void LiveSelector::explain(PairRow row)
{
    m_toExplain = row;
    if (m_hasResult && !m_isBusy)
        startExplaining();
}

void LiveSelector::startExplaining()
{
    const auto row = *std::exchange(m_toExplain, std::nullopt);
    QMetaObject::invokeMethod(
        m_worker,
        [this, worker = m_worker, row] {
            if (!worker->columns || row >= static_cast<std::uint64_t>(worker->columns->pairCount))
                return;
            auto card = std::make_shared<const pipeline::WhyCard>(worker->selection->explain(row));
            QMetaObject::invokeMethod(
                this, [this, row, card] { Q_EMIT explained(row, card); }, Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
}

} // namespace winnow::ui
