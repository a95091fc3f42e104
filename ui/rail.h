#pragma once

#include <QFrame>

namespace winnow::ui {

class Actions;

/// The modes along the left, top to bottom in the order of the work.
class Rail : public QFrame {
    Q_OBJECT

public:
    Rail(Actions& actions, const QStringList& modeIds, QWidget* parent = nullptr);
};

} // namespace winnow::ui
