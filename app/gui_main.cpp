#include "app/bootstrap.h"
#include "ui/main_window.h"
#include "ui/settings.h"
#include "ui/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QLibraryInfo>
#include <QLocale>
#include <QTimer>
#include <QTranslator>

#include <cstdio>

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

struct Wishes {
    QString project;
    QString screenshot;
    QSize size;
    QString mode;
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
    const QCommandLineOption mode(text("mode"), text("data, select, train or compare"), text("MODE"));
    const QCommandLineOption theme(text("theme"), text("light or dark"), text("THEME"));
    parser.addOptions({screenshot, size, mode, theme});
    parser.process(application);

    Wishes wishes;
    wishes.project = parser.positionalArguments().value(0);
    wishes.screenshot = parser.value(screenshot);
    wishes.mode = parser.value(mode);
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
    QApplication application(argc, argv);
    winnow::app::useNumberPoint(); // Qt has set the user's language
    QApplication::setApplicationName(text("winnow-studio"));
    QApplication::setApplicationDisplayName(text("Winnow"));
    QApplication::setApplicationVersion(text(WINNOW_VERSION));
    QGuiApplication::setDesktopFileName(text("winnow-studio"));
    const Wishes wishes = readArguments(application);
    if (!wishes.isValid)
        return 2;
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
    window.show();
    if (!wishes.project.isEmpty())
        window.openProject(wishes.project);
    if (!wishes.screenshot.isEmpty())
        shoot(window, wishes.screenshot);
    return QApplication::exec();
}
