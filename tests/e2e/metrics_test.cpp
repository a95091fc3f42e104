// Pictures, texts and duplicates as metrics, from the command line to a selection.
#include "core/base/text.h"
#include "tests/e2e/program.h"
#include "tests/support/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace winnow::e2e {
namespace {

    namespace fs = std::filesystem;
    using testing::HasSubstr;

    class Metrics : public testing::Test {
    protected:
        void makeDemo(const std::string& pairs)
        {
            const auto made = program.run({"demo", "p", "--pairs", pairs, "--seed", "3"});
            ASSERT_EQ(made.code, 0) << made.err;
        }
        Json score(const std::string& metrics)
        {
            const auto ran = program.run({"score", "p", "--metrics", metrics, "--json"});
            EXPECT_EQ(ran.code, 0) << ran.err;
            return ran.json();
        }
        /// Id → the pair as it is listed.
        std::map<std::string, Json> listed(const std::string& query)
        {
            const auto ran = program.run({"list", "p", "--where", query, "--json"});
            EXPECT_EQ(ran.code, 0) << ran.err;
            std::map<std::string, Json> out;
            std::istringstream lines(ran.out);
            for (std::string line; std::getline(lines, line);) {
                auto pair = json::parse(line, "a line");
                auto id = pair.at("id").get<std::string>();
                out.emplace(std::move(id), std::move(pair));
            }
            return out;
        }
        Program program;
    };

    /// Whether a sentence stands twice in a row, as the embedded world's repetitive captions have it.
    bool saysASentenceTwice(const std::string& response)
    {
        const auto sentences = text::split(response, '.');
        for (std::size_t i = 1; i < sentences.size(); ++i)
            if (!text::trimmed(sentences[i]).empty() && text::trimmed(sentences[i]) == text::trimmed(sentences[i - 1]))
                return true;
        return false;
    }

    TEST_F(Metrics, QueriesAndSelectionsGoByThem)
    {
        makeDemo("400");
        const auto report = score("width,blur,entropy,words,sentences,repetition,language.english,duplicate.image,"
                                  "duplicate.image.distance,duplicate.text");
        for (const char* name : {"width", "blur", "repetition", "duplicate.image.distance"})
            EXPECT_EQ(report.at(name).at("scored"), 400) << name;
        const auto all = listed("words > 0");
        const auto fresh = listed("repetition < 0.1 and blur > 1 and language.english > 0.5");
        const auto again = listed("repetition >= 0.1");
        std::size_t twice = 0;
        for (const auto& [id, pair] : all) {
            const auto& metrics = pair.at("metrics");
            const bool isFresh = metrics.at("repetition").get<double>() < 0.1 && metrics.at("blur").get<double>() > 1
                && metrics.at("language.english").get<double>() > 0.5;
            EXPECT_EQ(fresh.contains(id), isFresh) << id;
            if (saysASentenceTwice(pair.at("response"))) {
                ++twice;
                EXPECT_TRUE(again.contains(id)) << pair.at("response");
            }
        }
        EXPECT_GT(twice, 10u);
        EXPECT_LT(again.size(), twice + twice / 2); // few others say five words twice
        const auto chosen = program.run(
            {"select", "p", "--name", "s", "--budget", "40", "--weights", "repetition=-1,blur=0.01", "--json"});
        ASSERT_EQ(chosen.code, 0) << chosen.err;
        const auto kept = listed("chosen");
        EXPECT_EQ(kept.size(), 40u);
        for (const auto& [id, pair] : kept)
            EXPECT_FALSE(saysASentenceTwice(pair.at("response"))) << id;
        EXPECT_THAT(program.run({"recipe", "p"}).out, HasSubstr("duplicate.text"));
    }

    TEST_F(Metrics, NumbersOfTheSetFollowTheSet)
    {
        makeDemo("60");
        score("duplicate.image,duplicate.text,duplicate.text.count");
        EXPECT_TRUE(listed("duplicate.image.distance = 0").empty());
        const auto first = listed("id = \"1\"").at("1");
        fs::create_directories(program / "more");
        fs::copy_file(program / "p/images" / fs::path(first.at("image").get<std::string>()).filename(),
            program / "more/copy.jpg");
        program.write("more/more.jsonl",
            json::dump(Json{{"id", "copy"}, {"image", "copy.jpg"}, {"response", first.at("response")}}) + "\n");
        ASSERT_EQ(program.run({"import", "p", "more/more.jsonl", "--format", "jsonl"}).code, 0);
        EXPECT_EQ(score("duplicate.image,duplicate.text,duplicate.text.count").at("duplicate.text").at("scored"), 61);
        const auto copies = listed("duplicate.image.distance = 0 and duplicate.image > 1 and duplicate.text = 1");
        EXPECT_EQ(copies.size(), 2u);
        EXPECT_TRUE(copies.contains("1") && copies.contains("copy"));
    }

    TEST_F(Metrics, UnreadablePicturesAreCountedWithTheirReason)
    {
        program.write("a.jpg", "not a picture");
        program.write("pairs.jsonl",
            R"({"id":"1","image":"a.jpg","response":"A dog."})"
            "\n"
            R"({"id":"2","image":"none.jpg","response":"A cat."})"
            "\n"
            R"({"id":"3","response":"No picture at all."})"
            "\n");
        ASSERT_EQ(program.run({"new", "p"}).code, 0);
        ASSERT_EQ(program.run({"import", "p", "pairs.jsonl", "--format", "jsonl"}).code, 0);
        const auto ran = program.run({"score", "p", "--metrics", "blur,duplicate.image,duplicate.text", "--json"});
        EXPECT_EQ(ran.code, 0); // what cannot be measured is told, the rest is done
        const auto reports = ran.json();
        for (const char* name : {"blur", "duplicate.image"}) {
            const auto& report = reports.at(name);
            EXPECT_EQ(report.at("scored"), 0) << name;
            ASSERT_EQ(report.at("failed"), 3) << name;
            EXPECT_THAT(report.at("failures").at(0).at("reason"), HasSubstr("a.jpg")) << name;
            EXPECT_THAT(report.at("failures").at(1).at("reason"), HasSubstr("none.jpg")) << name;
            EXPECT_THAT(report.at("failures").at(2).at("reason"), HasSubstr("no picture")) << name;
        }
        EXPECT_EQ(ran.json().at("duplicate.text").at("scored"), 3);
        EXPECT_EQ(listed("missing(blur)").size(), 3u);
        EXPECT_EQ(program.run({"score", "p", "--metrics", "blurr"}).code, 1);
    }

    TEST_F(Metrics, FiveCaptionsOfAPhotographAreNoDuplicates)
    {
        const auto data = fs::path(sharedDir()) / "data/flickr8k-400";
        if (!fs::exists(data))
            GTEST_SKIP() << "needs ../shared/data/flickr8k-400";
        ASSERT_EQ(program.run({"new", "p"}).code, 0);
        const auto imported = program.run({"import", "p", (data / "captions.txt").string(), "--format", "csv",
            "--images", (data / "images").string()});
        ASSERT_EQ(imported.code, 0) << imported.err;
        const auto report = score("width,height,aspect,blur,brightness,language.english,duplicate.image,"
                                  "duplicate.image.distance,duplicate.text");
        EXPECT_EQ(report.at("blur").at("scored"), 2000);
        EXPECT_EQ(listed("duplicate.image = 1 and duplicate.image.distance = 12").size(), 2000u); // 400 distinct ones
        EXPECT_GE(listed("language.english > 0.5").size(), 1990u);
        const auto wide = listed("aspect > 1 and blur > 100 and brightness in 40..215");
        EXPECT_GT(wide.size(), 500u);
        for (const auto& [id, pair] : wide)
            EXPECT_GT(pair.at("metrics").at("width"), pair.at("metrics").at("height")) << id;
    }

} // namespace
} // namespace winnow::e2e
