#include "core/store/project.h"

#include "core/base/error.h"
#include "core/store/column_store.h"
#include "core/store/database.h"
#include "core/store/ledger.h"
#include "core/store/run_store.h"
#include "core/store/schema.h"
#include "core/store/selection_store.h"
#include "tests/support/places.h"
#include "tests/unit/store/child.h"
#include "tests/unit/store/scratch.h"

#include <cmath>
#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace winnow::store {
namespace {

    using testing::HasSubstr;
    using testing::IsEmpty;
    namespace fs = std::filesystem;

    TEST(Project, IsMadeOnlyInAnEmptyPlace)
    {
        Scratch scratch;
        fs::create_directories(scratch / "empty");
        Project::create(scratch / "empty");
        EXPECT_TRUE(Project::isProject(scratch / "empty"));
        EXPECT_TRUE(fs::is_directory(scratch / "empty/vectors"));
        expectCode([&] { Project::create(scratch / "empty"); }, ErrorCode::Conflict, "not empty");
        std::ofstream(scratch / "file") << "x";
        expectCode([&] { Project::create(scratch / "file"); }, ErrorCode::Conflict);
        expectCode([&] { Project::create("/proc/nowhere/p"); }, ErrorCode::Io);
        expectCode([&] { Project::open(scratch / "none"); }, ErrorCode::NotFound, "no Winnow project");
    }

    TEST(Project, SettingsAreKept)
    {
        Scratch scratch;
        {
            auto project = Project::create(scratch / "p ?#%");
            project.setSetting("window", {{"width", 1280}});
            project.setSetting("gone", 1);
            project.setSetting("gone", nullptr);
        }
        auto project = Project::open(scratch / "p ?#%");
        EXPECT_EQ(project.setting("window")["width"], 1280);
        EXPECT_TRUE(project.setting("gone").is_null());
    }

    TEST(Project, TwoConnectionsSeeEachOthersCommits)
    {
        Scratch scratch;
        auto one = Project::create(scratch / "p");
        auto two = Project::open(scratch / "p");
        const auto before = two.dataVersion();
        EXPECT_EQ(two.dataVersion(), before);
        addPairs(one, 3);
        const auto after = two.dataVersion();
        EXPECT_NE(after, before);
        EXPECT_EQ(two.loadColumns()->pairCount, 3);
        const auto own = one.dataVersion();
        one.setSetting("a", 1);
        EXPECT_NE(one.dataVersion(), own);
    }

    TEST(Project, ReadOnlyReadsAndRefusesToWrite)
    {
        Scratch scratch;
        auto writer = Project::create(scratch / "p");
        addPairs(writer, 3);
        auto reader = Project::open(scratch / "p", Access::ReadOnly);
        EXPECT_EQ(PairStore(reader).count(), 3);
        expectCode([&] { reader.setSetting("a", 1); }, ErrorCode::Io, "only be read");
    }

    TEST(Project, BusyWriterIsLocked)
    {
        Scratch scratch;
        auto one = Project::create(scratch / "p");
        auto two = Project::open(scratch / "p");
        two.database().execute("PRAGMA busy_timeout = 10");
        Transaction writing(one.database());
        expectCode([&] { two.setSetting("a", 1); }, ErrorCode::Locked, "another process");
        EXPECT_EQ(PairStore(two).count(), 0); // readers do not wait
    }

    TEST(Project, TransactionsJoinAndRollBackTogether)
    {
        Scratch scratch;
        auto project = Project::create(scratch / "p");
        {
            Transaction outer(project.database());
            project.setSetting("a", 1);
        }
        EXPECT_TRUE(project.setting("a").is_null());
        Transaction outer(project.database());
        {
            Transaction inner(project.database());
            project.setSetting("a", 1);
        }
        expectCode([&] { outer.commit(); }, ErrorCode::Internal);
        EXPECT_TRUE(project.setting("a").is_null());
    }

    TEST(Project, OlderVersionIsBackedUpAndBroughtUpToDate)
    {
        Scratch scratch;
        fs::create_directories(scratch / "p");
        fs::copy_file(sourceDir() + "/tests/unit/store/fixtures/version1.winnow", scratch / "p/project.winnow");
        expectCode([&] { Project::open(scratch / "p", Access::ReadOnly); }, ErrorCode::Unsupported, "older version");
        auto project = Project::open(scratch / "p");
        EXPECT_THAT(project.verify(), IsEmpty());
        EXPECT_EQ(project.database().number("PRAGMA user_version"), schemaVersion());
        PairStore pairs(project);
        EXPECT_EQ(pairs.load(2).pair.response, "一只小猫在睡觉");
        while (!pairs.indexSomeText()) { }
        EXPECT_THAT(pairs.searchText("小猫在"), testing::ElementsAre(2));
        EXPECT_EQ((*MetricStore(project).load("clip").values)[2], 28.25);
        EXPECT_THAT(SelectionStore(project).load("first"), testing::ElementsAre(0, 1));
        Ledger(project).undo();
        EXPECT_THAT(Ledger(project).overrides(), testing::ElementsAre(0, 0, 0));
        {
            const Lease lease(project, "score", "{}"); // since version 5 a lease says what was asked for
        }
        EXPECT_THAT(abandonedLeases(project), IsEmpty());
        Database backup(scratch / "p/project.winnow.v1.backup", OpenMode::ReadOnly);
        EXPECT_EQ(backup.number("PRAGMA user_version"), 1);
        EXPECT_EQ(backup.number("SELECT count(*) FROM pair"), 3);
    }

    TEST(Project, MigrationNeedsTheProjectAlone)
    {
        Scratch scratch;
        fs::create_directories(scratch / "p");
        fs::copy_file(sourceDir() + "/tests/unit/store/fixtures/version1.winnow", scratch / "p/project.winnow");
        Database other(scratch / "p/project.winnow", OpenMode::ReadWrite);
        other.execute("PRAGMA journal_mode = WAL");
        other.number("SELECT count(*) FROM pair");
        Database mine(scratch / "p/project.winnow", OpenMode::ReadWrite);
        mine.execute("PRAGMA busy_timeout = 10");
        expectCode([&] { migrate(mine); }, ErrorCode::Locked, "close every window");
        EXPECT_EQ(mine.number("PRAGMA user_version"), 1);
    }

    TEST(Project, NewerVersionIsRefused)
    {
        Scratch scratch;
        Project::create(scratch / "p").database().execute("PRAGMA user_version = 99");
        expectCode([&] { Project::open(scratch / "p"); }, ErrorCode::TooNew, "newer version");
    }

    class HostileProject : public testing::Test {
    protected:
        HostileProject()
        {
            auto project = Project::create(scratch / "p");
            addPairs(project, 5000);
            MetricStore metrics(project);
            metrics.begin({"clip", "{}", "k", 0}, false);
            std::vector<PairRow> rows(5000);
            for (std::size_t i = 0; i < rows.size(); ++i)
                rows[i] = static_cast<PairRow>(i);
            metrics.write("clip", rows, std::vector<double>(5000, 1.5));
            Ledger(project).setOverride(rows, Override::Pinned, "all");
            SelectionStore(project).save("s", rows, "{}");
            ClusterColumn column;
            column.info.name = "k";
            column.assignment = std::make_shared<const std::vector<std::int32_t>>(std::vector<std::int32_t>(5000, 1));
            ClusterStore(project).save(column);
            while (!PairStore(project).indexSomeText()) { }
        }
        fs::path file() const { return scratch / "p/project.winnow"; }
        std::string bytes() const
        {
            std::ifstream in(file(), std::ios::binary);
            return {std::istreambuf_iterator<char>(in), {}};
        }
        void overwrite(const std::string& content)
        {
            fs::remove(scratch / "p/project.winnow-wal");
            fs::remove(scratch / "p/project.winnow-shm");
            std::ofstream(file(), std::ios::binary | std::ios::trunc) << content;
        }
        /// Everything that reads; an Error is a fair answer, anything else is not.
        static void useEverything(const fs::path& folder)
        {
            try {
                auto project = Project::open(folder);
                const auto read = [](const auto& part) {
                    try {
                        part();
                    } catch (const Error&) {
                        return;
                    }
                };
                read([&] { project.loadColumns(); });
                read([&] { PairStore(project).searchText("text 12"); });
                read([&] { PairStore(project).searchText("te"); });
                read([&] { PairStore(project).load(4999); });
                read([&] { PairStore(project).ids(); });
                read([&] { SelectionStore(project).load("s"); });
                read([&] { Ledger(project).undo(); });
                read([&] { addPairs(project, 5001); });
                project.verify();
            } catch (const Error&) {
                return;
            }
        }
        /// Changes the file as a stranger with the sqlite3 shell could.
        void tamper(const std::string& sql)
        {
            Database database(file(), OpenMode::ReadWrite);
            database.execute(sql);
        }
        Scratch scratch;
    };

    TEST_F(HostileProject, GarbageAndEmptyFilesAreNotProjects)
    {
        for (const auto& content :
            {std::string(), std::string("hello"), std::string(100000, 'x'), std::string(4096, '\0')}) {
            overwrite(content);
            expectCode([&] { Project::open(scratch / "p"); }, ErrorCode::BadFile, "not a Winnow project");
        }
        overwrite("");
        Database(file(), OpenMode::ReadWrite).execute("CREATE TABLE pair (x)");
        expectCode([&] { Project::open(scratch / "p"); }, ErrorCode::BadFile, "bears the mark");
    }

    TEST_F(HostileProject, TruncatedFilesEndInASentence)
    {
        const auto whole = bytes();
        ASSERT_GT(whole.size(), 100000u);
        for (const std::size_t size : {100, 512, 4096, 5000, 20000, 60000, 100000}) {
            overwrite(whole.substr(0, size));
            useEverything(scratch / "p");
        }
        overwrite(whole.substr(0, whole.size() / 2));
        const auto error = errorOf([&] {
            auto project = Project::open(scratch / "p");
            if (const auto problems = project.verify(); !problems.empty())
                throw Error(ErrorCode::BadFile, problems.front());
        });
        ASSERT_TRUE(error.has_value());
        EXPECT_THAT(error->message(), HasSubstr("damaged"));
    }

    TEST_F(HostileProject, FlippedBytesNeverCrash)
    {
        const auto whole = bytes();
        std::uint64_t state = 11;
        const auto random = [&] { return state = state * 6364136223846793005u + 1442695040888963407u; };
        for (int round = 0; round < 40; ++round) {
            auto damaged = whole;
            for (int i = 0; i < 30; ++i)
                damaged[(random() >> 20) % damaged.size()] = static_cast<char>(random() >> 33);
            damaged.replace(0, 16, whole, 0, 16);
            overwrite(damaged);
            useEverything(scratch / "p");
        }
    }

    TEST_F(HostileProject, TriggersViewsAndAlteredTablesAreRefused)
    {
        for (const std::string& sql :
            std::vector<std::string>{"CREATE TRIGGER \"x'; drop\" AFTER INSERT ON pair BEGIN DELETE FROM pair; END",
                "CREATE VIEW v AS SELECT * FROM pair", "CREATE INDEX odd ON pair_content(response)",
                "ALTER TABLE recipe ADD COLUMN extra TEXT", "DROP TABLE setting"}) {
            const auto whole = bytes();
            tamper(sql);
            expectCode([&] { Project::open(scratch / "p"); }, ErrorCode::BadFile, "not a sound Winnow project");
            overwrite(whole);
        }
        tamper("CREATE TABLE notes (text)");
        Project::open(scratch / "p");
    }

    TEST_F(HostileProject, WrongContentsAreFoundAndRefused)
    {
        const std::vector<std::pair<std::string, std::string>> cases = {
            {"INSERT INTO pair VALUES (4000000000, 'far', 1)", "damaged"},
            {"UPDATE column_chunk SET data = zeroblob(7)", "damaged"},
            {"UPDATE column_chunk SET data = zeroblob(1000000)", "damaged"},
            {"UPDATE column_file SET width = 3 WHERE id > 3", "not made of"},
            {"DELETE FROM column_file WHERE id = 2", "missing"},
            {"UPDATE clustering SET cluster_names = '[1'", "clustering"},
            {"UPDATE clustering SET sizes = '{\"a\":1}'", "clustering"},
        };
        const auto whole = bytes();
        for (const auto& [sql, part] : cases) {
            tamper("PRAGMA foreign_keys = OFF; " + sql);
            expectCode(
                [&] {
                    auto project = Project::open(scratch / "p");
                    project.loadColumns();
                },
                ErrorCode::BadFile, part);
            useEverything(scratch / "p");
            overwrite(whole);
        }
        tamper("UPDATE selection SET rows = x'ffffffffffffffffff01'");
        auto project = Project::open(scratch / "p");
        expectCode([&] { SelectionStore(project).load("s"); }, ErrorCode::BadFile);
        EXPECT_THAT(project.verify(), testing::Contains(HasSubstr("set of pairs")));
    }

    TEST_F(HostileProject, HugeTextIsTooLarge)
    {
        auto project = Project::open(scratch / "p");
        const std::vector<Pair> pairs = {makePair("big", std::string(65u << 20, 'x'))};
        const std::vector<std::uint8_t> missing = {0};
        expectCode([&] { PairStore(project).addPairs(pairs, 1, missing); }, ErrorCode::TooLarge, "64 MiB");
        EXPECT_EQ(PairStore(project).count(), 5000);
    }

    TEST_F(HostileProject, SoundProjectHasNothingToReport)
    {
        auto project = Project::open(scratch / "p");
        EXPECT_THAT(project.verify(), IsEmpty());
        tamper("UPDATE metric SET value_count = 3");
        tamper("UPDATE selection SET hash = 'x'");
        EXPECT_EQ(project.verify().size(), 2u);
    }

    TEST(ProjectDurability, FullDiskIsSaidAndWhatWasSavedStays)
    {
        Scratch scratch;
        {
            auto project = Project::create(scratch / "p");
            addPairs(project, 10);
        }
        const pid_t child = startChild([&] {
            ::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{600000, 600000};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            try {
                auto project = Project::open(scratch / "p");
                for (int count = 100; count < 100000; count += 100)
                    addPairs(project, count);
            } catch (const Error& e) {
                return e.code() == ErrorCode::DiskFull ? 0 : 2;
            }
            return 1;
        });
        EXPECT_EQ(statusOf(child), 0);
        auto project = Project::open(scratch / "p");
        EXPECT_GE(PairStore(project).count(), 100);
        EXPECT_EQ(PairStore(project).count() % 100, 0);
        EXPECT_THAT(project.verify(), IsEmpty());
    }

    /// Writes batches of 50 pairs with a metric and a decision, telling after each commit how far it is.
    int writeWithoutEnd(const fs::path& folder, int pipe)
    {
        auto project = Project::open(folder);
        PairStore pairs(project);
        MetricStore metrics(project);
        metrics.begin({"clip", "{}", "k", 0}, false);
        const auto root = pairs.addImageRoot("/nowhere");
        for (std::int32_t from = static_cast<std::int32_t>(pairs.count());; from += 50) {
            std::vector<Pair> batch;
            std::vector<PairRow> rows;
            for (std::int32_t i = from; i < from + 50; ++i) {
                batch.push_back(makePair(std::to_string(i)));
                rows.push_back(static_cast<PairRow>(i));
            }
            pairs.addPairs(batch, root, std::vector<std::uint8_t>(50, 0));
            metrics.write("clip", rows, std::vector<double>(50, from));
            Ledger(project).setOverride(rows, Override::Pinned, "");
            const std::int32_t done = from + 50;
            if (::write(pipe, &done, sizeof done) != sizeof done)
                return 1;
        }
    }

    TEST(ProjectDurability, KilledWriterLosesNothingConfirmedAndLeavesNothingHalf)
    {
        Scratch scratch;
        Project::create(scratch / "p");
        for (int round = 0; round < 12; ++round) {
            int ends[2];
            ASSERT_EQ(::pipe(ends), 0);
            const pid_t child = startChild([&] { return writeWithoutEnd(scratch / "p", ends[1]); });
            ::close(ends[1]);
            std::int32_t confirmed = 0;
            for (int batch = 0; batch < 3 + round; ++batch)
                ASSERT_EQ(::read(ends[0], &confirmed, sizeof confirmed), ssize_t(sizeof confirmed));
            ::usleep(static_cast<useconds_t>(round * 700));
            ::kill(child, SIGKILL);
            statusOf(child);
            while (::read(ends[0], &confirmed, sizeof confirmed) == ssize_t(sizeof confirmed)) { }
            ::close(ends[0]);
            auto project = Project::open(scratch / "p");
            const auto columns = project.loadColumns();
            EXPECT_GE(columns->pairCount, confirmed);
            EXPECT_EQ(columns->pairCount % 50, 0);
            EXPECT_GE(columns->metrics.front().info.valueCount, confirmed - 50 * round);
            for (std::int32_t row = confirmed - 50; row < confirmed; ++row) {
                EXPECT_EQ((*columns->overrides)[static_cast<std::size_t>(row)], 1);
                EXPECT_FALSE(std::isnan((*columns->metrics.front().values)[static_cast<std::size_t>(row)]));
            }
            EXPECT_THAT(project.verify(), IsEmpty());
        }
    }

} // namespace
} // namespace winnow::store
