#pragma once

#include "core/base/random.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace winnow::demo {

/// What stands in a scene. The first nine stand on the ground, the last three hang in the sky.
enum class Kind { Ball, Box, Car, House, Tree, Flower, Mushroom, Chair, Umbrella, Balloon, Kite, Bird };
enum class Colour { Red, Orange, Yellow, Green, Blue, Purple, White };
enum class Place { Left, Middle, Right, Sky };
enum class Ground { Meadow, Beach, Street, Desert, Mountains, Room };
enum class Weather { Clear, Cloudy, Rain, Snow };
enum class Light { Day, Sunset, Night };

inline constexpr int kKindCount = 12;
inline constexpr int kGroundKindCount = 9;
inline constexpr int kColourCount = 7;
inline constexpr int kPlaceCount = 4;
inline constexpr int kGroundCount = 6;
inline constexpr int kWeatherCount = 4;
inline constexpr int kLightCount = 3;
inline constexpr int kMaxCount = 3;

/// One to three things of one kind and colour at one place.
struct Group {
    Kind kind = Kind::Ball;
    Colour colour = Colour::Red;
    int count = 1; ///< 1 … kMaxCount
    Place place = Place::Left;
    bool operator==(const Group&) const = default;
};

/// Everything that captions and questions may speak of, and the seed of everything they do not (sizes, offsets,
/// textures). Each kind and each place occurs at most once; groups are ordered by place.
struct Scene {
    Ground ground = Ground::Meadow;
    Weather weather = Weather::Clear;
    Light light = Light::Day;
    std::vector<Group> groups; ///< one to four
    std::uint64_t look = 0;

    const Group* find(Kind kind) const;
    const Group* find(Place place) const;
};

/// A scene from the world's distribution.
Scene drawScene(Random& random);

/// Equal for scenes of which the same can be said (everything but `look`): held-out scenes are those whose signature no
/// training scene has.
std::uint64_t signature(const Scene& scene);

/// `count` scenes with pairwise different signatures, none of them among `excluded` (sorted). Equal arguments, equal
/// scenes.
std::vector<Scene> drawScenes(
    std::uint64_t seed, const std::string& stream, std::size_t count, const std::vector<std::uint64_t>& excluded = {});

/// Sorted signatures.
std::vector<std::uint64_t> signaturesOf(const std::vector<Scene>& scenes);

} // namespace winnow::demo
