// Every set of real pairs that lies beside the checkout, through the whole way of data: import, check, score, cluster,
// select, export, and the export into a project of its own, which then holds the same pairs.
#include "core/base/file.h"
#include "tests/e2e/program.h"
#include "tests/support/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace winnow::e2e {
namespace {

    namespace fs = std::filesystem;
    using testing::HasSubstr;

    struct DataSet {
        const char* name;
        const char* source; ///< under data/
        std::vector<std::string> flags;
        std::string format; ///< as auto recognises it
        std::int64_t pairs = 0;
        bool hasPictures = true;
        const char* response; ///< of the first pair, from its start
    };

    std::ostream& operator<<(std::ostream& out, const DataSet& set) { return out << set.name; }

    class SharedData : public testing::TestWithParam<DataSet> {
    protected:
        void SetUp() override
        {
            if (!fs::exists(fs::path(sharedDir()) / "data" / GetParam().source))
                GTEST_SKIP() << "needs ../shared/data/" << GetParam().source;
        }
        Ran run(const std::vector<std::string>& arguments)
        {
            auto ran = program.run(arguments);
            EXPECT_EQ(ran.code, 0) << arguments[0] << ": " << ran.err;
            return ran;
        }
        /// Pairs as JSON, in the order of their rows.
        std::vector<Json> pairs(const std::string& project)
        {
            std::vector<Json> out;
            std::istringstream lines(run({"list", project, "--limit", "5000", "--json"}).out);
            for (std::string line; std::getline(lines, line);)
                out.push_back(json::parse(line, "a pair"));
            return out;
        }

        Program program;
    };

    TEST_P(SharedData, GoesFromImportToExport)
    {
        const auto& set = GetParam();
        const auto source = (fs::path(sharedDir()) / "data" / set.source).string();
        run({"new", "p"});
        std::vector<std::string> import{"import", "p", source, "--json"};
        import.insert(import.end(), set.flags.begin(), set.flags.end());
        const auto imported = run(import).json();
        EXPECT_EQ(imported["format"], set.format);
        EXPECT_EQ(imported["added"], set.pairs);
        EXPECT_EQ(imported["bad_rows"], 0);
        EXPECT_EQ(imported["missing_images"], set.hasPictures ? 0 : set.pairs);
        const auto all = pairs("p");
        ASSERT_EQ(std::int64_t(all.size()), set.pairs);
        EXPECT_THAT(all[0]["response"].get<std::string>(), HasSubstr(set.response));

        const auto checked =
            program.run({"check", "p", "--json"}); // real data have real faults: exit code 1 tells them
        EXPECT_THAT(checked.code, testing::AnyOf(0, 1)) << checked.err;
        EXPECT_THAT(checked.out, HasSubstr(R"("kind":)"));

        const std::string metrics = set.hasPictures ? "words,length,language,clip,blur,width" : "words,length,language";
        run({"score", "p", "--metrics", metrics});
        std::vector<std::string> select{"select", "p", "--name", "best", "--budget", "20%", "--weights"};
        if (set.hasPictures) {
            run({"features", "p", "--spaces", "clip-image"});
            run({"cluster", "p", "--name", "k", "--k", "5", "--space", "clip-image"});
            select.insert(select.end(), {"clip=1,words=0.2", "--clusters", "k"});
        } else {
            run({"score", "p", "--metrics", "distinct-2"});
            select.push_back("words=1,distinct-2=0.5");
        }
        run(select);
        for (const char* format : {"llava", "jsonl", "sharegpt", "messages"}) {
            const auto file = std::string("out/") + format + (std::string(format) == "jsonl" ? ".jsonl" : ".json");
            const auto exported =
                run({"export", "p", file, "--selection", "best", "--format", format, "--json"}).json();
            EXPECT_EQ(exported["pairs"], std::llround(0.2 * double(set.pairs))) << format;
        }
        std::vector<std::string> copy{"export", "p", "copy.json", "--selection", "all", "--format", "llava"};
        if (set.hasPictures)
            copy.push_back("--copy-images");
        run(copy);
        run({"new", "q"});
        const auto back = run({"import", "q", "copy.json", "--json"}).json();
        EXPECT_EQ(back["added"], set.pairs);
        EXPECT_EQ(back["missing_images"], set.hasPictures ? 0 : set.pairs); // each finds its copy
        const auto again = pairs("q");
        ASSERT_EQ(again.size(), all.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            EXPECT_EQ(again[i]["id"], all[i]["id"]) << i;
            EXPECT_EQ(again[i]["response"], all[i]["response"]) << i;
        }
    }

    INSTANTIATE_TEST_SUITE_P(Sets, SharedData,
        testing::Values(
            DataSet{"flickr8k", "flickr8k-400/captions.txt", {}, "csv", 2000, true, "A child in a pink dress"},
            DataSet{"llava_bench", "llava-bench-coco/coco2014_val_gpt4_qa_30x3.jsonl", {}, "jsonl", 90, true,
                "The skateboard in the image"},
            DataSet{"gcompris", "gcompris-explore/annotations.json",
                {"--map", "id=image,response=text,instruction=text2"}, "jsonl", 82, true, "The jaguar's jaw"},
            DataSet{"instructiongpt4", "instructiongpt4/filter_cap.json", {}, "cc_sbu_align", 3439, false,
                "The image shows a man fishing"}),
        [](const auto& set) { return std::string(set.param.name); });

} // namespace
} // namespace winnow::e2e
