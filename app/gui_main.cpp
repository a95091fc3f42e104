#include "app/bootstrap.h"
#include "core/pipeline/report_job.h"
#include "ui/main_window.h"
#include "ui/report_pdf.h"
#include "ui/settings.h"
#include "ui/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QLibraryInfo>
#include <QLocale>
#include <QTimer>
#include <QTranslator>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <variant>

namespace {

using winnow::ui::MainWindow;

QString text(const char* literal) { return QString::fromUtf8(literal); }

void loadTranslations(QApplication& application)
{
    auto* const own = new QTranslator(&application);
    if (own->load(QLocale(), text("winnow"), text("_"), text(":/translations")))
        application.installTranslator(own);
    auto* const qt = new QTranslator(&application);
    if (qt->load(QLocale(), text("qtbase"), text("_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        application.installTranslator(qt);
}

/// Once nothing is being opened and the pictures had time to arrive, writes the window as a PNG and quits.
void shoot(MainWindow& window, const QString& file)
{
    constexpr int kSettleMs = 2500;
    constexpr int kPatienceMs = 60000;
    auto* const timer = new QTimer(&window);
    auto* const sinceStart = new QElapsedTimer;
    sinceStart->start();
    QObject::connect(timer, &QTimer::timeout, &window, [&window, file, timer, sinceStart] {
        const bool isBusy = window.document().isOpening() || sinceStart->elapsed() < kSettleMs;
        if (isBusy && sinceStart->elapsed() < kPatienceMs)
            return;
        timer->stop();
        delete sinceStart;
        const bool isWritten = window.grab().save(file);
        if (!isWritten)
            std::fprintf(stderr, "cannot write %s\n", qPrintable(file));
        QCoreApplication::exit(isWritten ? 0 : 1);
    });
    timer->start(100);
}

/// Without a window: the report of a project as PDF. Exit code.
int writeReport(const QString& project, const QString& file)
{
    QString problem;
    winnow::NullContext quiet;
    const auto outcome = winnow::pipeline::runGuarded(
        [&](winnow::RunContext&) {
            winnow::pipeline::Workspace workspace(project.toStdString());
            auto opened = workspace.open();
            const auto html = winnow::pipeline::projectReportHtml(opened, winnow::pipeline::Figures::Images);
            problem = winnow::ui::writePdf(QString::fromStdString(html), text("Winnow"), file);
            return winnow::pipeline::JobResult();
        },
        quiet);
    if (const auto* failed = std::get_if<winnow::pipeline::Failed>(&outcome))
        problem = QString::fromStdString(failed->message);
    if (problem.isEmpty())
        return 0;
    std::fprintf(stderr, "winnow-studio: %s\n", qPrintable(problem));
    return 1;
}

/// Shows the window with the project in it; where another window has it, that one comes to the front and this program
/// ends.
void openFirst(MainWindow& window, const QString& project)
{
    QObject::connect(&window.document(), &winnow::ui::Document::openStarted, &window, &QWidget::show);
    QObject::connect(&window, &MainWindow::openElsewhere, &window, [&window](const QString& folder) {
        if (window.isVisible())
            return; // a later wish of the person: the window stays
        std::fprintf(stderr, "%s is open in another window, which was brought to the front\n", qPrintable(folder));
        QCoreApplication::exit(0);
    });
    window.openProject(project);
}

struct Wishes {
    QString project;
    QString screenshot;
    QSize size;
    QString mode;
    QString report; ///< file to write instead of showing a window
    bool isValid = true;
};

Wishes readArguments(const QApplication& application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(text("Winnow: choose the few image-instruction pairs that make a model better"));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(text("project"), text("Project folder to open"), text("[PROJECT]"));
    const QCommandLineOption screenshot(
        text("screenshot"), text("Write a picture of the window to FILE and quit"), text("FILE"));
    const QCommandLineOption size(text("size"), text("Size of the window, such as 1280x800"), text("WxH"));
    const QCommandLineOption mode(text("mode"), text("data, score, select, train or compare"), text("MODE"));
    const QCommandLineOption theme(text("theme"), text("light or dark"), text("THEME"));
    const QCommandLineOption report(
        text("report"), text("Write the report of PROJECT as PDF to the file named after it, and quit"));
    parser.addPositionalArgument(text("file"), text("With --report: the PDF"), text("[FILE]"));
    parser.addOptions({screenshot, size, mode, theme, report});
    parser.process(application);

    Wishes wishes;
    wishes.project = parser.positionalArguments().value(0);
    wishes.screenshot = parser.value(screenshot);
    wishes.mode = parser.value(mode);
    if (parser.isSet(report)) {
        wishes.report = parser.positionalArguments().value(1);
        wishes.isValid = !wishes.report.isEmpty();
        if (!wishes.isValid)
            std::fprintf(stderr, "--report takes a project's folder and the file to write\n");
    }
    if (parser.isSet(theme))
        qputenv("WINNOW_THEME", parser.value(theme).toUtf8());
    if (parser.isSet(size)) {
        const QStringList sides = parser.value(size).split(QLatin1Char('x'));
        wishes.size = QSize(sides.value(0).toInt(), sides.value(1).toInt());
        wishes.isValid = sides.size() == 2 && wishes.size.width() >= 320 && wishes.size.height() >= 240
            && wishes.size.width() <= 16384 && wishes.size.height() <= 16384;
        if (!wishes.isValid)
            std::fprintf(stderr, "--size is a width and a height such as 1280x800\n");
    }
    return wishes;
}

} // namespace

int main(int argc, char** argv)
{
    winnow::app::startUp();
    const bool isReport =
        std::any_of(argv + 1, argv + argc, [](const char* a) { return std::strcmp(a, "--report") == 0; });
    if (isReport && qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY")
        && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    winnow::app::useNumberPoint(); // Qt has set the user's language
    QApplication::setApplicationName(text("winnow-studio"));
    QApplication::setApplicationDisplayName(text("Winnow"));
    QApplication::setApplicationVersion(text(WINNOW_VERSION));
    QGuiApplication::setDesktopFileName(text("winnow-studio"));
    const Wishes wishes = readArguments(application);
    if (!wishes.isValid)
        return 2;
    if (!wishes.report.isEmpty())
        return writeReport(wishes.project, wishes.report);
    winnow::ui::Settings settings;
    auto& theme = winnow::ui::Theme::current(); // brings the resources in, translations too
    loadTranslations(application);
    theme.setChoice(settings.themeChoice());
    theme.apply();
    MainWindow window(settings);
    if (wishes.size.isValid())
        window.resize(wishes.size);
    if (!wishes.mode.isEmpty())
        window.showMode(wishes.mode);
    if (wishes.project.isEmpty())
        window.show();
    else
        openFirst(window, wishes.project);
    if (!wishes.screenshot.isEmpty())
        shoot(window, wishes.screenshot);
    return QApplication::exec();
}
