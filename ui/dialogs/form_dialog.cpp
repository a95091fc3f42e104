#include "ui/dialogs/form_dialog.h"

#include "ui/theme.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/metric_text.h"

#include <QBoxLayout>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QShowEvent>
#include <QStyle>

namespace winnow::ui {

namespace {

    /// What Tab reaches, in reading order: that of the layout, whenever the widgets were made or shown.
    void collectFields(QLayout* layout, QList<QWidget*>& out)
    {
        for (int i = 0; i < layout->count(); ++i) {
            QLayoutItem* const item = layout->itemAt(i);
            if (QLayout* const inner = item->layout())
                collectFields(inner, out);
            QWidget* const widget = item->widget();
            if (widget == nullptr)
                continue;
            if ((widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus)
                out << widget;
            else if (widget->layout() != nullptr)
                collectFields(widget->layout(), out);
        }
    }

} // namespace

FormDialog::FormDialog(const QString& name, const QString& title, const QString& sentence, QWidget* parent)
    : QDialog(parent)
{
    setObjectName(name);
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    auto* const outer = new QVBoxLayout(this);
    outer->setContentsMargins(Theme::kDialogMargin, Theme::kDialogMargin, Theme::kDialogMargin, Theme::kDialogMargin);
    outer->setSpacing(Theme::kSection);
    QLabel* const heading = makeText(title);
    heading->setFont(Theme::current().font(Theme::Text::Title, Theme::Weight::Strong));
    m_body = new QVBoxLayout;
    m_body->setSpacing(Theme::kGap);
    m_message = makeText({});
    m_message->setObjectName(QStringLiteral("message"));
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    outer->addWidget(heading);
    outer->addWidget(makeText(sentence, QStringLiteral("caption")));
    outer->addLayout(m_body, 1);
    outer->addWidget(m_message);
    outer->addLayout(makeButtons());
    setVerb({}, title);
    connect(&Theme::current(), &Theme::changed, this, &FormDialog::updateIcon);
}

QLayout* FormDialog::makeButtons()
{
    m_cancel = new QPushButton(tr("Cancel"));
    m_cancel->setObjectName(QStringLiteral("cancel"));
    m_cancel->setAutoDefault(false);
    m_cancel->setToolTip(tr("Esc"));
    m_primary = new QPushButton;
    m_primary->setObjectName(QStringLiteral("primary"));
    m_primary->setProperty("look", QStringLiteral("primary"));
    m_primary->setProperty("look", QStringLiteral("primary"));
    m_primary->setMinimumHeight(Theme::kPrimary);
    m_primary->setDefault(true);
    auto* const row = new QHBoxLayout;
    row->setSpacing(Theme::kGap);
    row->addStretch(1);
    row->addWidget(m_cancel);
    row->addWidget(m_primary);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_primary, &QPushButton::clicked, this, &QDialog::accept);
    return row;
}

QFormLayout* FormDialog::addForm()
{
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(Theme::kSection);
    form->setVerticalSpacing(Theme::kGap);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_body->addLayout(form);
    return form;
}

void FormDialog::addField(QFormLayout* form, const QString& label, QWidget* field, const QString& name)
{
    QLabel* const text = makeText(label);
    text->setWordWrap(false);
    text->setBuddy(field);
    field->setObjectName(name);
    field->setAccessibleName(label);
    form->addRow(text, field);
}

FormDialog::PathRow FormDialog::addPathField(
    QFormLayout* form, const QString& label, QWidget* field, const QString& name, const QString& button)
{
    QLabel* const text = makeText(label);
    text->setWordWrap(false);
    text->setBuddy(field);
    field->setObjectName(name);
    field->setAccessibleName(label);
    auto* const row = new QWidget;
    auto* const layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::kGap);
    layout->addWidget(field, 1);
    auto* const browse = new QPushButton(Theme::icon(QStringLiteral("folder")), button);
    browse->setAutoDefault(false);
    layout->addWidget(browse);
    form->addRow(text, row);
    return {row, browse};
}

QLabel* FormDialog::makeText(const QString& text, const QString& look)
{
    auto* const label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    if (!look.isEmpty())
        label->setProperty("look", look);
    return label;
}

void FormDialog::setVerb(const QString& icon, const QString& text)
{
    m_primary->setText(text);
    m_icon = icon;
    updateIcon();
}

void FormDialog::updateIcon()
{
    if (!m_icon.isEmpty())
        m_primary->setIcon(Theme::icon(m_icon, Theme::current().tokens().onAccent));
}

void FormDialog::setProblem(const QString& problem) { say(QStringLiteral("failure"), problem, problem.isEmpty()); }

void FormDialog::setNote(const QString& note, bool canAccept) { say(QStringLiteral("caption"), note, canAccept); }

void FormDialog::setWarning(const QString& warning) { say(QStringLiteral("warn"), warning, true); }

void FormDialog::setFailure(const QString& failure) { say(QStringLiteral("failure"), failure, true); }

void FormDialog::say(const QString& look, const QString& text, bool canAccept)
{
    setLook(m_message, look);
    m_message->setText(text);
    m_primary->setEnabled(canAccept);
    m_primary->setToolTip(canAccept ? tr("Enter") : toToolTip(text));
    fit();
}

void FormDialog::showEvent(QShowEvent* event)
{
    QDialog::showEvent(event);
    if (event->spontaneous())
        return;
    QList<QWidget*> fields;
    collectFields(layout(), fields);
    for (qsizetype i = 1; i < fields.size(); ++i)
        setTabOrder(fields[i - 1], fields[i]);
    for (QWidget* const field : fields)
        if (field->isVisibleTo(this) && field->isEnabled()) {
            field->setFocus(Qt::TabFocusReason);
            break;
        }
    fit();
}

void FormDialog::fit()
{
    if (!isVisible())
        return;
    layout()->activate();
    const int needed = layout()->totalHeightForWidth(width());
    if (height() < needed)
        resize(width(), needed);
}

} // namespace winnow::ui
