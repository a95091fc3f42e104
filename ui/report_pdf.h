#pragma once

#include <QString>

namespace winnow::ui {

/// Lays a report (pipeline::projectReportHtml or toHtml with Figures::Images) out on A4 pages with page numbers and
/// writes it as PDF. An empty text where it worked, else what went wrong. Thread: the window's, or one of its own.
QString writePdf(const QString& html, const QString& title, const QString& file);

} // namespace winnow::ui
