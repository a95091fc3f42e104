#include "ui/widgets/form_parts.h"

#include "core/pipeline/workspace.h"
#include "ui/background.h"
#include "ui/theme.h"

#include <QComboBox>
#include <QLabel>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

namespace winnow::ui {

QLabel* makeHeading(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setFont(Theme::current().font(Theme::Text::Heading, Theme::Weight::Strong));
    return label;
}

QLabel* makeText(QWidget* parent, const char* name, const char* look)
{
    auto* const label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    if (*look != '\0')
        label->setProperty("look", QLatin1String(look));
    return label;
}

void setLook(QWidget* widget, const QString& look)
{
    if (widget->property("look").toString() == look)
        return;
    widget->setProperty("look", look);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

void addField(QVBoxLayout* layout, const QString& text, QWidget* field)
{
    auto* label = new QLabel(text, field->parentWidget());
    label->setBuddy(field);
    layout->addWidget(label);
    layout->addWidget(field);
}

QComboBox* makeDeviceBox(QWidget* parent, const char* name)
{
    auto* const box = new QComboBox(parent);
    box->setObjectName(QLatin1String(name));
    box->addItem(QStringLiteral("cpu"));
    inBackground(
        box, [] { return pipeline::availableDevices(); },
        [box](const std::vector<std::string>& devices) {
            for (const auto& device : devices)
                if (box->findText(QString::fromStdString(device)) < 0)
                    box->addItem(QString::fromStdString(device));
        });
    return box;
}

QWidget* makeScrollColumn(QWidget* content, int width, QWidget* parent)
{
    auto* const scroll = new QScrollArea(parent);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    scroll->setMinimumWidth(width);
    return scroll;
}

QWidget* makeFormColumn(QWidget* fields, QWidget* foot, int width, QWidget* parent)
{
    auto* const column = new QWidget(parent);
    auto* const layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeScrollColumn(fields, width, column), 1);
    layout->addWidget(foot);
    return column;
}

} // namespace winnow::ui
