// What strangers hand in, and what the program says: one sentence by which a person could mend the file, no crash,
// within bounds of time and memory, and nothing of the project changed. All sentences are left in broken_inputs.txt
// beside the programs, to be read.
#include "tests/e2e/broken_inputs.h"

#include "core/base/text.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/pair_store.h"
#include "core/store/run_store.h"
#include "core/store/selection_store.h"
#include "core/store/selector_store.h"
#include "tests/support/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sys/resource.h>

namespace winnow::e2e {
namespace {

    constexpr double kMostSeconds = 20;
    constexpr long kMostKilobytes = 1'000'000;

    struct Watched {
        Ran ran;
        double seconds = 0;
        long peakKilobytes = 0;
    };

    Watched watch(const Program& program, const std::vector<std::string>& arguments)
    {
        const auto start = std::chrono::steady_clock::now();
        const pid_t child = program.start(arguments);
        int status = 0;
        struct rusage usage { };
        ::wait4(child, &status, 0, &usage);
        Watched out;
        out.ran = {WIFEXITED(status) ? WEXITSTATUS(status) : -1, program.read("out.txt"), program.read("err.txt")};
        out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        out.peakKilobytes = usage.ru_maxrss;
        return out;
    }

    /// What somebody would miss: pairs, numbers, lists.
    std::string fingerprint(const std::filesystem::path& folder)
    {
        auto project = store::Project::open(folder, store::Access::ReadOnly);
        std::string out = text::joined(store::PairStore(project).ids(), " ");
        const auto columns = project.loadColumns();
        for (const auto& metric : columns->metrics)
            for (const double value : *metric.values)
                out += text::join("|", metric.info.name, value);
        for (const auto& clustering : columns->clusterings)
            out += "|" + clustering.info.name;
        for (const auto& feature : store::FeatureStore(project).list())
            out += "|" + feature.name;
        for (const auto& selection : store::SelectionStore(project).list())
            out += "|" + selection.name;
        for (const auto& selector : store::SelectorStore(project).list())
            out += "|" + selector.name;
        for (const auto& benchmark : store::RunStore(project).benchmarks())
            out += "|" + benchmark.name;
        return out;
    }

    /// Lines that tell of failure; the others tell of progress and of what was recognised.
    std::vector<std::string> sentencesOf(const std::string& errorText)
    {
        std::vector<std::string> out;
        for (const auto& line : text::split(errorText, '\n'))
            if (line.starts_with("winnow: ") || line.starts_with("failed: "))
                out.push_back(line.substr(8));
        return out;
    }

    // A sanitizer reserves terabytes of addresses, uses more memory and takes longer.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    constexpr bool kIsSanitized = true;
#else
    constexpr bool kIsSanitized = false;
#endif

    class BrokenInputsTest : public testing::Test {
    protected:
        void SetUp() override
        {
            // A safety net for the machine: what is asserted is below it.
            constexpr rlim_t kSeconds = kIsSanitized ? 600 : 60;
            const rlimit seconds{kSeconds, kSeconds}, bytes{rlim_t(12) << 30, rlim_t(12) << 30};
            ::setrlimit(RLIMIT_CPU, &seconds);
            if (!kIsSanitized)
                ::setrlimit(RLIMIT_AS, &bytes);
            program.write("pairs.jsonl", goodLines());
            program.write("clip.json", R"({"0":1,"1":2,"2":3,"3":4,"4":5,"5":6,"6":7,"7":8})");
            ASSERT_EQ(program.run({"new", "p"}).code, 0);
            ASSERT_EQ(program.run({"import", "p", "pairs.jsonl"}).code, 0);
            ASSERT_EQ(program.run({"import-metrics", "p", "clip.json"}).code, 0);
            before = fingerprint(program / "p");
            ASSERT_THAT(before, testing::HasSubstr("clip"));
        }

        void check(const BrokenInput& input)
        {
            SCOPED_TRACE(input.name);
            const auto watched = watch(program, input.arguments);
            const auto& [code, printed, errorText] = watched.ran;
            EXPECT_EQ(code, input.code) << printed << errorText;
            const auto sentences = sentencesOf(errorText);
            ASSERT_EQ(sentences.size(), 1U) << errorText;
            for (const auto& word : input.says)
                EXPECT_THAT(sentences.front(), testing::HasSubstr(word));
            EXPECT_LE(sentences.front().size(), 600U);
            EXPECT_TRUE(text::isValidUtf8(errorText));
            for (const char c : errorText)
                EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << int(c);
            if (!kIsSanitized) {
                EXPECT_LT(watched.seconds, kMostSeconds);
                EXPECT_LT(watched.peakKilobytes, kMostKilobytes);
            }
            EXPECT_EQ(fingerprint(program / "p"), before);
            std::ofstream(programDir() + "/broken_inputs.txt", std::ios::app)
                << input.name << "\n    " << sentences.front() << "\n";
        }

        void checkAll(const BrokenInputs& inputs, std::size_t atLeast)
        {
            EXPECT_GE(inputs.size(), atLeast);
            const auto told = [this] {
                auto info = program.run({"info", "p", "--json"}).json();
                info.erase("recipe_lines"); // an import that found nothing but bad rows is one that was made
                info.erase("bytes");
                return info;
            };
            const auto infoBefore = told();
            ASSERT_TRUE(infoBefore.contains("pairs"));
            for (const auto& input : inputs)
                check(input);
            EXPECT_EQ(told(), infoBefore);
            EXPECT_EQ(program.run({"verify", "p"}).code, 0);
            EXPECT_FALSE(std::filesystem::exists(program / "pwned"));
        }

        Program program;
        std::string before;
    };

    TEST_F(BrokenInputsTest, ADataSetThatCannotBeImported) { checkAll(brokenSources(program), 25); }

    TEST_F(BrokenInputsTest, ScoresVectorsAndClustersThatCannotBeUsed) { checkAll(brokenTables(program), 25); }

    TEST_F(BrokenInputsTest, AModelThatCannotBeLoaded) { checkAll(brokenModels(program), 25); }

    TEST_F(BrokenInputsTest, AProjectThatCannotBeOpened) { checkAll(brokenProjects(program), 8); }

    TEST_F(BrokenInputsTest, QuestionsSelectorsRecipesAndQueries) { checkAll(brokenQuestions(program), 15); }

} // namespace
} // namespace winnow::e2e
