#include "ui/report_pdf.h"

#include <QAbstractTextDocumentLayout>
#include <QFileInfo>
#include <QObject>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QTextDocument>

namespace winnow::ui {

namespace {

    constexpr int kDotsPerInch = 128; ///< type of 15 px is 8.4 pt, and the widest table fits the page
    constexpr qreal kMarginMm = 16;
    constexpr qreal kFooter = 28; ///< pixels of the page kept for its number

    void drawPage(QPainter& painter, const QTextDocument& document, int page, const QSizeF& area)
    {
        painter.save();
        painter.translate(0, -page * area.height());
        QAbstractTextDocumentLayout::PaintContext context;
        context.palette.setColor(QPalette::Text, Qt::black);
        context.clip = QRectF(0, page * area.height(), area.width(), area.height());
        painter.setClipRect(context.clip);
        document.documentLayout()->draw(&painter, context);
        painter.restore();
        painter.setPen(Qt::gray);
        painter.drawText(QRectF(0, area.height(), area.width(), kFooter), Qt::AlignRight | Qt::AlignBottom,
            QObject::tr("%1 of %2").arg(page + 1).arg(document.pageCount()));
    }

} // namespace

QString writePdf(const QString& html, const QString& title, const QString& file)
{
    QPdfWriter writer(file);
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setResolution(kDotsPerInch);
    writer.setPageMargins(QMarginsF(kMarginMm, kMarginMm, kMarginMm, kMarginMm), QPageLayout::Millimeter);
    writer.setTitle(title);
    writer.setCreator(QStringLiteral("Winnow"));
    QTextDocument document;
    document.documentLayout()->setPaintDevice(&writer);
    QFont font(QStringLiteral("sans-serif"));
    font.setPointSizeF(9);
    document.setDefaultFont(font);
    document.setDocumentMargin(0);
    document.setHtml(html);
    const QSizeF area(writer.width(), writer.height() - kFooter);
    document.setPageSize(area);
    QPainter painter;
    if (!painter.begin(&writer))
        return QObject::tr("cannot write %1").arg(file);
    for (int page = 0; page < document.pageCount(); ++page) {
        if (page > 0)
            writer.newPage();
        drawPage(painter, document, page, area);
    }
    painter.end();
    return QFileInfo(file).size() > 0 ? QString() : QObject::tr("cannot write %1").arg(file);
}

} // namespace winnow::ui
