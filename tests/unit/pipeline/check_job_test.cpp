// A source with every fault at a known count, checked, repaired, undone, stopped and gone on with.
#include "core/pipeline/check_job.h"

#include "core/pipeline/relink_job.h"

#include "core/base/file.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/pipeline/import_job.h"
#include "core/pipeline/project_job.h"
#include "core/pipeline/run_job.h"
#include "core/pipeline/select_job.h"
#include "core/store/ledger.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "tests/unit/check/test_pictures.h"

#include <gtest/gtest.h>

#include <map>

namespace winnow::pipeline {
namespace {

    namespace fs = std::filesystem;
    using check::blocks;
    using check::writeFile;

    /// Stops at the given checkpoint; 0 = never. Counts them.
    class WatchfulContext final : public RunContext {
    public:
        explicit WatchfulContext(int stopAt = 0)
            : m_stopAt(stopAt)
        {
        }
        void checkpoint() override
        {
            if (++count == m_stopAt)
                throw Cancelled();
        }
        void progress(std::string_view stage, std::int64_t done, std::int64_t total) override
        {
            if (total > 0) {
                EXPECT_LE(done, total) << stage;
            }
            ended[std::string(stage)] = done == total;
        }
        void metric(std::string_view, double, double) override { }
        void log(LogLevel, std::string_view) override { }
        int count = 0;
        std::map<std::string, bool> ended; ///< stage → its last progress was at the total

    private:
        int m_stopAt;
    };

    /// Thirty short words in three sentences, others for each seed: no tokenizer makes 160 tokens of them, nor 77 of a
    /// sentence.
    std::string answer(std::uint64_t seed)
    {
        static const std::vector<std::string> kWords = {"dog", "cat", "sun", "sea", "hat", "box", "red", "tree", "lamp",
            "bird", "cup", "blue", "road", "hill", "boat", "fish", "moon", "star", "door", "wall", "ball", "tall",
            "wide", "cold", "warm", "dark", "pale", "two", "six", "ten", "left", "near", "over", "mat", "toy", "kite"};
        Random random(seed, "answer");
        std::string out;
        for (int i = 0; i < 30; ++i)
            out += random.pick(kWords) + (i == 29 ? "." : i % 10 == 9 ? ". " : " ");
        return out;
    }

    class CheckJob : public testing::Test {
    protected:
        CheckJob() { ::setenv("XDG_CONFIG_HOME", (folder / "config").c_str(), 1); } // the embedded models

        fs::path images() const { return folder / "source/images"; }
        std::string picture(const std::string& name, int quality = 90)
        {
            writeFile(images() / name, media::encodeJpeg(blocks(++m_pictures), quality));
            return name;
        }
        std::string copy(const std::string& from, const std::string& name)
        {
            fs::copy_file(images() / from, images() / name);
            return name;
        }

        /// A row of the source: question and answer with the mark of each picture.
        void add(
            const std::string& id, const Json& image, const std::string& said, const std::string& asked = "What is it?")
        {
            const std::size_t count = image.is_array() ? image.size() : image.is_null() ? 0 : 1;
            std::string marks;
            for (std::size_t i = 0; i < count; ++i)
                marks += "<image>\n";
            addTurns(id, image, {{"human", marks + asked}, {"gpt", said}});
        }
        void addTurns(const std::string& id, const Json& image, std::vector<std::pair<std::string, std::string>> turns)
        {
            Json row{{"id", id}};
            if (!image.is_null())
                row["image"] = image;
            row["conversations"] = Json::array();
            for (const auto& [from, value] : turns)
                row["conversations"].push_back({{"from", from}, {"value", value}});
            m_rows.push_back(std::move(row));
        }
        void addGood(const std::string& id) { add(id, picture(id + ".jpg"), answer(++m_answers)); }

        void importRows()
        {
            writeFile(folder / "source/data.json", json::dump(m_rows));
            createProject(folder / "project");
            workspace = std::make_unique<Workspace>(folder / "project");
            ImportOptions source;
            source.source = folder / "source/data.json";
            source.format = "llava";
            source.imagesRoot = images();
            NullContext context;
            const auto result = runImport(*workspace, source, context);
            ASSERT_EQ(result.details.at("added"), m_rows.size()) << result.sentence;
        }

        void addFaultyPictures()
        {
            add("gone", "nowhere/gone.jpg", answer(101));
            add("moved-0", "old/r0.jpg", answer(102));
            add("moved-1", "old/r1.jpg", answer(103));
            writeFile(folder / "elsewhere/old/r0.jpg", media::encodeJpeg(blocks(900)));
            writeFile(folder / "elsewhere/old/r1.jpg", media::encodeJpeg(blocks(901)));
            const auto jpeg = media::encodeJpeg(blocks(902));
            writeFile(images() / "cut.jpg", jpeg.substr(0, jpeg.size() / 2));
            add("cut", "cut.jpg", answer(104));
            writeFile(images() / "words.jpg", "these are words");
            add("words", "words.jpg", answer(105));
            writeFile(images() / "huge.png", check::pngClaiming(60'000, 50'000));
            add("huge", "huge.png", answer(106));
        }
        void addRepeats()
        {
            add("same-file", "good-1.jpg", answer(110));
            add("same-bytes", copy("good-2.jpg", "copy.jpg"), answer(111));
            writeFile(images() / "anew.jpg", media::encodeJpeg(blocks(numberOf("good-3")), 55));
            add("compressed-anew", "anew.jpg", answer(112));
            add("same-words-0", picture("sw0.jpg"), answer(4));
            add("same-words-1", picture("sw1.jpg"), answer(4));
            auto changed = answer(5);
            changed.replace(0, changed.find(' '), "frog");
            add("near-words", picture("nw.jpg"), changed);
            add("good-6", picture("id2.jpg"), answer(113));
            add("good-6", picture("id3.jpg"), answer(114));
        }
        void addFaultyTurns()
        {
            const auto mark = [](const std::string& said) { return "<image>\n" + said; };
            addTurns("two-marks", picture("m2.jpg"), {{"human", "<image><image>Well?"}, {"gpt", answer(120)}});
            addTurns("no-mark", picture("m0.jpg"), {{"human", "What is it?"}, {"gpt", answer(121)}});
            addTurns("mark-alone", Json(), {{"human", mark("What is it?")}, {"gpt", answer(122)}});
            addTurns("text-only", Json(), {{"human", "What is a dog?"}, {"gpt", answer(123)}});
            addTurns("asked-twice", picture("turn0.jpg"),
                {{"human", mark("What is it?")}, {"human", "Well, what?"}, {"gpt", answer(124)}});
            addTurns("answered-first", picture("turn1.jpg"),
                {{"gpt", "I see a box."}, {"human", mark("What is in it?")}, {"gpt", answer(125)}});
            addTurns("left-open", picture("turn2.jpg"),
                {{"human", mark("What is it?")}, {"gpt", answer(126)}, {"human", "Why is that so?"}});
            add("empty", picture("e0.jpg"), "");
            addTurns("empty-later", picture("e1.jpg"),
                {{"human", mark("What is it?")}, {"gpt", answer(127)}, {"human", "Why is that?"}, {"gpt", " \n"}});
            add("unasked-0", picture("q0.jpg"), answer(128), "");
            add("unasked-1", picture("q1.jpg"), answer(129), " ");
            add("several", {picture("s0.jpg"), picture("s1.jpg")}, answer(130));
        }
        void addFaultyWords()
        {
            add("broken-0", picture("b0.jpg"), answer(140) + " A caf\xEF\xBF\xBD.");
            add("broken-1", picture("b1.jpg"), answer(141) + " A caf\xC3\x83\xC2\xA9.");
            add("html-0", picture("h0.jpg"), answer(142) + "<br>");
            add("html-1", picture("h1.jpg"), answer(143), "What is this&nbsp;here?");
            add("short", picture("short.jpg"), "Yes.");
            std::string longAnswer;
            for (std::uint64_t i = 0; i < 17; ++i)
                longAnswer += answer(150 + i) + " ";
            add("long", picture("long.jpg"), longAnswer); // 510 words
            std::string letters = "a";
            for (int i = 1; i < 76; ++i)
                letters += " a";
            add("one-sentence", picture("one.jpg"), letters); // 76 tokens and two marks
        }
        void addBenchmark()
        {
            writeFile(folder / "bench/test-a.jpg", file::readAll(images() / "good-7.jpg"));
            writeFile(folder / "bench/test-b.jpg", media::encodeJpeg(blocks(numberOf("good-8")), 50));
            writeFile(folder / "bench/test-c.jpg", media::encodeJpeg(blocks(950)));
            writeFile(folder / "bench/questions.tsv",
                "image\tquestion\tanswer\ntest-a.jpg\tIs it red?\tyes\ntest-b.jpg\tIs it red?\tno\ntest-c.jpg\tIs it "
                "red?\tno\n");
            winnow::pipeline::addBenchmark(*workspace, "bench", folder / "bench/questions.tsv", "tsv");
        }
        void makeAll()
        {
            for (int i = 0; i < 20; ++i) {
                m_numbers[text::join("good-", i)] = static_cast<std::uint64_t>(m_pictures) + 1;
                addGood(text::join("good-", i));
            }
            addFaultyPictures();
            addRepeats();
            addFaultyTurns();
            addFaultyWords();
            importRows();
            addBenchmark();
        }
        std::uint64_t numberOf(const std::string& id) const { return m_numbers.at(id); }

        CheckReport check()
        {
            NullContext context;
            return runCheck(*workspace, options, context);
        }
        static std::map<std::string, std::int64_t> countsOf(const CheckReport& report)
        {
            std::map<std::string, std::int64_t> out;
            for (const auto& finding : report.findings)
                out[finding.kind] = finding.pairCount;
            return out;
        }
        static std::vector<std::string> idsOf(const CheckReport& report, const std::string& kind)
        {
            std::vector<std::string> out;
            for (const auto& finding : report.findings)
                if (finding.kind == kind)
                    for (const auto& example : finding.examples)
                        out.push_back(example.id);
            return out;
        }
        std::vector<std::uint8_t> overrides()
        {
            auto project = workspace->open();
            return store::Ledger(project).overrides();
        }

        check::Folder folder;
        std::unique_ptr<Workspace> workspace;
        CheckOptions options;

    private:
        Json m_rows = Json::array();
        std::uint64_t m_pictures = 0;
        std::uint64_t m_answers = 0;
        std::map<std::string, std::uint64_t> m_numbers;
    };

    const std::map<std::string, std::int64_t> kExpected = {{"missing-picture", 3}, {"unreadable-picture", 2},
        {"large-picture", 1}, {"empty-answer", 2}, {"role-order", 3}, {"image-parity", 3}, {"benchmark-picture", 1},
        {"benchmark-like-picture", 1}, {"duplicate-picture", 2}, {"near-picture", 1}, {"duplicate-text", 2},
        {"near-text", 1}, {"several-pictures", 1}, {"cut-answer", 1}, {"cut-clip-text", 1}, {"broken-text", 2},
        {"html-text", 2}, {"empty-instruction", 2}, {"no-picture", 2}, {"short-answer", 1}, {"long-answer", 1},
        {"repeated-id", 2}};

    TEST_F(CheckJob, FindsEveryFaultAsOftenAsItWasMade)
    {
        makeAll();
        const auto report = check();
        EXPECT_EQ(countsOf(report), kExpected) << reportAsText(report);
        EXPECT_EQ(report.checkedCount, report.pairCount);
        EXPECT_EQ(report.notes, std::vector<std::string>{});
        EXPECT_EQ(idsOf(report, "missing-picture"), (std::vector<std::string>{"gone", "moved-0", "moved-1"}));
        EXPECT_EQ(idsOf(report, "duplicate-picture"), (std::vector<std::string>{"same-file", "same-bytes"}));
        EXPECT_EQ(idsOf(report, "image-parity"), (std::vector<std::string>{"two-marks", "no-mark", "mark-alone"}));
        EXPECT_EQ(idsOf(report, "benchmark-picture"), std::vector<std::string>{"good-7"});
        EXPECT_EQ(idsOf(report, "benchmark-like-picture"), std::vector<std::string>{"good-8"});
        EXPECT_EQ(idsOf(report, "repeated-id"), (std::vector<std::string>{"good-6#2", "good-6#3"}));
        EXPECT_EQ(idsOf(report, "cut-answer"), std::vector<std::string>{"long"});
        EXPECT_EQ(idsOf(report, "cut-clip-text"), std::vector<std::string>{"one-sentence"});
    }

    TEST_F(CheckJob, ProposesWhereMissingPicturesLieAndRelinkingFindsThem)
    {
        makeAll();
        const auto report = check();
        ASSERT_EQ(report.relocations.size(), 1u);
        EXPECT_EQ(report.relocations[0].from, images() / "old");
        EXPECT_EQ(report.relocations[0].to, folder / "elsewhere/old");
        EXPECT_EQ(report.relocations[0].pairCount, 2);
        const auto& move = report.relocations[0];
        NullContext quiet;
        EXPECT_EQ(runRelink(*workspace, {{{move.from, move.to}}}, quiet).details["moves"][0]["found"], 2);
        EXPECT_EQ(countsOf(check()).at("missing-picture"), 1);
    }

    TEST_F(CheckJob, RepairBansOnceAndUndoGivesTheVerdictsBack)
    {
        makeAll();
        decide(*workspace, "pin", {0, 1}, "good ones");
        const auto before = overrides();
        for (const auto& kind : repairableFindings()) {
            const auto report = check();
            const auto result = repairFinding(*workspace, report, kind);
            EXPECT_EQ(result.details.at("pairs"), kExpected.at(kind)) << kind;
            auto project = workspace->open();
            const auto history = store::Ledger(project).history(1);
            EXPECT_NE(history.at(0).reason.find(kind), std::string::npos);
            EXPECT_EQ(store::Recipe(project).list().back().arguments.at(1), "ban");
            const auto after = check();
            EXPECT_EQ(countsOf(after).count(kind), 0u) << kind;
            EXPECT_EQ(after.bannedCount, kExpected.at(kind)) << kind;
            undoDecision(*workspace);
            EXPECT_EQ(overrides(), before) << kind;
        }
        EXPECT_THROW(repairFinding(*workspace, check(), "repeated-id"), Error);
        EXPECT_THROW(repairFinding(*workspace, check(), "nonsense"), Error);
    }

    TEST_F(CheckJob, StoppedAnywhereItEndsWithTheSameReport)
    {
        makeAll();
        WatchfulContext whole;
        const auto expected = runCheck(*workspace, options, whole);
        for (const auto& [stage, isEnded] : whole.ended)
            EXPECT_TRUE(isEnded) << stage;
        ASSERT_GT(whole.count, 20);
        fs::remove(folder / "project/check.sqlite");
        for (int stopAt = 1; stopAt <= whole.count; stopAt += 7) {
            WatchfulContext context(stopAt);
            EXPECT_THROW(runCheck(*workspace, options, context), Cancelled) << stopAt;
        }
        EXPECT_EQ(check(), expected);
    }

    TEST_F(CheckJob, TheSecondCheckDecodesOnlyWhatChanged)
    {
        makeAll();
        const auto first = check();
        // What is remembered counts: a picture that turns bad unseen, with size and time kept, stays what it was.
        const auto path = images() / "good-9.jpg";
        const auto time = fs::last_write_time(path);
        writeFile(path, std::string(fs::file_size(path), 'x'));
        fs::last_write_time(path, time);
        EXPECT_EQ(check(), first);
        writeFile(path, "now seen");
        EXPECT_EQ(countsOf(check()).at("unreadable-picture"), 3);
    }

    TEST_F(CheckJob, AQueryNarrowsItAndFindingsAreQueries)
    {
        makeAll();
        options.where = "id = \"gone\" or id = \"html-0\"";
        const auto report = check();
        EXPECT_EQ(countsOf(report), (std::map<std::string, std::int64_t>{{"missing-picture", 1}, {"html-text", 1}}));
        EXPECT_EQ(report.checkedCount, 2);
        auto project = workspace->open();
        const auto rows = rowsWhere(project, "finding = \"missing-picture\"");
        ASSERT_EQ(rows.size(), 1u);
        EXPECT_EQ(store::PairStore(project).load(rows[0]).pair.id.value, "gone");
        EXPECT_TRUE(rowsWhere(project, "finding = \"role-order\"").empty());
        EXPECT_THROW(rowsWhere(project, "finding = \"nonsense\""), Error);
        options.where = "clip >";
        EXPECT_THROW(check(), Error);
    }

    TEST_F(CheckJob, FindingsWithRepeatsShowBothSides)
    {
        makeAll();
        check();
        auto project = workspace->open();
        EXPECT_EQ(rowsWhere(project, "finding = \"duplicate-picture\"").size(), 4u);
        fs::remove(folder / "project/check.sqlite");
        EXPECT_THROW(rowsWhere(project, "finding = \"duplicate-picture\""), Error);
    }

    TEST_F(CheckJob, AnEmptyProjectHasNoFindings)
    {
        createProject(folder / "project");
        workspace = std::make_unique<Workspace>(folder / "project");
        const auto report = check();
        EXPECT_TRUE(report.findings.empty());
        EXPECT_EQ(reportSentence(report), "nothing was found in 0 pairs");
    }

    TEST_F(CheckJob, AModelThatWasNamedMustBeThere)
    {
        createProject(folder / "project");
        workspace = std::make_unique<Workspace>(folder / "project");
        options.models["vlm"] = folder / "absent";
        EXPECT_THROW(check(), Error);
        options.models = {{"reward", folder / "absent"}};
        EXPECT_THROW(check(), Error);
    }

} // namespace
} // namespace winnow::pipeline
