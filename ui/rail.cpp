#include "ui/rail.h"

#include "ui/actions.h"
#include "ui/theme.h"

#include <QBoxLayout>
#include <QToolButton>

namespace winnow::ui {

namespace {

    void addButton(QBoxLayout* layout, QAction* action)
    {
        auto* const button = new QToolButton;
        button->setDefaultAction(action);
        button->setObjectName(QStringLiteral("rail.") + action->objectName());
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
        button->setIconSize({20, 20});
        button->setProperty("look", QStringLiteral("rail"));
        button->setAccessibleName(action->text());
        layout->addWidget(button);
    }

} // namespace

Rail::Rail(Actions& actions, const QStringList& modeIds, QWidget* parent)
    : QFrame(parent)
{
    setObjectName(QStringLiteral("rail"));
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, Theme::kGap, 0, Theme::kGap);
    layout->setSpacing(Theme::kUnit);
    for (const QString& id : modeIds)
        addButton(layout, actions[id]);
    layout->addStretch(1);
    for (const QString& id : {QStringLiteral("view.history"), QStringLiteral("view.jobs")})
        addButton(layout, actions[id]);
    setFixedWidth(85);
}

} // namespace winnow::ui
