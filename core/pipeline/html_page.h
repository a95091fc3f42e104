#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace winnow::pipeline {

/// Text made safe for HTML and SVG.
std::string escapedHtml(std::string_view text);

/// A table whose first column is words (both columns, where there are two) and whose others are figures, which are not
/// broken into lines. Cells are plain text.
class HtmlTable {
public:
    explicit HtmlTable(const std::vector<std::string>& head);
    /// Fewer cells than columns leave the rest empty.
    void row(const std::vector<std::string>& cells, bool isBold = false);
    std::string html() const;

private:
    bool isWords(std::size_t column) const;

    std::string m_rows;
    std::size_t m_count = 0;
};

/// A whole page around a body: plain tables and headings, nothing that is fetched; light or dark as the reader's system
/// in a browser, black on white where style sheets are read in part (QTextDocument).
std::string htmlPage(const std::string& title, const std::string& body);

/// With a capital letter and a full stop.
std::string asSentence(std::string_view text);

} // namespace winnow::pipeline
