#include "ui/dialogs/search_dialog.h"

#include "core/pipeline/model_registry.h"
#include "core/store/feature_store.h"
#include "ui/document.h"
#include "ui/jobs/job_queue.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPushButton>

namespace winnow::ui {

namespace {

    const QString kSentences = QStringLiteral("text");
    constexpr int kMostCharacters = 10'000;

    QString similarColumn() { return QString::fromLatin1(pipeline::kSimilarColumn); }

    bool hasSimilarColumn(const Document& document)
    {
        return document.columns()->findMetric(pipeline::kSimilarColumn) != nullptr;
    }

    /// What a project has, and whether a model could make sentence vectors. Runs on the store thread.
    struct Sources {
        std::vector<FeatureInfo> spaces;
        bool hasTextModel = false;
    };
    Sources findSources(store::Project& project)
    {
        Sources out{store::FeatureStore(project).list(), true};
        try {
            pipeline::resolveModel("text", std::filesystem::path());
        } catch (const Error&) {
            out.hasTextModel = false;
        }
        return out;
    }

} // namespace

SearchDialog::SearchDialog(Document& document, JobQueue& jobs, QWidget* parent)
    : FormDialog(QStringLiteral("searchDialog"), tr("Find by meaning"),
        tr("Sorts the pairs by how near they are to a text, whatever words they use. The similarity is kept as the "
           "metric “similar”, to filter by as well."),
        parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_text(new QLineEdit)
    , m_space(new QComboBox)
    , m_device(makeDeviceBox())
{
    setMinimumWidth(480);
    m_text->setMaxLength(kMostCharacters);
    m_text->setPlaceholderText(tr("a dog on a beach"));
    m_space->addItem(tr("Pictures, by CLIP (clip-image)"), QStringLiteral("clip-image"));
    m_space->addItem(tr("Responses, by a sentence encoder (text)"), kSentences);
    m_space->addItem(tr("Responses, by CLIP (clip-text)"), QStringLiteral("clip-text"));
    m_space->setToolTip(tr("The vectors that the text is compared with"));
    QFormLayout* const form = addForm();
    addField(form, tr("Text"), m_text, QStringLiteral("text"));
    addField(form, tr("Compare with"), m_space, QStringLiteral("space"));
    addField(form, tr("Device"), m_device, QStringLiteral("device"));
    connect(m_text, &QLineEdit::textChanged, this, &SearchDialog::refresh);
    connect(m_space, qOverload<int>(&QComboBox::currentIndexChanged), this, &SearchDialog::refresh);
    connect(&m_document, &Document::columnsChanged, this, &SearchDialog::refresh);
    m_text->setFocus(Qt::OtherFocusReason);
    loadSpaces();
    refresh();
}

void SearchDialog::loadSpaces()
{
    m_document.read(this, findSources, [this](const Sources& sources) {
        m_isRead = true;
        m_hasTextModel = sources.hasTextModel;
        for (const auto& space : sources.spaces)
            m_stored << QString::fromStdString(space.name);
        if (m_stored.contains(kSentences))
            m_space->setCurrentIndex(m_space->findData(kSentences));
        refresh();
    });
}

pipeline::SearchOptions SearchDialog::options() const
{
    pipeline::SearchOptions out;
    out.text = m_text->text().trimmed().toStdString();
    out.space = m_space->currentData().toString().toStdString();
    out.column = pipeline::kSimilarColumn;
    out.device = m_device->currentText().toStdString();
    return out;
}

void SearchDialog::refresh()
{
    const auto pairCount = m_document.columns()->pairCount;
    const auto space = m_space->currentData().toString();
    const bool isStored = m_stored.contains(space);
    setVerb(QStringLiteral("search"), tr("Compare %1 pairs").arg(formatCount(pairCount)));
    if (pairCount == 0)
        setProblem(tr("There are no pairs yet: import a dataset first"));
    else if (m_text->text().trimmed().isEmpty())
        setProblem(tr("Type what to look for"));
    else if (m_isRead && space == kSentences && !isStored && !m_hasTextModel)
        setProblem(tr("There is no sentence encoder: add one under Models, in the role text"));
    else
        setNote(m_isRead && !isStored          ? tr("The vectors are computed first, which takes longer")
                : hasSimilarColumn(m_document) ? tr("Replaces the similarities of the search before")
                                               : QString(),
            true);
}

void SearchDialog::accept()
{
    if (const auto workspace = m_document.workspace())
        sortWhenDone(m_jobs.submit(Lane::Models, tr("Find “%1”").arg(m_text->text().trimmed().left(40)),
            [workspace, wanted = options()](
                RunContext& context) { return pipeline::runSearch(*workspace, wanted, context); }));
    FormDialog::accept();
}

void SearchDialog::sortWhenDone(JobId job)
{
    // This dialog is gone by then: a child of the document waits, first for the job, then for its column.
    auto* const waiting = new QObject(&m_document);
    const auto sort = [document = &m_document, waiting] {
        if (!hasSimilarColumn(*document))
            return;
        waiting->deleteLater();
        document->setSort(similarColumn(), true);
    };
    connect(&m_document, &Document::closed, waiting, &QObject::deleteLater);
    connect(&m_jobs, &JobQueue::jobFinished, waiting,
        [jobs = &m_jobs, document = &m_document, waiting, sort, job](JobId finished) {
            if (finished != job)
                return;
            const JobState* const state = jobs->find(job);
            if (!state || state->status != JobStatus::Finished) {
                waiting->deleteLater();
                return;
            }
            connect(document, &Document::columnsChanged, waiting, sort);
            document->refresh();
            sort();
        });
}

} // namespace winnow::ui
