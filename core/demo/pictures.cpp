#include "core/demo/pictures.h"

#include "core/demo/demo_project.h"
#include "core/media/transform.h"

#include <algorithm>
#include <array>

namespace winnow::demo {

namespace {

    torch::Tensor toTensor(const std::vector<std::int64_t>& values, std::int64_t columns)
    {
        auto tensor = torch::tensor(values, torch::kLong);
        return columns == 1 ? tensor : tensor.view({-1, columns});
    }

} // namespace

SceneLabels labelsOf(const std::vector<const Scene*>& scenes)
{
    std::array<std::vector<std::int64_t>, 10> columns;
    for (const Scene* scene : scenes) {
        columns[0].push_back(std::int64_t(scene->ground));
        columns[1].push_back(std::int64_t(scene->weather));
        columns[2].push_back(std::int64_t(scene->light));
        for (int place = 0; place < kPlaceCount; ++place) {
            const Group* group = scene->find(static_cast<Place>(place));
            columns[3].push_back(group ? std::int64_t(group->kind) : kKindCount);
            columns[4].push_back(group ? std::int64_t(group->colour) : kColourCount);
            columns[5].push_back(group ? group->count : 0);
        }
        for (int kind = 0; kind < kKindCount; ++kind) {
            const Group* group = scene->find(static_cast<Kind>(kind));
            columns[6].push_back(group ? 1 : 0);
            columns[7].push_back(group ? std::int64_t(group->colour) : kColourCount);
            columns[8].push_back(group ? group->count : 0);
            columns[9].push_back(group ? std::int64_t(group->place) : kPlaceCount);
        }
    }
    return {toTensor(columns[0], 1), toTensor(columns[1], 1), toTensor(columns[2], 1),
        toTensor(columns[3], kPlaceCount), toTensor(columns[4], kPlaceCount), toTensor(columns[5], kPlaceCount),
        toTensor(columns[6], kKindCount), toTensor(columns[7], kKindCount), toTensor(columns[8], kKindCount),
        toTensor(columns[9], kKindCount)};
}

Scene mirrored(const Scene& scene)
{
    Scene other = scene;
    for (Group& group : other.groups)
        if (group.place == Place::Left || group.place == Place::Right)
            group.place = group.place == Place::Left ? Place::Right : Place::Left;
    std::sort(
        other.groups.begin(), other.groups.end(), [](const Group& a, const Group& b) { return a.place < b.place; });
    return other;
}

PictureSet::PictureSet(std::vector<Scene> scenes, Through through, RunContext& context)
    : m_scenes(std::move(scenes))
    , m_bytes(torch::empty({std::int64_t(m_scenes.size()), 3, kTowerSize, kTowerSize}, torch::kByte))
{
    const media::ImageTransform transform = media::squareTransform(kTowerSize);
    auto* out = m_bytes.data_ptr<std::uint8_t>();
    constexpr std::size_t kPlane = std::size_t(kTowerSize) * kTowerSize;
    for (std::size_t i = 0; i < m_scenes.size(); ++i) {
        if (i % 64 == 0) {
            context.checkpoint();
            context.progress("Drawing scenes", std::int64_t(i), size());
        }
        const media::Image image =
            transform.apply(through == Through::Jpeg ? storedPictureOf(m_scenes[i]) : pictureOf(m_scenes[i]));
        for (std::size_t p = 0; p < kPlane; ++p)
            for (std::size_t c = 0; c < 3; ++c)
                out[i * 3 * kPlane + c * kPlane + p] = image.rgb[p * 3 + c];
    }
    context.progress("Drawing scenes", size(), size());
}

torch::Tensor PictureSet::pixels(const std::vector<std::int64_t>& rows, const torch::Tensor& mirror) const
{
    auto x = m_bytes.index_select(0, torch::tensor(rows, torch::kLong)); // [B, 3, S, S]
    if (mirror.defined())
        x = torch::where(mirror.view({-1, 1, 1, 1}), x.flip(3), x);
    static const std::array<float, 3> kMean{0.48145466F, 0.4578275F, 0.40821073F};
    static const std::array<float, 3> kDeviation{0.26862954F, 0.26130258F, 0.27577711F};
    const auto mean = torch::tensor({kMean[0], kMean[1], kMean[2]}).view({1, 3, 1, 1});
    const auto deviation = torch::tensor({kDeviation[0], kDeviation[1], kDeviation[2]}).view({1, 3, 1, 1});
    return (x.to(torch::kFloat) / 255 - mean) / deviation;
}

} // namespace winnow::demo
