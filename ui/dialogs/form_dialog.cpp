#include "ui/dialogs/form_dialog.h"

#include "core/pipeline/workspace.h"
#include "ui/background.h"
#include "ui/theme.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>

namespace winnow::ui {

FormDialog::FormDialog(const QString& name, const QString& title, const QString& sentence, QWidget* parent)
    : QDialog(parent)
{
    setObjectName(name);
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    auto* const outer = new QVBoxLayout(this);
    outer->setContentsMargins(Theme::kDialogMargin, Theme::kDialogMargin, Theme::kDialogMargin, Theme::kDialogMargin);
    outer->setSpacing(Theme::kSection);
    auto* const heading = new QLabel(title);
    heading->setFont(Theme::current().font(Theme::Text::Title, Theme::Weight::Strong));
    auto* const explanation = new QLabel(sentence);
    explanation->setProperty("look", QStringLiteral("caption"));
    explanation->setWordWrap(true);
    m_body = new QVBoxLayout;
    m_body->setSpacing(Theme::kGap);
    m_message = new QLabel;
    m_message->setObjectName(QStringLiteral("message"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_primary = buttons->addButton(title, QDialogButtonBox::AcceptRole);
    m_primary->setObjectName(QStringLiteral("primary"));
    m_primary->setProperty("look", QStringLiteral("primary"));
    m_primary->setDefault(true);
    outer->addWidget(heading);
    outer->addWidget(explanation);
    outer->addLayout(m_body, 1);
    outer->addWidget(m_message);
    outer->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

QFormLayout* FormDialog::addForm()
{
    auto* const form = new QFormLayout;
    form->setHorizontalSpacing(Theme::kSection);
    form->setVerticalSpacing(Theme::kGap);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    m_body->addLayout(form);
    return form;
}

void FormDialog::setProblem(const QString& problem)
{
    m_message->setProperty("look", QStringLiteral("failure"));
    style()->polish(m_message);
    m_message->setText(problem);
    m_primary->setEnabled(problem.isEmpty());
    m_primary->setToolTip(problem);
}

void FormDialog::setNote(const QString& note, bool canAccept)
{
    m_message->setProperty("look", QStringLiteral("caption"));
    style()->polish(m_message);
    m_message->setText(note);
    m_primary->setEnabled(canAccept);
    m_primary->setToolTip(canAccept ? QString() : note);
}

QComboBox* FormDialog::makeDeviceBox()
{
    auto* const box = new QComboBox;
    box->setObjectName(QStringLiteral("device"));
    box->addItem(QStringLiteral("cpu"));
    inBackground(
        box, [] { return pipeline::availableDevices(); },
        [box](const std::vector<std::string>& devices) {
            for (const std::string& device : devices)
                if (box->findText(QString::fromStdString(device)) < 0)
                    box->addItem(QString::fromStdString(device));
        });
    return box;
}

} // namespace winnow::ui
