#include "ui/dialogs/judge_dialog.h"

#include "ui/background.h"
#include "ui/document.h"
#include "ui/stop_context.h"
#include "ui/theme.h"
#include "ui/widgets/form_parts.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/plain_text.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>

#include <algorithm>
#include <cmath>

namespace winnow::ui {

namespace {

    constexpr int kAddressTypingMs = 400;
    const QString kEnvironment = QStringLiteral("env:");
    const QString kKeychain = QStringLiteral("keychain:");

    QSpinBox* makeNumber(int low, int high, const QString& special = {})
    {
        auto* const spin = new QSpinBox;
        spin->setRange(low, high);
        spin->setSpecialValueText(special);
        spin->setFont(Theme::current().numberFont());
        return spin;
    }

    QDoubleSpinBox* makeAmount(double low, double high, int decimals, const QString& special = {})
    {
        auto* const spin = new QDoubleSpinBox;
        spin->setRange(low, high);
        spin->setDecimals(decimals);
        spin->setSpecialValueText(special);
        spin->setFont(Theme::current().numberFont());
        return spin;
    }

    QFormLayout* makeForm(QWidget* page)
    {
        auto* const form = new QFormLayout(page);
        form->setHorizontalSpacing(Theme::kSection);
        form->setVerticalSpacing(Theme::kGap);
        form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
        return form;
    }

} // namespace

JudgeDialog::JudgeDialog(Document& document, JobQueue& jobs, Mode mode, QWidget* parent)
    : FormDialog(QStringLiteral("judgeDialog"), tr("Set up the judge"),
        tr("A large language model rates every response from 0 to 100. Answers are kept, so no question is paid twice; "
           "the "
           "key stays out of the project."),
        parent)
    , m_document(document)
    , m_jobs(jobs)
    , m_mode(mode)
{
    resize(980, 640);
    auto* const tabs = new QTabWidget;
    tabs->setObjectName(QStringLiteral("judgeTabs"));
    tabs->addTab(makeServer(), tr("Who is asked"));
    tabs->addTab(makeQuestions(), tr("What is asked"));
    tabs->addTab(makeLimits(), tr("Limits and prices"));
    auto* const row = new QHBoxLayout;
    row->setSpacing(Theme::kSection);
    row->addWidget(tabs, 1);
    row->addWidget(makeTrial(), 1);
    body()->addLayout(row, 1);
    setVerb(QStringLiteral("save"), tr("Save the judge"));
    m_typing.setSingleShot(true);
    m_typing.setInterval(kAddressTypingMs);
    connect(&m_typing, &QTimer::timeout, this, &JudgeDialog::requestPreview);
    connectFields();
    setNote(tr("Reading the project…"), false);
    load();
}

JudgeDialog::~JudgeDialog()
{
    if (m_stop)
        *m_stop = true;
}

QWidget* JudgeDialog::makeServer()
{
    auto* const page = new QWidget;
    QFormLayout* const form = makeForm(page);
    m_kind = new QComboBox;
    m_kind->addItem(tr("a server (OpenAI-compatible)"), false);
    m_kind->addItem(tr("a local model of the role judge"), true);
    m_server = new QLineEdit;
    m_server->setPlaceholderText(QStringLiteral("https://api.example.com/v1"));
    m_server->setToolTip(tr("Base address; /chat/completions is added to it"));
    m_model = new QLineEdit;
    m_model->setToolTip(tr("As the server names it"));
    m_keySource = new QComboBox;
    m_keySource->addItem(tr("none needed"), QString());
    m_keySource->addItem(tr("an environment variable"), kEnvironment);
    m_keySource->addItem(tr("the desktop's keychain"), kKeychain);
    m_keyName = new QLineEdit;
    m_key = new QLineEdit;
    m_key->setEchoMode(QLineEdit::Password);
    m_key->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhNoPredictiveText | Qt::ImhSensitiveData);
    m_storeKey = new QPushButton(Theme::icon(QStringLiteral("lock")), tr("Store"));
    m_storeKey->setObjectName(QStringLiteral("storeKey"));
    m_storeKey->setAutoDefault(false);
    m_keyState = makeText({}, QStringLiteral("caption"));
    m_keyState->setObjectName(QStringLiteral("keyState"));
    addField(form, tr("Judge"), m_kind, QStringLiteral("judgeKind"));
    addField(form, tr("Server"), m_server, QStringLiteral("judgeServer"));
    addField(form, tr("Model"), m_model, QStringLiteral("judgeModel"));
    addField(form, tr("Key from"), m_keySource, QStringLiteral("keySource"));
    addField(form, tr("Name of the key"), m_keyName, QStringLiteral("keyName"));
    m_key->setObjectName(QStringLiteral("judgeKey"));
    m_key->setAccessibleName(tr("Key to store in the keychain"));
    auto* const keyRow = new QHBoxLayout;
    keyRow->setSpacing(Theme::kGap);
    keyRow->addWidget(m_key, 1);
    keyRow->addWidget(m_storeKey);
    form->addRow(tr("Key"), keyRow);
    form->addRow(QString(), m_keyState);
    return page;
}

QWidget* JudgeDialog::makeQuestions()
{
    auto* const page = new QWidget;
    QFormLayout* const form = makeForm(page);
    m_prompt = new QComboBox;
    m_prompt->addItem(tr("the texts alone, as published"), QStringLiteral("text"));
    m_prompt->addItem(tr("the picture too"), QStringLiteral("image"));
    m_prompt->setToolTip(tr("With the picture the judge can see what a response makes up"));
    m_repeats = makeNumber(1, 100);
    m_repeats->setToolTip(tr("Answers for each pair; with two and more their spread is kept too"));
    m_temperature = makeAmount(-0.1, 2, 1, tr("left to the server"));
    m_temperature->setSingleStep(0.1);
    m_maxTokens = makeNumber(0, 100'000, tr("left to the server"));
    m_imageSide = makeNumber(64, 4096);
    m_imageSide->setToolTip(tr("The longer side of the picture that is sent, in pixels"));
    addField(form, tr("Shown to the judge"), m_prompt, QStringLiteral("judgePrompt"));
    addField(form, tr("Answers for each pair"), m_repeats, QStringLiteral("judgeRepeats"));
    addField(form, tr("Temperature"), m_temperature, QStringLiteral("judgeTemperature"));
    addField(form, tr("Longest answer, tokens"), m_maxTokens, QStringLiteral("judgeTokens"));
    addField(form, tr("Picture side, pixels"), m_imageSide, QStringLiteral("judgeImageSide"));
    return page;
}

QWidget* JudgeDialog::makeLimits()
{
    auto* const page = new QWidget;
    QFormLayout* const form = makeForm(page);
    m_maxRequests = makeNumber(0, 1'000'000'000, tr("no cap"));
    m_maxRequests->setToolTip(tr("Of the whole project, repetitions and tests included"));
    m_maxCost = makeAmount(0, 1e9, 2, tr("no cap"));
    m_maxCost->setToolTip(tr("The same in money, at the prices below"));
    m_pricePrompt = makeAmount(0, 1e6, 5);
    m_priceAnswer = makeAmount(0, 1e6, 5);
    m_timeout = makeNumber(1, 3600);
    m_concurrency = makeNumber(1, 256);
    m_concurrency->setToolTip(tr("Most requests at once; fewer where the server says so"));
    addField(form, tr("Most requests"), m_maxRequests, QStringLiteral("judgeMaxRequests"));
    addField(form, tr("Most money"), m_maxCost, QStringLiteral("judgeMaxCost"));
    addField(form, tr("Price of 1000 tokens sent"), m_pricePrompt, QStringLiteral("judgePricePrompt"));
    addField(form, tr("Price of 1000 tokens answered"), m_priceAnswer, QStringLiteral("judgePriceAnswer"));
    addField(form, tr("Patience, seconds"), m_timeout, QStringLiteral("judgeTimeout"));
    addField(form, tr("Requests at once"), m_concurrency, QStringLiteral("judgeConcurrency"));
    return page;
}

QWidget* JudgeDialog::makeTrial()
{
    auto* const page = new QWidget;
    auto* const layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::kGap);
    m_preview = new PlainText;
    m_preview->setObjectName(QStringLiteral("judgePreview"));
    m_preview->setAccessibleName(tr("What the judge is asked about the first pair"));
    m_preview->setPlaceholderText(tr("The question about the first pair stands here."));
    m_test = new QPushButton(Theme::icon(QStringLiteral("play")), tr("Ask about one pair"));
    m_test->setObjectName(QStringLiteral("testJudge"));
    m_test->setAutoDefault(false);
    m_testState = makeText({}, QStringLiteral("caption"));
    m_testState->setObjectName(QStringLiteral("testState"));
    m_reply = new PlainText;
    m_reply->setObjectName(QStringLiteral("judgeReply"));
    m_reply->setAccessibleName(tr("The judge's reply"));
    m_reply->setPlaceholderText(tr("The reply to a test call stands here as it came."));
    m_forecast = makeText({});
    m_forecast->setObjectName(QStringLiteral("judgeForecast"));
    m_forecast->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(makeText(tr("Asked about the first pair")));
    layout->addWidget(m_preview, 3);
    auto* const row = new QHBoxLayout;
    row->addWidget(m_test);
    row->addWidget(m_testState, 1);
    layout->addLayout(row);
    layout->addWidget(m_reply, 2);
    layout->addWidget(m_forecast);
    connect(m_test, &QPushButton::clicked, this, &JudgeDialog::test);
    return page;
}

void JudgeDialog::connectFields()
{
    for (auto* const box : {m_kind, m_keySource, m_prompt})
        connect(box, qOverload<int>(&QComboBox::currentIndexChanged), this, &JudgeDialog::fieldChanged);
    for (auto* const edit : {m_server, m_model, m_keyName})
        connect(edit, &QLineEdit::textChanged, this, &JudgeDialog::fieldChanged);
    for (auto* const spin : {m_repeats, m_maxTokens, m_imageSide, m_maxRequests, m_timeout, m_concurrency})
        connect(spin, qOverload<int>(&QSpinBox::valueChanged), this, &JudgeDialog::fieldChanged);
    for (auto* const spin : {m_temperature, m_maxCost, m_pricePrompt, m_priceAnswer})
        connect(spin, qOverload<double>(&QDoubleSpinBox::valueChanged), this, &JudgeDialog::fieldChanged);
    connect(m_key, &QLineEdit::textChanged, this, &JudgeDialog::refresh);
    connect(m_storeKey, &QPushButton::clicked, this, &JudgeDialog::storeKey);
    for (const auto signal : {&JobQueue::jobChanged, &JobQueue::jobFinished})
        connect(&m_jobs, signal, this, &JudgeDialog::takeJob);
}

void JudgeDialog::load()
{
    m_document.read(
        this, [](store::Project& project) { return pipeline::loadJudgeSettings(project); },
        [this](const pipeline::JudgeSettings& settings) {
            show(settings);
            m_isLoaded = true;
            fieldChanged();
        });
}

void JudgeDialog::show(const pipeline::JudgeSettings& settings)
{
    const auto text = [](const std::string& part) { return QString::fromStdString(part); };
    const auto source = text(settings.keySource);
    m_kind->setCurrentIndex(settings.isLocal ? 1 : 0);
    m_server->setText(text(settings.server));
    m_model->setText(text(settings.model));
    m_keySource->setCurrentIndex(source.startsWith(kEnvironment) ? 1 : source.startsWith(kKeychain) ? 2 : 0);
    m_keyName->setText(source.section(QLatin1Char(':'), 1));
    m_prompt->setCurrentIndex(settings.prompt == "image" ? 1 : 0);
    m_repeats->setValue(settings.repeats);
    m_temperature->setValue(settings.temperature < 0 ? m_temperature->minimum() : settings.temperature);
    m_maxTokens->setValue(static_cast<int>(settings.maxTokens));
    m_imageSide->setValue(settings.imageSide);
    m_maxRequests->setValue(static_cast<int>(settings.maxRequests));
    m_maxCost->setValue(settings.maxCost);
    m_pricePrompt->setValue(settings.pricePrompt);
    m_priceAnswer->setValue(settings.priceAnswer);
    m_timeout->setValue(settings.timeoutSeconds);
    m_concurrency->setValue(settings.concurrency);
}

pipeline::JudgeSettings JudgeDialog::settings() const
{
    pipeline::JudgeSettings out;
    out.isLocal = m_kind->currentData().toBool();
    out.server = m_server->text().trimmed().toStdString();
    out.model = m_model->text().trimmed().toStdString();
    const auto source = m_keySource->currentData().toString();
    if (!source.isEmpty())
        out.keySource = (source + m_keyName->text().trimmed()).toStdString();
    out.prompt = m_prompt->currentData().toString().toStdString();
    out.repeats = m_repeats->value();
    out.temperature = m_temperature->value() < 0 ? -1 : m_temperature->value();
    out.maxTokens = m_maxTokens->value();
    out.imageSide = m_imageSide->value();
    out.maxRequests = m_maxRequests->value();
    out.maxCost = m_maxCost->value();
    out.pricePrompt = m_pricePrompt->value();
    out.priceAnswer = m_priceAnswer->value();
    out.timeoutSeconds = m_timeout->value();
    out.concurrency = m_concurrency->value();
    return out;
}

void JudgeDialog::fieldChanged()
{
    if (m_isLoaded)
        m_typing.start();
    refresh();
}

void JudgeDialog::refresh()
{
    if (!m_isLoaded)
        return;
    const bool isLocal = m_kind->currentData().toBool();
    const auto source = m_keySource->currentData().toString();
    for (QWidget* const widget : std::initializer_list<QWidget*>{m_server, m_model, m_keySource})
        widget->setEnabled(!isLocal);
    m_keyName->setEnabled(!isLocal && !source.isEmpty());
    m_keyName->setPlaceholderText(source == kEnvironment ? QStringLiteral("OPENAI_API_KEY") : QStringLiteral("judge"));
    const bool isKeychain = !isLocal && source == kKeychain;
    m_key->setEnabled(isKeychain);
    m_key->setToolTip(isKeychain ? tr("Goes straight into the keychain and is never shown again")
                                 : tr("Only a key of the keychain is stored here"));
    const bool canStore = isKeychain && !m_key->text().isEmpty() && !m_keyName->text().trimmed().isEmpty();
    m_storeKey->setEnabled(canStore);
    m_storeKey->setToolTip(canStore ? tr("Keeps the key in the keychain under its name")
                                    : tr("Needs the keychain as source, a name and a key"));
    m_imageSide->setEnabled(m_prompt->currentIndex() == 1);
    QString problem;
    const auto wanted = settings();
    try {
        if (wanted.isSet())
            wanted.validate();
        else
            problem = tr("Name the server and the model");
    } catch (const Error& error) {
        problem = QString::fromStdString(error.message());
    }
    if (problem.isEmpty())
        setNote({}, true);
    else
        setProblem(problem);
    const bool isTesting = static_cast<bool>(m_testJob);
    m_test->setEnabled(problem.isEmpty() && !isTesting);
    m_test->setToolTip(problem.isEmpty() ? tr("One call with these settings; it counts among the requests") : problem);
}

void JudgeDialog::requestPreview()
{
    const auto workspace = m_document.workspace();
    const auto wanted = settings();
    const auto request = ++m_request;
    if (m_stop)
        *m_stop = true; // the forecast before it is not wanted any more
    if (!workspace)
        return;
    m_stop = std::make_shared<std::atomic<bool>>(false);
    struct Preview {
        QString question;
        QString forecast;
    };
    inBackground(
        this,
        [workspace, wanted, mode = m_mode, stop = m_stop] {
            auto project = workspace->open();
            Preview out;
            out.question = QString::fromStdString(pipeline::previewJudgeQuestion(project, wanted, mode));
            StopContext context(stop);
            if (wanted.isSet())
                out.forecast = QString::fromStdString(pipeline::forecastJudge(project, wanted, mode, context).sentence);
            return out;
        },
        [this, request](const Preview& preview) {
            if (request != m_request)
                return;
            m_preview->setText(preview.question);
            m_forecast->setText(preview.forecast);
        },
        [this, request](const QString& problem) {
            if (request == m_request)
                m_forecast->setText(problem);
        });
}

void JudgeDialog::storeKey()
{
    const auto key = m_key->text();
    m_key->clear();
    m_keyState->setText(tr("Storing…"));
    inBackground(
        this,
        [name = m_keyName->text().trimmed().toStdString(), key = key.toStdString()] {
            return QString::fromStdString(pipeline::storeJudgeKey(name, key).sentence);
        },
        [this](const QString& sentence) {
            setLook(m_keyState, QStringLiteral("good"));
            m_keyState->setText(sentence);
        },
        [this](const QString& problem) {
            setLook(m_keyState, QStringLiteral("failure"));
            m_keyState->setText(problem);
        });
}

void JudgeDialog::test()
{
    const auto workspace = m_document.workspace();
    if (!workspace)
        return;
    pipeline::JudgeTestOptions options;
    options.settings = settings();
    options.mode = m_mode;
    const auto result = std::make_shared<pipeline::JudgeTest>();
    m_testResult = result;
    const auto lane = options.settings.isLocal ? Lane::Models : Lane::Network;
    m_testJob = m_jobs.submit(lane, tr("Ask the judge about one pair"),
        [workspace, options, result](RunContext& context) -> pipeline::JobResult {
            if (!options.settings.isLocal)
                pipeline::confirmJudge(options.settings); // the person has just named server and key
            *result = pipeline::testJudge(*workspace, options, context);
            return {result->problem.empty() ? "the judge answered" : result->problem, Json::object(),
                !result->problem.empty()};
        });
    takeJob(m_testJob);
}

void JudgeDialog::takeJob(JobId id)
{
    if (!id || id != m_testJob)
        return;
    const auto* const state = m_jobs.find(id);
    if (state != nullptr && !state->isOver()) {
        setLook(m_testState, QStringLiteral("caption"));
        m_testState->setText(tr("asking…"));
        refresh();
        return;
    }
    m_testJob = {};
    if (state != nullptr && state->status == JobStatus::Finished && m_testResult) {
        showTest(*m_testResult);
    } else {
        setLook(m_testState, QStringLiteral("failure"));
        m_testState->setText(state != nullptr ? state->message : QString());
    }
    refresh();
}

void JudgeDialog::showTest(const pipeline::JudgeTest& test)
{
    m_reply->setText(QString::fromStdString(test.answer));
    if (!test.problem.empty()) {
        setLook(m_testState, QStringLiteral("failure"));
        m_testState->setText(QString::fromStdString(test.problem));
        return;
    }
    setLook(m_testState, QStringLiteral("good"));
    auto text = tr("Rated %1 in %2").arg(formatNumber(test.rating), formatDuration(test.seconds));
    if (test.promptTokens >= 0)
        text += tr(", %1 tokens sent, %2 answered").arg(formatCount(test.promptTokens), formatCount(test.answerTokens));
    if (test.cost > 0)
        text += tr(", cost %1").arg(formatNumber(test.cost));
    m_testState->setText(text);
    m_forecast->setText(QString::fromStdString(test.forecast.sentence));
}

void JudgeDialog::accept()
{
    if (const auto workspace = m_document.workspace())
        m_jobs.submit(Lane::Data, tr("Set up the judge"), [workspace, wanted = settings()](RunContext&) {
            if (!wanted.isLocal)
                pipeline::confirmJudge(wanted);
            return pipeline::setJudge(*workspace, wanted);
        });
    FormDialog::accept();
}

} // namespace winnow::ui
