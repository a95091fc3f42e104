#include "core/dataset/batch.h"

#include "core/base/error.h"
#include "core/media/image.h"

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
    , m_pictures(
          [this, i = std::size_t(0)](DecodedPicture& out) mutable {
              if (i == m_tasks.size())
                  return false;
              out = prepare(m_tasks[i], i, m_transform);
              ++i;
              return true;
          },
          capacity)
{
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
