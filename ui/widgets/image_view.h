#pragma once

#include <QImage>
#include <QPointF>
#include <QString>
#include <QWidget>

#include <cstdint>
#include <filesystem>

namespace winnow::ui {

/// One picture on the canvas, its aspect kept: fitted, or enlarged up to 16 times and dragged about. Decoded in the
/// background, first at the size that is shown, whole only when the person zooms in. A broken one shows its reason.
class ImageView : public QWidget {
    Q_OBJECT

public:
    explicit ImageView(QWidget* parent = nullptr);

    /// Loads the picture; an empty path shows `reason` instead.
    void setFile(const std::filesystem::path& file, const QString& reason = {});
    const std::filesystem::path& file() const { return m_file; }
    bool isLoading() const { return m_isLoading; }
    /// Why no picture is shown; empty while there is one.
    QString problem() const { return m_problem; }

    bool isFitted() const { return m_isFitted; }
    /// False while only a shrunk picture was read: its true size is not known then.
    bool isWhole() const { return m_maxSide == 0; }
    /// Screen pixels per picture pixel; of the shrunk picture until the whole one was needed.
    double zoom() const;
    void setZoom(double zoom, const QPointF& around);
    /// Fitted or one to one.
    void toggleZoom();
    void fit();

    QSize sizeHint() const override { return {320, 240}; }

Q_SIGNALS:
    void zoomChanged();
    void loaded();
    /// A double click.
    void activated();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void load(int maxSide);
    void loadForView();
    void take(const QImage& image, const QString& problem, int maxSide);
    double fittedZoom() const;
    void clampOffset();
    void paintProblem(QPainter& painter);

    std::filesystem::path m_file;
    QImage m_image;   ///< shrunk to m_maxSide where that is not 0
    QSize m_fullSize; ///< known once the whole picture was read; until then the size of what is there
    int m_maxSide = 0;
    int m_askedSide = -1;
    bool m_isLoading = false;
    std::uint64_t m_request = 0;
    QString m_problem;
    bool m_isFitted = true;
    bool m_wantsFull = false;
    bool m_isOneToOne = false; ///< wished by toggleZoom()
    double m_zoom = 1;
    QPointF m_offset; ///< of the picture's centre from the view's, in screen pixels
    QPointF m_dragFrom;
};

} // namespace winnow::ui
