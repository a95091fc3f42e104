#include "core/demo/canvas.h"

namespace winnow::demo {

float discDistance(Point p, Point centre, float radius) { return std::hypot(p.x - centre.x, p.y - centre.y) - radius; }

float ovalDistance(Point p, Point centre, float rx, float ry)
{
    const float dx = p.x - centre.x, dy = p.y - centre.y;
    const float k0 = std::sqrt(dx * dx / (rx * rx) + dy * dy / (ry * ry));
    const float k1 = std::sqrt(dx * dx / (rx * rx * rx * rx) + dy * dy / (ry * ry * ry * ry));
    return k1 > 0 ? k0 * (k0 - 1) / k1 : -std::min(rx, ry);
}

float boxDistance(Point p, float x0, float y0, float x1, float y1, float corner)
{
    const float dx = std::abs(p.x - (x0 + x1) / 2) - (x1 - x0) / 2 + corner;
    const float dy = std::abs(p.y - (y0 + y1) / 2) - (y1 - y0) / 2 + corner;
    const float outside = std::sqrt(std::max(dx, 0.F) * std::max(dx, 0.F) + std::max(dy, 0.F) * std::max(dy, 0.F));
    return outside + std::min(std::max(dx, dy), 0.F) - corner;
}

float lineDistance(Point p, Point a, Point b, float halfWidth)
{
    const float bx = b.x - a.x, by = b.y - a.y;
    const float px = p.x - a.x, py = p.y - a.y;
    const float length = bx * bx + by * by;
    const float t = length > 0 ? clamp01((px * bx + py * by) / length) : 0;
    const float dx = px - t * bx, dy = py - t * by;
    return std::sqrt(dx * dx + dy * dy) - halfWidth;
}

float polygonDistance(Point p, const Point* corners, int count)
{
    float best = 1e9F;
    bool isInside = false;
    for (int i = 0, j = count - 1; i < count; j = i++) {
        const Point a = corners[i], b = corners[j];
        best = std::min(best, lineDistance(p, a, b, 0));
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
            isInside = !isInside;
    }
    return isInside ? -best : best;
}

float valueNoise(float x, float y, std::uint32_t seed)
{
    const auto cell = [&](int cx, int cy) {
        std::uint32_t h =
            std::uint32_t(cx & 63) * 374761393U + std::uint32_t(cy & 63) * 668265263U + seed * 2246822519U;
        h = (h ^ (h >> 13)) * 1274126177U;
        return float((h ^ (h >> 16)) & 0xFFFFU) / 65535.F;
    };
    const float fx = std::floor(x), fy = std::floor(y);
    const int ix = int(fx), iy = int(fy);
    const float tx = x - fx, ty = y - fy;
    const float sx = tx * tx * (3 - 2 * tx), sy = ty * ty * (3 - 2 * ty);
    const float top = cell(ix, iy) + (cell(ix + 1, iy) - cell(ix, iy)) * sx;
    const float bottom = cell(ix, iy + 1) + (cell(ix + 1, iy + 1) - cell(ix, iy + 1)) * sx;
    return top + (bottom - top) * sy;
}

std::vector<std::uint8_t> Canvas::toBytes() const
{
    std::vector<std::uint8_t> bytes;
    bytes.reserve(m_pixels.size() * 3);
    for (const Rgb& pixel : m_pixels)
        for (const float part : {pixel.r, pixel.g, pixel.b})
            bytes.push_back(std::uint8_t(clamp01(part) * 255 + 0.5F));
    return bytes;
}

} // namespace winnow::demo
