// Files of a project that are lost, cut or damaged: it is said what, and the rest can still be had.
#include "core/base/file.h"
#include "core/store/column_store.h"
#include "core/store/database.h"
#include "core/store/feature_store.h"
#include "core/store/ledger.h"
#include "core/store/selection_store.h"
#include "core/store/thumbnails.h"
#include "core/store/verification.h"
#include "tests/unit/store/child.h"
#include "tests/unit/store/scratch.h"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace winnow::store {
namespace {

    using testing::AllOf;
    using testing::ElementsAre;
    using testing::HasSubstr;
    using testing::IsEmpty;
    namespace fs = std::filesystem;

    class Damage : public testing::Test {
    protected:
        fs::path make(int pairs)
        {
            auto project = Project::create(scratch / "p");
            addPairs(project, pairs);
            return scratch / "p";
        }
        Scratch scratch;
    };

    TEST_F(Damage, ALostOrCutVectorFileIsOneSentenceAndCanBeMadeAgain)
    {
        const auto folder = make(8);
        auto project = Project::open(folder);
        FeatureStore features(project);
        const FeatureInfo info{"clip-image", 2, 0, "{}", "k"};
        const auto makeSpace = [&] {
            features.begin(info);
            features.write("clip-image", rowsBelow(8), std::vector<float>(16, 0.5F));
            features.finish("clip-image");
        };
        const auto vectors = folder / "vectors/clip-image.safetensors";
        const std::vector<std::function<void()>> damages = {[&] { fs::remove(vectors); },
            [&] { fs::resize_file(vectors, fs::file_size(vectors) - 20); }, [&] { fs::resize_file(vectors, 3); },
            [&] { fs::resize_file(vectors, 0); }};
        for (const auto& damage : damages) {
            makeSpace();
            ASSERT_THAT(project.verify(), IsEmpty());
            damage();
            EXPECT_THAT(project.verify(), ElementsAre(AllOf(HasSubstr("clip-image"), HasSubstr("make it again"))));
            const auto error = errorOf([&] { features.load("clip-image"); });
            ASSERT_TRUE(error);
            EXPECT_THAT(
                error->message(), AllOf(HasSubstr("clip-image"), HasSubstr("make it again with winnow features")));
        }
        makeSpace();
        EXPECT_TRUE(features.load("clip-image")->isValid(7));
        std::fstream(vectors, std::ios::in | std::ios::out | std::ios::binary).seekp(-20, std::ios::end).put('x');
        EXPECT_THAT(project.verify(), ElementsAre(HasSubstr("does not hold the numbers it was saved with")));
    }

    TEST_F(Damage, DamagedThumbnailsAreMadeAgainSilently)
    {
        const auto file = make(1) / "thumbs.sqlite";
        for (const std::size_t left : {std::size_t(0), std::size_t(50), std::size_t(5000), std::size_t(9000)}) {
            {
                ThumbnailCache cache(file);
                for (int i = 0; i < 20; ++i)
                    cache.put(std::to_string(i), std::string(900, 'x'));
                cache.flush();
                ASSERT_EQ(cache.find("3").size(), 900u);
            }
            for (const char* ending : {"-wal", "-shm"})
                fs::remove(file.string() + ending);
            fs::resize_file(file, left);
            std::ofstream(file, std::ios::binary | std::ios::app) << std::string(3000, 'y');
            ThumbnailCache cache(file);
            for (int i = 0; i < 20; ++i)
                cache.find(std::to_string(i));
            cache.put("new", "bytes");
            cache.flush();
            EXPECT_EQ(cache.find("new"), "bytes") << left << " bytes were left";
        }
    }

    TEST_F(Damage, ALogCutAnywhereLeavesAWholeProject)
    {
        const auto folder = make(50);
        auto writer = Project::open(folder);
        const auto pairsInFile = PairStore(writer).count();
        for (int count = 100; count <= 1000; count += 100)
            addPairs(writer, count);
        const auto log = file::readAll(folder / "project.winnow-wal");
        ASSERT_GT(log.size(), 100000u);
        std::int64_t last = 0;
        for (std::size_t part = 0; part <= 10; ++part) {
            fs::remove_all(scratch / "q");
            fs::create_directories(scratch / "q/vectors");
            fs::copy_file(folder / "project.winnow", scratch / "q/project.winnow");
            std::ofstream(scratch / "q/project.winnow-wal", std::ios::binary) << log.substr(0, log.size() * part / 10);
            auto project = Project::open(scratch / "q");
            EXPECT_THAT(project.verify(), IsEmpty());
            const auto count = PairStore(project).count();
            EXPECT_TRUE(count % 100 == 0 || count == pairsInFile) << count;
            EXPECT_GE(count, last) << "a longer log holds more";
            last = count;
        }
        EXPECT_EQ(last, 1000);
    }

    class DamagedProject : public Damage {
    protected:
        DamagedProject()
        {
            auto project = Project::create(scratch / "p");
            addPairs(project, 2000);
            MetricStore metrics(project);
            metrics.begin({"clip", "{}", "k", 0}, false);
            metrics.write("clip", rowsBelow(2000), std::vector<double>(2000, 1.5));
            Ledger(project).setOverride(rowsBelow(300), Override::Pinned, "good");
            SelectionStore(project).save("s", rowsBelow(100), "{}");
            while (!PairStore(project).indexSomeText()) { }
        }
        std::string bytes() const { return file::readAll(scratch / "p/project.winnow"); }
        void overwrite(const std::string& content)
        {
            for (const char* ending : {"-wal", "-shm"})
                fs::remove((scratch / "p/project.winnow").string() + ending);
            std::ofstream(scratch / "p/project.winnow", std::ios::binary | std::ios::trunc) << content;
        }
        std::int64_t pageSize() { return Project::open(scratch / "p").database().number("PRAGMA page_size").value(); }
        std::int64_t rootOf(const char* table)
        {
            auto project = Project::open(scratch / "p");
            return project.database().number("SELECT rootpage FROM sqlite_schema WHERE name = ?", table).value();
        }
    };

    TEST_F(DamagedProject, VerifyNamesThePartAndTheRestCanBeSaved)
    {
        const auto whole = bytes();
        const auto page = static_cast<std::size_t>(pageSize());
        const auto text = whole.find("text 1234");
        ASSERT_NE(text, std::string::npos);
        auto damaged = whole;
        damaged.replace(text / page * page, 200, std::string(200, '\x5a')); // the head of one page of texts
        overwrite(damaged);
        auto project = Project::open(scratch / "p");
        const auto problems = project.verify();
        EXPECT_THAT(
            problems, testing::Contains(AllOf(HasSubstr("table pair_content is damaged"), HasSubstr("--rescue"))));
        const auto report = rescuePairs(project, scratch / "saved.jsonl");
        EXPECT_GT(report.savedPairs, 1800);
        EXPECT_GT(report.lostPairs, 5);
        EXPECT_EQ(report.savedPairs + report.lostPairs, 2000);
        const auto saved = file::readAll(scratch / "saved.jsonl");
        EXPECT_EQ(std::count(saved.begin(), saved.end(), '\n'), report.savedPairs);
        EXPECT_THAT(saved,
            AllOf(HasSubstr(R"("response":"text 1")"), HasSubstr(R"("clip":1.5)"), HasSubstr(R"("verdict":"pin")")));
        expectCode([&] { rescuePairs(project, scratch / "saved.jsonl"); }, ErrorCode::Conflict, "already");
    }

    TEST_F(DamagedProject, ADamagedListOfPairsIsReadFromItsIndex)
    {
        const auto whole = bytes();
        const auto page = static_cast<std::size_t>(pageSize());
        const auto root = static_cast<std::size_t>(rootOf("pair"));
        auto damaged = whole;
        damaged.replace((root - 1) * page, page, std::string(page, '\xff'));
        overwrite(damaged);
        auto project = Project::open(scratch / "p");
        EXPECT_THAT(project.verify(), testing::Contains(HasSubstr("table pair is damaged")));
        EXPECT_EQ(rescuePairs(project, scratch / "saved.jsonl").savedPairs, 2000);
    }

    TEST_F(DamagedProject, AnyBytesMayBeWrongAndNothingCrashes)
    {
        const auto whole = bytes();
        std::mt19937 random(5);
        int silent = 0;
        for (int round = 0; round < (isLongTest() ? 1000 : 16); ++round) {
            auto damaged = whole;
            const auto at = 100 + random() % (damaged.size() - 4000);
            for (std::size_t i = 0; i < 16u << (round % 5 * 2); ++i)
                damaged[at + i] = static_cast<char>(random());
            overwrite(damaged);
            const auto error = errorOf([&] {
                auto project = Project::open(scratch / "p");
                const auto problems = project.verify();
                silent += problems.empty() ? 1 : 0;
                for (const auto& problem : problems)
                    EXPECT_EQ(problem.find('\n'), std::string::npos) << problem;
                fs::remove(scratch / "saved.jsonl");
                rescuePairs(project, scratch / "saved.jsonl");
            });
            EXPECT_TRUE(!error || !error->message().empty());
        }
        EXPECT_LT(silent, isLongTest() ? 700 : 12)
            << "most of the damage was not noticed"; // free bytes inside pages hold nothing
    }

    TEST_F(DamagedProject, BrokenBooksAreFound)
    {
        const std::vector<std::pair<std::string, std::string>> cases = {
            {"UPDATE ledger SET swap = x'00'", "does not hold the pairs that it counts"},
            {"UPDATE ledger SET pair_count = 7", "does not hold the pairs that it counts"},
            {"DELETE FROM ledger", "that the history does not explain"},
            {"UPDATE ledger SET column_id = 3", "holds no decisions"},
            {"UPDATE selection SET hash = 'x'", "does not have the pairs"},
            {"UPDATE selection SET trashed = 1, hash = 'x'", "does not have the pairs"},
            {"INSERT INTO column_file (id, width) VALUES (77, 8)", "belongs to no metric"},
            {"INSERT INTO column_chunk VALUES (88 << 24, x'00')", "which is missing"},
            {"UPDATE pair_content SET turns = '[1]' WHERE row = 5", "pair 5"},
            {"UPDATE pair_index_state SET next_row = 99999", "text index"},
            {"INSERT INTO recipe (at, arguments) VALUES ('', '{')", "recipe line"},
            {"INSERT INTO setting VALUES ('x', '{')", "setting x"},
            {"INSERT INTO metric_failure VALUES (1, 99999, '')", "failures of metrics"},
        };
        const auto whole = bytes();
        for (const auto& [sql, part] : cases) {
            {
                Database database(scratch / "p/project.winnow", OpenMode::ReadWrite);
                database.execute(sql);
            }
            EXPECT_THAT(Project::open(scratch / "p").verify(), testing::Contains(HasSubstr(part))) << sql;
            overwrite(whole);
        }
    }

} // namespace
} // namespace winnow::store
