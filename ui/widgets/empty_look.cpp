#include "ui/widgets/empty_look.h"

#include "ui/theme.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace winnow::ui {
namespace {
    constexpr int kTextWidth = 420;
    constexpr int kIconPx = 48;
} // namespace

EmptyLook::EmptyLook(QWidget* parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_title(new QLabel(this))
    , m_sentence(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_button(new QPushButton(this))
    , m_copy(new QPushButton(tr("Copy details"), this))
{
    setObjectName(QStringLiteral("emptyLook"));
    m_title->setObjectName(QStringLiteral("emptyTitle"));
    m_sentence->setObjectName(QStringLiteral("emptySentence"));
    m_button->setObjectName(QStringLiteral("emptyButton"));
    m_copy->setObjectName(QStringLiteral("copyDetails"));
    m_button->setProperty("look", QStringLiteral("primary"));
    m_sentence->setProperty("look", QStringLiteral("caption"));
    for (auto* label : {m_title, m_sentence}) {
        label->setAlignment(Qt::AlignHCenter);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setMaximumWidth(kTextWidth);
        label->setMinimumWidth(kTextWidth / 2);
    }
    m_icon->setAlignment(Qt::AlignHCenter);
    m_progress->setRange(0, 0);
    m_progress->setFixedWidth(kTextWidth / 2);
    m_progress->setAccessibleName(tr("Working"));
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(Theme::kGap);
    layout->addStretch(2);
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    for (auto* label : {m_title, m_sentence}) {
        // In rows of their own: an aligned label would not get the height that its wrapped lines need.
        auto* row = new QHBoxLayout;
        row->addStretch(1);
        row->addWidget(label, 100);
        row->addStretch(1);
        layout->addLayout(row);
    }
    for (auto* widget : std::initializer_list<QWidget*>{m_progress, m_button, m_copy})
        layout->addWidget(widget, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_button, &QPushButton::clicked, this, &EmptyLook::activated);
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_details); });
}

void EmptyLook::present(const QString& icon, const QString& title, const QString& sentence)
{
    const auto& theme = Theme::current();
    m_iconName = icon;
    m_icon->setVisible(!icon.isEmpty());
    if (!icon.isEmpty())
        m_icon->setPixmap(Theme::pixmap(icon, kIconPx, theme.tokens().text2, devicePixelRatioF()));
    m_title->setFont(theme.font(Theme::Text::Title, Theme::Weight::Strong));
    m_title->setText(title);
    m_sentence->setText(sentence);
    m_sentence->setVisible(!sentence.isEmpty());
    m_progress->hide();
    m_button->hide();
    m_copy->hide();
}

void EmptyLook::showEmpty(const Empty& empty)
{
    present(empty.icon, empty.title, empty.sentence);
    m_button->setText(empty.verb);
    m_button->setVisible(!empty.verb.isEmpty());
}

void EmptyLook::showBusy(const QString& title)
{
    present({}, title, {});
    m_progress->show();
}

void EmptyLook::showFailure(const QString& title, const QString& sentence, const QString& details)
{
    present(QStringLiteral("warn"), title, sentence);
    m_details = title + QChar(u'\n') + sentence + QChar(u'\n') + details;
    m_copy->show();
}

void EmptyLook::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_iconName.isEmpty())
        m_icon->setPixmap(Theme::pixmap(m_iconName, kIconPx, Theme::current().tokens().text2, devicePixelRatioF()));
}

} // namespace winnow::ui
