#include "core/demo/world.h"

#include <algorithm>
#include <set>

namespace winnow::demo {

namespace {

    template <typename Enum, std::size_t N> Enum drawWeighted(Random& random, const std::array<double, N>& weights)
    {
        double total = 0;
        for (const double weight : weights)
            total += weight;
        double left = random.uniform() * total;
        for (std::size_t i = 0; i + 1 < N; ++i) {
            left -= weights[i];
            if (left < 0)
                return static_cast<Enum>(i);
        }
        return static_cast<Enum>(N - 1);
    }

    /// Weather that suits the ground: no snow at the beach, hardly any rain in the desert.
    Weather drawWeather(Random& random, Ground ground)
    {
        switch (ground) {
        case Ground::Desert:
            return drawWeighted<Weather, 4>(random, {6, 4, 0, 0});
        case Ground::Beach:
            return drawWeighted<Weather, 4>(random, {4, 3, 3, 0});
        case Ground::Mountains:
            return drawWeighted<Weather, 4>(random, {3, 2, 2, 3});
        default:
            return drawWeighted<Weather, 4>(random, {3, 2, 2.5, 2.5});
        }
    }

    Group drawGroup(Random& random, Place place, Ground ground, const std::vector<Group>& taken)
    {
        const auto isTaken = [&](Kind kind) {
            return std::any_of(taken.begin(), taken.end(), [&](const Group& group) { return group.kind == kind; });
        };
        Group group;
        group.place = place;
        do {
            if (place == Place::Sky)
                group.kind =
                    ground == Ground::Room ? Kind::Balloon : static_cast<Kind>(kGroundKindCount + random.below(3));
            else
                group.kind = static_cast<Kind>(random.below(kGroundKindCount));
        } while (isTaken(group.kind));
        group.colour = static_cast<Colour>(random.below(kColourCount));
        group.count = static_cast<int>(1 + random.below(kMaxCount));
        return group;
    }

} // namespace

const Group* Scene::find(Kind kind) const
{
    const auto found =
        std::find_if(groups.begin(), groups.end(), [&](const Group& group) { return group.kind == kind; });
    return found == groups.end() ? nullptr : &*found;
}

const Group* Scene::find(Place place) const
{
    const auto found =
        std::find_if(groups.begin(), groups.end(), [&](const Group& group) { return group.place == place; });
    return found == groups.end() ? nullptr : &*found;
}

Scene drawScene(Random& random)
{
    Scene scene;
    scene.ground = static_cast<Ground>(random.below(kGroundCount));
    scene.weather = drawWeather(random, scene.ground);
    scene.light = drawWeighted<Light, 3>(random, {5, 2.5, 2.5});
    const std::array<double, kPlaceCount> chance{0.62, 0.62, 0.62, scene.ground == Ground::Room ? 0.3 : 0.5};
    do {
        scene.groups.clear();
        for (int place = 0; place < kPlaceCount; ++place)
            if (random.chance(chance[static_cast<std::size_t>(place)]))
                scene.groups.push_back(drawGroup(random, static_cast<Place>(place), scene.ground, scene.groups));
    } while (scene.groups.empty());
    scene.look = random.next();
    return scene;
}

std::uint64_t signature(const Scene& scene)
{
    std::uint64_t value = static_cast<std::uint64_t>(scene.ground);
    const auto add = [&](auto part, std::uint64_t base) { value = value * base + static_cast<std::uint64_t>(part); };
    add(scene.weather, kWeatherCount);
    add(scene.light, kLightCount);
    for (int place = 0; place < kPlaceCount; ++place) {
        const Group* group = scene.find(static_cast<Place>(place));
        add(group ? static_cast<int>(group->kind) + 1 : 0, kKindCount + 1);
        add(group ? static_cast<int>(group->colour) : 0, kColourCount);
        add(group ? group->count : 0, kMaxCount + 1);
    }
    return value;
}

std::vector<Scene> drawScenes(
    std::uint64_t seed, const std::string& stream, std::size_t count, const std::vector<std::uint64_t>& excluded)
{
    Random random(seed, stream);
    std::set<std::uint64_t> seen;
    std::vector<Scene> scenes;
    while (scenes.size() < count) {
        Scene scene = drawScene(random);
        const std::uint64_t key = signature(scene);
        if (std::binary_search(excluded.begin(), excluded.end(), key) || !seen.insert(key).second)
            continue;
        scenes.push_back(std::move(scene));
    }
    return scenes;
}

std::vector<std::uint64_t> signaturesOf(const std::vector<Scene>& scenes)
{
    std::vector<std::uint64_t> keys;
    keys.reserve(scenes.size());
    for (const Scene& scene : scenes)
        keys.push_back(signature(scene));
    std::sort(keys.begin(), keys.end());
    return keys;
}

} // namespace winnow::demo
