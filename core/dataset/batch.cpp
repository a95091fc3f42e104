#include "core/dataset/batch.h"

#include "core/base/error.h"
#include "core/media/image.h"

#include <algorithm>
#include <utility>

namespace winnow::dataset {

namespace {

    DecodedPicture prepare(const DecodeTask& task, std::size_t index, const media::ImageTransform& transform)
    {
        DecodedPicture out;
        out.index = index;
        try {
            out.pixels = transform.pixels(media::decodeImage(task.path));
        } catch (const Error& e) {
            out.failure = e.message();
        }
        return out;
    }

} // namespace

DecodeAhead::DecodeAhead(std::vector<DecodeTask> tasks, media::ImageTransform transform, std::size_t capacity)
    : m_tasks(std::move(tasks))
    , m_transform(std::move(transform))
    , m_capacity(std::max<std::size_t>(capacity, 1))
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{
}

DecodeAhead::~DecodeAhead()
{
    m_thread.request_stop(); // wakes the decoder where it waits for room
    if (m_thread.joinable())
        m_thread.join();
}

void DecodeAhead::run(const std::stop_token& stop)
{
    try {
        for (std::size_t i = 0; i < m_tasks.size() && !stop.stop_requested(); ++i) {
            DecodedPicture picture = prepare(m_tasks[i], i, m_transform);
            std::unique_lock lock(m_mutex);
            if (!m_changed.wait(lock, stop, [this] { return m_ready.size() < m_capacity; }))
                break;
            m_ready.push_back(std::move(picture));
            lock.unlock();
            m_changed.notify_all();
        }
    } catch (...) {
        const std::lock_guard lock(m_mutex);
        m_thrown = std::current_exception();
    }
    const std::lock_guard lock(m_mutex);
    m_finished = true;
    m_changed.notify_all();
}

bool DecodeAhead::next(DecodedPicture& out)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_ready.empty() || m_finished; });
    if (!m_ready.empty()) {
        out = std::move(m_ready.front());
        m_ready.pop_front();
        lock.unlock();
        m_changed.notify_all();
        return true;
    }
    lock.unlock();
    if (m_thread.joinable())
        m_thread.join();
    if (m_thrown)
        std::rethrow_exception(std::exchange(m_thrown, nullptr));
    return false;
}

std::vector<DecodedPicture> DecodeAhead::nextBatch(std::size_t count)
{
    std::vector<DecodedPicture> out;
    DecodedPicture picture;
    while (out.size() < count && next(picture))
        out.push_back(std::move(picture));
    return out;
}

} // namespace winnow::dataset
