// Prints, for a project of N pairs x 10 metrics on disk, each time beside its limit (DESIGN 3, 5): store_bench [FOLDER
// [N]].
#include "core/query/query.h"
#include "core/store/column_store.h"
#include "core/store/ledger.h"
#include "core/store/pair_store.h"
#include "core/store/project.h"
#include "tests/bench/store/make_project.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

namespace {

using namespace winnow;

/// Best of three, in milliseconds.
double millisecondsOf(const std::function<void()>& work)
{
    double best = 1e300;
    for (int round = 0; round < 3; ++round) {
        const auto start = std::chrono::steady_clock::now();
        work();
        best =
            std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

void report(const char* what, double milliseconds, double limit)
{
    std::printf("%-44s %9.1f ms  limit %7.0f ms  %5.2f of it%s\n", what, milliseconds, limit, milliseconds / limit,
        milliseconds <= limit ? "" : "  MISSED");
}

/// Work that runs in the background: its time is told without a limit.
void reportOnly(const char* what, double milliseconds) { std::printf("%-44s %9.1f ms\n", what, milliseconds); }

/// The text index, filled step by step, and a search before and after.
void runTextSearch(store::PairStore& pairs)
{
    const char* const needle = "windows 小狗在";
    reportOnly("search a text before the index is whole", millisecondsOf([&] { pairs.searchText("windows hill"); }));
    const auto start = std::chrono::steady_clock::now();
    int steps = 0;
    while (!pairs.indexSomeText())
        ++steps;
    const double total = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    reportOnly("fill the text index", total);
    if (steps > 0)
        report("  one step of it on average", total / steps, 20);
    reportOnly("search a rare text in the index", millisecondsOf([&] { pairs.searchText(needle); }));
    reportOnly("search a common text in the index", millisecondsOf([&] { pairs.searchText("bright house"); }));
}

double peakMemoryMb()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::atof(line.c_str() + 6) / 1024;
    return 0;
}

std::vector<PairRow> rowsOf(const char* text, const query::Source& source)
{
    return query::evaluate(query::parse(text).query, source).rows;
}

void runQueries(const std::shared_ptr<const Columns>& columns, store::PairStore& pairs)
{
    query::Source source;
    source.columns = columns.get();
    source.text = [&](std::string_view needle) { return pairs.searchText(needle); };
    std::vector<PairRow> rows;
    for (const char* text : {"clip > 28", "clip > p90 and words < 20 and cluster = 4",
             "clip > 28 or not (length in 20..30) and verdict = none"})
        report(text, millisecondsOf([&] { rows = rowsOf(text, source); }), 100);
    rows = rowsOf("", source);
    for (const char* name : {"clip", "length"})
        report((std::string("sort everything by ") + name).c_str(),
            millisecondsOf([&] { query::sortedBy(rows, *columns->findMetric(name), true); }), 100);
}

} // namespace

int main(int count, char** arguments)
{
    const std::filesystem::path folder =
        count > 1 ? arguments[1] : std::filesystem::temp_directory_path() / "winnow-million";
    const std::int64_t pairCount = count > 2 ? std::atoll(arguments[2]) : 1000000;
    if (!store::Project::isProject(folder))
        std::printf("adding %lld pairs: %.1f s\n", static_cast<long long>(pairCount),
            bench::makeLargeProject(folder, pairCount));
    report("open the project", millisecondsOf([&] { store::Project::open(folder); }), 50);
    auto project = store::Project::open(folder);
    std::shared_ptr<const Columns> columns;
    report("load all columns", millisecondsOf([&] { columns = project.loadColumns(); }), 500);
    store::Ledger ledger(project);
    const PairRow one[] = {123};
    int stars = 0;
    report("one decision, durable", millisecondsOf([&] { ledger.setStars(one, ++stars % 5 + 1); }), 20);
    report("load again after one decision", millisecondsOf([&] { columns = project.loadColumns(columns); }), 50);
    store::PairStore pairs(project);
    std::vector<PairRow> page;
    for (PairRow row = 0; row < 200; ++row)
        page.push_back(row * 4999 % static_cast<PairRow>(columns->pairCount));
    report("load 200 scattered pairs", millisecondsOf([&] { pairs.load(page); }), 16);
    report("all ids", millisecondsOf([&] { pairs.ids(); }), 500);
    runQueries(columns, pairs);
    runTextSearch(pairs);
    std::printf("%-44s %9.1f MB\n", "peak memory", peakMemoryMb());
    return 0;
}
