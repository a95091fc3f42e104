// A project file from a stranger: opened, verified, listed, changed. An input that begins as an SQLite file is used as
// it is; any other is a list of changes to a small project with something in every table. A change is one of
//   0, place (3 bytes), length (1), bytes      bytes of the file
//   1, table, column, row (1 each), kind (1), length (1), bytes      a value: 0 number, 1 text, 2 bytes, 3 null
//   2, size (3 bytes)      the file cut off
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/judge_store.h"
#include "core/store/label_store.h"
#include "core/store/ledger.h"
#include "core/store/pair_store.h"
#include "core/store/project.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/store/selection_store.h"
#include "core/store/selector_store.h"
#include "tests/fuzz/fuzz_input.h"

#include <cstring>
#include <iterator>
#include <sqlite3.h>

namespace {

using namespace winnow;
using namespace winnow::store;
namespace fs = std::filesystem;

constexpr PairRow kPairs = 6;
constexpr std::int64_t kMostPairs = 100'000; ///< a changed row number may claim four thousand million

void addContent(Project& project)
{
    PairStore pairs(project);
    std::vector<Pair> added(kPairs);
    for (PairRow i = 0; i < kPairs; ++i) {
        added[i].id.value = std::to_string(i);
        added[i].images = {"a.jpg"};
        added[i].instruction = "What is it?";
        added[i].response = "a red boat";
    }
    added[4].images = {"a.jpg", "b.jpg"};
    added[5].turns = {{Role::User, "q"}, {Role::Assistant, "a"}, {Role::User, "r"}, {Role::Assistant, "b"}};
    pairs.addPairs(added, pairs.addImageRoot("/nowhere"), std::vector<std::uint8_t>(kPairs, 1));
    while (!pairs.indexSomeText()) { }
    const std::vector<PairRow> some{0, 2, 5};
    MetricStore metrics(project);
    metrics.begin({"clip", "{}", "k", 0}, false);
    metrics.write("clip", some, std::vector<double>{1, 2, 3});
    const std::vector<std::pair<PairRow, std::string>> failures{{1, "no picture"}};
    metrics.recordFailures("clip", failures);
    const std::vector<std::int32_t> assignment{0, 1, 0, 1, kNoCluster, 0};
    ClusterStore(project).save(
        {{"k", "kmeans", "{}", {"a", "b"}, {}}, std::make_shared<const std::vector<std::int32_t>>(assignment)});
    Ledger ledger(project);
    ledger.setOverride(some, Override::Pinned, "good");
    ledger.setStars(some, 4);
    ledger.undo();
    SelectionStore(project).save("s", some, "{}");
    FeatureStore features(project);
    features.begin({"f", 2, 0, "{}", "k"});
    features.write("f", some, std::vector<float>(6, 0.5F));
    features.finish("f");
}

void addRuns(Project& project)
{
    RunStore runs(project);
    RunInfo run;
    run.name = "r";
    run.selection = "s";
    run.recipe = "{}";
    runs.create(run);
    runs.saveBenchmark({"b", "jsonl", "q.jsonl", 4, "h"});
    runs.saveEvaluation({"r", "b", 2, 4, 50, 10, 90});
    LabelSet labels;
    labels.name = "l";
    labels.clustering = "k";
    labels.benchmarks = {"b"};
    labels.labels = {{0, 3, 50, 1, 1, {49, 51}, {}}, {1, 2, kMissing, kMissing, kMissing, {}, "empty"}};
    labels.provenance = "{}";
    LabelStore(project).save(labels);
    ExperimentStore(project).begin("e", "{}");
    ExperimentStore(project).finish("e", R"({"runs":[]})");
    JudgeStore judge(project);
    const auto spend = judge.beginSpend("http://localhost", "m", "score");
    judge.addRequest(spend, 0.1);
    judge.addAnswer(spend, {"key", 0, 0, 1, "7", 10, 2, "2025-01-01T00:00:00Z"}, {});
    SelectorInfo selector;
    selector.name = "w";
    selector.weights = {{"clip", 1}};
    selector.settings = "{}";
    selector.provenance = "{}";
    SelectorStore(project).save(selector, {});
    Recipe(project).append({"select", "--name", "s"});
    project.setSetting("window", Json{{"a", 1}});
}

std::string readFile(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The bytes of the project that changes are made to.
std::string makeBase(const fs::path& folder)
{
    {
        auto project = Project::create(folder);
        addContent(project);
        addRuns(project);
    }
    return readFile(folder / "project.winnow");
}

class Changes {
public:
    explicit Changes(std::string_view rest)
        : m_rest(rest)
    {
    }
    bool isEmpty() const { return m_rest.empty(); }
    std::size_t number(int bytes)
    {
        std::size_t value = 0;
        for (int i = 0; i < bytes && !m_rest.empty(); ++i, m_rest.remove_prefix(1))
            value = value << 8 | static_cast<unsigned char>(m_rest.front());
        return value;
    }
    std::string_view bytes(std::size_t length)
    {
        const auto out = m_rest.substr(0, length);
        m_rest.remove_prefix(out.size());
        return out;
    }

private:
    std::string_view m_rest;
};

std::vector<std::string> firstColumn(sqlite3* db, const std::string& sql)
{
    std::vector<std::string> out;
    sqlite3_exec(
        db, sql.c_str(),
        [](void* list, int, char** values, char**) {
            static_cast<std::vector<std::string>*>(list)->emplace_back(values[0] == nullptr ? "" : values[0]);
            return 0;
        },
        &out, nullptr);
    return out;
}

/// Puts a value into a cell; what SQLite does not allow stays as it was.
void changeCell(const fs::path& file, Changes& changes)
{
    sqlite3* db = nullptr;
    sqlite3_open(file.c_str(), &db);
    const auto tables = firstColumn(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT%'");
    const std::string table = tables.empty() ? "setting" : tables[changes.number(1) % tables.size()];
    const auto columns = firstColumn(db, "SELECT name FROM pragma_table_info('" + table + "')");
    const std::string column = columns.empty() ? "name" : columns[changes.number(1) % columns.size()];
    const auto row = changes.number(1) % 8;
    const auto kind = changes.number(1) % 4;
    const auto value = changes.bytes(changes.number(1));
    std::int64_t number = 0;
    std::memcpy(&number, value.data(), std::min(value.size(), sizeof number));
    const std::string sql = "UPDATE \"" + table + "\" SET \"" + column + "\" = ? WHERE \"" + column + "\" IN (SELECT \""
        + column + "\" FROM \"" + table + "\" LIMIT 1 OFFSET " + std::to_string(row) + ")";
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK) {
        if (kind == 0)
            sqlite3_bind_int64(statement, 1, number);
        else if (kind == 1)
            sqlite3_bind_text(statement, 1, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
        else if (kind == 2)
            sqlite3_bind_blob(statement, 1, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

void apply(std::string_view input, const std::string& base, const fs::path& file)
{
    const auto write = [&](std::string_view bytes) {
        std::ofstream(file, std::ios::binary | std::ios::trunc)
            .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    };
    if (input.starts_with("SQLite format 3"))
        return write(input);
    write(base);
    Changes changes(input);
    for (int count = 0; !changes.isEmpty() && count < 20; ++count) {
        const auto what = changes.number(1) % 3;
        if (what == 1) {
            changeCell(file, changes);
            continue;
        }
        std::string content = readFile(file);
        const auto place = changes.number(3) % (content.size() + 1);
        if (what == 2) {
            content.resize(place);
        } else {
            const auto bytes = changes.bytes(changes.number(1));
            content.replace(place, bytes.size(), bytes);
        }
        write(content);
    }
}

template <typename T> void checkRows(const std::vector<T>& rows, std::int64_t count)
{
    for (const auto row : rows)
        fuzz::promise(row < count, "a row is a row of the project");
}

void readLists(Project& project)
{
    fuzz::mayRefuse([&] { MetricStore(project).failures("clip"); });
    fuzz::mayRefuse([&] { MetricStore(project).failureCounts(); });
    fuzz::mayRefuse([&] { SelectionStore(project).list(); });
    fuzz::mayRefuse([&] { RunStore(project).list(); });
    fuzz::mayRefuse([&] { RunStore(project).evaluations(); });
    fuzz::mayRefuse([&] { RunStore(project).benchmarks(); });
    fuzz::mayRefuse([&] { LabelStore(project).list(); });
    fuzz::mayRefuse([&] { ExperimentStore(project).list(); });
    fuzz::mayRefuse([&] { SelectorStore(project).list(); });
    fuzz::mayRefuse([&] { JudgeStore(project).ledger(); });
    fuzz::mayRefuse([&] { JudgeStore(project).answersOf(1); });
    fuzz::mayRefuse([&] { Recipe(project).list(); });
    fuzz::mayRefuse([&] { project.setting("window"); });
    fuzz::mayRefuse([&] { abandonedLeases(project); });
    fuzz::mayRefuse([&] { FeatureStore(project).list(); });
    fuzz::mayRefuse([&] {
        const auto matrix = FeatureStore(project).load("f");
        for (PairRow row = 0; row < matrix->rowCount() && row < kPairs; ++row)
            fuzz::promise(static_cast<std::int64_t>(matrix->row(row).size()) == matrix->info().dimension,
                "a vector has its dimension");
    });
}

void readPairs(Project& project)
{
    PairStore pairs(project);
    std::int64_t count = 0;
    fuzz::mayRefuse([&] { count = pairs.count(); });
    fuzz::mayRefuse([&] { pairs.imageRoots(); });
    fuzz::mayRefuse([&] { pairs.ids(); });
    fuzz::mayRefuse([&] { pairs.find({"3"}); });
    for (PairRow row = 0; row < kPairs; ++row)
        fuzz::mayRefuse([&] { pairs.load(row); });
    fuzz::mayRefuse([&] { checkRows(pairs.searchText("red"), count); });
    fuzz::mayRefuse([&] { checkRows(SelectionStore(project).load("s"), count); });
}

void changeSomething(Project& project)
{
    Ledger ledger(project);
    fuzz::mayRefuse([&] { ledger.history(10); });
    fuzz::mayRefuse([&] { ledger.reasonOf(2); });
    fuzz::mayRefuse([&] { ledger.redo(); });
    fuzz::mayRefuse([&] { ledger.undo(); });
    fuzz::mayRefuse([&] { ledger.undo(); });
    const std::vector<PairRow> row{1};
    fuzz::mayRefuse([&] { ledger.setOverride(row, Override::Banned, "why"); });
    fuzz::mayRefuse([&] { MetricStore(project).write("clip", row, std::vector<double>{4}); });
    fuzz::mayRefuse([&] { renameItem(project, "selection", "s", "t"); });
    fuzz::mayRefuse([&] { trashItem(project, "metric", "clip"); });
    fuzz::mayRefuse([&] { restoreItem(project, "metric", "clip"); });
}

void use(const fs::path& folder)
{
    auto project = Project::open(folder);
    std::int64_t count = 0;
    fuzz::mayRefuse([&] { count = PairStore(project).count(); });
    if (count > kMostPairs)
        return; // true to its claim, and slow for that reason alone
    for (const auto& problem : project.verify())
        fuzz::checkSentence(problem);
    fuzz::mayRefuse([&] {
        const auto columns = project.loadColumns();
        for (const auto& metric : columns->metrics)
            fuzz::promise(
                static_cast<std::int64_t>(metric.values->size()) == columns->pairCount, "a column has all its pairs");
    });
    readPairs(project);
    readLists(project);
    changeSomething(project);
    for (const auto& problem : project.verify())
        fuzz::checkSentence(problem);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const fuzz::Scratch scratch;
    static const fs::path folder = scratch.folder() / "p";
    static const std::string base = makeBase(folder);
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().filename() != "vectors" && entry.path().filename() != "runs")
            fs::remove_all(entry.path(), ignored);
    apply(fuzz::asText(data, size), base, folder / "project.winnow");
    fuzz::mayRefuse([&] { use(folder); });
    return 0;
}
