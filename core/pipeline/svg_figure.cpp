#include "core/pipeline/svg_figure.h"

#include "core/base/text.h"
#include "core/pipeline/html_page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <limits>
#include <sstream>

namespace winnow::pipeline {

namespace {

    constexpr double kWidth = 760;
    constexpr double kPrintedWidth = 640; ///< of an image: what fits an A4 page at 96 dots an inch
    constexpr double kRowHeight = 30;
    constexpr double kLabelWidth = 270;
    constexpr double kRight = 24;
    constexpr double kTop = 34;
    constexpr double kBottom = 46;
    constexpr std::array<const char*, 4> kColours = {"#0072B2", "#E69F00", "#009E73", "#CC79A7"};

    std::string number(double value, int digits = 1)
    {
        std::ostringstream out;
        out << std::fixed << std::setprecision(digits) << value;
        return out.str();
    }

    /// Linear scale with ticks at round numbers.
    struct Axis {
        double low = 0, high = 1, step = 1;
        double begin = 0, end = 1; ///< in pixels

        double place(double value) const { return begin + (value - low) / (high - low) * (end - begin); }
        int digits() const { return step >= 1 ? 0 : step >= 0.1 ? 1 : 2; }
        std::vector<double> ticks() const
        {
            std::vector<double> out;
            for (int i = 0; low + i * step <= high + step / 1000; ++i)
                out.push_back(low + i * step);
            return out;
        }
    };

    Axis makeAxis(double low, double high, double begin, double end)
    {
        if (!(high > low)) {
            low -= 1;
            high += 1;
        }
        const double rough = (high - low) / 6, power = std::pow(10, std::floor(std::log10(rough)));
        double step = power;
        for (const double factor : {2.0, 5.0, 10.0})
            if (step < rough)
                step = factor * power;
        return {std::floor(low / step) * step, std::ceil(high / step) * step, step, begin, end};
    }

    /// Colours that follow the page, or those of paper.
    class Canvas {
    public:
        Canvas(double height, const std::string& title, Figures figures)
            : m_figures(figures)
            , m_ink(figures == Figures::Inline ? "currentColor" : "#1c2128")
            , m_height(height)
        {
            const int scale = figures == Figures::Inline ? 1 : 2; // an image is painted once and printed finely
            m_out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << kWidth * scale << "\" height=\""
                  << height * scale << "\" viewBox=\"0 0 " << kWidth << " " << height
                  << "\" font-family=\"sans-serif\" font-size=\"13\" role=\"img\"><title>" << escapedHtml(title)
                  << "</title>\n";
            words(0, 16, title, "start", true);
        }
        const char* ink() const { return m_ink; }
        void words(double x, double y, const std::string& text, const char* anchor, bool isBold = false,
            const std::string& colour = {})
        {
            m_out << "<text x=\"" << number(x) << "\" y=\"" << number(y) << "\" text-anchor=\"" << anchor
                  << "\" fill=\"" << (colour.empty() ? m_ink : colour.c_str()) << "\""
                  << (isBold ? " font-weight=\"bold\"" : "") << ">" << escapedHtml(text) << "</text>\n";
        }
        void line(double x1, double y1, double x2, double y2, const std::string& colour, double width,
            const std::string& more = {})
        {
            m_out << "<line x1=\"" << number(x1) << "\" y1=\"" << number(y1) << "\" x2=\"" << number(x2) << "\" y2=\""
                  << number(y2) << "\" stroke=\"" << colour << "\" stroke-width=\"" << width << "\"" << more << "/>\n";
        }
        void dot(double x, double y, const std::string& colour, bool isFilled)
        {
            m_out << "<circle cx=\"" << number(x) << "\" cy=\"" << number(y) << "\" r=\"5\" stroke=\"" << colour
                  << "\" stroke-width=\"2\" fill=\"" << (isFilled ? colour : std::string("none")) << "\"/>\n";
        }
        void grid(double x1, double y1, double x2, double y2)
        {
            line(x1, y1, x2, y2, m_ink, 1, " stroke-opacity=\"0.15\"");
        }

        std::string html(const std::string& title)
        {
            m_out << "</svg>\n";
            if (m_figures == Figures::Inline)
                return "<figure>" + m_out.str() + "</figure>\n";
            return text::join("<p><img src=\"data:image/svg+xml;base64,", base64(m_out.str()), "\" width=\"",
                kPrintedWidth, "\" height=\"", std::lround(m_height * kPrintedWidth / kWidth), "\" alt=\"",
                escapedHtml(title), "\"></p>\n");
        }

    private:
        static std::string base64(const std::string& bytes)
        {
            static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            std::string out;
            for (std::size_t i = 0; i < bytes.size(); i += 3) {
                const auto at = [&](std::size_t n) {
                    return i + n < bytes.size() ? static_cast<unsigned char>(bytes[i + n]) : 0U;
                };
                const unsigned group = at(0) << 16 | at(1) << 8 | at(2);
                for (std::size_t n = 0; n < 4; ++n)
                    out += i + n <= bytes.size() ? kDigits[group >> (18 - 6 * n) & 63] : '=';
            }
            return out;
        }

        Figures m_figures;
        const char* m_ink;
        double m_height;
        std::ostringstream m_out;
    };

    void bar(Canvas& canvas, double x1, double x2, double y, const std::string& colour)
    {
        canvas.line(x1, y, x2, y, colour, 2);
        canvas.line(x1, y - 4, x1, y + 4, colour, 2);
        canvas.line(x2, y - 4, x2, y + 4, colour, 2);
    }

} // namespace

std::string intervalFigure(const std::string& title, const std::string& axisTitle, const std::vector<FigureRow>& rows,
    std::optional<double> reference, Figures figures)
{
    if (rows.empty())
        return {};
    double low = reference.value_or(rows.front().low), high = reference.value_or(rows.front().high);
    for (const auto& row : rows) {
        low = std::min(low, row.low);
        high = std::max(high, row.high);
    }
    const double bottom = kTop + kRowHeight * static_cast<double>(rows.size());
    const auto axis = makeAxis(low, high, kLabelWidth, kWidth - kRight);
    Canvas canvas(bottom + kBottom, title, figures);
    for (const double tick : axis.ticks()) {
        canvas.grid(axis.place(tick), kTop, axis.place(tick), bottom);
        canvas.words(axis.place(tick), bottom + 16, number(tick, axis.digits()), "middle");
    }
    if (reference)
        canvas.line(
            axis.place(*reference), kTop, axis.place(*reference), bottom, canvas.ink(), 1, " stroke-dasharray=\"5 4\"");
    canvas.words((axis.begin + axis.end) / 2, bottom + 36, axisTitle, "middle");
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto& row = rows[r];
        const double y = kTop + kRowHeight * (static_cast<double>(r) + 0.5);
        const std::string colour = row.isAccent ? kColours[0] : canvas.ink();
        canvas.words(kLabelWidth - 12, y + 4, text::shortened(row.label, 40), "end", row.isAccent);
        bar(canvas, axis.place(row.low), axis.place(row.high), y, colour);
        canvas.dot(axis.place(row.value), y, colour, row.isAccent);
    }
    return canvas.html(title);
}

std::string lineFigure(const std::string& title, const std::string& xTitle, const std::string& yTitle,
    const std::vector<FigureLine>& lines, Figures figures)
{
    constexpr double kBegin = 70, kEnd = kWidth - 150, kFloor = 300;
    double low = std::numeric_limits<double>::infinity(), high = -low, first = low, last = high;
    for (const auto& line : lines)
        for (std::size_t i = 0; i < line.x.size(); ++i) {
            low = std::min(low, line.points[i].low);
            high = std::max(high, line.points[i].high);
            first = std::min(first, line.x[i]);
            last = std::max(last, line.x[i]);
        }
    if (!(low <= high))
        return {};
    const auto vertical = makeAxis(low, high, kFloor, kTop);
    const auto across = [&](double x) { // sizes double: a logarithmic axis
        return last > first ? kBegin + std::log(x / first) / std::log(last / first) * (kEnd - kBegin)
                            : (kBegin + kEnd) / 2;
    };
    Canvas canvas(kFloor + kBottom, title, figures);
    for (const double tick : vertical.ticks()) {
        canvas.grid(kBegin, vertical.place(tick), kEnd, vertical.place(tick));
        canvas.words(kBegin - 8, vertical.place(tick) + 4, number(tick, vertical.digits()), "end");
    }
    for (std::size_t n = 0; n < lines.size(); ++n) {
        const auto& line = lines[n];
        const std::string colour = kColours[n % kColours.size()];
        for (std::size_t i = 0; i < line.x.size(); ++i) {
            const double x = across(line.x[i]) + 3 * static_cast<double>(n), y = vertical.place(line.points[i].value);
            canvas.line(x, vertical.place(line.points[i].low), x, vertical.place(line.points[i].high), colour, 2);
            canvas.dot(x, y, colour, n == 0);
            if (i > 0)
                canvas.line(across(line.x[i - 1]) + 3 * static_cast<double>(n),
                    vertical.place(line.points[i - 1].value), x, y, colour, 2,
                    n == 0 ? "" : " stroke-dasharray=\"6 4\"");
            if (n == 0)
                canvas.words(x, kFloor + 16, number(line.x[i], 0), "middle");
        }
        if (!line.x.empty())
            canvas.words(across(line.x.back()) + 14,
                vertical.place(line.points.back().value) + 4 + 14 * static_cast<double>(n), line.label, "start", n == 0,
                colour);
    }
    canvas.words((kBegin + kEnd) / 2, kFloor + 36, xTitle, "middle");
    canvas.words(kBegin - 40, kTop - 6, yTitle, "start");
    return canvas.html(title);
}

} // namespace winnow::pipeline
