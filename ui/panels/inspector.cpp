#include "ui/panels/inspector.h"

#include "core/store/ledger.h"
#include "ui/actions.h"
#include "ui/document.h"
#include "ui/models/metric_summary.h"
#include "ui/models/page_loader.h"
#include "ui/theme.h"
#include "ui/widgets/empty_look.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/image_view.h"
#include "ui/widgets/metric_bars.h"
#include "ui/widgets/metric_text.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/plain_text.h"
#include "ui/widgets/star_rating.h"
#include "ui/widgets/verdict_marks.h"

#include <QBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>

namespace winnow::ui {
namespace {
    constexpr int kPicturePx = 176;
    constexpr int kVerdictMarkPx = 16;
    constexpr int kInstructionLines = 5;
    constexpr int kResponseLines = 12;

    QLabel* makeTitle(const QString& text, QWidget* parent)
    {
        auto* label = new QLabel(text, parent);
        label->setFont(Theme::current().font(Theme::Text::Caption, Theme::Weight::Strong));
        label->setProperty("look", QStringLiteral("caption"));
        return label;
    }

    QLabel* makeLine(const char* name, QWidget* parent)
    {
        auto* label = new QLabel(parent);
        label->setObjectName(QLatin1String(name));
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        return label;
    }
} // namespace

Inspector::Inspector(
    Document& document, PageLoader& loader, MetricSummaries& summaries, Actions& actions, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_loader(loader)
    , m_summaries(summaries)
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyLook(this))
{
    setObjectName(QStringLiteral("inspector"));
    setAccessibleName(tr("Inspector"));
    m_empty->showEmpty({QStringLiteral("picture"), tr("No pair"),
        tr("Move to a pair to see it here with its metrics and its verdict."), {}});
    auto* page = new QWidget;
    auto* pageLayout = new QVBoxLayout(page);
    pageLayout->setContentsMargins(0, 0, 0, 0);
    pageLayout->setSpacing(0);
    auto* area = new QScrollArea;
    area->setWidget(makeContent());
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    pageLayout->addWidget(area, 1);
    pageLayout->addWidget(makeDecisions(actions));
    m_stack->addWidget(m_empty);
    m_stack->addWidget(page);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    connect(&document, &Document::currentRowChanged, this, &Inspector::refresh);
    connect(&document, &Document::columnsChanged, this, &Inspector::refresh);
    connect(&document, &Document::opened, this, &Inspector::refresh);
    connect(&document, &Document::closed, this, &Inspector::refresh);
    connect(&document, &Document::overridesChanged, this, &Inspector::showVerdict);
    connect(&document, &Document::chosenChanged, this, &Inspector::showVerdict);
    connect(&document, &Document::decided, this, &Inspector::requestReason);
    connect(&summaries, &MetricSummaries::changed, this, &Inspector::showNumbers);
    connect(&loader, &PageLoader::loaded, this, [this](const std::vector<PairRow>& rows) {
        if (m_row && std::find(rows.begin(), rows.end(), *m_row) != rows.end())
            refresh();
    });
    connect(m_picture, &ImageView::activated, this, &Inspector::openRequested);
    connect(m_stars, &StarRating::starsChosen, this, [this](int stars) {
        if (m_row)
            m_document.setStars({*m_row}, stars);
    });
    refresh();
}

QWidget* Inspector::makeContent()
{
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(Theme::kGap, Theme::kGap, Theme::kGap, Theme::kGap);
    layout->setSpacing(Theme::kUnit);
    m_picture = new ImageView(content);
    m_picture->setObjectName(QStringLiteral("inspectorPicture"));
    m_picture->setFixedHeight(kPicturePx);
    m_picture->setToolTip(tr("Wheel zooms, Z shows it one to one, a double click opens the single view (Space)"));
    m_title = makeLine("inspectorTitle", content);
    m_title->setFont(Theme::current().font(Theme::Text::Heading, Theme::Weight::Strong));
    m_path = makeLine("inspectorPath", content);
    m_path->setAccessibleName(tr("Picture file"));
    m_path->setProperty("look", QStringLiteral("caption"));
    m_instructionTitle = makeTitle(tr("Instruction"), content);
    m_instruction = new PlainText(content);
    m_instruction->setObjectName(QStringLiteral("inspectorInstruction"));
    m_instruction->setAccessibleName(tr("Instruction"));
    m_instruction->setMaximumLines(kInstructionLines);
    m_responseTitle = makeTitle(tr("Response"), content);
    m_response = new PlainText(content);
    m_response->setObjectName(QStringLiteral("inspectorResponse"));
    m_response->setAccessibleName(tr("Response"));
    m_response->setMaximumLines(kResponseLines);
    m_metrics = new MetricBars(content);
    m_clusters = makeLine("inspectorClusters", content);
    for (auto* widget : std::initializer_list<QWidget*>{
             m_picture, m_title, m_path, m_instructionTitle, m_instruction, m_responseTitle, m_response})
        layout->addWidget(widget);
    layout->addSpacing(Theme::kGap);
    layout->addWidget(m_metrics);
    layout->addWidget(m_clusters);
    layout->addStretch(1);
    return content;
}

QToolButton* Inspector::makeButton(Actions& actions, const QString& what, const QString& text)
{
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("inspector.") + what);
    button->setIcon(Theme::icon(what));
    button->setText(text);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAccessibleName(text);
    if (const auto* action = actions.find(QStringLiteral("decide.") + what))
        button->setToolTip(action->toolTip());
    connect(button, &QToolButton::clicked, this, [this, what] { decide(what); });
    return button;
}

QWidget* Inspector::makeDecisions(Actions& actions)
{
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(Theme::kGap, Theme::kUnit, Theme::kGap, Theme::kGap);
    layout->setSpacing(Theme::kUnit);
    auto* line = new QFrame(box);
    line->setProperty("look", QStringLiteral("line"));
    m_verdictMark = new QLabel(box);
    m_verdictMark->setFixedSize(kVerdictMarkPx, kVerdictMarkPx);
    m_verdict = makeLine("inspectorVerdict", box);
    m_stars = new StarRating(box);
    auto* verdictLine = new QHBoxLayout;
    verdictLine->addWidget(m_verdictMark);
    verdictLine->addWidget(m_verdict, 1);
    verdictLine->addWidget(m_stars);
    m_reason = makeLine("inspectorReason", box);
    m_reason->setProperty("look", QStringLiteral("caption"));
    m_reason->hide();
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(Theme::kUnit);
    buttons->addWidget(makeButton(actions, QStringLiteral("pin"), tr("Pin")));
    buttons->addWidget(makeButton(actions, QStringLiteral("ban"), tr("Ban")));
    buttons->addWidget(makeButton(actions, QStringLiteral("lock"), tr("Lock")));
    buttons->addWidget(makeButton(actions, QStringLiteral("clear"), tr("Clear")));
    buttons->addStretch(1);
    m_note = new QLineEdit(box);
    m_note->setObjectName(QStringLiteral("inspectorNote"));
    m_note->setAccessibleName(tr("Reason of the next decision"));
    m_note->setPlaceholderText(tr("Reason, kept with the decision"));
    m_note->setMaxLength(500);
    layout->addWidget(line);
    layout->addLayout(verdictLine);
    layout->addWidget(m_reason);
    layout->addLayout(buttons);
    layout->addWidget(m_note);
    return box;
}

void Inspector::decide(const QString& what)
{
    const auto rows = m_document.actionRows();
    if (rows.empty())
        return;
    m_document.decide(what, rows, m_note->text().trimmed());
    m_note->clear();
}

void Inspector::refresh()
{
    const auto row = m_document.isOpen() ? m_document.currentRow() : std::nullopt;
    const bool isOther = row != m_row;
    m_row = row;
    if (!row) {
        m_shown = nullptr;
        m_stack->setCurrentIndex(0);
        return;
    }
    m_stack->setCurrentIndex(1);
    const auto entry = m_loader.find(*row);
    if (!entry)
        showWaiting();
    else if (entry != m_shown)
        showPair(*entry);
    m_shown = entry;
    showNumbers();
    showVerdict();
    if (isOther)
        requestReason();
}

void Inspector::showWaiting()
{
    m_title->setText(QStringLiteral("…"));
    m_path->clear();
    m_instruction->setText({});
    m_response->setText(QStringLiteral("…"));
    m_picture->setFile({});
}

void Inspector::showPair(const store::StoredPair& pair)
{
    m_title->setText(QString::fromStdString(pair.pair.id.value));
    const auto isMissing = pair.imageMissing || pair.image.empty();
    if (pair.pair.images.empty())
        m_picture->setFile({}, tr("no picture: text only"));
    else if (isMissing && pair.image.empty())
        m_picture->setFile({}, tr("picture not found: %1").arg(QString::fromStdString(pair.pair.images.front())));
    else
        m_picture->setFile(pair.image);
    const auto more = static_cast<int>(pair.pair.images.size()) - 1;
    const auto path = pair.image.empty() ? QString() : toQString(pair.image.filename());
    m_path->setText(more > 0 ? tr("%1 and %n more picture(s)", nullptr, more).arg(path) : path);
    m_path->setToolTip(toToolTip(toQString(pair.image)));
    m_path->setVisible(!path.isEmpty());
    showTexts(pair);
}

void Inspector::showTexts(const store::StoredPair& pair)
{
    const bool isConversation = !pair.pair.turns.empty();
    m_instructionTitle->setVisible(!isConversation);
    m_instruction->setVisible(!isConversation);
    m_responseTitle->setText(isConversation ? tr("Conversation") : tr("Response"));
    m_response->setAccessibleName(m_responseTitle->text());
    if (isConversation) {
        QStringList turns;
        for (const auto& turn : pair.pair.turns)
            turns.push_back((turn.role == Role::User ? tr("User") : tr("Assistant")) + QChar(u'\n')
                + QString::fromStdString(turn.text));
        m_response->setText(turns.join(QStringLiteral("\n\n")));
        return;
    }
    const auto instruction = QString::fromStdString(pair.pair.instruction);
    m_instruction->setText(
        instruction.isEmpty() ? tr("(none: one of four prompts is drawn in training)") : instruction);
    m_response->setText(QString::fromStdString(pair.pair.response));
}

void Inspector::showNumbers()
{
    if (!m_row)
        return;
    const auto columns = m_document.columns();
    std::vector<MetricBars::Line> lines;
    for (const auto& metric : columns->metrics) {
        const bool isThere = metric.values && *m_row < metric.values->size();
        lines.push_back({QString::fromStdString(metric.info.name), metricExplanation(metric.info.name),
            isThere ? (*metric.values)[*m_row] : kMissing, m_summaries.percentileOf(metric.info.name, *m_row)});
    }
    m_metrics->setLines(std::move(lines));
    QStringList clusters;
    for (const auto& clustering : columns->clusterings) {
        const auto number = clustering.assignment && *m_row < clustering.assignment->size()
            ? (*clustering.assignment)[*m_row]
            : kNoCluster;
        if (number == kNoCluster)
            continue;
        const auto index = static_cast<std::size_t>(number);
        const auto name = index < clustering.info.clusterNames.size()
            ? QString::fromStdString(clustering.info.clusterNames[index])
            : QString();
        const auto size = index < clustering.info.sizes.size() ? formatCount(clustering.info.sizes[index]) : QString();
        clusters.push_back(tr("%1: cluster %2 %3 (%4 pairs)")
                               .arg(QString::fromStdString(clustering.info.name))
                               .arg(number)
                               .arg(name == QString::number(number) ? QString() : name, size)
                               .simplified());
    }
    m_clusters->setText(clusters.join(QChar(u'\n')));
    m_clusters->setVisible(!clusters.isEmpty());
}

void Inspector::showVerdict()
{
    if (!m_row)
        return;
    const auto verdict = m_document.overrideOf(*m_row);
    const auto chosen = m_document.chosen();
    const bool isChosen = chosen && *m_row < chosen->size() && (*chosen)[*m_row];
    const bool isPending = m_document.isPending(*m_row);
    const auto ratio = devicePixelRatioF();
    QPixmap mark(QSize(kVerdictMarkPx, kVerdictMarkPx) * ratio);
    mark.setDevicePixelRatio(ratio);
    mark.fill(Qt::transparent);
    QPainter painter(&mark);
    const QRectF square(1, 1, kVerdictMarkPx - 2, kVerdictMarkPx - 2);
    if (verdict != Override::None)
        paintVerdict(painter, square, verdict, isPending ? MarkState::Pending : MarkState::Confirmed);
    else if (isChosen)
        paintChosen(painter, square);
    painter.end();
    m_verdictMark->setPixmap(mark);
    QStringList parts;
    if (verdict != Override::None)
        parts.push_back(verdictText(verdict));
    if (isChosen)
        parts.push_back(
            m_document.chosenName().isEmpty() ? tr("chosen") : tr("chosen in %1").arg(m_document.chosenName()));
    if (isPending)
        parts.push_back(tr("being saved"));
    m_verdict->setText(parts.isEmpty() ? tr("no verdict") : parts.join(QStringLiteral(", ")));
    m_stars->setStars(m_document.starsOf(*m_row));
    if (verdict == Override::None)
        m_reason->hide();
}

void Inspector::requestReason()
{
    if (!m_row)
        return;
    const auto request = ++m_reasonRequest;
    m_document.read(
        this, [row = *m_row](store::Project& project) { return store::Ledger(project).reasonOf(row); },
        [this, request](const std::string& reason) {
            if (request != m_reasonRequest || !m_row)
                return;
            const bool hasReason = !reason.empty() && m_document.overrideOf(*m_row) != Override::None;
            m_reason->setText(tr("Reason: %1").arg(QString::fromStdString(reason)));
            m_reason->setVisible(hasReason);
        });
}

} // namespace winnow::ui
