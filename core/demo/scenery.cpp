#include "core/demo/painter.h"

#include <array>

namespace winnow::demo {

namespace {

    Rgb grey(float v) { return {v, v, v}; }

    void paintSky(Canvas& canvas, const Mood& mood, float bottom)
    {
        const Rgb top = mood.skyTop, low = mood.skyBottom;
        const bool isSunset = mood.light == Light::Sunset;
        const Rgb middle = isSunset ? mix(mix(top, low, 0.5F), rgb(226, 110, 130), 0.45F) : mix(top, low, 0.5F);
        canvas.fill([&](Point p) {
            const float t = clamp01(p.y / bottom);
            return t < 0.5F ? mix(top, middle, t * 2) : mix(middle, low, t * 2 - 1);
        });
    }

    void paintStars(Canvas& canvas, const Mood& mood, Random& random)
    {
        for (int i = 0; i < 46; ++i) {
            const Point at{float(random.uniform(0, 192)), float(random.uniform(0, mood.horizon * 0.9))};
            const float radius = float(random.uniform(0.35, 0.95));
            canvas.disc(at, radius, Flat{rgb(255, 250, 225)}, float(random.uniform(0.4, 0.95)));
        }
    }

    void paintGlow(Canvas& canvas, Point at, float radius, Rgb colour, float strength)
    {
        for (int ring = 0; ring < 3; ++ring)
            canvas.disc(
                at, radius * (0.9F + 0.35F * float(ring)), Flat{colour}, strength / float(ring + 1), radius * 1.3F);
    }

    void paintSunOrMoon(Canvas& canvas, const Mood& mood)
    {
        const float x = mood.lightX < 0 ? 30.F : 162.F;
        if (mood.light == Light::Night) {
            paintGlow(canvas, {x, 24}, 16, rgb(150, 165, 225), 0.35F);
            canvas.shape(
                {x - 11, 13}, {x + 11, 35},
                [&](Point p) {
                    return std::max(discDistance(p, {x, 24}, 11), -discDistance(p, {x + 5, 20.5F}, 9.5F));
                },
                Flat{rgb(250, 245, 222)});
        } else if (mood.light == Light::Sunset) {
            const float y = mood.horizon - 14;
            paintGlow(canvas, {x, y}, 30, rgb(255, 190, 100), 0.5F);
            canvas.disc({x, y}, 15, Vertical{rgb(255, 236, 150), rgb(255, 150, 70), y - 15, y + 15});
        } else {
            paintGlow(canvas, {x, 25}, 22, rgb(255, 244, 190), 0.45F);
            canvas.disc({x, 25}, 12, Flat{rgb(255, 238, 140)});
        }
    }

    void paintCloud(Canvas& canvas, Point at, float size, Rgb light, Rgb shade)
    {
        static constexpr std::array<std::array<float, 3>, 5> kPuffs{{{-0.62F, 0.12F, 0.34F}, {-0.22F, -0.1F, 0.46F},
            {0.24F, -0.02F, 0.4F}, {0.62F, 0.14F, 0.3F}, {0, 0.2F, 0.42F}}};
        for (const auto& puff : kPuffs) {
            const Point c{at.x + puff[0] * size, at.y + puff[1] * size * 0.7F};
            const float rx = puff[2] * size, ry = rx * 0.68F;
            canvas.oval(c, rx, ry, Vertical{light, shade, at.y - size * 0.35F, at.y + size * 0.42F}, 0.93F, 3);
        }
    }

    void paintClouds(Canvas& canvas, const Mood& mood, Random& random, int count)
    {
        const float dim = mood.isNight() ? 0.33F : mood.light == Light::Sunset ? 0.85F : 1;
        Rgb light = grey(mood.weather == Weather::Rain ? 0.66F : 0.97F) * dim;
        Rgb shade = grey(mood.weather == Weather::Rain ? 0.46F : 0.76F) * dim;
        if (mood.light == Light::Sunset) {
            light = light * rgb(255, 214, 190);
            shade = shade * rgb(226, 160, 170);
        }
        if (mood.isNight())
            shade = shade * rgb(215, 220, 255);
        for (int i = 0; i < count; ++i) {
            const float x = (float(i) + float(random.uniform(0.1, 0.9))) * 192.F / float(count);
            paintCloud(canvas, {x, float(random.uniform(8, 40))}, float(random.uniform(24, 38)), light, shade);
        }
    }

    void paintHeavens(Canvas& canvas, const Mood& mood, Random& random)
    {
        paintSky(canvas, mood, mood.horizon);
        if (mood.weather == Weather::Clear) {
            if (mood.isNight())
                paintStars(canvas, mood, random);
            paintSunOrMoon(canvas, mood);
        } else {
            paintClouds(canvas, mood, random, mood.weather == Weather::Cloudy ? 5 : 4);
        }
    }

    /// Everything below a wavy edge: far hills, dunes, mountains.
    struct Ridge {
        float y, height, wave;
        std::uint32_t seed;
        Rgb top, bottom;
        float sharp; ///< 0 rolling … 1 jagged
    };

    void paintRidge(Canvas& canvas, const Ridge& ridge, float down)
    {
        std::array<float, 193> edge{};
        for (std::size_t i = 0; i < edge.size(); ++i) {
            const float x = float(i) / ridge.wave;
            float rise = valueNoise(x, 0.5F, ridge.seed);
            const float folded = 1 - std::abs(2 * valueNoise(x * 0.9F, 7.5F, ridge.seed + 1) - 1);
            rise = rise + (folded - rise) * ridge.sharp;
            rise += (valueNoise(x * 3.1F, 3.5F, ridge.seed + 2) - 0.5F) * 0.3F * ridge.sharp;
            edge[i] = ridge.y - rise * ridge.height;
        }
        const auto distance = [&](Point p) {
            const auto i = std::size_t(std::clamp(p.x, 0.F, 191.F));
            return (edge[i] + (edge[i + 1] - edge[i]) * (p.x - float(i))) - p.y;
        };
        canvas.shape({0, ridge.y - ridge.height * 1.3F}, {192, down}, distance,
            Vertical{ridge.top, ridge.bottom, ridge.y - ridge.height, down});
    }

    /// The near ground: a gradient with two scales of mottling, coarser towards the viewer.
    void paintGround(Canvas& canvas, float y0, Rgb far, Rgb near, float mottle, std::uint32_t seed)
    {
        canvas.shape(
            {0, y0}, {192, 192}, [&](Point p) { return y0 - p.y; },
            [&](Point p) {
                const float depth = clamp01((p.y - y0) / (192 - y0));
                const float cell = 5 + depth * 12;
                const float n = valueNoise(p.x / cell, p.y * 2.2F / cell, seed) - 0.5F;
                return mix(far, near, depth) * (1 + mottle * n);
            });
    }

    void paintTufts(Canvas& canvas, const Mood& mood, Random& random, Rgb colour, int count)
    {
        for (int i = 0; i < count; ++i) {
            const float y = float(random.uniform(mood.horizon + 8, 190)), x = float(random.uniform(0, 192));
            const float h = 1.5F + (y - mood.horizon) * 0.035F;
            canvas.line({x, y}, {x - h * 0.4F, y - h}, 0.45F, Flat{colour * mood.tint}, 0.7F);
            canvas.line({x, y}, {x + h * 0.4F, y - h * 1.1F}, 0.45F, Flat{colour * mood.tint}, 0.7F);
        }
    }

    void paintMeadow(Canvas& canvas, const Mood& mood, Random& random)
    {
        const auto seed = std::uint32_t(random.next());
        const Rgb haze = mood.skyBottom;
        paintRidge(canvas,
            {mood.horizon + 4, 24, 46, seed, mix(rgb(98, 150, 92) * mood.tint, haze, 0.45F),
                mix(rgb(120, 170, 95) * mood.tint, haze, 0.3F), 0},
            120);
        paintRidge(canvas,
            {mood.horizon + 10, 15, 31, seed + 9, mix(rgb(92, 152, 66) * mood.tint, haze, 0.12F),
                rgb(110, 168, 72) * mood.tint, 0},
            124);
        paintGround(canvas, mood.horizon + 9, rgb(128, 184, 80) * mood.tint, rgb(74, 132, 52) * mood.tint, 0.16F, seed);
        paintTufts(canvas, mood, random, rgb(60, 118, 44), 34);
    }

    void paintBeach(Canvas& canvas, const Mood& mood, Random& random)
    {
        const auto seed = std::uint32_t(random.next());
        const float y = mood.horizon;
        const Rgb far = mix(rgb(30, 110, 160) * mood.tint, mood.skyBottom, 0.25F), near = rgb(70, 176, 186) * mood.tint;
        const float shore = y + 26;
        canvas.shape(
            {0, y}, {192, shore + 8}, [&](Point p) { return y - p.y; },
            [&](Point p) {
                const float t = clamp01((p.y - y) / 28);
                const float n = valueNoise(p.x / 13, p.y / 1.4F, seed);
                return lighter(mix(far, near, t), n > 0.72F ? (n - 0.72F) * (mood.isNight() ? 0.5F : 1.3F) : 0);
            });
        const auto edge = [&](Point p, float shift) {
            return shore + shift + 3 * std::sin(p.x / 17 + float(seed % 7)) - p.y;
        };
        canvas.shape(
            {0, shore - 8}, {192, shore + 10}, [&](Point p) { return edge(p, -2); },
            Flat{lighter(rgb(236, 244, 244) * mood.tint, 0.1F)});
        canvas.shape(
            {0, shore - 6}, {192, 192}, [&](Point p) { return edge(p, 0.8F); },
            [&](Point p) {
                const float depth = clamp01((p.y - shore) / 60);
                const float n = valueNoise(p.x / (4 + 9 * depth), p.y / 5, seed + 5) - 0.5F;
                return mix(rgb(206, 178, 128), rgb(240, 216, 160), smooth(0, 0.5F, depth)) * mood.tint * (1 + 0.1F * n);
            });
    }

    void paintWindows(Canvas& canvas, Point low, Point high, const Mood& mood, Random& random)
    {
        for (float y = low.y + 5; y < high.y - 6; y += 9)
            for (float x = low.x + 4; x < high.x - 5; x += 8) {
                const bool isLit = random.chance(mood.isNight() ? 0.55 : mood.light == Light::Sunset ? 0.3 : 0);
                const Rgb pane = isLit ? rgb(255, 214, 120) : mix(rgb(120, 140, 165) * mood.tint, mood.skyTop, 0.3F);
                canvas.box({x, y}, {x + 4, y + 5.5F}, 0.4F, Flat{pane}, 0.9F);
            }
    }

    void paintStreet(Canvas& canvas, const Mood& mood, Random& random)
    {
        const auto seed = std::uint32_t(random.next());
        static const std::array<Rgb, 5> kWalls{
            rgb(188, 172, 160), rgb(168, 150, 142), rgb(198, 186, 168), rgb(158, 164, 170), rgb(178, 160, 150)};
        const float foot = mood.horizon + 18;
        float x = -float(random.uniform(0, 12));
        while (x < 192) {
            const float width = float(random.uniform(26, 44)), height = float(random.uniform(34, 74));
            const Rgb wall = mix(kWalls[random.below(kWalls.size())] * mood.tint, mood.skyBottom, 0.14F);
            canvas.box(
                {x, foot - height}, {x + width, foot}, 0.6F, Vertical{wall, darker(wall, 0.12F), foot - height, foot});
            canvas.box({x - 1, foot - height - 2}, {x + width + 1, foot - height + 1}, 0.5F, Flat{darker(wall, 0.25F)});
            paintWindows(canvas, {x, foot - height}, {x + width, foot}, mood, random);
            x += width;
        }
        paintGround(canvas, foot, rgb(186, 182, 176) * mood.tint, rgb(196, 192, 186) * mood.tint, 0.05F, seed);
        canvas.box({-4, foot + 9}, {196, foot + 11}, 0, Flat{rgb(146, 142, 138) * mood.tint});
        paintGround(canvas, foot + 11, rgb(98, 100, 108) * mood.tint, rgb(80, 82, 90) * mood.tint, 0.08F, seed + 1);
        const float shift = float(random.uniform(0, 30));
        for (float dash = -shift; dash < 192; dash += 34)
            canvas.box({dash, 162}, {dash + 19, 165.4F}, 0.6F, Flat{rgb(226, 222, 205) * mood.tint}, 0.85F);
    }

    void paintDesert(Canvas& canvas, const Mood& mood, Random& random)
    {
        const auto seed = std::uint32_t(random.next());
        const Rgb haze = mood.skyBottom;
        paintRidge(canvas,
            {mood.horizon + 4, 34, 60, seed, mix(rgb(206, 150, 110) * mood.tint, haze, 0.4F),
                mix(rgb(214, 164, 112) * mood.tint, haze, 0.25F), 0.5F},
            130);
        paintRidge(canvas,
            {mood.horizon + 14, 20, 52, seed + 3, rgb(226, 176, 112) * mood.tint, rgb(214, 158, 94) * mood.tint, 0.1F},
            140);
        const float y0 = mood.horizon + 12;
        canvas.shape(
            {0, y0}, {192, 192}, [&](Point p) { return y0 - p.y; },
            [&](Point p) {
                const float depth = clamp01((p.y - y0) / (192 - y0));
                const float bend = valueNoise(p.x / 46, p.y / 30, seed + 4) * 7;
                const float ripple = std::sin((p.y + bend * 2.4F) / (1.2F + depth * 1.6F)) * 0.035F * (0.4F + depth);
                return mix(rgb(224, 172, 106), rgb(196, 136, 78), depth) * mood.tint * (1 + ripple);
            });
    }

    void paintMountains(Canvas& canvas, const Mood& mood, Random& random)
    {
        const auto seed = std::uint32_t(random.next());
        const Rgb haze = mood.skyBottom;
        const Rgb snow = mix(rgb(240, 244, 250) * mood.tint, haze, 0.1F),
                  rock = mix(rgb(96, 106, 132) * mood.tint, haze, 0.15F);
        for (int i = 0; i < 3; ++i) {
            const float x = 26 + 66 * float(i) + float(random.uniform(-14, 14)), h = float(random.uniform(58, 82));
            const float w = h * float(random.uniform(0.7, 0.95)), foot = mood.horizon + 16;
            const Point peak[3] = {{x, foot - h}, {x + w, foot}, {x - w, foot}};
            canvas.polygon(peak, [&](Point p) {
                const float lit = p.x < x ? 0.5F - mood.lightX * 0.5F : 0.5F + mood.lightX * 0.5F;
                const float line = foot - h * 0.58F + (valueNoise(p.x / 4, 2.5F, seed + std::uint32_t(i)) - 0.5F) * 15;
                return (p.y < line ? snow : rock) * (0.78F + 0.24F * lit);
            });
        }
        paintRidge(canvas,
            {mood.horizon + 18, 16, 22, seed + 3, mix(rgb(52, 92, 88) * mood.tint, haze, 0.15F),
                rgb(70, 112, 92) * mood.tint, 0.55F},
            134);
        paintGround(
            canvas, mood.horizon + 17, rgb(124, 152, 124) * mood.tint, rgb(92, 122, 104) * mood.tint, 0.2F, seed + 6);
    }

    void paintWindowFrame(Canvas& canvas, Point low, Point high, Rgb wood)
    {
        const float midX = (low.x + high.x) / 2, midY = (low.y + high.y) / 2;
        const auto bar = [&](Point a, Point b) { canvas.line(a, b, 2, Flat{wood}); };
        bar({low.x, low.y}, {high.x, low.y});
        bar({low.x, low.y}, {low.x, high.y});
        bar({high.x, low.y}, {high.x, high.y});
        bar({midX, low.y}, {midX, high.y});
        bar({low.x, midY}, {high.x, midY});
        canvas.box({low.x - 5, high.y - 1}, {high.x + 5, high.y + 4}, 1, Flat{lighter(wood, 0.1F)});
    }

    /// A room shows the day, the night and the weather behind a wide window.
    void paintRoom(Canvas& canvas, const Scene& scene, const Mood& mood, Random& random)
    {
        Mood outside = mood;
        outside.horizon = 96;
        paintHeavens(canvas, outside, random);
        paintWeather(canvas, scene, mood, random);
        static const std::array<Rgb, 4> kPapers{
            rgb(214, 202, 184), rgb(192, 206, 198), rgb(216, 196, 190), rgb(196, 200, 216)};
        const Rgb lamp = mood.isNight()   ? rgb(232, 204, 168)
            : mood.light == Light::Sunset ? rgb(250, 222, 200)
                                          : rgb(255, 255, 255);
        const Rgb paper = kPapers[random.below(kPapers.size())] * lamp;
        const Point low{14, 10}, high{178, 80};
        const float floorY = 124;
        canvas.shape(
            {0, 0}, {192, floorY},
            [&](Point p) { return std::max(p.y - floorY, -boxDistance(p, low.x, low.y, high.x, high.y, 1)); },
            [&](Point p) {
                const bool isStripe = std::fmod(p.x, 16.F) < 8;
                return paper * ((isStripe ? 1.F : 0.955F) * (1.02F - 0.1F * std::abs(p.x - 96) / 96));
            });
        paintWindowFrame(canvas, low, high, rgb(246, 242, 234) * lamp);
        canvas.shape(
            {0, floorY}, {192, 192}, [&](Point p) { return floorY - p.y; },
            [&](Point p) {
                const float depth = (p.y - floorY) / (192 - floorY);
                const float plank = (p.x - 96) / (0.55F + 0.6F * depth) / 17 + 50;
                const float tone = valueNoise(std::floor(plank) * 3.3F, 1.5F, 77) * 0.16F + 0.88F;
                const float gap = plank - std::floor(plank) < 0.045F ? 0.8F : 1;
                return rgb(186, 138, 96) * lamp * (tone * gap * (0.9F + 0.14F * depth));
            });
        canvas.box({-4, floorY - 5}, {196, floorY + 1}, 0, Flat{rgb(240, 234, 222) * lamp});
    }

} // namespace

Mood makeMood(const Scene& scene, Random& random)
{
    Mood mood;
    mood.light = scene.light;
    mood.weather = scene.weather;
    mood.lightX = random.chance(0.5) ? -0.5F : 0.5F;
    mood.horizon = float(random.uniform(96, 108));
    static const std::array<std::array<Rgb, 2>, 3> kSkies{{{rgb(70, 142, 226), rgb(202, 230, 250)},
        {rgb(84, 74, 150), rgb(255, 176, 98)}, {rgb(12, 16, 50), rgb(54, 64, 118)}}};
    static const std::array<Rgb, 3> kTints{rgb(255, 255, 255), rgb(255, 222, 200), rgb(118, 130, 186)};
    const auto light = std::size_t(scene.light);
    mood.skyTop = kSkies[light][0];
    mood.skyBottom = kSkies[light][1];
    mood.tint = kTints[light];
    const float brightness = mood.isNight() ? 0.24F : scene.light == Light::Sunset ? 0.7F : 1;
    if (scene.weather != Weather::Clear) {
        const float veil = scene.weather == Weather::Cloudy ? 0.42F : scene.weather == Weather::Rain ? 0.78F : 0.7F;
        const Rgb cover = (scene.weather == Weather::Rain ? rgb(118, 132, 150) : rgb(206, 214, 226)) * brightness;
        mood.skyTop = mix(mood.skyTop, cover, veil);
        mood.skyBottom = mix(mood.skyBottom, lighter(cover, mood.isNight() ? 0.06F : 0.3F), veil * 0.8F);
        mood.tint = mood.tint * (scene.weather == Weather::Rain ? 0.84F : 0.94F);
    }
    return mood;
}

void paintScenery(Canvas& canvas, const Scene& scene, const Mood& mood, Random& random)
{
    if (scene.ground == Ground::Room) {
        paintRoom(canvas, scene, mood, random);
        return;
    }
    paintHeavens(canvas, mood, random);
    switch (scene.ground) {
    case Ground::Meadow:
        return paintMeadow(canvas, mood, random);
    case Ground::Beach:
        return paintBeach(canvas, mood, random);
    case Ground::Street:
        return paintStreet(canvas, mood, random);
    case Ground::Desert:
        return paintDesert(canvas, mood, random);
    default:
        return paintMountains(canvas, mood, random);
    }
}

void paintWeather(Canvas& canvas, const Scene& scene, const Mood& mood, Random& random)
{
    const float low = scene.ground == Ground::Room ? 86.F : 192.F;
    if (scene.weather == Weather::Rain) {
        const Rgb drop = mood.isNight() ? rgb(150, 168, 214) : rgb(222, 232, 244);
        for (int i = 0; i < int(low * 0.5F); ++i) {
            const Point at{float(random.uniform(-6, 196)), float(random.uniform(-8, low))};
            const float length = float(random.uniform(7, 13));
            canvas.line(at, {at.x - length * 0.28F, at.y + length}, 0.5F, Flat{drop}, 0.5F);
        }
    } else if (scene.weather == Weather::Snow) {
        for (int i = 0; i < int(low * 0.6F); ++i) {
            const Point at{float(random.uniform(0, 192)), float(random.uniform(0, low))};
            canvas.disc(at, float(random.uniform(0.8, 2.1)), Flat{rgb(252, 253, 255)}, 0.9F, 1.3F);
        }
    }
}

} // namespace winnow::demo
