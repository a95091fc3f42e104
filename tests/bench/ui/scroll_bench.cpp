// Opens the real main window at 1280 x 800 (software rendering) on a project of a million pairs and prints, each beside
// its limit: open to first paint, frames while scrolling, filter, sort, memory, and the longest single event of the
// window's thread.
#include "core/store/project.h"
#include "tests/bench/store/make_project.h"
#include "tests/ui/timed_application.h"
#include "ui/document.h"
#include "ui/main_window.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/widgets/pair_grid.h"

#include <QElapsedTimer>
#include <QImage>
#include <QPainter>
#include <QScrollBar>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace {

using namespace winnow;

constexpr int kPicturedRows = 20000;
constexpr int kFrames = 1500;
constexpr int kJumps = 300;
constexpr int kStepPerFrame = 16; ///< of the grid's 64 a row: a quick wheel

void report(const char* what, double value, double limit, const char* unit)
{
    std::printf("%-46s %9.1f %s  limit %7.1f  %5.2f of it%s\n", what, value, unit, limit, value / limit,
        value <= limit ? "" : "  MISSED");
}

bool spinUntil(const std::function<bool()>& condition, int timeoutMs = 60000)
{
    QElapsedTimer timer;
    timer.start();
    while (!condition() && timer.elapsed() < timeoutMs)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 5);
    return condition();
}

double peakMemoryMb(const char* field)
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(field))
            return std::atof(line.c_str() + std::string(field).size() + 1) / 1024;
    return 0;
}

/// Real JPEG files for the first rows, as hard links to a few: what scrolling has to decode.
void makePictures(const std::filesystem::path& images)
{
    std::vector<std::filesystem::path> sources;
    std::filesystem::create_directories(images / "sources");
    for (int i = 0; i < 16; ++i) {
        QImage image(i % 2 ? QSize(640, 480) : QSize(480, 640), QImage::Format_RGB32);
        image.fill(QColor::fromHsv(i * 22, 80, 220));
        QPainter painter(&image);
        for (int line = 0; line < 60; ++line)
            painter.fillRect(line * 11 % 600, line * 37 % 440, 30 + line, 20, QColor::fromHsv(line * 6, 200, 180));
        painter.end();
        sources.push_back(images / "sources" / (std::to_string(i) + ".jpg"));
        image.save(QString::fromStdString(sources.back().string()), "JPG", 85);
    }
    for (int row = 0; row < kPicturedRows; ++row) {
        const auto folder = images / ("part" + std::to_string(row / 1000));
        if (row % 1000 == 0)
            std::filesystem::create_directories(folder);
        std::filesystem::create_hard_link(
            sources[static_cast<std::size_t>(row) % sources.size()], folder / (std::to_string(row) + ".jpg"));
    }
}

/// Milliseconds of each frame: one scroll step with everything that is due until its paint is done.
std::vector<double> scroll(ui::PairGrid& grid, int frames, const std::function<int(int)>& valueOf)
{
    std::vector<double> times;
    for (int frame = 0; frame < frames; ++frame) {
        QElapsedTimer timer;
        timer.start();
        grid.verticalScrollBar()->setValue(valueOf(frame));
        QCoreApplication::processEvents();
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        const auto rest = 16.0 - times.back();
        if (rest > 1)
            spinUntil([] { return false; }, static_cast<int>(rest));
    }
    std::sort(times.begin(), times.end());
    return times;
}

void reportFrames(const char* what, const std::vector<double>& times)
{
    const auto at = [&times](double share) {
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    std::printf("%-46s %9.1f ms\n", (std::string(what) + ", median").c_str(), at(0.5));
    report((std::string(what) + ", 99th percentile").c_str(), at(0.99), 16.7, "ms");
}

/// Until the next current set after the command.
double timeOfSet(ui::Document& document, const std::function<void()>& command)
{
    bool isThere = false;
    QObject context;
    QObject::connect(&document, &ui::Document::currentSetChanged, &context, [&isThere] { isThere = true; });
    QElapsedTimer timer;
    timer.start();
    command();
    spinUntil([&isThere] { return isThere; });
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void run(ui::TimedApplication& app, const std::filesystem::path& folder)
{
    QTemporaryDir settingsFolder;
    ui::Settings settings(settingsFolder.filePath(QStringLiteral("studio.ini")));
    ui::MainWindow window(settings);
    window.resize(1280, 800);
    window.show();
    window.showMode(QStringLiteral("data"));
    QCoreApplication::processEvents();
    auto* grid = window.findChild<ui::PairGrid*>(QStringLiteral("pairGrid"));
    app.reset();
    QElapsedTimer timer;
    timer.start();
    window.openProject(ui::toQString(folder));
    spinUntil([grid] { return grid->isVisible() && grid->visibleRange().second > 0; });
    grid->viewport()->repaint();
    report("open to first paint", static_cast<double>(timer.nsecsElapsed()) / 1e6, 1000, "ms");
    std::printf("%-46s %9.1f ms  (%s)\n", "longest event while opening (CPU)", app.longestMs(), app.longest().c_str());
    spinUntil([] { return false; }, 4000); // summaries and text index of a fresh project
    app.reset();
    reportFrames(
        "frames, steady scroll over pictures", scroll(*grid, kFrames, [](int frame) { return frame * kStepPerFrame; }));
    const auto last = grid->verticalScrollBar()->maximum();
    reportFrames("frames, jumps through all rows", scroll(*grid, kJumps, [last](int frame) {
        return static_cast<int>(static_cast<qint64>(frame) * 7919 * 65537 % std::max(last, 1));
    }));
    report("longest event while scrolling (CPU)", app.longestMs(), 16, "ms");
    std::printf("%-46s %s\n", "", app.longest().c_str());
    app.reset();
    auto& document = window.document();
    report("filter clip > 28 and length in 20..30",
        timeOfSet(document, [&] { document.setFilter(QStringLiteral("clip > 28 and length in 20..30")); }), 100, "ms");
    report("filter cleared", timeOfSet(document, [&] { document.setFilter({}); }), 100, "ms");
    report("sort by clip", timeOfSet(document, [&] { document.setSort(QStringLiteral("clip"), true); }), 100, "ms");
    report("sort by reward, ascending", timeOfSet(document, [&] { document.setSort(QStringLiteral("reward"), false); }),
        100, "ms");
    spinUntil([] { return false; }, 1000);
    report("longest event while filtering (CPU)", app.longestMs(), 16, "ms");
    std::printf("%-46s %s\n", "", app.longest().c_str());
    report("memory, highest", peakMemoryMb("VmHWM:"), 600, "MB");
    std::printf("%-46s %9.1f MB\n", "memory, now", peakMemoryMb("VmRSS:"));
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    ui::TimedApplication app(argc, argv);
    ui::Theme::current().apply();
    const std::filesystem::path folder = argc > 1 ? argv[1] : "winnow-million";
    const std::int64_t pairs = argc > 2 ? std::atoll(argv[2]) : 1000000;
    if (!store::Project::isProject(folder)) {
        std::printf("making %s with %lld pairs\n", folder.c_str(), static_cast<long long>(pairs));
        bench::makeLargeProject(folder, pairs);
        makePictures(folder / "images");
    }
    run(app, folder);
    return 0;
}
