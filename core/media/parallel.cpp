#include "core/media/parallel.h"

#include <opencv2/core.hpp>

namespace winnow::media {

void forEachParallel(std::size_t count, const std::function<void(std::size_t)>& work)
{
    if (count == 0)
        return;
    cv::parallel_for_(
        cv::Range(0, static_cast<int>(count)),
        [&](const cv::Range& range) {
            for (int i = range.start; i < range.end; ++i)
                work(static_cast<std::size_t>(i));
        },
        static_cast<double>(count)); // as many pieces as pictures: some take ten times as long as others
}

} // namespace winnow::media
