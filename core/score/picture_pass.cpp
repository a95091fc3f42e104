#include "core/score/picture_pass.h"

#include "core/base/error.h"
#include "core/media/parallel.h"

#include <algorithm>
#include <exception>
#include <map>

namespace winnow::score {

namespace {

    constexpr std::size_t kPicturesBetweenCheckpoints = 32;

} // namespace

DistinctPictures distinctPictures(const std::vector<ScoreItem>& items)
{
    DistinctPictures out;
    std::map<std::filesystem::path, std::size_t> numbers;
    for (const auto& item : items) {
        if (item.image.empty()) {
            out.fileOf.push_back(DistinctPictures::kNone);
            continue;
        }
        const auto [found, isNew] = numbers.try_emplace(item.image, out.files.size());
        if (isNew)
            out.files.push_back(item.image);
        out.fileOf.push_back(found->second);
    }
    return out;
}

std::vector<std::string> lookAtPictures(
    const DistinctPictures& pictures, RunContext& context, const std::function<void(std::size_t file)>& look)
{
    std::vector<std::string> reasons(pictures.files.size());
    for (std::size_t begin = 0; begin < pictures.files.size(); begin += kPicturesBetweenCheckpoints) {
        context.checkpoint();
        const auto count = std::min(kPicturesBetweenCheckpoints, pictures.files.size() - begin);
        media::forEachParallel(count, [&](std::size_t i) {
            try {
                look(begin + i);
            } catch (const Error& error) {
                reasons[begin + i] = error.message();
            } catch (const std::exception& error) { // out of memory, say: nothing may leave this thread
                reasons[begin + i] = error.what();
            }
        });
    }
    return reasons;
}

std::string whyNoPicture(const DistinctPictures& pictures, const std::vector<std::string>& reasons, std::size_t item)
{
    const auto file = pictures.fileOf[item];
    return file == DistinctPictures::kNone ? "the pair has no picture" : reasons[file];
}

} // namespace winnow::score
