#pragma once

#include "core/dataset/ahead.h"
#include "core/media/transform.h"

#include <cstddef>
#include <filesystem>
#include <string>
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
    /// The next picture; false when all tasks were handed out (the thread is joined then). Waits for the decoder.
    bool next(DecodedPicture& out) { return m_pictures.next(out); }
    /// Up to `count` pictures; fewer only at the end, none when all were handed out.
    std::vector<DecodedPicture> nextBatch(std::size_t count);
    std::size_t size() const { return m_tasks.size(); }

private:
    // Constant after the constructor.
    const std::vector<DecodeTask> m_tasks;
    const media::ImageTransform m_transform;
    // Last, so that it ends before what it uses.
    Ahead<DecodedPicture> m_pictures;
};

} // namespace winnow::dataset
