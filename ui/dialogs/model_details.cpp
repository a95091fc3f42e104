#include "ui/dialogs/model_details.h"

#include "ui/document.h"
#include "ui/theme.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"

#include <QBoxLayout>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>

namespace winnow::ui {

ModelDetails::ModelDetails(QWidget* parent)
    : QWidget(parent)
    , m_compute(new QPushButton(tr("Compute")))
{
    setObjectName(QStringLiteral("modelDetails"));
    setAccessibleName(tr("Details of the model"));
    auto* const form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(Theme::kSection);
    form->setVerticalSpacing(Theme::kUnit);
    m_about = addRow(form, tr("What it is"), "modelAbout");
    m_purpose = addRow(form, tr("Good for"), "modelPurpose");
    m_size = addRow(form, tr("On disk"), "modelSize");
    m_hash = makeText(this, "modelHash");
    m_compute->setObjectName(QStringLiteral("computeHash"));
    m_compute->setAutoDefault(false);
    m_compute->setToolTip(tr("Reads all weights once, as a job; the hash is remembered until a file changes"));
    auto* const hash = new QHBoxLayout;
    hash->setSpacing(Theme::kGap);
    hash->addWidget(m_hash, 1);
    hash->addWidget(m_compute);
    auto* const hashTitle = new QLabel(tr("SHA-256"));
    hashTitle->setBuddy(m_hash);
    form->addRow(hashTitle, hash);
    m_licence = addRow(form, tr("Licence"), "modelLicence");
    m_origin = addRow(form, tr("From"), "modelOrigin");
    m_folder = addRow(form, tr("Folder"), "modelFolder");
    connect(m_compute, &QPushButton::clicked, this, &ModelDetails::hashWanted);
    show(nullptr);
}

QLabel* ModelDetails::addRow(QFormLayout* form, const QString& title, const char* name)
{
    QLabel* const text = makeText(this, name);
    auto* const label = new QLabel(title);
    label->setBuddy(text); // an accessible name of its own would hide the value from a screen reader
    form->addRow(label, text);
    return text;
}

void ModelDetails::show(const ModelRow* row)
{
    const QString none = QStringLiteral("–");
    m_sha256.clear();
    m_hasWeights = false;
    if (row == nullptr) {
        for (QLabel* const label : {m_about, m_purpose, m_size, m_licence, m_origin, m_folder})
            label->setText(none);
        refreshHash();
        return;
    }
    const auto& facts = row->facts;
    const auto licence = QString::fromStdString(facts.licence);
    const auto file = QString::fromStdString(facts.licenceFile);
    m_about->setText(QString::fromStdString(row->entry.about));
    m_purpose->setText(QString::fromStdString(facts.purpose));
    m_size->setText(
        tr("%1; files of weights: %2")
            .arg(QString::fromStdString(pipeline::sizeText(facts.diskBytes)), formatCount(facts.weightFileCount)));
    m_licence->setText(licence.isEmpty() && file.isEmpty() ? tr("not said in its folder")
            : licence.isEmpty()                            ? tr("see %1").arg(file)
            : file.isEmpty()                               ? licence
                                                           : tr("%1 (%2)").arg(licence, file));
    m_origin->setText(facts.origin.isDownloaded() ? QString::fromStdString(facts.origin.text())
            : row->entry.embedded                 ? tr("made by Winnow's own “winnow demo train”")
                                                  : tr("a folder of your own"));
    m_folder->setText(toQString(row->entry.folder));
    m_sha256 = QString::fromStdString(facts.sha256);
    m_hasWeights = facts.weightFileCount > 0;
    refreshHash();
}

void ModelDetails::setHashing(bool isHashing)
{
    m_isHashing = isHashing;
    refreshHash();
}

void ModelDetails::refreshHash()
{
    m_hash->setText(!m_sha256.isEmpty() ? m_sha256
            : !m_hasWeights             ? QStringLiteral("–")
            : m_isHashing               ? tr("being computed…")
                                        : tr("not computed yet"));
    m_compute->setVisible(m_sha256.isEmpty());
    m_compute->setEnabled(m_hasWeights && !m_isHashing);
}

} // namespace winnow::ui
