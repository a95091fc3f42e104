#pragma once

#include "core/media/transform.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace winnow::dataset {

/// One picture to prepare.
struct DecodeTask {
    std::string id; ///< of the pair, for the record of failures
    std::filesystem::path path;
};

/// One picture prepared, or why it could not be.
struct DecodedPicture {
    std::size_t index = 0;     ///< into the tasks
    std::vector<float> pixels; ///< [3, S, S]; empty when it failed
    std::string failure;       ///< one sentence; empty when it worked
};

/// Decodes and transforms pictures ahead of the consumer on one thread, through a bounded queue, in the order of the
/// tasks. A picture that cannot be read is an item with a failure; any other exception of the thread is rethrown by
/// next(). The destructor stops and joins. Thread: next() by one consumer.
class DecodeAhead {
public:
    /// `capacity` is how many prepared pictures may wait; at least 1.
    DecodeAhead(std::vector<DecodeTask> tasks, media::ImageTransform transform, std::size_t capacity = 16);
    ~DecodeAhead();
    DecodeAhead(const DecodeAhead&) = delete;
    DecodeAhead& operator=(const DecodeAhead&) = delete;

    /// The next picture; false when all tasks were handed out (the thread is joined then). Waits for the decoder.
    bool next(DecodedPicture& out);
    /// Up to `count` pictures; fewer only at the end, none when all were handed out.
    std::vector<DecodedPicture> nextBatch(std::size_t count);
    std::size_t size() const { return m_tasks.size(); }

private:
    void run(const std::stop_token& stop);

    // Constant after the constructor.
    const std::vector<DecodeTask> m_tasks;
    const media::ImageTransform m_transform;
    const std::size_t m_capacity;
    // Shared between the consumer and the decoder, under m_mutex.
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<DecodedPicture> m_ready;
    std::exception_ptr m_thrown;
    bool m_finished = false;
    // Last, so that it ends before what it uses.
    std::jthread m_thread;
};

} // namespace winnow::dataset
