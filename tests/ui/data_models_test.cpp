#include "tests/ui/data_fixture.h"
#include "ui/models/filter_terms.h"
#include "ui/models/metric_summary.h"
#include "ui/models/page_loader.h"
#include "ui/models/pair_table_model.h"
#include "ui/models/thumbnail_cache.h"
#include "ui/widgets/chart_data.h"
#include "ui/widgets/chart_view.h"
#include "ui/widgets/number_text.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace winnow::ui {
namespace {
    const auto kThin = QString(QChar(0x2009));

    struct Loaded {
        SampleProject sample;
        Document document;
        PageLoader loader{document};
        MetricSummaries summaries{document};
        PairTableModel model{document, loader, summaries};
        explicit Loaded(int count = 64)
            : sample(count)
        {
            EXPECT_TRUE(openAndWait(document, sample.folder()));
        }
    };
} // namespace

TEST(NumberText, KeepsThreeSignificantDigits)
{
    EXPECT_EQ(formatNumber(31.2345), QStringLiteral("31.2"));
    EXPECT_EQ(formatNumber(0.91251), QStringLiteral("0.913"));
    EXPECT_EQ(formatNumber(99.97), QStringLiteral("100"));
    EXPECT_EQ(formatNumber(12412), QStringLiteral("12") + kThin + QStringLiteral("412"));
    EXPECT_EQ(formatNumber(0), QStringLiteral("0"));
    EXPECT_EQ(formatNumber(-2.5), QString(QChar(0x2212)) + QStringLiteral("2.50"));
    EXPECT_EQ(formatNumber(std::nan("")), QString(QChar(0x2013)));
    EXPECT_EQ(formatNumber(std::numeric_limits<double>::infinity()), QString(QChar(0x221E)));
    EXPECT_EQ(formatNumber(1.234e-5), QStringLiteral("1.23e-05"));
}

TEST(NumberText, WritesCountsTimesAndPercentiles)
{
    EXPECT_EQ(formatCount(3439), QStringLiteral("3") + kThin + QStringLiteral("439"));
    EXPECT_EQ(formatCount(200), QStringLiteral("200"));
    EXPECT_EQ(
        formatCount(1000000), QStringLiteral("1") + kThin + QStringLiteral("000") + kThin + QStringLiteral("000"));
    EXPECT_EQ(formatDuration(130), QStringLiteral("2 min 10 s"));
    EXPECT_EQ(formatDuration(4.23), QStringLiteral("4.2 s"));
    EXPECT_EQ(formatDuration(3900), QStringLiteral("1 h 5 min"));
    EXPECT_EQ(formatDuration(-1), QString(QChar(0x2013)));
    EXPECT_EQ(formatPercentile(99.9), QStringLiteral("99 %"));
    EXPECT_EQ(formatPercentile(0.01), QStringLiteral("1 %"));
    EXPECT_EQ(formatPercentile(std::nan("")), QString(QChar(0x2013)));
}

TEST(FilterTerms, SplitAtOuterAndsOnly)
{
    const auto terms = splitTerms(QStringLiteral("clip > 28 and (a = 1 or b and c) AND \"black and white\""));
    ASSERT_EQ(terms.size(), 3);
    EXPECT_EQ(terms[1], QStringLiteral("(a = 1 or b and c)"));
    EXPECT_EQ(terms[2], QStringLiteral("\"black and white\""));
    EXPECT_EQ(splitTerms(QStringLiteral("clip > 1 or length > 2 and x")).size(), 1);
    EXPECT_EQ(splitTerms(QStringLiteral("island > 2 and brand = 1")).size(), 2);
    EXPECT_TRUE(splitTerms(QStringLiteral("  ")).isEmpty());
}

TEST(FilterTerms, RangeIsWrittenReplacedAndRemoved)
{
    auto text = withRange(QStringLiteral("\"dog\""), QStringLiteral("length"), std::pair(2.0, 4.0));
    EXPECT_EQ(text, QStringLiteral("\"dog\" and length in 2..4"));
    text = withRange(text, QStringLiteral("length"), std::pair(2.5, 3.25));
    EXPECT_EQ(text, QStringLiteral("\"dog\" and length in 2.5..3.25"));
    const auto range = rangeOf(text, QStringLiteral("length"));
    ASSERT_TRUE(range);
    EXPECT_EQ(range->first, 2.5);
    EXPECT_EQ(range->second, 3.25);
    EXPECT_FALSE(rangeOf(text, QStringLiteral("clip")));
    EXPECT_EQ(withRange(text, QStringLiteral("length"), std::nullopt), QStringLiteral("\"dog\""));
    EXPECT_EQ(withRange(QStringLiteral("a > 1 or b > 2"), QStringLiteral("clip"), std::pair(1.0, 2.0)),
        QStringLiteral("(a > 1 or b > 2) and clip in 1..2"));
}

TEST(FilterTerms, NamesThatAreNoPlainWordsAreQuoted)
{
    const auto name = QStringLiteral("my score and more");
    const auto text = withRange(QStringLiteral("chosen"), name, std::pair(1.0, 2.0));
    EXPECT_EQ(text, QStringLiteral("chosen and `my score and more` in 1..2"));
    EXPECT_EQ(splitTerms(text).size(), 2);
    ASSERT_TRUE(rangeOf(text, name));
    EXPECT_EQ(withRange({}, QStringLiteral("p90"), std::pair(1.0, 2.0)), QStringLiteral("`p90` in 1..2"));
    EXPECT_EQ(
        withRange({}, QStringLiteral("clip.published"), std::pair(1.0, 2.0)), QStringLiteral("clip.published in 1..2"));
    EXPECT_EQ(clusterOf(withCluster({}, QStringLiteral("k 10"), 4), QStringLiteral("k 10")), 4);
}

TEST(FilterTerms, RoundingNeverCutsAValueOfTheRange)
{
    const auto text = withRange({}, QStringLiteral("clip"), std::pair(27.123456, 31.987654));
    const auto range = rangeOf(text, QStringLiteral("clip"));
    ASSERT_TRUE(range);
    EXPECT_LE(range->first, 27.123456);
    EXPECT_GE(range->second, 31.987654);
    EXPECT_NEAR(range->first, 27.123456, 0.02);
    const auto negative = rangeOf(withRange({}, QStringLiteral("clip.published"), std::pair(-0.98765, -0.12345)),
        QStringLiteral("clip.published"));
    ASSERT_TRUE(negative);
    EXPECT_LE(negative->first, -0.98765);
    EXPECT_GE(negative->second, -0.12345);
}

TEST(MetricSummary, PercentilesAndBinsCountEveryValue)
{
    auto values = std::make_shared<std::vector<double>>();
    for (int i = 0; i < 1000; ++i)
        values->push_back(i);
    values->push_back(kMissing);
    const auto summary = computeMetricSummary(values);
    EXPECT_EQ(summary.count, 1000);
    EXPECT_NEAR(summary.percentileOf(500), 50.05, 1e-9);
    EXPECT_EQ(summary.percentileOf(-1), 0);
    EXPECT_EQ(summary.percentileOf(2000), 100);
    EXPECT_TRUE(std::isnan(summary.percentileOf(kMissing)));
    std::int64_t sum = 0;
    for (const auto bin : summary.bins)
        sum += bin;
    EXPECT_EQ(sum, 1000);
    EXPECT_LE(summary.low, 0);
    EXPECT_GE(summary.high(), 999);
    const auto some = computeBins(summary, std::vector<PairRow>{0, 999, 1000, 5000});
    EXPECT_EQ(some.front(), 1);
    EXPECT_EQ(some.back(), 1);
}

TEST(MetricSummary, LongColumnsKeepQuantilesWithinATenthOfAPercent)
{
    auto values = std::make_shared<std::vector<double>>();
    for (int i = 0; i < 50000; ++i)
        values->push_back(std::fmod(i * 7919.0, 50000.0));
    const auto summary = computeMetricSummary(values);
    EXPECT_EQ(summary.quantiles.size(), MetricSummary::kQuantiles);
    EXPECT_NEAR(summary.percentileOf(12500), 25, 0.1);
}

TEST(MetricSummary, EmptyAndConstantColumnsStandStill)
{
    const auto empty = computeMetricSummary(std::make_shared<const std::vector<double>>(5, kMissing));
    EXPECT_EQ(empty.count, 0);
    EXPECT_TRUE(std::isnan(empty.percentileOf(1)));
    const auto constant = computeMetricSummary(std::make_shared<const std::vector<double>>(5, 3.0));
    EXPECT_EQ(constant.bins.size(), 1U);
    EXPECT_EQ(constant.percentileOf(3), 50);
    const auto infinite = computeMetricSummary(
        std::make_shared<const std::vector<double>>(std::vector<double>{1, std::numeric_limits<double>::infinity()}));
    EXPECT_EQ(infinite.count, 2);
}

TEST(ChartData, LongCurvesKeepTheirPeaks)
{
    std::vector<double> y(100000, 0.0);
    y[54321] = 9;
    const auto kept = thinnedIndices(y);
    EXPECT_LT(kept.size(), 5000U);
    EXPECT_NE(std::find(kept.begin(), kept.end(), 54321U), kept.end());
    EXPECT_EQ(nearestIndex({1, 2, 4}, 2.9), 1U);
    EXPECT_EQ(nearestIndex({1, 2, 4}, 99), 2U);
}

TEST(ChartView, ExportsAllItsValuesAndRefusesOtherEndings)
{
    QTemporaryDir folder;
    ChartView chart;
    chart.resize(300, 200);
    chart.setSeries({{QStringLiteral("loss, \"run\""), {1, 2}, {0.5, 0.25}, {0.4, 0.2}, {0.6, 0.3}}});
    const auto csv = folder.filePath(QStringLiteral("c.csv"));
    EXPECT_EQ(chart.exportTo(csv), QString());
    QFile file(csv);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_EQ(file.readAll().split('\n').at(1),
        QByteArray("\"loss, \"\"run\"\"\",1,0.5,0.40000000000000002,0.59999999999999998"));
    EXPECT_EQ(chart.exportTo(folder.filePath(QStringLiteral("c.png"))), QString());
    EXPECT_EQ(chart.exportTo(folder.filePath(QStringLiteral("c.svg"))), QString());
    EXPECT_FALSE(chart.exportTo(folder.filePath(QStringLiteral("c.gif"))).isEmpty());
    EXPECT_FALSE(chart.exportTo(folder.filePath(QStringLiteral("none/c.csv"))).isEmpty());
}

TEST(PairTableModel, BehavesAsAModelThroughFilterAndSort)
{
    Loaded loaded;
    QAbstractItemModelTester tester(&loaded.model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_EQ(loaded.model.rowCount(), 64);
    EXPECT_EQ(loaded.model.columnCount(), PairTableModel::FirstNumberColumn + 4);
    loaded.document.setFilter(QStringLiteral("length >= 8"));
    ASSERT_TRUE(waitFor([&] { return loaded.model.rowCount() < 64; }));
    const auto column = loaded.model.columnOfMetric(QStringLiteral("reward"));
    ASSERT_GT(column, 0);
    loaded.model.sort(column, Qt::AscendingOrder);
    const auto valueAt = [&](int row) {
        return (*loaded.document.columns()->findMetric("reward")->values)[*loaded.model.pairRowAt(row)];
    };
    ASSERT_TRUE(waitFor([&] {
        return loaded.document.sortColumn() == QStringLiteral("reward") && valueAt(0) <= valueAt(1)
            && valueAt(1) <= valueAt(2);
    }));
}

TEST(PairTableModel, ShowsADotsUntilTheTextIsThere)
{
    Loaded loaded;
    QSignalSpy changes(&loaded.model, &QAbstractItemModel::dataChanged);
    const auto index = loaded.model.index(2, PairTableModel::IdColumn);
    EXPECT_EQ(index.data().toString(), QStringLiteral("…"));
    ASSERT_TRUE(waitFor([&] { return index.data().toString() == QStringLiteral("pair-2"); }));
    EXPECT_FALSE(changes.isEmpty());
    const auto hostile = loaded.model.index(5, PairTableModel::ResponseColumn);
    ASSERT_TRUE(waitFor([&] { return hostile.data().toString().contains(QStringLiteral("<img")); }));
    EXPECT_FALSE(hostile.data().toString().contains(QChar(u'\n')));
}

TEST(PairTableModel, PercentilesComeFromTheWorker)
{
    Loaded loaded;
    const auto column = loaded.model.columnOfMetric(QStringLiteral("clip"));
    ASSERT_TRUE(waitFor(
        [&] { return !std::isnan(loaded.model.index(0, column).data(PairTableModel::PercentileRole).toDouble()); }));
    EXPECT_TRUE(std::isnan(loaded.model.index(9, column).data(PairTableModel::PercentileRole).toDouble()));
    EXPECT_EQ(loaded.model.index(9, column).data().toString(), QString(QChar(0x2013)));
    EXPECT_TRUE(
        loaded.model.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString().contains(QStringLiteral("58")));
}

TEST(PageLoader, KeepsABoundedNumberOfPairs)
{
    Loaded loaded(5000);
    for (PairRow row = 0; row < 5000; ++row)
        if (row % PageLoader::kBatch == 0) {
            for (PairRow one = row; one < std::min<PairRow>(row + PageLoader::kBatch, 5000); ++one)
                loaded.loader.find(one);
            ASSERT_TRUE(waitFor([&] { return loaded.loader.peek(row) != nullptr; }));
        }
    EXPECT_LE(loaded.loader.size(), PageLoader::kCapacity);
    EXPECT_EQ(loaded.loader.peek(4999)->pair.id.value, "pair-4999");
    loaded.document.close();
    EXPECT_EQ(loaded.loader.size(), 0U);
}

TEST(ThumbnailCache, LoadsWhatIsWantedAndSaysWhyNot)
{
    Loaded loaded;
    ThumbnailCache cache;
    cache.setProject(loaded.document.folder());
    for (PairRow row = 0; row < 8; ++row)
        loaded.loader.find(row);
    ASSERT_TRUE(waitFor([&] { return loaded.loader.peek(0) && loaded.loader.peek(6); }));
    cache.setWanted(nullptr, {{0, loaded.loader.peek(0)->image}, {6, loaded.loader.peek(6)->image}}, 120);
    ASSERT_TRUE(waitFor([&] { return cache.find(0) && cache.find(6); }));
    EXPECT_EQ(cache.find(0)->image.size(), QSize(120, 80));
    EXPECT_TRUE(cache.find(6)->image.isNull());
    EXPECT_FALSE(cache.find(6)->problem.isEmpty());
}

TEST(ThumbnailCache, ServesSeveralViewsAtOnce)
{
    Loaded loaded;
    ThumbnailCache cache;
    cache.setProject(loaded.document.folder());
    for (PairRow row = 0; row < 60; ++row)
        loaded.loader.find(row);
    ASSERT_TRUE(waitFor([&] { return loaded.loader.peek(0) && loaded.loader.peek(59); }));
    std::vector<ThumbnailCache::Wanted> first, second;
    for (PairRow row = 0; row < 60; ++row)
        if (const auto entry = loaded.loader.peek(row); entry && !entry->image.empty())
            (row < 30 ? first : second).push_back({row, entry->image});
    const int left = 0, right = 0;
    cache.setWanted(&left, first, 120);
    cache.setWanted(&right, second, 120); // nothing that the left one waits for is dropped
    const auto isThere = [&](const ThumbnailCache::Wanted& wanted) { return cache.find(wanted.row) != nullptr; };
    EXPECT_TRUE(waitFor([&] {
        return std::all_of(first.begin(), first.end(), isThere) && std::all_of(second.begin(), second.end(), isThere);
    }));
}

TEST(ThumbnailCache, StaysWithinItsBudget)
{
    Loaded loaded;
    ThumbnailCache cache(nullptr, 100000);
    cache.setProject(loaded.document.folder());
    for (PairRow row = 0; row < 60; ++row)
        loaded.loader.find(row);
    ASSERT_TRUE(waitFor([&] { return loaded.loader.peek(0) && loaded.loader.peek(59); }));
    std::vector<ThumbnailCache::Wanted> wanted;
    for (PairRow row = 0; row < 60; ++row)
        if (const auto entry = loaded.loader.peek(row); entry && !entry->image.empty())
            wanted.push_back({row, entry->image});
    QSignalSpy spy(&cache, &ThumbnailCache::loaded);
    cache.setWanted(nullptr, wanted, 120);
    ASSERT_TRUE(waitFor([&] { return cache.find(wanted.back().row) != nullptr; }));
    EXPECT_LE(cache.usedBytes(), 100000U);
}

} // namespace winnow::ui
