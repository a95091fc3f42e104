#pragma once

#include "core/demo/canvas.h"
#include "core/demo/world.h"

namespace winnow::demo {

/// What the painters of one picture share.
struct Mood {
    Light light = Light::Day;
    Weather weather = Weather::Clear;
    Rgb tint{1, 1, 1};     ///< what the light does to everything that stands in it
    Rgb skyTop, skyBottom; ///< the sky's gradient
    float lightX = -0.5F;  ///< where the light comes from: left (-) or right (+)
    float horizon = 104;   ///< height of the horizon in canvas units
    bool isNight() const { return light == Light::Night; }
};

Mood makeMood(const Scene& scene, Random& random);

/// The sky with what hangs in it and the ground to the lower edge; a room has both behind its window.
void paintScenery(Canvas& canvas, const Scene& scene, const Mood& mood, Random& random);

/// Rain, snow and the veil they draw over everything out of doors.
void paintWeather(Canvas& canvas, const Scene& scene, const Mood& mood, Random& random);

/// One thing whose foot (or, in the sky, centre) is at `at`, about `size` units wide, with its shadow.
void paintThing(Canvas& canvas, Kind kind, Rgb colour, Point at, float size, const Mood& mood);

/// The pigment of a colour word.
Rgb pigment(Colour colour);

/// The whole scene, size x size pixels, 8-bit RGB row by row. Equal scenes give equal bytes.
std::vector<std::uint8_t> paintScene(const Scene& scene, int size);

} // namespace winnow::demo
