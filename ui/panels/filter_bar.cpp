#include "ui/panels/filter_bar.h"

#include "core/query/query.h"
#include "ui/document.h"
#include "ui/models/filter_terms.h"
#include "ui/theme.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/number_text.h"

#include <QAbstractItemView>
#include <QBoxLayout>
#include <QCompleter>
#include <QCoreApplication>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStringListModel>
#include <QTextCharFormat>
#include <QToolButton>

#include <algorithm>

namespace winnow::ui {
namespace {
    constexpr int kLongestChip = 48;
    constexpr int kMaxCandidates = 12;

    /// Characters before a byte offset of the text's UTF-8.
    int charactersBefore(const QString& text, std::size_t byte)
    {
        return static_cast<int>(QString::fromUtf8(text.toUtf8().left(static_cast<qsizetype>(byte))).size());
    }
} // namespace

FilterBar::FilterBar(Document& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_edit(new QLineEdit(this))
    , m_clear(new QToolButton(this))
    , m_count(new QLabel(this))
    , m_error(new QLabel(this))
    , m_chips(new QWidget(this))
    , m_chipLayout(new FlowLayout(m_chips))
    , m_completer(new QCompleter(this))
    , m_candidates(new QStringListModel(this))
{
    setObjectName(QStringLiteral("filterBar"));
    m_edit->setObjectName(QStringLiteral("filterEdit"));
    m_edit->setAccessibleName(tr("Filter"));
    m_edit->setPlaceholderText(tr("Filter: clip > 28 and length in 2..4 and \"dog\""));
    m_edit->setToolTip(tr("Show only pairs that match (Ctrl+F)"));
    m_edit->addAction(Theme::icon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
    m_edit->installEventFilter(this);
    m_clear->setObjectName(QStringLiteral("filterClear"));
    m_clear->setIcon(Theme::icon(QStringLiteral("close")));
    m_clear->setProperty("look", QStringLiteral("quiet"));
    m_clear->setAccessibleName(tr("Clear the filter"));
    m_clear->setToolTip(tr("Show all pairs"));
    m_count->setObjectName(QStringLiteral("filterCount"));
    m_count->setProperty("look", QStringLiteral("caption"));
    m_error->setObjectName(QStringLiteral("filterError"));
    m_error->setProperty("look", QStringLiteral("failure"));
    m_error->setTextFormat(Qt::PlainText);
    m_error->hide();
    m_completer->setModel(m_candidates);
    m_completer->setWidget(m_edit);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);

    auto* line = new QHBoxLayout;
    line->addWidget(m_edit, 1);
    line->addWidget(m_clear);
    line->addWidget(m_count);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::kGap, Theme::kGap, Theme::kGap, 0);
    layout->setSpacing(Theme::kUnit);
    layout->addLayout(line);
    layout->addWidget(m_error);
    layout->addWidget(m_chips);

    m_apply.setSingleShot(true);
    m_apply.setInterval(kApplyMs);
    connect(&m_apply, &QTimer::timeout, this, &FilterBar::apply);
    connect(m_edit, &QLineEdit::textEdited, this, [this] {
        m_apply.start();
        complete();
    });
    connect(m_edit, &QLineEdit::returnPressed, this, &FilterBar::apply);
    connect(m_clear, &QToolButton::clicked, this, [this] { m_document.setFilter({}); });
    connect(m_completer, qOverload<const QString&>(&QCompleter::activated), this, &FilterBar::insertCompletion);
    connect(&document, &Document::filterChanged, this, &FilterBar::takeDocument);
    connect(&document, &Document::filterErrorChanged, this, &FilterBar::takeError);
    connect(&document, &Document::currentSetChanged, this, &FilterBar::updateCount);
    connect(&document, &Document::opened, this, &FilterBar::takeDocument);
    connect(&document, &Document::closed, this, &FilterBar::takeDocument);
    takeDocument();
}

void FilterBar::focusText()
{
    m_edit->setFocus(Qt::ShortcutFocusReason);
    m_edit->selectAll();
}

void FilterBar::apply()
{
    m_apply.stop();
    m_document.setFilter(m_edit->text());
}

void FilterBar::takeDocument()
{
    // What the person is typing just now is newer than what the document says.
    const bool isTyping = m_edit->hasFocus() && m_apply.isActive();
    if (!isTyping && m_edit->text().trimmed() != m_document.filterText().trimmed())
        m_edit->setText(m_document.filterText());
    m_clear->setVisible(!m_document.filterText().isEmpty());
    setEnabled(m_document.isOpen());
    takeError();
    showChips();
    updateCount();
}

void FilterBar::takeError()
{
    const auto error = m_document.filterError();
    m_error->setVisible(error.has_value());
    if (!error) {
        m_error->clear();
        m_edit->setAccessibleDescription({});
        return underline(0, 0);
    }
    const auto text = m_document.filterText();
    const auto from = charactersBefore(text, error->position);
    const auto to = charactersBefore(text, error->position + error->length);
    m_error->setText(tr("At character %1: %2").arg(from + 1).arg(QString::fromStdString(error->message)));
    m_edit->setAccessibleDescription(m_error->text());
    const auto leading = static_cast<int>(m_edit->text().indexOf(text.trimmed()) - text.indexOf(text.trimmed()));
    underline(from + leading, std::max(to - from, 1));
}

/// QLineEdit formats its text only for input methods, so the underline comes in that way.
void FilterBar::underline(int from, int length)
{
    QList<QInputMethodEvent::Attribute> attributes;
    if (length > 0) {
        QTextCharFormat format;
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(Theme::current().tokens().ban);
        format.setForeground(Theme::current().tokens().ban);
        attributes.push_back({QInputMethodEvent::TextFormat, from - m_edit->cursorPosition(), length, format});
    }
    QInputMethodEvent event(QString(), attributes);
    QCoreApplication::sendEvent(m_edit, &event);
}

void FilterBar::showChips()
{
    while (auto* item = m_chipLayout->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    const auto terms = splitTerms(m_document.filterText());
    for (int index = 0; index < terms.size(); ++index) {
        auto* chip = new QToolButton(m_chips);
        const auto& term = terms[index];
        chip->setObjectName(QStringLiteral("filterChip"));
        auto shown = term.size() > kLongestChip ? term.left(kLongestChip) + QStringLiteral("…") : term;
        chip->setText(shown.replace(QChar(u'&'), QStringLiteral("&&")));
        chip->setIcon(Theme::icon(QStringLiteral("close")));
        chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        chip->setLayoutDirection(Qt::RightToLeft); // the cross stands behind the text
        chip->setAccessibleName(tr("Remove %1").arg(term));
        chip->setToolTip(tr("Remove this term"));
        connect(chip, &QToolButton::clicked, this, [this, index] {
            auto kept = splitTerms(m_document.filterText());
            if (index < kept.size())
                kept.removeAt(index);
            m_document.setFilter(joinTerms(kept));
        });
        m_chipLayout->addWidget(chip);
        chip->show();
    }
    m_chips->setVisible(terms.size() > 1);
    m_chipLayout->invalidate();
}

void FilterBar::updateCount()
{
    const auto shown = static_cast<qint64>(m_document.currentSet()->size());
    const auto all = static_cast<qint64>(m_document.columns()->pairCount);
    m_count->setText(shown == all ? tr("%1 pairs").arg(formatCount(all))
                                  : tr("%1 of %2 pairs").arg(formatCount(shown), formatCount(all)));
    m_count->setVisible(m_document.isOpen());
}

void FilterBar::complete()
{
    const auto text = m_edit->text();
    const auto before = text.left(m_edit->cursorPosition()).toUtf8();
    const auto utf8 = text.toStdString();
    const auto found = query::complete(utf8, static_cast<std::size_t>(before.size()), *m_document.columns());
    QStringList candidates;
    for (const auto& candidate : found.candidates)
        if (candidates.size() < kMaxCandidates)
            candidates.push_back(QString::fromStdString(candidate));
    m_replaceFrom = charactersBefore(text, found.replaceFrom);
    const auto typed = text.mid(m_replaceFrom, m_edit->cursorPosition() - m_replaceFrom);
    const bool isDone = candidates.size() == 1 && candidates.first() == typed;
    m_candidates->setStringList(candidates);
    if (typed.isEmpty() || candidates.isEmpty() || isDone) {
        m_completer->popup()->hide();
        return;
    }
    m_completer->complete();
}

void FilterBar::insertCompletion(const QString& candidate)
{
    const auto text = m_edit->text();
    const auto cursor = m_edit->cursorPosition();
    const auto rest = text.mid(cursor);
    const auto inserted = candidate + (rest.startsWith(QChar(u' ')) ? QString() : QStringLiteral(" "));
    m_edit->setText(text.left(m_replaceFrom) + inserted + rest);
    m_edit->setCursorPosition(m_replaceFrom + static_cast<int>(inserted.size()));
    m_apply.start();
}

bool FilterBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_edit || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Escape && !m_completer->popup()->isVisible()) {
        apply();
        Q_EMIT left();
        return true;
    }
    if (key->key() == Qt::Key_Space && key->modifiers() & Qt::ControlModifier) {
        complete();
        return true;
    }
    return false;
}

} // namespace winnow::ui
