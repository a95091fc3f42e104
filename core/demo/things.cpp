#include "core/demo/painter.h"

#include <array>

namespace winnow::demo {

namespace {

    /// A pigment in the scene's light, with its lit and shaded sides.
    struct Coat {
        Rgb base, lit, shade;
        float lightX;
    };

    Coat makeCoat(Rgb colour, const Mood& mood)
    {
        const Rgb tint = mix(mood.tint, {1, 1, 1}, mood.isNight() ? 0.5F : 0.55F);
        const Rgb base = colour * tint;
        return {base, lighter(base, 0.32F), darker(base, 0.32F), mood.lightX};
    }

    /// Round shading: brightest towards the light, darkest opposite.
    auto roundPaint(const Coat& coat, Point centre, float radius)
    {
        return [=](Point p) {
            const float nx = (p.x - centre.x) / radius, ny = (p.y - centre.y) / radius;
            const float lambert = nx * coat.lightX * 1.1F - ny * 0.62F;
            const float spot = 1 - std::hypot(nx - coat.lightX * 0.75F, ny + 0.42F) * 2.6F;
            const Rgb body =
                lambert > 0 ? mix(coat.base, coat.lit, lambert * 0.9F) : mix(coat.base, coat.shade, -lambert);
            return spot > 0 ? lighter(body, spot * 0.75F) : body;
        };
    }

    void paintShadow(Canvas& canvas, Point foot, float width, const Mood& mood)
    {
        const float strength = mood.weather == Weather::Clear ? 0.34F : 0.24F;
        canvas.oval({foot.x - mood.lightX * width * 0.22F, foot.y}, width * 0.56F, width * 0.15F,
            Flat{{0.05F, 0.05F, 0.12F}}, strength, width * 0.12F);
    }

    void paintBall(Canvas& canvas, const Coat& coat, Point foot, float s)
    {
        const float r = s * 0.46F;
        const Point c{foot.x, foot.y - r};
        canvas.disc(c, r, roundPaint(coat, c, r));
    }

    void paintBox(Canvas& canvas, const Coat& coat, Point foot, float s)
    {
        const float w = s * 0.36F, h = s * 0.66F, d = s * 0.2F;
        const Point front[4] = {{foot.x - w - d / 2, foot.y - h}, {foot.x + w - d / 2, foot.y - h},
            {foot.x + w - d / 2, foot.y}, {foot.x - w - d / 2, foot.y}};
        const Point top[4] = {front[0], {front[0].x + d, front[0].y - d}, {front[1].x + d, front[1].y - d}, front[1]};
        const Point side[4] = {front[1], {front[1].x + d, front[1].y - d}, {front[2].x + d, front[2].y - d}, front[2]};
        canvas.polygon(top, Flat{coat.lit});
        canvas.polygon(side, Flat{coat.shade});
        canvas.polygon(front, Vertical{coat.base, darker(coat.base, 0.12F), front[0].y, foot.y});
        const Flat plank{darker(coat.base, 0.28F)};
        const float t = s * 0.022F;
        for (int i = 0; i < 4; ++i)
            canvas.line(front[i], front[(i + 1) % 4], t, plank);
        canvas.line(front[0], front[2], t, plank);
        canvas.line(front[1], front[3], t, plank);
    }

    void paintCar(Canvas& canvas, const Coat& coat, Point foot, float s, const Mood& mood)
    {
        const float w = s * 0.58F, wheel = s * 0.13F;
        const Point cabin[4] = {{foot.x - w * 0.48F, foot.y - s * 0.56F}, {foot.x + w * 0.32F, foot.y - s * 0.56F},
            {foot.x + w * 0.66F, foot.y - s * 0.32F}, {foot.x - w * 0.72F, foot.y - s * 0.32F}};
        canvas.polygon(cabin, Flat{darker(coat.base, 0.12F)});
        const Flat glass{mix(rgb(188, 222, 240) * mood.tint, mood.skyBottom, 0.3F)};
        const Point rear[4] = {{foot.x - w * 0.42F, foot.y - s * 0.51F}, {foot.x - w * 0.06F, foot.y - s * 0.51F},
            {foot.x - w * 0.06F, foot.y - s * 0.34F}, {foot.x - w * 0.56F, foot.y - s * 0.34F}};
        const Point front[4] = {{foot.x + w * 0.04F, foot.y - s * 0.51F}, {foot.x + w * 0.27F, foot.y - s * 0.51F},
            {foot.x + w * 0.5F, foot.y - s * 0.34F}, {foot.x + w * 0.04F, foot.y - s * 0.34F}};
        canvas.polygon(rear, glass);
        canvas.polygon(front, glass);
        canvas.box({foot.x - w, foot.y - s * 0.36F}, {foot.x + w, foot.y - wheel * 0.7F}, s * 0.1F,
            Vertical{coat.lit, coat.shade, foot.y - s * 0.4F, foot.y});
        canvas.oval({foot.x + w * 0.92F, foot.y - s * 0.24F}, s * 0.05F, s * 0.045F, Flat{rgb(255, 240, 180)});
        for (const float side : {-0.56F, 0.56F}) {
            const Point hub{foot.x + w * side, foot.y - wheel};
            canvas.disc(hub, wheel, Flat{rgb(38, 38, 44)});
            canvas.disc(hub, wheel * 0.45F, Flat{rgb(176, 178, 184)});
        }
    }

    void paintHouse(Canvas& canvas, const Coat& coat, Point foot, float s, const Mood& mood)
    {
        const float w = s * 0.42F, h = s * 0.52F;
        canvas.box({foot.x - w, foot.y - h}, {foot.x + w, foot.y}, 0.6F, [&](Point p) {
            const float side = (p.x - foot.x) / w * coat.lightX;
            return side > 0 ? mix(coat.base, coat.lit, side * 0.8F) : mix(coat.base, coat.shade, -side * 0.7F);
        });
        const Rgb tile = darker(mix(coat.base, rgb(104, 62, 56) * mood.tint, 0.45F), 0.25F);
        canvas.box({foot.x + w * 0.4F, foot.y - h * 1.75F}, {foot.x + w * 0.7F, foot.y - h * 1.1F}, 0.4F,
            Flat{darker(tile, 0.2F)});
        const Point roof[3] = {{foot.x, foot.y - h * 1.86F}, {foot.x + w * 1.25F, foot.y - h * 0.96F},
            {foot.x - w * 1.25F, foot.y - h * 0.96F}};
        canvas.polygon(roof, Vertical{lighter(tile, 0.12F), tile, roof[0].y, roof[1].y});
        canvas.box({foot.x - w * 0.74F, foot.y - h * 0.62F}, {foot.x - w * 0.22F, foot.y}, 0.5F,
            Flat{rgb(112, 74, 50) * mood.tint});
        const Rgb pane = mood.light == Light::Day ? rgb(186, 220, 238) : rgb(255, 216, 116);
        const Point low{foot.x + w * 0.12F, foot.y - h * 0.7F}, high{foot.x + w * 0.72F, foot.y - h * 0.26F};
        canvas.box(
            {low.x - 0.8F, low.y - 0.8F}, {high.x + 0.8F, high.y + 0.8F}, 0.3F, Flat{rgb(245, 240, 230) * mood.tint});
        canvas.box(low, high, 0.2F, Flat{pane});
    }

    void paintTree(Canvas& canvas, const Coat& coat, Point foot, float s, const Mood& mood)
    {
        canvas.line({foot.x, foot.y}, {foot.x, foot.y - s * 0.55F}, s * 0.07F, Flat{rgb(110, 76, 50) * mood.tint});
        static constexpr std::array<std::array<float, 3>, 5> kLeaves{{{-0.27F, 0.55F, 0.25F}, {0.27F, 0.56F, 0.25F},
            {0, 0.6F, 0.3F}, {-0.14F, 0.86F, 0.25F}, {0.15F, 0.88F, 0.23F}}};
        for (const auto& leaf : kLeaves) {
            const Point c{foot.x + leaf[0] * s, foot.y - leaf[1] * s};
            const Point whole{foot.x, foot.y - s * 0.7F};
            canvas.disc(c, leaf[2] * s, [&](Point p) {
                const float lambert = (p.x - whole.x) / s * coat.lightX * 1.8F - (p.y - whole.y) / s * 1.5F;
                const float spots = (valueNoise(p.x * 9 / s, p.y * 9 / s, 5) - 0.5F) * 0.5F;
                const float t = lambert + spots;
                return t > 0 ? mix(coat.base, coat.lit, std::min(t, 1.F))
                             : mix(coat.base, coat.shade, std::min(-t, 1.F));
            });
        }
    }

    void paintFlower(Canvas& canvas, const Coat& coat, Point foot, float s, const Mood& mood)
    {
        const Rgb leaf = rgb(66, 140, 60) * mood.tint;
        const Point heart{foot.x, foot.y - s * 0.68F};
        canvas.line(foot, heart, s * 0.035F, Flat{leaf});
        canvas.oval({foot.x + s * 0.16F, foot.y - s * 0.2F}, s * 0.17F, s * 0.06F, Flat{lighter(leaf, 0.1F)});
        canvas.oval({foot.x - s * 0.15F, foot.y - s * 0.13F}, s * 0.16F, s * 0.06F, Flat{darker(leaf, 0.1F)});
        for (int i = 0; i < 6; ++i) {
            const float angle = float(i) * 1.0472F + 0.3F;
            const Point c{heart.x + std::cos(angle) * s * 0.23F, heart.y + std::sin(angle) * s * 0.23F};
            canvas.disc(c, s * 0.155F, [&](Point p) {
                return mix(coat.shade, coat.lit, clamp01(std::hypot(p.x - heart.x, p.y - heart.y) / (s * 0.36F)));
            });
        }
        canvas.disc(heart, s * 0.12F, Flat{rgb(120, 84, 40) * mood.tint});
        canvas.disc({heart.x - s * 0.02F, heart.y - s * 0.03F}, s * 0.06F, Flat{rgb(170, 128, 60) * mood.tint});
    }

    void paintMushroom(Canvas& canvas, const Coat& coat, Point foot, float s, const Mood& mood)
    {
        const Rgb stem = rgb(240, 226, 200) * mix(mood.tint, {1, 1, 1}, 0.4F);
        canvas.box({foot.x - s * 0.13F, foot.y - s * 0.46F}, {foot.x + s * 0.13F, foot.y}, s * 0.1F,
            Vertical{darker(stem, 0.2F), stem, foot.y - s * 0.45F, foot.y});
        const Point c{foot.x, foot.y - s * 0.38F};
        canvas.shape(
            {c.x - s * 0.5F, c.y - s * 0.5F}, {c.x + s * 0.5F, c.y + s * 0.1F},
            [&](Point p) { return std::max(ovalDistance(p, c, s * 0.48F, s * 0.46F), p.y - c.y - s * 0.03F); },
            roundPaint(coat, {c.x, c.y - s * 0.05F}, s * 0.52F));
        const bool isPale = coat.base.r + coat.base.g + coat.base.b > 2.0F;
        const Flat dot{isPale ? rgb(178, 172, 168) * mood.tint : rgb(252, 248, 240) * mix(mood.tint, {1, 1, 1}, 0.5F)};
        canvas.oval({c.x - s * 0.22F, c.y - s * 0.16F}, s * 0.075F, s * 0.065F, dot);
        canvas.oval({c.x + s * 0.05F, c.y - s * 0.31F}, s * 0.08F, s * 0.06F, dot);
        canvas.oval({c.x + s * 0.25F, c.y - s * 0.14F}, s * 0.065F, s * 0.06F, dot);
    }

    void paintChair(Canvas& canvas, const Coat& coat, Point foot, float s)
    {
        const float w = s * 0.29F, seat = foot.y - s * 0.42F, leg = s * 0.04F;
        const Flat dark{coat.shade};
        canvas.line({foot.x - w * 0.7F, seat}, {foot.x - w * 0.75F, foot.y - s * 0.07F}, leg, dark);
        canvas.line({foot.x + w * 1.05F, seat}, {foot.x + w * 1.05F, foot.y - s * 0.07F}, leg, dark);
        canvas.line({foot.x - w, seat}, {foot.x - w, foot.y}, leg, Flat{coat.base});
        canvas.line({foot.x + w * 0.8F, seat}, {foot.x + w * 0.8F, foot.y}, leg, Flat{coat.base});
        canvas.line({foot.x - w, seat}, {foot.x - w, foot.y - s * 1.02F}, leg * 1.2F, Flat{coat.base});
        canvas.line({foot.x + w * 0.35F, seat - s * 0.05F}, {foot.x + w * 0.35F, foot.y - s * 1.02F}, leg * 1.2F,
            Flat{coat.base});
        for (const float y : {0.96F, 0.8F, 0.64F})
            canvas.box({foot.x - w, foot.y - s * y - s * 0.045F}, {foot.x + w * 0.35F, foot.y - s * y + s * 0.045F},
                s * 0.02F, Flat{coat.lit});
        canvas.box({foot.x - w * 1.15F, seat - s * 0.055F}, {foot.x + w * 1.2F, seat + s * 0.055F}, s * 0.04F,
            Vertical{coat.lit, coat.base, seat - s * 0.05F, seat + s * 0.05F});
    }

    void paintUmbrella(Canvas& canvas, const Coat& coat, Point foot, float s, const Mood& mood)
    {
        const Flat pole{rgb(150, 140, 130) * mood.tint};
        canvas.line(foot, {foot.x, foot.y - s * 1.08F}, s * 0.03F, pole);
        const Point c{foot.x, foot.y - s * 0.55F};
        const float rx = s * 0.56F, ry = s * 0.48F;
        canvas.shape(
            {c.x - rx, c.y - ry}, {c.x + rx, c.y + s * 0.04F},
            [&](Point p) {
                const float scallop = c.y - s * 0.055F * std::abs(std::cos((p.x - c.x) / rx * 6.2832F)) + s * 0.02F;
                return std::max(ovalDistance(p, c, rx, ry), p.y - scallop);
            },
            [&](Point p) {
                const float across = (p.x - c.x)
                    / (rx * std::max(0.15F, std::sqrt(std::max(0.F, 1 - (c.y - p.y) * (c.y - p.y) / (ry * ry)))));
                const int rib = int(std::floor((across + 1) * 2.5F));
                return rib % 2 == 0 ? mix(coat.base, coat.lit, 0.25F) : mix(coat.base, coat.shade, 0.5F);
            });
    }

    void paintBalloon(Canvas& canvas, const Coat& coat, Point at, float s, const Mood& mood)
    {
        const float rx = s * 0.36F, ry = s * 0.44F;
        Point last{at.x, at.y + ry};
        for (int i = 1; i <= 6; ++i) {
            const Point next{at.x + std::sin(float(i) * 1.1F) * s * 0.05F, at.y + ry + float(i) * s * 0.1F};
            canvas.line(last, next, 0.45F, Flat{rgb(90, 90, 96) * mood.tint});
            last = next;
        }
        const Point knot[3] = {{at.x, at.y + ry - s * 0.02F}, {at.x + s * 0.06F, at.y + ry + s * 0.07F},
            {at.x - s * 0.06F, at.y + ry + s * 0.07F}};
        canvas.polygon(knot, Flat{coat.shade});
        canvas.oval(at, rx, ry, roundPaint(coat, at, ry));
    }

    void paintKite(Canvas& canvas, const Coat& coat, Point at, float s, const Mood& mood)
    {
        const Point top{at.x + s * 0.1F, at.y - s * 0.5F}, right{at.x + s * 0.4F, at.y - s * 0.02F};
        const Point bottom{at.x - s * 0.12F, at.y + s * 0.46F}, left{at.x - s * 0.38F, at.y - s * 0.16F};
        const Point centre{at.x + s * 0.03F, at.y - s * 0.1F};
        Point last = bottom;
        for (int i = 1; i <= 4; ++i) {
            const Point next{
                bottom.x - float(i) * s * 0.1F, bottom.y + s * 0.07F * float(i) + std::sin(float(i) * 2.F) * s * 0.05F};
            canvas.line(last, next, 0.5F, Flat{rgb(90, 90, 96) * mood.tint});
            canvas.oval(next, s * 0.055F, s * 0.035F, Flat{coat.base});
            last = next;
        }
        const Point one[3] = {top, right, centre}, two[3] = {right, bottom, centre};
        const Point three[3] = {bottom, left, centre}, four[3] = {left, top, centre};
        canvas.polygon(one, Flat{mix(coat.base, coat.lit, 0.7F)});
        canvas.polygon(two, Flat{mix(coat.base, coat.shade, 0.6F)});
        canvas.polygon(three, Flat{coat.base});
        canvas.polygon(four, Flat{mix(coat.base, coat.shade, 0.25F)});
        canvas.line(top, bottom, s * 0.014F, Flat{darker(coat.shade, 0.2F)});
        canvas.line(left, right, s * 0.014F, Flat{darker(coat.shade, 0.2F)});
    }

    void paintBird(Canvas& canvas, const Coat& coat, Point at, float s, const Mood& mood)
    {
        const float flip = coat.lightX < 0 ? 1.F : -1.F;
        const auto there = [&](float x, float y) { return Point{at.x + flip * x * s, at.y + y * s}; };
        const Point tail[3] = {there(-0.22F, 0.02F), there(-0.56F, -0.1F), there(-0.5F, 0.12F)};
        canvas.polygon(tail, Flat{coat.shade});
        const Point farWing[3] = {there(0.08F, -0.02F), there(0.22F, -0.44F), there(-0.1F, -0.04F)};
        canvas.polygon(farWing, Flat{coat.shade});
        const Point body = there(0, 0.02F), head = there(0.28F, -0.1F);
        canvas.oval(body, s * 0.32F, s * 0.18F, Vertical{coat.lit, coat.base, body.y - s * 0.18F, body.y + s * 0.1F});
        canvas.disc(head, s * 0.13F, Vertical{coat.lit, coat.base, head.y - s * 0.13F, head.y + s * 0.1F});
        const Point beak[3] = {there(0.38F, -0.14F), there(0.55F, -0.07F), there(0.38F, -0.03F)};
        canvas.polygon(beak, Flat{rgb(250, 180, 60) * mix(mood.tint, {1, 1, 1}, 0.4F)});
        canvas.disc(there(0.31F, -0.13F), s * 0.026F, Flat{rgb(20, 20, 24)});
        const Point wing[4] = {there(0.1F, 0), there(-0.12F, -0.5F), there(-0.3F, -0.42F), there(-0.2F, 0.02F)};
        canvas.polygon(wing, Vertical{coat.lit, coat.base, at.y - s * 0.5F, at.y});
    }

    /// Where the things of a group stand, as offsets in widths of one, and how wide one is.
    struct Arrangement {
        std::array<Point, 3> offsets;
        float size;
    };

    Arrangement arrange(int count, bool isSky)
    {
        if (count == 1)
            return {{{{0, 0}}}, isSky ? 33.F : 45.F};
        if (count == 2)
            return {{{{-0.52F, -0.1F}, {0.52F, 0.12F}}}, isSky ? 27.F : 31.F};
        if (isSky)
            return {{{{-1.05F, 0.12F}, {0, -0.16F}, {1.05F, 0.16F}}}, 25};
        return {{{{-0.56F, -0.42F}, {0.56F, -0.34F}, {0, 0.46F}}}, 28};
    }

    void paintGroup(Canvas& canvas, const Group& group, const Mood& mood, Random& random)
    {
        const bool isSky = group.place == Place::Sky;
        const Arrangement arrangement = arrange(group.count, isSky);
        const float size = arrangement.size * float(random.uniform(0.93, 1.07));
        Point middle{float(34 + 62 * int(group.place)), float(random.uniform(164, 172))};
        if (isSky)
            middle = {float(random.uniform(62, 130)), float(random.uniform(26, 40))};
        else
            middle.x += float(random.uniform(-4, 4));
        Rgb colour = pigment(group.colour);
        colour = colour * float(random.uniform(0.94, 1.04));
        for (int i = 0; i < group.count; ++i) {
            const Point offset = arrangement.offsets[std::size_t(i)];
            const Point at{middle.x + offset.x * size + float(random.uniform(-1, 1)),
                middle.y + offset.y * size * 0.62F + float(random.uniform(-1, 1))};
            paintThing(canvas, group.kind, colour, at, size * float(random.uniform(0.95, 1.05)), mood);
        }
    }

} // namespace

Rgb pigment(Colour colour)
{
    static const std::array<Rgb, kColourCount> kPigments{rgb(222, 44, 48), rgb(246, 134, 28), rgb(250, 212, 44),
        rgb(48, 160, 72), rgb(40, 96, 216), rgb(146, 72, 188), rgb(246, 246, 248)};
    return kPigments[std::size_t(colour)];
}

void paintThing(Canvas& canvas, Kind kind, Rgb colour, Point at, float size, const Mood& mood)
{
    const Coat coat = makeCoat(colour, mood);
    if (int(kind) < kGroundKindCount)
        paintShadow(canvas, at, size * (kind == Kind::Flower ? 0.55F : kind == Kind::Car ? 1.2F : 0.95F), mood);
    switch (kind) {
    case Kind::Ball:
        return paintBall(canvas, coat, at, size);
    case Kind::Box:
        return paintBox(canvas, coat, at, size * 1.08F);
    case Kind::Car:
        return paintCar(canvas, coat, at, size * 0.98F, mood);
    case Kind::House:
        return paintHouse(canvas, coat, at, size * 1.04F, mood);
    case Kind::Tree:
        return paintTree(canvas, coat, at, size * 1.05F, mood);
    case Kind::Flower:
        return paintFlower(canvas, coat, at, size * 1.1F, mood);
    case Kind::Mushroom:
        return paintMushroom(canvas, coat, at, size, mood);
    case Kind::Chair:
        return paintChair(canvas, coat, at, size);
    case Kind::Umbrella:
        return paintUmbrella(canvas, coat, at, size * 0.98F, mood);
    case Kind::Balloon:
        return paintBalloon(canvas, coat, at, size, mood);
    case Kind::Kite:
        return paintKite(canvas, coat, at, size, mood);
    case Kind::Bird:
        return paintBird(canvas, coat, at, size, mood);
    }
}

std::vector<std::uint8_t> paintScene(const Scene& scene, int size)
{
    Random random(scene.look, "look");
    Canvas canvas(size);
    const Mood mood = makeMood(scene, random);
    paintScenery(canvas, scene, mood, random);
    for (auto group = scene.groups.rbegin(); group != scene.groups.rend(); ++group)
        paintGroup(canvas, *group, mood, random);
    if (scene.ground != Ground::Room)
        paintWeather(canvas, scene, mood, random);
    return canvas.toBytes();
}

} // namespace winnow::demo
