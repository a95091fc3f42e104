#include "ui/models/thumbnail_cache.h"

#include "core/pipeline/pictures.h"
#include "ui/widgets/picture_image.h"

#include <QMetaObject>
#include <QThread>

#include <algorithm>

namespace winnow::ui {
namespace {
    /// Sides that are kept on disk: few, so that a moving size slider finds what it needs.
    int storedSide(int side) { return side <= 160 ? 160 : side <= 320 ? 320 : 640; }

    Thumbnail makeThumbnail(pipeline::ThumbnailStore& store, const std::filesystem::path& file, int side)
    {
        Thumbnail out;
        out.side = side;
        const auto picture = store.load(file, storedSide(side));
        if (picture.isNull()) {
            out.problem = QString::fromStdString(picture.problem);
            return out;
        }
        out.image = toImage(picture, side);
        return out;
    }
} // namespace

ThumbnailCache::ThumbnailCache(QObject* parent, std::size_t budgetBytes)
    : QObject(parent)
    , m_budgetBytes(budgetBytes)
{
    // One core is left to the window: frames come before pictures.
    m_pool.setMaxThreadCount(std::clamp(QThread::idealThreadCount() - 1, 1, 4));
}

ThumbnailCache::~ThumbnailCache()
{
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.clear();
    }
    m_pool.waitForDone();
}

void ThumbnailCache::setProject(const std::filesystem::path& folder)
{
    m_project += 1;
    m_entries.clear();
    m_recent.clear();
    m_usedBytes = 0;
    const auto store = folder.empty() ? nullptr : std::make_shared<pipeline::ThumbnailStore>(folder);
    const std::lock_guard lock(m_mutex);
    m_waiting.clear();
    m_store = store;
}

const Thumbnail* ThumbnailCache::find(PairRow row)
{
    const auto found = m_entries.find(row);
    if (found == m_entries.end())
        return nullptr;
    m_recent.splice(m_recent.begin(), m_recent, found->second.place);
    return &found->second.thumbnail;
}

void ThumbnailCache::setWanted(const void* view, const std::vector<Wanted>& wanted, int side)
{
    std::vector<Task> tasks;
    for (const auto& want : wanted) {
        const auto found = m_entries.find(want.row);
        const bool isThere = found != m_entries.end() && found->second.generation == m_generation
            && (found->second.thumbnail.side == side || found->second.thumbnail.image.isNull());
        if (!isThere && !want.file.empty())
            tasks.push_back({view, want.row, want.file, side, m_project, m_generation});
    }
    std::reverse(tasks.begin(), tasks.end());
    std::size_t idle = 0;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_store)
            return;
        std::erase_if(tasks, [this](const Task& task) {
            return std::any_of(m_running.begin(), m_running.end(), [&task](const Task& running) {
                return running.row == task.row && running.side == task.side && running.generation == task.generation;
            });
        });
        std::erase_if(m_waiting, [view](const Task& task) { return task.view == view; });
        m_waiting.insert(m_waiting.end(), tasks.begin(), tasks.end());
        const auto threads = static_cast<std::size_t>(m_pool.maxThreadCount());
        idle = std::min(m_waiting.size(), threads - std::min(threads, m_running.size()));
    }
    for (std::size_t i = 0; i < idle; ++i)
        m_pool.start([this] { work(); });
}

/// In a worker: takes one picture after another until nothing waits.
void ThumbnailCache::work()
{
    for (;;) {
        Task task;
        std::shared_ptr<pipeline::ThumbnailStore> store;
        {
            const std::lock_guard lock(m_mutex);
            if (m_waiting.empty() || !m_store)
                return;
            task = std::move(m_waiting.back());
            m_waiting.pop_back();
            m_running.push_back(task);
            store = m_store;
        }
        auto thumbnail = makeThumbnail(*store, task.file, task.side);
        const std::lock_guard lock(m_mutex);
        std::erase_if(
            m_running, [&task](const Task& running) { return running.row == task.row && running.side == task.side; });
        m_done.push_back({std::move(task), std::move(thumbnail)});
        if (!m_isTakePosted)
            m_isTakePosted = QMetaObject::invokeMethod(
                this, [this] { takeDone(); }, Qt::QueuedConnection);
    }
}

void ThumbnailCache::takeDone()
{
    std::vector<Done> done;
    {
        const std::lock_guard lock(m_mutex);
        done.swap(m_done);
        m_isTakePosted = false;
    }
    std::vector<PairRow> rows;
    for (auto& one : done) {
        if (one.task.project != m_project)
            continue;
        rows.push_back(one.task.row);
        insert(std::move(one));
    }
    shrink();
    if (!rows.empty())
        Q_EMIT loaded(rows);
}

void ThumbnailCache::insert(Done done)
{
    const auto bytes = static_cast<std::size_t>(done.thumbnail.image.sizeInBytes());
    const auto found = m_entries.find(done.task.row);
    if (found != m_entries.end()) {
        m_usedBytes -= static_cast<std::size_t>(found->second.thumbnail.image.sizeInBytes());
        found->second.thumbnail = std::move(done.thumbnail);
        found->second.generation = done.task.generation;
    } else {
        m_recent.push_front(done.task.row);
        m_entries.emplace(done.task.row, Cached{std::move(done.thumbnail), done.task.generation, m_recent.begin()});
    }
    m_usedBytes += bytes;
}

void ThumbnailCache::shrink()
{
    constexpr std::size_t kMaxEntries = 20000; // broken pictures take no pixels but still a place
    while (!m_recent.empty() && (m_usedBytes > m_budgetBytes || m_entries.size() > kMaxEntries)) {
        const auto oldest = m_entries.find(m_recent.back());
        m_usedBytes -= static_cast<std::size_t>(oldest->second.thumbnail.image.sizeInBytes());
        m_entries.erase(oldest);
        m_recent.pop_back();
    }
}

} // namespace winnow::ui
