#include "core/pipeline/html_page.h"

#include <cctype>

namespace winnow::pipeline {

namespace {

    constexpr const char* kStyle =
        "body{font-family:sans-serif;font-size:15px;line-height:1.5;max-width:64em;margin:2em auto;padding:0 1em;"
        "color:#1c2128;background:#ffffff}\n"
        "table{border-collapse:collapse;margin:0.6em 0}\n"
        "td,th{padding:4px 10px;border-bottom:1px solid #d3d7de;text-align:right;vertical-align:top;"
        "white-space:nowrap}\n"
        "td.words,th.words{text-align:left;white-space:normal;overflow-wrap:anywhere;width:auto}\n"
        "pre{white-space:pre-wrap;background:#f3f4f6;padding:0.6em}\n"
        "figure{margin:1em 0;overflow-x:auto}\n"
        ".warning{border-left:4px solid #D55E00;padding-left:0.8em}\n"
        ".verdict{font-size:17px}\n";
    constexpr const char* kDark = "@media screen and (prefers-color-scheme:dark){body{color:#e6e8ec;background:#16181d}"
                                  "td,th{border-bottom-color:#3a3f4a}pre{background:#22252c}}\n";

} // namespace

std::string escapedHtml(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '&':
            out += "&amp;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

HtmlTable::HtmlTable(const std::vector<std::string>& head)
    : m_count(head.size())
{
    m_rows = "<tr>";
    for (std::size_t c = 0; c < head.size(); ++c)
        // On paper (QTextDocument reads attributes, browsers the style) numbers would leave the words no room.
        m_rows += (isWords(c) ? m_count == 2 ? "<th class=\"words\" align=\"left\">"
                                             : "<th class=\"words\" align=\"left\" width=\"140\">"
                              : "<th align=\"right\">")
            + escapedHtml(head[c]) + "</th>";
    m_rows += "</tr>\n";
}

bool HtmlTable::isWords(std::size_t column) const { return column == 0 || m_count == 2; }

void HtmlTable::row(const std::vector<std::string>& cells, bool isBold)
{
    m_rows += "<tr>";
    for (std::size_t c = 0; c < m_count; ++c) {
        const auto cell = c < cells.size() ? escapedHtml(cells[c]) : std::string();
        m_rows += isWords(c) ? "<td class=\"words\" align=\"left\">" : "<td align=\"right\">";
        m_rows += (isBold ? "<b>" + cell + "</b>" : cell) + "</td>";
    }
    m_rows += "</tr>\n";
}

std::string HtmlTable::html() const { return "<table cellspacing=\"0\" cellpadding=\"3\">\n" + m_rows + "</table>\n"; }

std::string htmlPage(const std::string& title, const std::string& body)
{
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Winnow: " + escapedHtml(title)
        + "</title>\n<style>\n" + kStyle + "</style><style>\n" + kDark + "</style></head><body>\n<h1>"
        + escapedHtml(title) + "</h1>\n" + body + "</body></html>\n";
}

std::string asSentence(std::string_view text)
{
    std::string out(text);
    if (!out.empty()) {
        out.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(out.front())));
        if (out.back() != '.')
            out += '.';
    }
    return out;
}

} // namespace winnow::pipeline
