// Projects as every earlier version left them, with rows in every table: nothing may be lost on the way to this one,
// whatever happens meanwhile.
#include "core/base/file.h"
#include "core/store/column_store.h"
#include "core/store/database.h"
#include "core/store/feature_store.h"
#include "core/store/judge_store.h"
#include "core/store/label_store.h"
#include "core/store/ledger.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/store/schema.h"
#include "core/store/selection_store.h"
#include "core/store/selector_store.h"
#include "core/store/verification.h"
#include "tests/support/fault_file_system.h"
#include "tests/support/places.h"
#include "tests/unit/store/child.h"
#include "tests/unit/store/scratch.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace winnow::store {
namespace {

    using testing::ElementsAre;
    using testing::HasSubstr;
    using testing::IsEmpty;
    using tests::FaultFileSystem;
    namespace fs = std::filesystem;

    constexpr int kFirstVersion = 1;
    constexpr int kStoredVersions = 7;
    constexpr std::int64_t kStride = 17; ///< of the operations that are broken; each version begins at another one
    const fs::path kFixtures = sourceDir() + "/tests/unit/store/fixtures";

    /// The project as that version left it, with the files beside it.
    void makeOldProject(const fs::path& folder, int version)
    {
        for (const char* part : {"vectors", "selectors", "runs/1", "runs/2", "runs/3"})
            fs::create_directories(folder / part);
        fs::copy_file(kFixtures / "clip-image.safetensors", folder / "vectors/clip-image.safetensors");
        fs::copy_file(kFixtures / "selector.safetensors", folder / "selectors/2.safetensors");
        Database database(folder / "project.winnow", OpenMode::Create);
        database.execute("PRAGMA journal_mode = WAL");
        Transaction transaction(database);
        database.execute(file::readAll(kFixtures / ("version" + std::to_string(version) + ".sql")));
        transaction.commit();
    }

    /// Every value of every table, in the order of the rows; columns that were added later stand last and are left out.
    using Contents = std::map<std::string, std::vector<std::string>>;
    Contents contentsOf(const fs::path& file, const std::map<std::string, std::string>& columns)
    {
        Database database(file, OpenMode::ReadWrite);
        Contents out;
        for (const auto& [table, names] : columns) {
            std::string quoted;
            for (std::size_t from = 0; from < names.size();) {
                const auto to = std::min(names.find(',', from), names.size());
                quoted += (from == 0 ? "quote(" : " || '|' || quote(") + names.substr(from, to - from) + ")";
                from = to + 1;
            }
            auto rows = database.prepare("SELECT " + quoted + " FROM " + table + " ORDER BY 1");
            while (rows.next())
                out[table].push_back(rows.text(0));
        }
        return out;
    }
    std::map<std::string, std::string> columnsOf(const fs::path& file)
    {
        Database database(file, OpenMode::ReadWrite);
        std::map<std::string, std::string> out;
        auto columns = database.prepare(
            "SELECT m.name, group_concat(c.name) FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = "
            "'table' "
            "AND m.sql NOT LIKE '%VIRTUAL%' AND m.name NOT LIKE 'pair_index_%' AND m.name NOT LIKE 'sqlite%' "
            "GROUP BY m.name");
        while (columns.next())
            out[columns.text(0)] = columns.text(1);
        return out;
    }
    /// Sets of weights, which lay among the settings, are selectors since version 5.
    void leaveOutMovedRows(Contents& contents)
    {
        std::erase_if(contents["setting"], [](const std::string& row) { return row.find("selectors") != row.npos; });
        if (auto table = contents.find("selector"); table != contents.end())
            std::erase_if(table->second, [](const std::string& row) { return row.find("'best'") != row.npos; });
    }

    void expectEverythingIsThere(Project& project, int version)
    {
        EXPECT_THAT(project.verify(), IsEmpty());
        EXPECT_EQ(project.setting("window")["width"], 1280);
        PairStore pairs(project);
        EXPECT_EQ(pairs.load(3).pair.response, "一只小狗在跑");
        EXPECT_THAT(pairs.load(1).pair.images, ElementsAre("3.jpg", "3b.jpg"));
        ASSERT_EQ(pairs.load(4).pair.turns.size(), 4u);
        EXPECT_EQ(pairs.load(4).pair.turns.back().text, "Red.");
        EXPECT_TRUE(pairs.load(3).imageMissing);
        EXPECT_THAT(pairs.searchText("小狗在"), ElementsAre(3));
        while (!pairs.indexSomeText()) { }
        EXPECT_THAT(pairs.searchText("colour"), ElementsAre(4));
        const auto clip = MetricStore(project).load("clip");
        EXPECT_EQ((*clip.values)[1], 22.25);
        EXPECT_TRUE(std::isnan((*clip.values)[3]));
        EXPECT_EQ(MetricStore(project).failures("clip").front().second, "the picture cannot be read");
        EXPECT_THAT(*ClusterStore(project).load("k").assignment, ElementsAre(0, 1, 1, -1, 0));
        EXPECT_THAT(FeatureStore(project).load("clip-image")->row(3), ElementsAre(3, 4));
        EXPECT_THAT(Ledger(project).overrides(), ElementsAre(1, 0, 2, 0, 0));
        EXPECT_THAT(Ledger(project).stars(), ElementsAre(0, 4, 0, 0, 0));
        EXPECT_EQ(Ledger(project).reasonOf(0), "short and clear");
        EXPECT_THAT(SelectionStore(project).load("first"), ElementsAre(0, 1));
        EXPECT_FALSE(SelectionStore(project).find("gone"));
        EXPECT_EQ(RunStore(project).find("tuned")->weightsSha256, "ab12");
        EXPECT_EQ(RunStore(project).find("cut")->state, RunState::Stopped);
        EXPECT_EQ(RunStore(project).evaluations().front().value, 61.5);
        EXPECT_EQ(RunStore(project).benchmarks().front().questionCount, 600);
        EXPECT_EQ(Recipe(project).list().size(), 3u);
        EXPECT_EQ(SelectorStore(project).load("best").weights.at("reward"), 0.5);
        EXPECT_EQ(abandonedLeases(project).size(), 1u);
        if (version >= 3) {
            EXPECT_EQ(LabelStore(project).load("quality").labels.front().value, 61.5);
            EXPECT_EQ(ExperimentStore(project).find("paper")->options, R"({"seeds":3})");
            EXPECT_EQ(RunStore(project).list("label:quality").size(), 1u);
        }
        EXPECT_EQ(JudgeStore(project).total().cost, version >= 4 ? 0.125 : 0);
        EXPECT_EQ(SelectorStore(project).find("line").has_value(), version >= 5);
    }

    class Migration : public testing::TestWithParam<int> { };

    TEST_P(Migration, KeepsEveryValueAndABackup)
    {
        Scratch scratch;
        makeOldProject(scratch / "p", GetParam());
        const auto columns = columnsOf(scratch / "p/project.winnow");
        auto before = contentsOf(scratch / "p/project.winnow", columns);
        ASSERT_GE(before.size(), 16u);
        for (const auto& [table, rows] : before)
            EXPECT_FALSE(rows.empty()) << "the stored project has no row in " << table;
        {
            auto project = Project::open(scratch / "p");
            EXPECT_EQ(project.database().number("PRAGMA user_version"), schemaVersion());
            EXPECT_THAT(verifyProject(project).problems, IsEmpty());
        }
        auto after = contentsOf(scratch / "p/project.winnow", columns);
        const auto backup = scratch / "p" / ("project.winnow.v" + std::to_string(GetParam()) + ".backup");
        if (GetParam() < schemaVersion()) {
            ASSERT_TRUE(fs::exists(backup));
            EXPECT_EQ(contentsOf(backup, columns), before) << "the backup is not what was there";
            EXPECT_EQ(Database(backup, OpenMode::ReadOnly).number("PRAGMA user_version"), GetParam());
        } else {
            EXPECT_FALSE(fs::exists(backup));
        }
        leaveOutMovedRows(before);
        leaveOutMovedRows(after);
        EXPECT_EQ(after, before);
        auto project = Project::open(scratch / "p");
        expectEverythingIsThere(project, GetParam());
    }

    TEST_P(Migration, TheBackupIsAProjectOfItsOwn)
    {
        if (GetParam() == schemaVersion())
            return; // nothing is backed up
        Scratch scratch;
        makeOldProject(scratch / "p", GetParam());
        {
            auto project = Project::open(scratch / "p");
            Ledger(project).undo(); // the backup is from before
        }
        const auto backup = scratch / "p" / ("project.winnow.v" + std::to_string(GetParam()) + ".backup");
        fs::copy(scratch / "p", scratch / "q", fs::copy_options::recursive);
        for (const char* file : {"project.winnow", "project.winnow-wal", "project.winnow-shm"})
            fs::remove(scratch / "q" / file);
        fs::copy_file(backup, scratch / "q/project.winnow");
        auto project = Project::open(scratch / "q");
        expectEverythingIsThere(project, GetParam());
    }

    /// Opens the project in a process of its own whose file system fails at the given operation.
    int openWithFault(const fs::path& folder, std::int64_t operation, FaultFileSystem::Fault fault)
    {
        return runChild([&] {
            FaultFileSystem files;
            files.setSeed(static_cast<unsigned>(operation));
            files.failAt(operation, fault);
            const auto error = errorOf([&] { Project::open(folder); });
            if (!error)
                return 0;
            const bool isFair = error->code() == ErrorCode::DiskFull || error->code() == ErrorCode::Io;
            if (!isFair || (fault == FaultFileSystem::Fault::DiskFull && error->code() != ErrorCode::DiskFull))
                std::fprintf(stderr, "operation %d: %s: %s\n", static_cast<int>(operation),
                    std::string(toString(error->code())).c_str(), error->message().c_str());
            return isFair ? 1 : 2;
        });
    }

    /// A fault at operations of the migration (in the long run at every single one): the project is whole before and
    /// after, and can be opened.
    void breakOperations(int version, FaultFileSystem::Fault fault)
    {
        const std::int64_t stride = isLongTest() ? 1 : kStride;
        const bool endsProcess = fault == FaultFileSystem::Fault::Kill || fault == FaultFileSystem::Fault::PowerCut;
        int broken = 0;
        for (std::int64_t operation = version * 3 % stride;; operation += stride) {
            Scratch scratch;
            makeOldProject(scratch / "p", version);
            const int status = openWithFault(scratch / "p", operation, fault);
            if (status == 0)
                break;
            ++broken;
            ASSERT_EQ(status, endsProcess ? FaultFileSystem::kKilled : 1) << "operation " << operation;
            auto project = Project::open(scratch / "p");
            expectEverythingIsThere(project, version);
            ASSERT_FALSE(testing::Test::HasFailure()) << "version " << version << ", operation " << operation;
        }
        EXPECT_GT(broken, 3);
    }

    TEST_P(Migration, AFullDiskAtAnyMomentLosesNothing)
    {
        if (GetParam() < schemaVersion())
            breakOperations(GetParam(), FaultFileSystem::Fault::DiskFull);
    }

    TEST_P(Migration, AKillAtAnyMomentLosesNothing)
    {
        if (GetParam() < schemaVersion())
            breakOperations(GetParam(), FaultFileSystem::Fault::Kill);
    }

    TEST_P(Migration, APowerCutAtAnyMomentLosesNothing)
    {
        if (GetParam() < schemaVersion())
            breakOperations(GetParam(), FaultFileSystem::Fault::PowerCut);
    }

    INSTANTIATE_TEST_SUITE_P(Versions, Migration, testing::Range(kFirstVersion, kStoredVersions + 1));

    TEST(MigrationRules, EveryVersionIsStored)
    {
        EXPECT_LE(schemaVersion() - 1, kStoredVersions)
            << "a migration was added: store a project of the version before it as fixtures/versionN.sql";
    }

    TEST(MigrationRules, ANewerVersionIsRefusedWithoutATouch)
    {
        Scratch scratch;
        Project::create(scratch / "p").database().execute("PRAGMA user_version = 99");
        const auto before = file::readAll(scratch / "p/project.winnow");
        const auto error = errorOf([&] { Project::open(scratch / "p"); });
        ASSERT_TRUE(error);
        EXPECT_EQ(error->code(), ErrorCode::TooNew);
        EXPECT_THAT(error->message(), testing::AllOf(HasSubstr("newer version of Winnow"), HasSubstr("99")));
        EXPECT_EQ(file::readAll(scratch / "p/project.winnow"), before);
    }

    TEST(MigrationRules, AnOldProjectOnAProtectedPlaceSaysWhatToDo)
    {
        Scratch scratch;
        makeOldProject(scratch / "p", 3);
        const auto error = errorOf([&] { Project::open(scratch / "p", Access::ReadOnly); });
        ASSERT_TRUE(error);
        EXPECT_EQ(error->code(), ErrorCode::Unsupported);
        EXPECT_THAT(error->message(), HasSubstr("older version"));
    }

} // namespace
} // namespace winnow::store
