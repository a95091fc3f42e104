#pragma once

#include <cstddef>
#include <functional>

namespace winnow::media {

/// Calls work(0) … work(count - 1), several at once on OpenCV's threads, and returns when all are done: for decoding
/// many pictures, which one thread does one after another. `work` must not throw and must write to a place of its own
/// alone. OpenCV's functions inside it run on one thread each, so the results do not depend on the number of threads.
void forEachParallel(std::size_t count, const std::function<void(std::size_t)>& work);

} // namespace winnow::media
