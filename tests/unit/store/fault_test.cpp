// What disks, other processes and people do to an open project: nothing confirmed is lost, and it is said in a
// sentence.
#include "core/base/file.h"
#include "core/store/column_store.h"
#include "core/store/database.h"
#include "core/store/feature_store.h"
#include "core/store/ledger.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/store/selection_store.h"
#include "tests/support/fault_file_system.h"
#include "tests/unit/store/child.h"
#include "tests/unit/store/scratch.h"

#include <chrono>
#include <ctime>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

static std::time_t clockOffset = 0;
/// The clock of this program, which tests set back and forward.
extern "C" std::time_t time(std::time_t* out) noexcept
{
    std::timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const std::time_t value = now.tv_sec + clockOffset;
    if (out != nullptr)
        *out = value;
    return value;
}

namespace winnow::store {
namespace {

    using testing::AllOf;
    using testing::ElementsAre;
    using testing::HasSubstr;
    using testing::IsEmpty;
    using tests::FaultFileSystem;
    namespace fs = std::filesystem;

    class StorageFault : public testing::Test {
    protected:
        fs::path make(int pairs)
        {
            auto project = Project::create(scratch / "p");
            if (pairs > 0)
                addPairs(project, pairs);
            return scratch / "p";
        }
        Scratch scratch;
    };

    /// Pins row after row, telling each number when it is confirmed.
    int pinWithoutEnd(const fs::path& folder, int pipe)
    {
        auto project = Project::open(folder);
        Ledger ledger(project);
        for (std::int32_t row = 0; row < 400; ++row) {
            const PairRow rows[] = {static_cast<PairRow>(row)};
            ledger.setOverride(rows, Override::Pinned, "");
            if (::write(pipe, &row, sizeof row) != sizeof row)
                return 1;
        }
        return 0;
    }

    TEST_F(StorageFault, AConfirmedDecisionOutlivesAPowerCut)
    {
        make(400);
        std::int32_t all = -1;
        for (int round = 0; round < (isLongTest() ? 100 : 6); ++round) {
            fs::remove_all(scratch / "q");
            fs::copy(scratch / "p", scratch / "q", fs::copy_options::recursive);
            int ends[2];
            ASSERT_EQ(::pipe(ends), 0);
            const pid_t child = startChild([&] {
                FaultFileSystem files;
                files.setSeed(static_cast<unsigned>(round));
                files.failAt(40 + round % 25 * 61, FaultFileSystem::Fault::PowerCut);
                return pinWithoutEnd(scratch / "q", ends[1]);
            });
            ::close(ends[1]);
            std::int32_t confirmed = -1;
            for (std::int32_t row = 0; ::read(ends[0], &row, sizeof row) == ssize_t(sizeof row);)
                confirmed = row;
            ::close(ends[0]);
            ASSERT_EQ(statusOf(child), FaultFileSystem::kKilled);
            auto project = Project::open(scratch / "q");
            const auto overrides = Ledger(project).overrides();
            for (std::int32_t row = 0; row <= confirmed; ++row)
                ASSERT_EQ(overrides[static_cast<std::size_t>(row)], 1) << "of " << confirmed << ", round " << round;
            EXPECT_THAT(project.verify(), IsEmpty());
            all = std::max(all, confirmed);
        }
        EXPECT_GT(all, 20) << "the power went too early for anything to be tested";
    }

    TEST_F(StorageFault, AFullDiskInTheMiddleIsSaidAndWhatWasConfirmedStays)
    {
        make(100);
        int failed = 0;
        for (std::int64_t operation = 0; operation < 60; operation += isLongTest() ? 1 : 7) {
            fs::remove_all(scratch / "q");
            fs::copy(scratch / "p", scratch / "q", fs::copy_options::recursive);
            const int confirmed = runChild([&] {
                FaultFileSystem files;
                auto project = Project::open(scratch / "q");
                Ledger ledger(project);
                files.failAt(operation, FaultFileSystem::Fault::DiskFull);
                int row = 0;
                const auto error = errorOf([&] {
                    for (; row < 50; ++row) {
                        const PairRow rows[] = {static_cast<PairRow>(row)};
                        ledger.setOverride(rows, Override::Banned, "");
                    }
                });
                const bool isSaid = error && error->code() == ErrorCode::DiskFull
                    && error->message().find("disk is full") != std::string::npos;
                if (!isSaid)
                    return 90;
                files.failNever(); // space was made: the same connection goes on
                const PairRow rows[] = {60};
                ledger.setOverride(rows, Override::Pinned, "");
                return row;
            });
            ASSERT_LT(confirmed, 50) << "operation " << operation;
            ++failed;
            auto project = Project::open(scratch / "q");
            const auto overrides = Ledger(project).overrides();
            EXPECT_EQ(std::count(overrides.begin(), overrides.end(), 2), confirmed);
            EXPECT_EQ(overrides[60], 1);
            EXPECT_THAT(project.verify(), IsEmpty());
        }
        EXPECT_GT(failed, 5);
    }

    TEST_F(StorageFault, PermissionLostAndABrokenDiskAreSaidAndWhatWasConfirmedStays)
    {
        const std::vector<std::pair<FaultFileSystem::Fault, std::string>> cases = {
            {FaultFileSystem::Fault::ReadOnly, "the permission to write was taken away"},
            {FaultFileSystem::Fault::IoError, "the disk refused to read or write"}};
        for (const auto& [fault, sentence] : cases) {
            fs::remove_all(scratch / "p");
            const auto folder = make(100);
            const int status = runChild([&, fault = fault, sentence = sentence] {
                FaultFileSystem files;
                auto project = Project::open(folder);
                Ledger ledger(project);
                const PairRow first[] = {1}, second[] = {2}, third[] = {3};
                ledger.setOverride(first, Override::Pinned, "");
                files.failAt(0, fault);
                const auto error = errorOf([&] { ledger.setOverride(second, Override::Pinned, ""); });
                if (!error || error->code() != ErrorCode::Io || error->message().find(sentence) == std::string::npos) {
                    std::fprintf(stderr, "%s\n", error ? error->message().c_str() : "nothing was thrown");
                    return 1;
                }
                files.failNever(); // the permission is given back
                ledger.setOverride(third, Override::Pinned, "");
                return 0;
            });
            EXPECT_EQ(status, 0);
            auto project = Project::open(folder);
            const auto overrides = Ledger(project).overrides();
            EXPECT_EQ(overrides[1], 1);
            EXPECT_EQ(overrides[2], 0);
            EXPECT_EQ(overrides[3], 1);
            EXPECT_THAT(project.verify(), IsEmpty());
        }
    }

    /// What one of many processes does; its share of the rows is its own, so that all of it can be counted afterwards.
    int hammer(const fs::path& folder, int who, int howMany, std::chrono::milliseconds howLong, unsigned syncDelayMs)
    {
        FaultFileSystem files;
        files.setSyncDelayMs(syncDelayMs);
        auto project = Project::open(folder);
        Ledger ledger(project);
        MetricStore metrics(project);
        const auto until = std::chrono::steady_clock::now() + howLong;
        int done = 0;
        for (; std::chrono::steady_clock::now() < until; ++done) {
            const PairRow rows[] = {static_cast<PairRow>(done * howMany + who)};
            ledger.setOverride(rows, Override::Pinned, "");
            const double values[] = {double(done)};
            metrics.write("clip", rows, values);
            if (done % 8 == 0)
                SelectionStore(project).save("s" + std::to_string(who) + "-" + std::to_string(done), rows, "{}");
            Recipe(project).append({"override", std::to_string(who), std::to_string(done)});
            project.loadColumns();
        }
        return done;
    }

    void hammerTogether(const fs::path& folder, int processes, std::chrono::milliseconds howLong, unsigned syncDelayMs)
    {
        {
            auto project = Project::open(folder);
            MetricStore(project).begin({"clip", "{}", "k", 0}, false);
        }
        std::vector<int> ends;
        std::vector<pid_t> children;
        for (int who = 0; who < processes; ++who) {
            int pipe[2];
            ASSERT_EQ(::pipe(pipe), 0);
            children.push_back(startChild([&, who] {
                const int done = hammer(folder, who, processes, howLong, syncDelayMs);
                return ::write(pipe[1], &done, sizeof done) == sizeof done ? 0 : 1;
            }));
            ::close(pipe[1]);
            ends.push_back(pipe[0]);
        }
        std::int64_t all = 0, selections = 0;
        for (int who = 0; who < processes; ++who) {
            int done = 0;
            const auto got = ::read(ends[static_cast<std::size_t>(who)], &done, sizeof done);
            ::close(ends[static_cast<std::size_t>(who)]);
            ASSERT_EQ(statusOf(children[static_cast<std::size_t>(who)]), 0) << "process " << who;
            ASSERT_EQ(got, ssize_t(sizeof done));
            EXPECT_GT(done, 0) << "process " << who << " never had its turn";
            all += done;
            selections += (done + 7) / 8;
        }
        auto project = Project::open(folder);
        const auto overrides = Ledger(project).overrides();
        EXPECT_EQ(std::count(overrides.begin(), overrides.end(), 1), all);
        EXPECT_EQ(Ledger(project).history(1000000).size(), std::size_t(all));
        EXPECT_EQ(MetricStore(project).list().front().valueCount, all);
        EXPECT_EQ(SelectionStore(project).list().size(), std::size_t(selections));
        EXPECT_EQ(Recipe(project).list().size(), std::size_t(all));
        EXPECT_THAT(project.verify(), IsEmpty());
    }

    TEST_F(StorageFault, ManyProcessesAtOnceLoseNothing)
    {
        hammerTogether(
            make(isLongTest() ? 200000 : 20000), 6, std::chrono::milliseconds(isLongTest() ? 20000 : 1500), 0);
    }

    TEST_F(StorageFault, OnASlowDiskEverybodyHasATurnAndNothingIsLost)
    {
        hammerTogether(
            make(isLongTest() ? 20000 : 2000), 4, std::chrono::milliseconds(isLongTest() ? 20000 : 2500), 60);
    }

    TEST_F(StorageFault, TheLogStaysShortThoughReadersNeverRest)
    {
        const auto folder = make(50000);
        std::vector<pid_t> readers;
        for (int i = 0; i < 3; ++i)
            readers.push_back(startChild([&] {
                auto project = Project::open(folder);
                for (;;) { // overlapping snapshots: there is no moment without one
                    Transaction reading(project.database(), Transaction::Kind::Read);
                    project.loadColumns();
                    ::usleep(3000);
                    reading.commit();
                }
                return 0;
            }));
        std::uintmax_t longest = 0;
        {
            auto project = Project::open(folder);
            MetricStore metrics(project);
            metrics.begin({"clip", "{}", "k", 0}, false);
            const auto rows = rowsBelow(50000);
            for (int round = 0; round < 200; ++round) {
                metrics.write("clip", rows, std::vector<double>(rows.size(), round)); // some 100 pages each
                longest = std::max(longest, fs::file_size(folder / "project.winnow-wal"));
            }
        }
        for (const auto reader : readers) {
            ::kill(reader, SIGKILL);
            statusOf(reader);
        }
        EXPECT_LT(longest, std::uintmax_t(64) << 20);
        auto project = Project::open(folder);
        EXPECT_EQ((*MetricStore(project).load("clip").values)[49999], 199);
    }

    TEST_F(StorageFault, AProjectThatWasMovedOrDeletedIsNotWrittenToAnyMore)
    {
        const auto folder = make(10);
        auto project = Project::open(folder);
        fs::rename(folder, scratch / "elsewhere");
        expectCode([&] { project.setSetting("a", 1); }, ErrorCode::NotFound, "moved or deleted");
        const PairRow rows[] = {1};
        expectCode([&] { Ledger(project).setOverride(rows, Override::Pinned, ""); }, ErrorCode::NotFound,
            "open the project again");
        fs::rename(scratch / "elsewhere", folder);
        project.setSetting("a", 1); // it is back
        fs::remove_all(folder);
        expectCode([&] { project.setSetting("a", 2); }, ErrorCode::NotFound, "moved or deleted");
    }

    TEST_F(StorageFault, TooManyOpenFilesAreSaid)
    {
        const auto folder = make(10);
        const int status = runChild([&] {
            const rlimit few{40, 40};
            ::setrlimit(RLIMIT_NOFILE, &few);
            std::vector<int> taken;
            for (int fd = ::dup(0); fd >= 0; fd = ::dup(0))
                taken.push_back(fd);
            const auto error = errorOf([&] { Project::open(folder); });
            if (!error || error->message().find("too many files are open") == std::string::npos) {
                std::fprintf(stderr, "%s\n", error ? error->message().c_str() : "it was opened");
                return 1;
            }
            for (const int fd : taken)
                ::close(fd);
            Project::open(folder);
            return 0;
        });
        EXPECT_EQ(status, 0);
    }

    TEST_F(StorageFault, SymbolicLinksInAProjectAreRefused)
    {
        fs::create_directories(scratch / "victim");
        std::ofstream(scratch / "victim/secret") << "mine";
        for (const char* name : {"vectors", "runs", "selectors", "thumbs.sqlite", "project.winnow-wal"}) {
            Scratch own;
            Project::create(own / "p");
            fs::remove_all(own / "p" / name);
            fs::create_symlink(scratch / "victim", own / "p" / name);
            expectCode([&] { Project::open(own / "p"); }, ErrorCode::BadFile, "symbolic link");
        }
        const auto folder = make(4);
        fs::rename(folder / "project.winnow", scratch / "victim/real.winnow");
        fs::create_symlink(scratch / "victim/real.winnow", folder / "project.winnow");
        expectCode([&] { Project::open(folder); }, ErrorCode::BadFile, "symbolic link");
        EXPECT_EQ(file::readAll(scratch / "victim/secret"), "mine");
    }

    TEST_F(StorageFault, ALinkToTheProjectItselfIsFollowed)
    {
        make(4);
        fs::create_directory_symlink(scratch / "p", scratch / "shortcut");
        auto project = Project::open(scratch / "shortcut");
        project.setSetting("a", 1);
        EXPECT_EQ(PairStore(project).count(), 4);
    }

    TEST_F(StorageFault, LinksDeeperInAreRefusedWhereTheyWouldBeFollowed)
    {
        const auto folder = make(4);
        auto project = Project::open(folder);
        RunInfo run;
        run.name = "a";
        run.selection = "all";
        run.recipe = "{}";
        RunStore(project).create(run);
        fs::create_symlink("/etc/hostname", folder / "runs/1/log.jsonl");
        expectCode([&] { RunStore(project).find("a"); }, ErrorCode::BadFile, "symbolic link");
        EXPECT_THAT(project.verify(), testing::Contains(HasSubstr("runs/1/log.jsonl is a symbolic link")));
        fs::create_symlink("/etc/hostname", folder / "vectors/clip-image.part");
        expectCode(
            [&] {
                FeatureStore(project).begin({"clip-image", 2, 0, "{}", "k"});
            },
            ErrorCode::BadFile, "symbolic link");
    }

    /// As a user without rights; 80 where this process may not become one.
    int asNobody(const std::function<int()>& work)
    {
        return runChild([&] {
            if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0))
                return 80;
            return work();
        });
    }

    /// Lets everybody come to the folder, and nobody change anything in it.
    void protectFolder(const fs::path& folder)
    {
        const auto readable = fs::perms::owner_all | fs::perms::group_read | fs::perms::others_read;
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            fs::permissions(entry.path(), entry.is_directory() ? readable | fs::perms::others_exec : readable);
        for (auto at = folder; at != at.root_path() && at != fs::temp_directory_path(); at = at.parent_path())
            fs::permissions(at, fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
        fs::permissions(
            folder, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);
        fs::permissions(folder / "project.winnow", fs::perms::owner_read | fs::perms::others_read);
    }

    int readAndTryToWrite(const fs::path& folder)
    {
        auto project = Project::open(folder);
        if (PairStore(project).load(3).pair.response != "text 3" || project.loadColumns()->pairCount != 10)
            return 1;
        if (!project.database().isReadOnly() || !project.verify().empty())
            return 2;
        const auto error = errorOf([&] { project.setSetting("a", 1); });
        const bool isSaid =
            error && error->code() == ErrorCode::Io && error->message().find("may only be read") != std::string::npos;
        if (!isSaid)
            std::fprintf(stderr, "%s\n", error ? error->message().c_str() : "it was written");
        return isSaid ? 0 : 3;
    }

    TEST_F(StorageFault, AProtectedProjectCanBeReadAndSaysThatItIsNotWritten)
    {
        const auto folder = make(10);
        protectFolder(folder);
        const int status = asNobody([&] { return readAndTryToWrite(folder); });
        fs::permissions(folder, fs::perms::owner_all);
        ASSERT_NE(status, 80) << "this process can give up no rights";
        EXPECT_EQ(status, 0);
    }

    TEST_F(StorageFault, AProtectedProjectWithAWriterInItIsReadUpToDate)
    {
        const auto folder = make(9);
        auto writer = Project::open(folder);
        addPairs(writer, 10);
        protectFolder(folder);
        const int status = asNobody([&] { return readAndTryToWrite(folder); });
        fs::permissions(folder, fs::perms::owner_all);
        EXPECT_EQ(status, 0);
    }

    TEST_F(StorageFault, AProtectedCopyWithChangesLeftInItsLogSaysWhatToDo)
    {
        const auto folder = make(9);
        auto writer = Project::open(folder);
        addPairs(writer, 10);
        fs::copy(folder, scratch / "q", fs::copy_options::recursive);
        fs::remove(scratch / "q/project.winnow-shm");
        protectFolder(scratch / "q");
        const int status = asNobody([&] {
            const auto error = errorOf([&] { Project::open(scratch / "q"); });
            return error && error->message().find("copy the whole folder") != std::string::npos ? 0 : 1;
        });
        fs::permissions(scratch / "q", fs::perms::owner_all);
        EXPECT_EQ(status, 0);
        auto copy = Project::open(scratch / "q"); // where it may be written nothing is missing
        EXPECT_EQ(PairStore(copy).count(), 10);
    }

    TEST_F(StorageFault, AClockThatJumpsStealsNoLeaseAndKeepsTheOrder)
    {
        const auto folder = make(10);
        auto mine = Project::open(folder);
        auto other = Project::open(folder);
        constexpr std::time_t kYear = 365 * 24 * 3600;
        {
            Lease lease(mine, "score", "{}");
            for (const std::time_t jump : {kYear, -kYear, std::time_t(0)}) {
                clockOffset = jump;
                EXPECT_TRUE(isLeaseHeld(other, "score"));
                EXPECT_THAT(abandonedLeases(other), IsEmpty());
                const int status = runChild([&] {
                    auto own = Project::open(folder);
                    const auto error = errorOf([&] { Lease thief(own, "score"); });
                    return error && error->code() == ErrorCode::Locked ? 0 : 1;
                });
                EXPECT_EQ(status, 0) << "a lease was taken from a living process";
                lease.beat();
            }
        }
        EXPECT_FALSE(isLeaseHeld(other, "score"));
        Ledger ledger(mine);
        const std::time_t jumps[] = {0, -kYear, kYear, -1};
        for (PairRow row = 0; row < 4; ++row) {
            clockOffset = jumps[row];
            const PairRow rows[] = {row};
            ledger.setOverride(rows, Override::Pinned, "");
            Recipe(mine).append({"override", std::to_string(row)});
        }
        clockOffset = 0;
        const auto lines = Recipe(mine).list();
        for (std::size_t i = 0; i < 4; ++i)
            EXPECT_EQ(lines[i].arguments[1], std::to_string(i));
        for (int expected = 3; expected >= 0;
             --expected) { // the last made is the first undone, whatever the clock said
            ledger.undo();
            const auto overrides = ledger.overrides();
            EXPECT_EQ(std::count(overrides.begin(), overrides.end(), 1), expected);
            EXPECT_EQ(overrides[static_cast<std::size_t>(expected)], 0);
        }
        EXPECT_THAT(mine.verify(), IsEmpty());
    }

} // namespace
} // namespace winnow::store
