// Every format by the command line: what is recognised, what comes back, what is said of what cannot be read.
#include "core/base/file.h"
#include "tests/e2e/program.h"
#include "tests/support/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::e2e {
namespace {

    using testing::HasSubstr;
    namespace fs = std::filesystem;

    const std::vector<std::string> kFormats{
        "cc_sbu_align", "llava", "sharegpt", "messages", "coco", "imagefolder", "webdataset", "jsonl", "csv"};

    fs::path sharedData(const std::string& name) { return fs::path(sharedDir()) / "data" / name; }

    class FormatsByCommand : public testing::Test {
    protected:
        Json import(const std::string& project, const fs::path& source, std::vector<std::string> more = {})
        {
            if (!fs::exists(program / project)) {
                EXPECT_EQ(program.run({"new", project}).code, 0);
            }
            more.insert(more.begin(), {"import", project, source.string(), "--json"});
            const auto ran = program.run(more);
            EXPECT_EQ(ran.code, 0) << ran.err;
            return ran.code == 0 ? ran.json() : Json::object();
        }
        /// id → what `list` says of the pair.
        std::map<std::string, Json> pairs(const std::string& project)
        {
            std::map<std::string, Json> out;
            std::istringstream lines(program.run({"list", project, "--json", "--limit", "100000"}).out);
            for (std::string line; std::getline(lines, line);) {
                auto pair = json::parse(line, "a line of list");
                out.emplace(pair.at("id").get<std::string>(), std::move(pair));
            }
            return out;
        }
        void write(const std::string& name, const std::string& content)
        {
            fs::create_directories((program / name).parent_path());
            program.write(name, content);
        }

        Program program;
    };

    TEST_F(FormatsByCommand, EverySharedDatasetComesInWithItsPictures)
    {
        struct Case {
            const char* name;
            const char* format;
            int pairs, missing;
        };
        const Case cases[] = {{"flickr8k-400", "csv", 2000, 0}, {"llava-bench-coco", "jsonl", 90, 0},
            {"gcompris-explore", "jsonl", 82, 0}, {"pope-coco", "jsonl", 3000, 3000},
            {"instructiongpt4", "cc_sbu_align", 3439, 3439}};
        if (!fs::exists(sharedData("flickr8k-400")))
            GTEST_SKIP() << "the shared data sets are not beside the project";
        for (const auto& one : cases) {
            const auto done = import(one.name, sharedData(one.name));
            EXPECT_EQ(done["format"], one.format) << one.name;
            EXPECT_EQ(done["added"], one.pairs) << one.name;
            EXPECT_EQ(done["missing_images"], one.missing) << one.name;
            EXPECT_EQ(done["bad_rows"], 0) << one.name;
            if (one.missing > 0)
                continue;
            for (const auto& [id, pair] : pairs(one.name))
                EXPECT_TRUE(fs::is_regular_file(pair.at("image").get<std::string>())) << one.name << " " << id;
        }
    }

    TEST_F(FormatsByCommand, RealPhotographsGoThroughEveryFormat)
    {
        if (!fs::exists(sharedData("llava-bench-coco")))
            GTEST_SKIP() << "the shared data sets are not beside the project";
        import("p", sharedData("llava-bench-coco"));
        const auto wanted = pairs("p");
        for (const auto& format : kFormats) {
            const bool isFolder = format == "cc_sbu_align" || format == "imagefolder";
            const std::string out = "out/" + format + (isFolder ? "" : format == "webdataset" ? ".tar" : ".file");
            const auto exported =
                program.run({"export", "p", out, "--selection", "all", "--format", format, "--copy-images"});
            ASSERT_EQ(exported.code, 0) << exported.err;
            const auto done = import("p-" + format, program / out, {"--strict"});
            EXPECT_EQ(done["format"], format);
            EXPECT_EQ(done["missing_images"], 0) << format;
            const auto got = pairs("p-" + format);
            ASSERT_EQ(got.size(), wanted.size()) << format;
            for (const auto& [id, pair] : wanted) {
                ASSERT_TRUE(got.contains(id)) << format << " " << id;
                EXPECT_EQ(got.at(id).at("response"), pair.at("response")) << format << " " << id;
                if (format != "cc_sbu_align" && format != "coco") {
                    EXPECT_EQ(got.at(id).at("instruction"), pair.at("instruction")) << format << " " << id;
                }
            }
        }
    }

    TEST_F(FormatsByCommand, PicturesInAnArchiveAreScoredAndExported)
    {
        if (!fs::exists(sharedData("gcompris-explore")))
            GTEST_SKIP() << "the shared data sets are not beside the project";
        import("p", sharedData("gcompris-explore"));
        ASSERT_EQ(program.run({"export", "p", "set/all.tar", "--selection", "all", "--format", "webdataset"}).code, 0);
        EXPECT_EQ(import("q", program / "set")["missing_images"], 0);
        const auto scored = program.run({"score", "q", "--metrics", "clip", "--json"});
        ASSERT_EQ(scored.code, 0) << scored.err;
        ASSERT_EQ(program.run({"score", "p", "--metrics", "clip"}).code, 0);
        const auto direct = pairs("p"), archived = pairs("q");
        for (const auto& [id, pair] : direct) {
            EXPECT_THAT(archived.at(id).at("image").get<std::string>(), HasSubstr("/set/all.tar/")) << id;
            EXPECT_FALSE(archived.at(id).at("image_missing").get<bool>()) << id;
            EXPECT_EQ(archived.at(id).at("metrics"), pair.at("metrics")) << id;
        }
        // Out again as files, byte for byte; and still there after the folder moved.
        fs::rename(program / "set", program / "moved");
        const auto relinked = program.run({"relink", "q", "set", "moved"});
        ASSERT_EQ(relinked.code, 0) << relinked.err;
        const auto exported =
            program.run({"export", "q", "o/o.json", "--selection", "all", "--format", "llava", "--copy-images"});
        ASSERT_EQ(exported.code, 0) << exported.err;
        import("r", program / "o/o.json");
        for (const auto& [id, pair] : pairs("r"))
            EXPECT_EQ(file::sha256OfFile(pair.at("image").get<std::string>()),
                file::sha256OfFile(direct.at(id).at("image").get<std::string>()))
                << id;
        const auto linked =
            program.run({"export", "q", "l/o.json", "--selection", "all", "--format", "llava", "--link-images"});
        EXPECT_EQ(linked.code, 0);
        EXPECT_THAT(linked.out + linked.err, HasSubstr("82 pictures could not be copied"));
    }

    TEST_F(FormatsByCommand, AGrownSourceAddsOnlyWhatIsNew)
    {
        const auto row = [](const std::string& id, const std::string& text) {
            return R"({"id": ")" + id
                + R"(", "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": ")" + text
                + "\"}]}\n";
        };
        write("m.jsonl", row("a", "1") + row("b", "2"));
        EXPECT_EQ(import("p", program / "m.jsonl")["added"], 2);
        write("m.jsonl", row("a", "1") + row("b", "changed") + row("c", "3"));
        const auto grown = import("p", program / "m.jsonl");
        EXPECT_EQ(grown["added"], 2);
        EXPECT_EQ(grown["skipped_identical"], 1);
        EXPECT_EQ(grown["renamed"], 1);
        const auto again = import("p", program / "m.jsonl");
        EXPECT_EQ(again["added"], 0);
        EXPECT_EQ(again["skipped_identical"], 3);
        const auto all = pairs("p");
        EXPECT_EQ(all.size(), 4u);
        EXPECT_EQ(all.at("b").at("response"), "2");
        EXPECT_EQ(all.at("b#2").at("response"), "changed");
        // Rows without ids are named by their picture and number, so appended ones leave the others alone.
        write("c.csv", "image,caption\nx.jpg,one\nx.jpg,two\n");
        import("t", program / "c.csv");
        write("c.csv", "image,caption\nx.jpg,one\nx.jpg,two\nx.jpg,three\ny.jpg,four\n");
        const auto table = import("t", program / "c.csv");
        EXPECT_EQ(table["added"], 2);
        EXPECT_EQ(table["skipped_identical"], 2);
        const auto said = program.run({"import", "t", "c.csv"});
        EXPECT_THAT(said.out + said.err, HasSubstr("4 identical ones were there already"));
    }

    TEST_F(FormatsByCommand, WhatCannotBeReadSaysHowToConvertIt)
    {
        ASSERT_EQ(program.run({"new", "p"}).code, 0);
        write("t.parquet", "PAR1" + std::string(2000, 'x'));
        auto ran = program.run({"import", "p", "t.parquet"});
        EXPECT_EQ(ran.code, 1);
        EXPECT_THAT(ran.err, HasSubstr("python3 -c \"import pandas, sys; pandas.read_parquet(sys.argv[1]).to_json("));
        write("images/a.png", "GIF89a" + std::string(60, 'x'));
        write("c.csv", "image,caption\na.png,moves\nb.png,missing\n");
        ran = program.run({"import", "p", "c.csv", "--json"});
        EXPECT_EQ(ran.code, 0) << ran.err;
        const auto done = ran.json();
        EXPECT_EQ(done["added"], 1);
        EXPECT_EQ(done["bad"][0]["line"], 2);
        EXPECT_THAT(done["bad"][0]["reason"].get<std::string>(), HasSubstr("a.png is a GIF"));
        EXPECT_EQ(program.run({"import", "p", "c.csv", "--strict"}).code, 1);
    }

    TEST_F(FormatsByCommand, AMappingThatIsNeededToRecogniseIsUsedByAuto)
    {
        write("o.csv", "bild,beschreibung,wert\na.jpg,Ein Boot,0.5\n");
        const auto done = import("p", program / "o.csv", {"--map", "image=bild,response=beschreibung,wert=wert"});
        EXPECT_EQ(done["added"], 1);
        EXPECT_EQ(pairs("p").at("a.jpg#1").at("metrics").at("wert"), 0.5);
    }

} // namespace
} // namespace winnow::e2e
