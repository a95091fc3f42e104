#include "ui/panels/compare_tray.h"

#include "ui/models/metric_summary.h"
#include "ui/theme.h"
#include "ui/widgets/empty_look.h"
#include "ui/widgets/image_view.h"
#include "ui/widgets/metric_bars.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/plain_text.h"

#include <QBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr int kCardWidth = 280;
    constexpr int kPictureHeight = 150;
    constexpr int kTextLines = 8;

    QString textOf(const Pair& pair)
    {
        QStringList parts;
        if (pair.turns.empty())
            parts << QString::fromStdString(pair.instruction) << QString::fromStdString(pair.response);
        for (const auto& turn : pair.turns)
            parts << QString::fromStdString(turn.text);
        parts.removeAll(QString());
        return parts.join(QStringLiteral("\n\n"));
    }

} // namespace

class CompareTray::Card : public QFrame {
public:
    Card(CompareTray& tray, PairRow row)
        : m_title(new QLabel)
        , m_picture(new ImageView)
        , m_text(new PlainText)
        , m_metrics(new MetricBars)
    {
        setObjectName(QStringLiteral("trayCard"));
        setProperty("look", QStringLiteral("card"));
        setFixedWidth(kCardWidth);
        m_title->setTextFormat(Qt::PlainText);
        m_title->setFont(Theme::current().font(Theme::Text::Body, Theme::Weight::Strong));
        m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
        m_picture->setFixedHeight(kPictureHeight);
        m_text->setMaximumLines(kTextLines);
        m_text->setAccessibleName(tr("Texts of the pair"));
        auto* const away = new QToolButton;
        away->setObjectName(QStringLiteral("away"));
        away->setIcon(Theme::icon(QStringLiteral("close")));
        away->setToolTip(tr("Take this pair out of the tray"));
        away->setAccessibleName(away->toolTip());
        away->setProperty("look", QStringLiteral("quiet"));
        auto* const top = new QHBoxLayout;
        top->addWidget(m_title, 1);
        top->addWidget(away);
        auto* const layout = new QVBoxLayout(this);
        layout->addLayout(top);
        layout->addWidget(m_picture);
        layout->addWidget(m_text);
        layout->addWidget(m_metrics);
        layout->addStretch(1);
        connect(away, &QToolButton::clicked, &tray, [&tray, row] { tray.toggle({row}); });
    }

    void setPair(const store::StoredPair& pair)
    {
        const auto id = QString::fromStdString(pair.pair.id.value);
        setAccessibleName(id);
        m_title->setText(id);
        m_title->setToolTip(toToolTip(id));
        m_picture->setFile(pair.imageMissing ? std::filesystem::path() : pair.image, tr("no picture"));
        m_text->setText(textOf(pair.pair));
    }
    void setLines(std::vector<MetricBars::Line> lines) { m_metrics->setLines(std::move(lines)); }

private:
    QLabel* m_title;
    ImageView* m_picture;
    PlainText* m_text;
    MetricBars* m_metrics;
};

CompareTray::CompareTray(Document& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_loader(document)
    , m_stack(new QStackedWidget)
    , m_empty(new EmptyLook)
{
    setObjectName(QStringLiteral("compareTray"));
    setAccessibleName(tr("Pairs side by side"));
    m_empty->showEmpty({QStringLiteral("compare"), tr("Nothing in the tray"),
        tr("The key C puts the current pairs here, side by side, and takes them out again."), {}});
    auto* const cards = new QWidget;
    m_layout = new QHBoxLayout(cards);
    m_layout->setContentsMargins(Theme::kGap, Theme::kGap, Theme::kGap, Theme::kGap);
    m_layout->setSpacing(Theme::kGap);
    m_layout->addStretch(1);
    auto* const scroll = new QScrollArea;
    scroll->setAccessibleName(accessibleName());
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(cards);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(scroll);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    setMinimumHeight(kPictureHeight);
    for (const auto signal : {&Document::opened, &Document::closed})
        connect(&m_document, signal, this, [this] {
            m_summaries.reset();
            setRows({});
        });
    connect(&m_document, &Document::columnsChanged, this, &CompareTray::refreshNumbers);
    connect(&m_loader, &PageLoader::loaded, this, &CompareTray::refresh);
}

CompareTray::~CompareTray() = default;

void CompareTray::toggle(const Document::Rows& rows)
{
    const auto isIn = [this](PairRow row) { return std::ranges::find(m_rows, row) != m_rows.end(); };
    auto wanted = m_rows;
    if (std::ranges::all_of(rows, isIn)) {
        std::erase_if(wanted, [&rows](PairRow row) { return std::ranges::find(rows, row) != rows.end(); });
    } else {
        const auto first = rows.size() > kMostPairs ? rows.end() - kMostPairs : rows.begin();
        for (auto row = first; row != rows.end(); ++row)
            if (!isIn(*row))
                wanted.push_back(*row);
        if (wanted.size() > kMostPairs)
            wanted.erase(wanted.begin(), wanted.end() - kMostPairs);
    }
    setRows(std::move(wanted));
}

void CompareTray::setRows(Document::Rows rows)
{
    std::vector<Card*> cards;
    for (const PairRow row : rows) {
        const auto known = std::ranges::find(m_rows, row);
        cards.push_back(
            known == m_rows.end() ? new Card(*this, row) : m_cards[static_cast<std::size_t>(known - m_rows.begin())]);
    }
    for (Card* const card : m_cards)
        if (std::ranges::find(cards, card) == cards.end()) {
            card->hide();
            card->deleteLater(); // a click on its button may be on the way up
        }
    for (Card* const card : cards)
        m_layout->insertWidget(m_layout->count() - 1, card);
    m_rows = std::move(rows);
    m_cards = std::move(cards);
    m_stack->setCurrentIndex(m_rows.empty() ? 0 : 1);
    if (!m_rows.empty() && !m_summaries) {
        m_summaries = std::make_unique<MetricSummaries>(m_document);
        connect(m_summaries.get(), &MetricSummaries::changed, this, &CompareTray::refreshNumbers);
    }
    refresh();
}

void CompareTray::refresh()
{
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (const auto entry = m_loader.find(m_rows[i]))
            m_cards[i]->setPair(*entry);
    refreshNumbers();
}

void CompareTray::refreshNumbers()
{
    const auto columns = m_document.columns();
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        std::vector<MetricBars::Line> lines;
        for (const auto& metric : columns->metrics) {
            const bool isThere = metric.values && m_rows[i] < metric.values->size();
            lines.push_back({QString::fromStdString(metric.info.name), metricExplanation(metric.info.name),
                isThere ? (*metric.values)[m_rows[i]] : kMissing,
                m_summaries ? m_summaries->percentileOf(metric.info.name, m_rows[i]) : kMissing});
        }
        m_cards[i]->setLines(std::move(lines));
    }
}

} // namespace winnow::ui
