#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace winnow::ui {

/// What stands where there is nothing to show: what would be here and the one action that fills it; that it is being
/// fetched; or what failed, with its details to copy.
class EmptyLook : public QWidget {
    Q_OBJECT

public:
    explicit EmptyLook(QWidget* parent = nullptr);

    struct Empty {
        QString icon; ///< under resources/icons
        QString title;
        QString sentence;
        QString verb; ///< on the button; empty = no button
    };
    void showEmpty(const Empty& empty);
    void showBusy(const QString& title);
    void showFailure(const QString& title, const QString& sentence, const QString& details);

Q_SIGNALS:
    void activated(); ///< the button of an empty look

protected:
    void changeEvent(QEvent* event) override;

private:
    void present(const QString& icon, const QString& title, const QString& sentence);

    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_sentence;
    QProgressBar* m_progress;
    QPushButton* m_button;
    QPushButton* m_copy;
    QString m_iconName;
    QString m_details;
};

} // namespace winnow::ui
