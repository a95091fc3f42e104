#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace winnow::dataset {

/// Items made ahead of their consumer on one thread, in their order, through a bounded queue. An exception of the maker
/// is rethrown by next() after the items before it. The destructor stops and joins. Thread: next() by one consumer.
template <typename Item> class Ahead {
public:
    /// Makes the next item; false at the end. Called on the other thread only.
    using Maker = std::function<bool(Item& out)>;

    /// `capacity` is how many items may wait; at least 1.
    Ahead(Maker maker, std::size_t capacity)
        : m_maker(std::move(maker))
        , m_capacity(std::max<std::size_t>(capacity, 1))
        , m_thread([this](const std::stop_token& stop) { run(stop); })
    {
    }
    ~Ahead()
    {
        m_thread.request_stop(); // wakes the maker where it waits for room
        if (m_thread.joinable())
            m_thread.join();
    }
    Ahead(const Ahead&) = delete;
    Ahead& operator=(const Ahead&) = delete;

    /// The next item; false when there is none more (the thread is joined then). Waits for the maker. What `out` held
    /// goes back to the maker's thread, which frees it: memory is given back where it was taken, and the consumer
    /// spared the work.
    bool next(Item& out)
    {
        std::unique_lock lock(m_mutex);
        m_used.push_back(std::move(out));
        m_changed.wait(lock, [this] { return !m_ready.empty() || m_isFinished; });
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

private:
    void run(const std::stop_token& stop)
    {
        try {
            for (Item item; !stop.stop_requested() && m_maker(item); item = Item()) {
                std::vector<Item> used;
                std::unique_lock lock(m_mutex);
                if (!m_changed.wait(lock, stop, [this] { return m_ready.size() < m_capacity; }))
                    break;
                m_ready.push_back(std::move(item));
                used.swap(m_used);
                lock.unlock();
                m_changed.notify_all();
            }
        } catch (...) {
            const std::lock_guard lock(m_mutex);
            m_thrown = std::current_exception();
        }
        const std::lock_guard lock(m_mutex);
        m_isFinished = true;
        m_changed.notify_all();
    }

    // The maker's thread.
    Maker m_maker;
    // Constant after the constructor.
    const std::size_t m_capacity;
    // Shared between both, under m_mutex.
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Item> m_ready;
    std::vector<Item> m_used; ///< given back, to be freed
    std::exception_ptr m_thrown;
    bool m_isFinished = false;
    // Last, so that it ends before what it uses.
    std::jthread m_thread;
};

} // namespace winnow::dataset
