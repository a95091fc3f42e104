// Projects as people keep them: on full and protected disks, moved, damaged, used by several programs at once, and the
// commands that look after them.
#include "core/base/file.h"
#include "tests/e2e/program.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

namespace winnow::e2e {
namespace {

    using testing::AllOf;
    using testing::ElementsAre;
    using testing::HasSubstr;
    using testing::Not;
    namespace fs = std::filesystem;

    std::string pairLines(int count)
    {
        std::string lines;
        for (int i = 0; i < count; ++i)
            lines += R"({"id":")" + std::to_string(i) + R"(","image":")" + std::to_string(i)
                + R"(.jpg","instruction":"What is it?","response":"dog number )" + std::to_string(i) + "\"}\n";
        return lines;
    }

    class Storage : public testing::Test {
    protected:
        Ran expectDone(const std::vector<std::string>& arguments)
        {
            auto ran = program.run(arguments);
            EXPECT_EQ(ran.code, 0) << testing::PrintToString(arguments) << "\n" << ran.out << ran.err;
            return ran;
        }
        void makeProject(int count = 8)
        {
            program.write("pairs.jsonl", pairLines(count));
            expectDone({"new", "p"});
            expectDone({"import", "p", "pairs.jsonl", "--format", "jsonl"});
            std::string scores = "{";
            for (int i = 0; i < count; ++i)
                scores += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":" + std::to_string(i % 5);
            program.write("scores.json", scores + "}");
            expectDone({"import-metrics", "p", "scores.json", "--map", "reward=score"});
        }
        Program program;
    };

    TEST_F(Storage, ListPagesSortsAndPicksColumns)
    {
        makeProject();
        EXPECT_EQ(
            expectDone({"list", "p", "--columns", "id,reward", "--sort", "reward", "--descending", "--limit", "3"}).out,
            "id\treward\n4\t4\n3\t3\n2\t2\n");
        const auto page = program.run({"list", "p", "--columns", "id", "--limit", "3", "--offset", "3"});
        EXPECT_EQ(page.out, "id\n3\n4\n5\n");
        EXPECT_THAT(page.err, HasSubstr("3 of 8 pairs; the next with --offset 6"));
        EXPECT_EQ(program.run({"list", "p", "--columns", "id", "--offset", "6"}).err, "");
        EXPECT_EQ(expectDone({"list", "p", "--json", "--columns", "id,verdict", "--where", "reward > 3"}).out,
            "{\"id\":\"4\",\"verdict\":\"none\"}\n");
        EXPECT_EQ(expectDone({"list", "p", "--sort", "id", "--descending", "--columns", "id", "--limit", "1"}).out,
            "id\n7\n");
        EXPECT_THAT(expectDone({"list", "p", "--where", "reward > 99"}).err, HasSubstr("no pair matches"));
        EXPECT_EQ(expectDone({"list", "p", "--where", "reward > 99", "--json"}).out, "");
        const auto unknown = program.run({"list", "p", "--columns", "id,clop"});
        EXPECT_EQ(unknown.code, 1);
        EXPECT_THAT(unknown.err, AllOf(HasSubstr("no column \"clop\""), HasSubstr("reward")));
        EXPECT_EQ(program.run({"list", "p", "--sort", "clop"}).code, 1);
        EXPECT_EQ(program.run({"list", "p", "--columns", "id,,x"}).code, 2);
        EXPECT_EQ(program.run({"list", "p", "--offset", "-1"}).code, 2);
    }

    TEST_F(Storage, AQueryErrorIsPointedAt)
    {
        makeProject();
        const auto syntax = program.run({"list", "p", "--where", "reward > 3 and"});
        EXPECT_EQ(syntax.code, 2);
        EXPECT_THAT(syntax.err, HasSubstr("character 15"));
        EXPECT_THAT(syntax.err, HasSubstr("\n  reward > 3 and\n                ^"));
        const auto name = program.run({"list", "p", "--where", "\"小狗\" and rewart > 3"});
        EXPECT_EQ(name.code, 1);
        EXPECT_THAT(name.err, HasSubstr("character 10: there is no metric rewart, did you mean reward"));
    }

    TEST_F(Storage, ItemsOfTheTrashAreListedAndWhatARunNeedsStays)
    {
        makeProject();
        EXPECT_THAT(expectDone({"trash", "p"}).out, HasSubstr("the trash is empty"));
        expectDone({"select", "p", "--name", "s", "--budget", "3", "--weights", "reward=1"});
        EXPECT_THAT(
            expectDone({"remove", "p", "metric", "reward"}).out, HasSubstr("restore metric reward brings it back"));
        expectDone({"remove", "p", "selection", "s"});
        const auto listed = expectDone({"trash", "p", "--json"}).json().at("items");
        ASSERT_EQ(listed.size(), 2u);
        EXPECT_EQ(listed[0].at("kind"), "metric");
        EXPECT_THAT(expectDone({"info", "p"}).out, HasSubstr("trash        2 items"));
        EXPECT_THAT(expectDone({"trash", "p", "purge", "selection", "s"}).out, HasSubstr("for good"));
        EXPECT_EQ(program.run({"restore", "p", "selection", "s"}).code, 1);
        expectDone({"restore", "p", "metric", "reward"});
        EXPECT_EQ(expectDone({"info", "p", "--json"}).json().at("metrics")[0].at("values"), 8);
        const auto missing = program.run({"remove", "p", "metric", "clop"});
        EXPECT_EQ(missing.code, 1);
        EXPECT_THAT(missing.err, HasSubstr("there are reward"));
        EXPECT_EQ(program.run({"remove", "p", "metric"}).code, 2);
        EXPECT_EQ(program.run({"remove", "p", "picture", "x"}).code, 2);
        EXPECT_EQ(program.run({"trash", "p", "purge"}).code, 2);
        expectDone({"remove", "p", "metric", "reward"});
        expectDone({"trash", "p", "empty"});
        EXPECT_THAT(expectDone({"trash", "p"}).out, HasSubstr("the trash is empty"));
        expectDone({"verify", "p"});
    }

    TEST_F(Storage, RelinkCountsSuggestsAndMends)
    {
        fs::create_directories(program / "old/a");
        fs::create_directories(program / "old/b");
        for (const char* name : {"a/0.jpg", "a/1.jpg", "b/2.jpg", "b/3.jpg"})
            program.write(std::string("old/") + name, "picture");
        std::string lines;
        for (const char* name : {"a/0", "a/1", "b/2", "b/3"})
            lines += std::string(R"({"id":")") + name + R"(","image":")" + name + R"(.jpg","response":"x"})" + "\n";
        program.write("old/pairs.jsonl", lines);
        expectDone({"new", "p"});
        expectDone({"import", "p", "old/pairs.jsonl"});
        EXPECT_THAT(expectDone({"relink", "p"}).out, HasSubstr("no picture is missing"));
        fs::create_directories(program / "photos of 2024");
        fs::rename(program / "old", program / "photos of 2024/new");
        fs::remove(program / "photos of 2024/new/b/3.jpg");
        const auto old = (program / "old").string(), moved = (program / "photos of 2024/new").string();

        const auto dry = expectDone({"relink", "p", old, moved, "--dry-run", "--json"}).json();
        EXPECT_EQ(dry.at("moves")[0].at("pairs"), 4);
        EXPECT_EQ(dry.at("moves")[0].at("found"), 3);
        EXPECT_EQ(expectDone({"info", "p", "--json"}).json().at("image_roots")[0].at("path"), old);

        const auto wrong = program.run({"relink", "p", "/nowhere", moved});
        EXPECT_EQ(wrong.code, 1);
        EXPECT_THAT(wrong.err, AllOf(HasSubstr("no picture of the project lies under /nowhere"), HasSubstr(old)));
        EXPECT_THAT(program.run({"relink", "p", old, "absent"}).err, HasSubstr("no such folder"));
        fs::create_directories(program / "empty");
        EXPECT_THAT(program.run({"relink", "p", old, "empty"}).err, HasSubstr("nothing was changed"));
        EXPECT_EQ(program.run({"relink", "p", old}).code, 2);

        const auto made = program.run({"relink", "p", old, moved});
        EXPECT_EQ(made.code, 0) << made.err;
        EXPECT_THAT(made.out, AllOf(HasSubstr("3 of 4 pairs now find"), HasSubstr("b/3.jpg")));
        EXPECT_EQ(expectDone({"info", "p", "--json"}).json().at("missing_images"), 1);
    }

    TEST_F(Storage, RelinkFindsMovedPicturesByTheirNames)
    {
        program.write("pairs.jsonl", pairLines(8));
        for (int i = 0; i < 8; ++i)
            program.write(std::to_string(i) + ".jpg", "picture");
        expectDone({"new", "p"});
        expectDone({"import", "p", "pairs.jsonl"});
        fs::create_directories(program / "archive/2024's");
        for (int i = 0; i < 8; ++i)
            fs::rename(
                program / (std::to_string(i) + ".jpg"), program / "archive/2024's" / (std::to_string(i) + ".jpg"));
        // Where nothing says that they are gone yet, importing again does not help: relink looks at the disk.
        expectDone({"import", "p", "pairs.jsonl"});
        const auto found =
            program.run({"relink", "p", program.folder().string(), (program / "archive/2024's").string()});
        EXPECT_EQ(found.code, 0) << found.err;
        fs::rename(program / "archive/2024's", program / "archive/elsewhere");
        const auto again = program.run({"relink", "p", "--search", "archive", "--json"});
        EXPECT_EQ(again.code, 0) << again.err;
        const auto suggestions = again.json().at("suggestions");
        ASSERT_FALSE(suggestions.empty()) << again.out;
        EXPECT_THAT(suggestions[0].at("from").get<std::string>(), testing::EndsWith("archive/2024's"));
        EXPECT_THAT(suggestions[0].at("to").get<std::string>(), testing::EndsWith("archive/elsewhere"));
        EXPECT_EQ(suggestions[0].at("matches"), 8);
    }

    TEST_F(Storage, VerifyTellsInSentencesAndSavesWhatCanBeRead)
    {
        makeProject(3000);
        expectDone({"select", "p", "--name", "s", "--budget", "10", "--weights", "reward=1"});
        EXPECT_EQ(expectDone({"verify", "p", "--json"}).json().at("sound"), true);
        auto bytes = file::readAll(program / "p/project.winnow");
        const auto at = bytes.find("dog number 1500");
        ASSERT_NE(at, std::string::npos);
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at / 4096 * 4096), 100, '\x77');
        program.write("p/project.winnow", bytes);
        const auto found = program.run({"verify", "p", "--json", "--rescue", "saved.jsonl"});
        EXPECT_EQ(found.code, 1);
        EXPECT_EQ(found.json().at("sound"), false);
        EXPECT_THAT(found.json().at("problems")[0].get<std::string>(), HasSubstr("table pair_content is damaged"));
        EXPECT_GT(found.json().at("rescued").at("pairs"), 2900);
        expectDone({"new", "q"});
        expectDone({"import", "q", "saved.jsonl"});
        EXPECT_EQ(expectDone({"info", "q", "--json"}).json().at("pairs"), found.json().at("rescued").at("pairs"));
        EXPECT_EQ(program.run({"list", "p", "--where", "id = \"1\""}).code, 0) << "what is whole can still be used";
    }

    TEST_F(Storage, InfoSaysAllThereIs)
    {
        makeProject();
        expectDone({"override", "p", "pin", "1"});
        expectDone({"rate", "p", "4", "2", "3"});
        const auto info = expectDone({"info", "p", "--json"}).json();
        for (const char* name :
            {"folder", "format", "read_only", "bytes", "pairs", "missing_images", "image_roots", "indexed_pairs",
                "metrics", "features", "clusterings", "labels", "selectors", "selections", "runs", "experiments",
                "benchmarks", "overrides", "stars", "decisions", "recipe_lines", "trash", "judge", "unfinished"})
            EXPECT_TRUE(info.contains(name)) << name;
        EXPECT_EQ(info.at("stars"), 2);
        EXPECT_EQ(info.at("decisions"), 2);
        EXPECT_EQ(info.at("recipe_lines"), 4);
        EXPECT_EQ(info.at("missing_images"), 8);
        const auto text = expectDone({"info", "p"}).out;
        EXPECT_THAT(
            text, AllOf(HasSubstr("pairs        8"), HasSubstr("winnow relink"), HasSubstr("2 pairs with stars")));
    }

    TEST_F(Storage, StarsAndLocksAreReplayedToo)
    {
        makeProject();
        expectDone({"select", "p", "--name", "a", "--budget", "3", "--weights", "reward=1"});
        expectDone({"select", "p", "--name", "b", "--budget", "2", "--random"});
        expectDone({"override", "p", "lock", "--where", "reward > 2", "--selection", "a"});
        expectDone({"rate", "p", "5", "1", "2"});
        expectDone({"rate", "p", "1", "3"});
        expectDone({"undo", "p"});
        expectDone({"select", "p", "--name", "c", "--budget", "4", "--weights", "reward=1"});
        expectDone({"replay", "p", "q"});
        const auto columns = std::vector<std::string>{"--columns", "id,verdict,stars,reward"};
        EXPECT_EQ(program.run({"list", "q", columns[0], columns[1]}).out,
            program.run({"list", "p", columns[0], columns[1]}).out);
        const auto selections = [&](const char* project) {
            std::vector<std::string> hashes;
            const auto info = expectDone({"info", project, "--json"}).json();
            for (const auto& selection : info.at("selections"))
                hashes.push_back(selection.at("hash"));
            return hashes;
        };
        EXPECT_EQ(selections("q"), selections("p"));
        EXPECT_EQ(program.run({"rate", "p", "6", "1"}).code, 2);
    }

    TEST_F(Storage, AStoppedReplaySaysWhere)
    {
        program.write("recipe.json", R"([{"command":["import","absent.jsonl"]},{"command":["undo"]}])");
        const auto ran = program.run({"replay", "recipe.json", "q"});
        EXPECT_EQ(ran.code, 1);
        EXPECT_THAT(ran.err, HasSubstr("stopped at command 1 of 2: import absent.jsonl"));
    }

    /// A small disk of its own, where this process may mount one.
    class SmallDisk {
    public:
        SmallDisk(fs::path place, const char* size)
            : m_place(std::move(place))
        {
            fs::create_directories(m_place);
            const std::string options = std::string("mode=0777,size=") + size;
            m_isThere = ::mount("winnow-test", m_place.c_str(), "tmpfs", 0, options.c_str()) == 0;
        }
        ~SmallDisk()
        {
            if (m_isThere)
                ::umount2(m_place.c_str(), MNT_DETACH);
        }
        SmallDisk(const SmallDisk&) = delete;
        SmallDisk& operator=(const SmallDisk&) = delete;
        bool isThere() const { return m_isThere; }
        bool protect() const
        {
            return ::mount(nullptr, m_place.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0;
        }
        /// Leaves `spare` bytes free.
        void fill(std::uintmax_t spare) const
        {
            std::ofstream filler(m_place / "filler");
            const std::string block(4096, 'x');
            while (fs::space(m_place).available > spare && filler.write(block.data(), 4096).flush())
                continue;
        }
        void clear() const { fs::remove(m_place / "filler"); }
        bool allow() const { return ::mount(nullptr, m_place.c_str(), nullptr, MS_REMOUNT, "size=64m") == 0; }

    private:
        fs::path m_place;
        bool m_isThere = false;
    };

    TEST_F(Storage, AFullDiskIsSaidAndTheSameCommandGoesOnAfterwards)
    {
        const SmallDisk disk(program / "disk", "2m");
        if (!disk.isThere())
            GTEST_SKIP() << "no small disk can be mounted here: run as root to test full disks";
        program.write("pairs.jsonl", pairLines(20000));
        expectDone({"new", "disk/p"});
        const auto full = program.run({"import", "disk/p", "pairs.jsonl"});
        EXPECT_EQ(full.code, 1);
        EXPECT_THAT(full.err, AllOf(HasSubstr("disk is full"), HasSubstr("what was saved before is safe")));
        const auto kept = expectDone({"info", "disk/p", "--json"}).json().at("pairs").get<int>();
        EXPECT_GT(kept, 0);
        const auto pin = program.run({"override", "disk/p", "pin", "--where", "id = \"1\""});
        EXPECT_TRUE(pin.code == 0 || pin.err.find("disk is full") != std::string::npos) << pin.err;
        ASSERT_TRUE(disk.allow());
        expectDone({"import", "disk/p", "pairs.jsonl"});
        expectDone({"verify", "disk/p"});
        EXPECT_EQ(expectDone({"info", "disk/p", "--json"}).json().at("pairs"), 20000);
    }

    TEST_F(Storage, JobsOnAFullDiskSaySoAndGoOnOnceThereIsRoom)
    {
        const SmallDisk disk(program / "disk", "64m");
        if (!disk.isThere())
            GTEST_SKIP() << "no small disk can be mounted here: run as root to test full disks";
        expectDone({"demo", "disk/p", "--pairs", "60", "--questions", "20"});
        expectDone({"select", "disk/p", "--name", "s", "--budget", "12", "--random"});
        const std::vector<std::vector<std::string>> jobs{{"score", "disk/p", "--metrics", "clip,words,blur"},
            {"features", "disk/p", "--spaces", "clip-image"},
            {"finetune", "disk/p", "--name", "r", "--selection", "s", "--steps", "4"},
            {"export", "disk/p", "disk/out.tar", "--selection", "all", "--format", "webdataset"}};
        for (const auto& job : jobs) {
            disk.fill(8'192);
            const auto full = program.run(job);
            disk.clear();
            EXPECT_EQ(full.code, 1) << testing::PrintToString(job) << full.out;
            EXPECT_THAT(full.err, HasSubstr("disk is full")) << testing::PrintToString(job);
            expectDone(job);
        }
        expectDone({"verify", "disk/p"});
    }

    TEST_F(Storage, AProtectedDiskIsReadAndNotWritten)
    {
        const SmallDisk disk(program / "disk", "16m");
        if (!disk.isThere())
            GTEST_SKIP() << "no disk can be mounted here: run as root to test protected disks";
        makeProject();
        expectDone({"select", "p", "--name", "s", "--budget", "3", "--weights", "reward=1"});
        fs::copy(program / "p", program / "disk/p", fs::copy_options::recursive);
        ASSERT_TRUE(disk.protect());
        EXPECT_EQ(expectDone({"info", "disk/p", "--json"}).json().at("read_only"), true);
        EXPECT_THAT(expectDone({"info", "disk/p"}).out, HasSubstr("may only be read"));
        expectDone({"verify", "disk/p"});
        EXPECT_EQ(expectDone({"list", "disk/p"}).out, expectDone({"list", "p"}).out);
        expectDone({"export", "disk/p", "out.json", "--selection", "s", "--format", "llava"});
        for (const auto& arguments : std::vector<std::vector<std::string>>{{"override", "disk/p", "pin", "1"},
                 {"select", "disk/p", "--name", "t", "--budget", "2", "--random"}, {"import", "disk/p", "pairs.jsonl"},
                 {"remove", "disk/p", "selection", "s"}, {"score", "disk/p", "--metrics", "length"}}) {
            const auto ran = program.run(arguments);
            EXPECT_EQ(ran.code, 1) << testing::PrintToString(arguments);
            EXPECT_THAT(ran.err, HasSubstr("may only be read")) << testing::PrintToString(arguments);
        }
    }

    TEST_F(Storage, HostileProjectsReachNothingOutside)
    {
        makeProject();
        fs::create_directories(program / "victim");
        program.write("victim/secret", "mine");
        fs::remove_all(program / "p/vectors");
        fs::create_directory_symlink(program / "victim", program / "p/vectors");
        const auto linked = program.run({"info", "p"});
        EXPECT_EQ(linked.code, 1);
        EXPECT_THAT(linked.err, HasSubstr("symbolic link"));
        EXPECT_EQ(program.read("victim/secret"), "mine");
    }

} // namespace
} // namespace winnow::e2e
