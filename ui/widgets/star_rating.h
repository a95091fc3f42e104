#pragma once

#include <QWidget>

namespace winnow::ui {

/// Five stars to click; a click on the last filled one takes all away. Left and right change them too.
class StarRating : public QWidget {
    Q_OBJECT

public:
    static constexpr int kStars = 5;

    explicit StarRating(QWidget* parent = nullptr);

    int stars() const { return m_stars; }
    void setStars(int stars);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void starsChosen(int stars); ///< by the person

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void choose(int stars);
    int m_stars = 0;
};

} // namespace winnow::ui
