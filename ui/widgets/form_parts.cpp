#include "ui/widgets/form_parts.h"

#include "ui/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace winnow::ui {

QLabel* makeHeading(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setFont(Theme::current().font(Theme::Text::Heading, Theme::Weight::Strong));
    return label;
}

void addField(QVBoxLayout* layout, const QString& text, QWidget* field)
{
    auto* label = new QLabel(text, field->parentWidget());
    label->setBuddy(field);
    layout->addWidget(label);
    layout->addWidget(field);
}

} // namespace winnow::ui
