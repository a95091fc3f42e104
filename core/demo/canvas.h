#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace winnow::demo {

/// A colour with components 0 … 1.
struct Rgb {
    float r = 0, g = 0, b = 0;
};
inline Rgb operator*(Rgb c, float k) { return {c.r * k, c.g * k, c.b * k}; }
inline Rgb operator*(Rgb a, Rgb b) { return {a.r * b.r, a.g * b.g, a.b * b.b}; }
inline Rgb operator+(Rgb a, Rgb b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
inline Rgb mix(Rgb a, Rgb b, float t) { return {a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t}; }
inline Rgb rgb(int r, int g, int b) { return {float(r) / 255, float(g) / 255, float(b) / 255}; }
inline Rgb lighter(Rgb c, float t) { return mix(c, {1, 1, 1}, t); }
inline Rgb darker(Rgb c, float t) { return c * (1 - t); }
inline float clamp01(float v) { return v < 0 ? 0 : v > 1 ? 1 : v; }
/// 0 below a, 1 above b, smooth in between.
inline float smooth(float a, float b, float v)
{
    const float t = clamp01((v - a) / (b - a));
    return t * t * (3 - 2 * t);
}

struct Point {
    float x = 0, y = 0;
};

/// Signed distances in canvas units: negative inside.
float discDistance(Point p, Point centre, float radius);
float ovalDistance(Point p, Point centre, float rx, float ry);
/// A box with rounded corners from (x0, y0) to (x1, y1).
float boxDistance(Point p, float x0, float y0, float x1, float y1, float corner);
/// A line with round ends.
float lineDistance(Point p, Point a, Point b, float halfWidth);
float polygonDistance(Point p, const Point* corners, int count);

/// Smooth noise, 0 … 1, period 64 cells; equal arguments give equal values everywhere.
float valueNoise(float x, float y, std::uint32_t seed);

/// A square picture that antialiased shapes are painted into. Coordinates run from 0 to kExtent whatever its size in
/// pixels.
class Canvas {
public:
    static constexpr float kExtent = 192;

    explicit Canvas(int size)
        : m_size(size)
        , m_scale(float(size) / kExtent)
        , m_pixels(std::size_t(size) * std::size_t(size))
    {
    }

    int size() const { return m_size; }
    Rgb& at(int x, int y) { return m_pixels[std::size_t(y) * std::size_t(m_size) + std::size_t(x)]; }
    /// 8-bit RGB, row by row.
    std::vector<std::uint8_t> toBytes() const;

    /// colour(Point) for every pixel.
    template <typename Paint> void fill(const Paint& colour)
    {
        for (int y = 0; y < m_size; ++y)
            for (int x = 0; x < m_size; ++x)
                at(x, y) = colour(centre(x, y));
    }

    /// Paints where distance(Point) is negative, within the given bounds; the edge fades over `soft` units (0: one
    /// pixel). colour(Point) is asked once per covered pixel; alpha scales the whole shape.
    template <typename Distance, typename Paint>
    void shape(Point low, Point high, const Distance& distance, const Paint& colour, float alpha = 1, float soft = 0)
    {
        const float edge = std::max(soft, 1 / m_scale);
        const int x0 = std::max(0, int(std::floor((low.x - edge) * m_scale)));
        const int y0 = std::max(0, int(std::floor((low.y - edge) * m_scale)));
        const int x1 = std::min(m_size - 1, int(std::ceil((high.x + edge) * m_scale)));
        const int y1 = std::min(m_size - 1, int(std::ceil((high.y + edge) * m_scale)));
        for (int y = y0; y <= y1; ++y)
            for (int x = x0; x <= x1; ++x) {
                const Point p = centre(x, y);
                const float cover = clamp01(0.5F - distance(p) / edge) * alpha;
                if (cover > 0)
                    at(x, y) = mix(at(x, y), colour(p), cover);
            }
    }

    template <typename Paint> void disc(Point c, float radius, const Paint& colour, float alpha = 1, float soft = 0)
    {
        shape(
            {c.x - radius, c.y - radius}, {c.x + radius, c.y + radius},
            [&](Point p) { return discDistance(p, c, radius); }, colour, alpha, soft);
    }
    template <typename Paint>
    void oval(Point c, float rx, float ry, const Paint& colour, float alpha = 1, float soft = 0)
    {
        shape(
            {c.x - rx, c.y - ry}, {c.x + rx, c.y + ry}, [&](Point p) { return ovalDistance(p, c, rx, ry); }, colour,
            alpha, soft);
    }
    template <typename Paint>
    void box(Point low, Point high, float corner, const Paint& colour, float alpha = 1, float soft = 0)
    {
        shape(
            low, high, [&](Point p) { return boxDistance(p, low.x, low.y, high.x, high.y, corner); }, colour, alpha,
            soft);
    }
    template <typename Paint> void line(Point a, Point b, float halfWidth, const Paint& colour, float alpha = 1)
    {
        shape(
            {std::min(a.x, b.x) - halfWidth, std::min(a.y, b.y) - halfWidth},
            {std::max(a.x, b.x) + halfWidth, std::max(a.y, b.y) + halfWidth},
            [&](Point p) { return lineDistance(p, a, b, halfWidth); }, colour, alpha);
    }
    template <int N, typename Paint> void polygon(const Point (&corners)[N], const Paint& colour, float alpha = 1)
    {
        Point low = corners[0], high = corners[0];
        for (const Point& corner : corners) {
            low = {std::min(low.x, corner.x), std::min(low.y, corner.y)};
            high = {std::max(high.x, corner.x), std::max(high.y, corner.y)};
        }
        shape(
            low, high, [&](Point p) { return polygonDistance(p, corners, N); }, colour, alpha);
    }

private:
    Point centre(int x, int y) const { return {(float(x) + 0.5F) / m_scale, (float(y) + 0.5F) / m_scale}; }

    int m_size;
    float m_scale;
    std::vector<Rgb> m_pixels;
};

/// A paint of one colour.
struct Flat {
    Rgb colour;
    Rgb operator()(Point) const { return colour; }
};

/// From one colour at the height y0 to another at y1.
struct Vertical {
    Rgb top, bottom;
    float y0, y1;
    Rgb operator()(Point p) const { return mix(top, bottom, clamp01((p.y - y0) / (y1 - y0))); }
};

} // namespace winnow::demo
