#include "tests/ui/data_fixture.h"

#include "core/store/column_store.h"
#include "core/store/pair_store.h"
#include "core/store/project.h"

#include <QColor>
#include <QElapsedTimer>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <vector>

namespace winnow::ui {
namespace {
    constexpr int kMissingEach = 16;

    Pair makePair(int i)
    {
        Pair pair;
        pair.id.value = "pair-" + std::to_string(i);
        pair.images = {"p" + std::to_string(i) + ".png"};
        pair.instruction = "Describe the picture in detail.";
        pair.response = "A round thing number " + std::to_string(i)
            + " lies on a plain ground, lit from the left, and its shadow falls over the edge of the table.";
        if (i == 3)
            pair.turns = {{Role::User, "What is it?"}, {Role::Assistant, "A disc."}, {Role::User, "Which colour?"},
                {Role::Assistant, "Blue."}};
        if (i == 5)
            pair.response = "<img src='file:///etc/passwd'><b>bold</b> & \"quoted\"\nsecond line";
        if (i == 7)
            pair.images.clear();
        return pair;
    }

    void addMetrics(store::Project& project, int count)
    {
        store::MetricStore metrics(project);
        std::vector<PairRow> rows;
        std::vector<double> clip, length, reward;
        for (int i = 0; i < count; ++i) {
            rows.push_back(static_cast<PairRow>(i));
            clip.push_back(i % 10 == 9 ? kMissing : 25 + 6 * std::sin(i * 0.7));
            length.push_back(1 + (i * 7) % 13);
            reward.push_back(4 + std::cos(i * 1.3));
        }
        const std::pair<const char*, const std::vector<double>*> columns[] = {
            {"clip", &clip}, {"length", &length}, {"reward", &reward}};
        for (const auto& [name, values] : columns) {
            metrics.begin({name, "{}", "test", 0}, false);
            metrics.write(name, rows, *values);
        }
        ClusterColumn column;
        column.info.name = "clusters";
        column.info.algorithm = "kmeans";
        column.info.parameters = "{}";
        column.info.clusterNames = {"discs", "", "boats", "night"};
        auto assignment = std::make_shared<std::vector<std::int32_t>>();
        for (int i = 0; i < count; ++i)
            assignment->push_back(i % 4);
        column.assignment = assignment;
        store::ClusterStore(project).save(column);
    }
} // namespace

SampleProject::SampleProject(int pairCount)
    : m_pairCount(pairCount)
{
    writePictures();
    auto project = store::Project::create(folder());
    store::PairStore store(project);
    const auto root = store.addImageRoot(toPath(m_directory.filePath(QStringLiteral("pictures"))));
    std::vector<Pair> pairs;
    std::vector<std::uint8_t> missing;
    for (int i = 0; i < pairCount; ++i) {
        pairs.push_back(makePair(i));
        missing.push_back(i % kMissingEach == kMissingEach - 1 ? 1 : 0);
    }
    for (std::size_t from = 0; from < pairs.size(); from += 500) {
        const auto count = std::min<std::size_t>(500, pairs.size() - from);
        store.addPairs(std::span(pairs).subspan(from, count), root, std::span(missing).subspan(from, count));
    }
    addMetrics(project, pairCount);
}

std::filesystem::path SampleProject::folder() const { return toPath(m_directory.filePath(QStringLiteral("sample"))); }

void SampleProject::writePictures() const
{
    const auto folder = m_directory.filePath(QStringLiteral("pictures"));
    std::filesystem::create_directories(toPath(folder));
    for (int i = 0; i < std::min(m_pairCount, 400); ++i) {
        const auto file = QStringLiteral("%1/p%2.png").arg(folder).arg(i);
        if (i % kMissingEach == kMissingEach - 1)
            continue;
        if (i == 6) {
            QFile broken(file);
            if (broken.open(QIODevice::WriteOnly))
                broken.write("this is not a picture");
            continue;
        }
        QImage image(i % 3 == 0 ? QSize(240, 160) : QSize(160, 200), QImage::Format_RGB32);
        image.fill(QColor::fromHsv(i * 37 % 360, 60, 235));
        QPainter painter(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(QColor::fromHsv(i * 71 % 360, 200, 180));
        painter.drawEllipse(QPoint(image.width() / 2, image.height() / 2), 30 + i % 30, 30 + i % 30);
        painter.end();
        image.save(file);
    }
}

bool waitFor(const std::function<bool()>& condition)
{
    QElapsedTimer timer;
    timer.start();
    while (!condition() && timer.elapsed() < 10000)
        QTest::qWait(5);
    return condition();
}

bool openAndWait(Document& document, const std::filesystem::path& folder)
{
    QSignalSpy spy(&document, &Document::currentSetChanged);
    document.open(folder);
    return waitFor([&] { return document.isOpen() && !spy.isEmpty() && !document.currentSet()->empty(); });
}

} // namespace winnow::ui
