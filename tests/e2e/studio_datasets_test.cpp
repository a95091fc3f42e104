// Every set of real pairs that lies beside the checkout, taken through the window by keys and mouse alone, from the
// import to the export. The pictures and texts that show are those of the files, and what is left in the project is
// what the same commands leave.
#include "core/media/transform.h"
#include "tests/e2e/studio_test.h"
#include "tests/support/places.h"

#include <cmath>
#include <map>
#include <sstream>
#include <tuple>

namespace winnow::e2e {
namespace {

    namespace fs = std::filesystem;

    class StudioDataSets : public StudioTest {
    protected:
        std::string data(const std::string& file) const { return sharedDir() + "/data/" + file; }

        /// The summary of the check that shows says as many findings of each weight as the command finds.
        void expectChecked(const std::string& project)
        {
            const auto shown = checkByWindow();
            std::map<std::string, int> found;
            const auto ran = program.run({"check", project, "--json"});
            EXPECT_LE(ran.code, 1) << ran.err; // real data have real faults
            std::istringstream lines(ran.out);
            for (std::string line; std::getline(lines, line);)
                if (const auto row = Json::parse(line); row.contains("severity"))
                    ++found[row.at("severity")];
            EXPECT_FALSE(found.empty());
            for (const auto& [severity, count] : found)
                EXPECT_NE(shown.find(std::to_string(count) + " " + severity), std::string::npos)
                    << shown << ": " << count << " " << severity;
        }
        void expectTextsOf(const Json& pair);
        void expectPictureOf(const Json& pair, const Json& another);
        void scoreByWindow(std::int64_t pairCount);
        void clusterByWindow(std::int64_t pairCount);
        void expectSameProjects()
        {
            EXPECT_EQ(contentOf("window"), contentOf("commands"));
            EXPECT_EQ(program.read("window.json"), program.read("commands.json"));
            EXPECT_EQ(recipe("window"), recipe("commands"));
        }
    };

    /// The inspector shows what the command line lists.
    void StudioDataSets::expectTextsOf(const Json& pair)
    {
        for (const char* const field : {"Instruction", "Response"}) {
            const auto text = pair.at(field == std::string("Response") ? "response" : "instruction").get<std::string>();
            if (!text.empty()) // nothing shows for nothing
                waitUntil("the " + std::string(field) + " of " + pair.at("id").get<std::string>() + " shows", [&] {
                    const auto node = studio->find(field, Role::Text);
                    return node && studio->text(*node) == text;
                });
        }
    }

    /// Means of the colours in 4 x 4 fields, row after row, without the rim, where the view may have drawn its frame.
    std::vector<double> fieldMeans(const media::Image& image)
    {
        constexpr int kRim = 3;
        constexpr std::size_t kFields = 4;
        std::vector<double> sums(3 * kFields * kFields), counts(sums.size());
        for (int y = kRim; y < image.height - kRim; ++y)
            for (int x = kRim; x < image.width - kRim; ++x)
                for (std::size_t colour = 0; colour < 3; ++colour) {
                    const auto row = static_cast<std::size_t>(y) * kFields / static_cast<std::size_t>(image.height);
                    const auto column = static_cast<std::size_t>(x) * kFields / static_cast<std::size_t>(image.width);
                    const auto field = 3 * (kFields * row + column) + colour;
                    sums[field] += image.row(y)[3 * x + static_cast<int>(colour)];
                    counts[field] += 1;
                }
        for (std::size_t i = 0; i < sums.size(); ++i)
            sums[i] /= counts[i];
        return sums;
    }

    double farthestField(const std::vector<double>& first, const std::vector<double>& second)
    {
        double out = 0;
        for (std::size_t field = 0; field < first.size(); ++field)
            out = std::max(out, std::abs(first[field] - second[field]));
        return out;
    }

    /// The picture on the screen, fitted into the view, is the file's and not that of `another` pair: each of its
    /// fields has the file's colour.
    void StudioDataSets::expectPictureOf(const Json& pair, const Json& another)
    {
        constexpr double kFarthest = 12; // of 255
        const auto source = media::decodeImage(pair.at("image").get<std::string>(), {.applyExif = true});
        QRect view;
        for (const Node& part : studio->children(studio->need("One pair")))
            if (part.name == QStringLiteral("Picture"))
                view = studio->place(part);
        const double zoom = std::min({view.width() / double(source.width), view.height() / double(source.height), 4.0});
        const int width = static_cast<int>(zoom * source.width), height = static_cast<int>(zoom * source.height);
        const int left = view.x() + (view.width() - width) / 2, top = view.y() + (view.height() - height) / 2;
        const auto wanted = fieldMeans(media::resizeBicubic(source, width, height));
        const auto wrong = media::decodeImage(another.at("image").get<std::string>(), {.applyExif = true});
        ASSERT_GT(farthestField(wanted, fieldMeans(media::resizeBicubic(wrong, width, height))), 2 * kFarthest)
            << pair.at("id") << " and " << another.at("id") << " look too much alike to be told apart";
        double farthest = 255;
        for (int i = 0; i < 60 && farthest > kFarthest; ++i) {
            if (i > 0)
                ::usleep(50000); // it is decoded in the background
            farthest = farthestField(wanted, fieldMeans(desktop->screen(left, top, width, height)));
        }
        ASSERT_LE(farthest, kFarthest) << pair.at("id");
    }

    /// What a new project is asked first: clip and length.
    void StudioDataSets::scoreByWindow(std::int64_t pairCount)
    {
        studio->key("ctrl+2");
        studio->click("Compute 2 columns", Role::Button);
        waitUntil("all pairs are scored", [&] {
            const auto metrics = info("window").value("metrics", Json::array());
            return metrics.size() == 2 && metrics[0].at("values") == pairCount && metrics[1].at("values") == pairCount;
        });
    }

    void StudioDataSets::clusterByWindow(std::int64_t pairCount)
    {
        studio->key("ctrl+shift+c");
        studio->waitForDialog("Cluster");
        studio->click("Cluster " + grouped(pairCount) + " pairs", Role::Button);
        waitUntil(
            "the pairs are clustered", [&] { return info("window").value("clusterings", Json::array()).size() == 1; });
    }

    struct PhotographSet {
        const char* name;
        const char* source;
        const char* images; ///< the folder of its pictures
        std::int64_t pairCount;
        std::vector<MappedColumn> columns; ///< said by hand
        std::vector<std::string> flags;    ///< the same for the command line
    };

    std::ostream& operator<<(std::ostream& out, const PhotographSet& set) { return out << set.name; }

    class StudioPhotographs : public StudioDataSets, public testing::WithParamInterface<PhotographSet> { };

    TEST_P(StudioPhotographs, GoFromTheImportToTheExportAsByCommands)
    {
        const auto& set = GetParam();
        const auto source = data(set.source);
        if (!fs::exists(source))
            GTEST_SKIP() << "needs ../shared/data/" << set.source;
        start({});
        importByWindow("window", source, set.pairCount, set.columns);
        expectChecked("window");

        const auto all = pairs("window");
        studio->key("ctrl+1");
        studio->clickAt(studio->need("Pairs as pictures"), 60, 60);
        studio->key("Home");
        studio->key("s");
        for (std::size_t i = 0; i < 11; ++i) { // one picture may be that of several pairs in a row
            expectTextsOf(all[i]);
            if (i == 0 || all[i].at("image") != all[i - 1].at("image"))
                expectPictureOf(all[i], all.back());
            studio->key("Right");
        }
        studio->key("g");

        scoreByWindow(set.pairCount);
        clusterByWindow(set.pairCount);
        decideByKeys();
        studio->key("ctrl+3");
        weighByWindow("Length score");
        chooseByWindow(20, "chosen");
        waitUntil(
            "the selection is kept", [&] { return info("window").value("selections", Json::array()).size() == 1; });
        exportByWindow("window.json", 20);
        studio->quit();

        expectDone({"new", "commands"});
        std::vector<std::string> import{"import", "commands", source};
        import.insert(import.end(), set.flags.begin(), set.flags.end());
        expectDone(import);
        expectDone({"score", "commands", "--metrics", "clip"});
        expectDone({"score", "commands", "--metrics", "length"});
        expectDone({"cluster", "commands", "--name", "clusters", "--method", "kmeans", "--k", "10"});
        expectDone({"override", "commands", "pin", all[0].at("id")});
        expectDone({"override", "commands", "ban", all[1].at("id")});
        expectDone({"override", "commands", "pin", all[2].at("id")});
        expectDone({"undo", "commands"});
        expectDone({"select", "commands", "--name", "chosen", "--budget", "20", "--weights",
            recipeValue("window", "--weights"), "--clusters", "clusters"});
        expectDone({"export", "commands", "commands.json", "--selection", "chosen", "--format", "llava"});
        expectSameProjects();

        // What was exported comes back: the same ids, pictures and responses; an instruction that was lacking is
        // explicit now.
        expectDone({"new", "again"});
        expectDone({"import", "again", "commands.json", "--images", data(set.images)});
        std::map<std::string, Json> before;
        for (const auto& pair : all)
            before[pair.at("id")] = pair;
        const auto after = pairs("again");
        EXPECT_EQ(after.size(), 20u);
        for (const auto& pair : after) {
            const auto& same = before.at(pair.at("id"));
            EXPECT_EQ(pair.at("image"), same.at("image"));
            EXPECT_EQ(pair.at("response"), same.at("response"));
            const auto instruction = same.at("instruction").get<std::string>();
            EXPECT_EQ(pair.at("instruction"), instruction.empty() ? "Describe this image in detail." : instruction);
        }
    }

    INSTANTIATE_TEST_SUITE_P(Sets, StudioPhotographs,
        testing::Values(PhotographSet{"flickr8k", "flickr8k-400", "flickr8k-400/images", 2000, {}, {}},
            PhotographSet{"llava_bench", "llava-bench-coco/coco2014_val_gpt4_qa_30x3.jsonl", "llava-bench-coco/images",
                90, {}, {}},
            PhotographSet{"gcompris", "gcompris-explore/annotations.json", "gcompris-explore/images", 82,
                {{"Id from", "image"}, {"Instruction from", "text2"}, {"Response from", "text"}},
                {"--map", "id=image,response=text,instruction=text2"}}),
        [](const auto& set) { return std::string(set.param.name); });

    TEST_F(StudioDataSets, ThePublishedFilesGoFromTheImportToTheExportAsByCommands)
    {
        const auto pairsFile = data("instructiongpt4/filter_cap.json");
        const auto scores = data("instructiongpt4/full_score_data.json");
        const auto vectors = data("instructiongpt4/all_image_matrix.pt");
        const auto clusters = data("instructiongpt4/spectral_clusters.json");
        constexpr std::int64_t kPairs = 3439, kChosen = 200;
        if (!fs::exists(pairsFile))
            GTEST_SKIP() << "needs ../shared/data/instructiongpt4";
        start({});
        importByWindow("window", pairsFile, kPairs);
        expectChecked("window");
        const auto all = pairs("window");
        studio->key("ctrl+1");
        studio->clickAt(studio->need("Pairs as pictures"), 60, 60);
        studio->key("Home");
        for (std::size_t i = 0; i < 3; ++i) {
            expectTextsOf(all[i]);
            studio->key("Right");
        }

        studio->key("ctrl+2");
        studio->click("Import scores…", Role::Button);
        studio->waitForDialog("Import ready scores");
        studio->fill("File", scores, Role::Text);
        studio->click("Import scores of " + grouped(kPairs) + " pairs", Role::Button);
        waitUntil("the scores are there", [&] { return info("window").value("metrics", Json::array()).size() == 3; });
        studio->waitForNoDialog();
        for (const auto& [card, title, file] : {std::tuple("Feature spaces", "Import features", vectors),
                 std::tuple("Clusterings", "Import clusters", clusters)}) {
            studio->click(std::string(card) + ": Import…", Role::Button);
            studio->waitForDialog(title);
            studio->fill("File", file, Role::Text);
            studio->click(title, Role::Button);
            studio->waitForNoDialog();
        }
        waitUntil(
            "the clusters are there", [&] { return info("window").value("clusterings", Json::array()).size() == 1; });
        decideByKeys();
        studio->key("ctrl+3");
        weighByWindow("Reward score");
        chooseByWindow(kChosen, "chosen");
        waitUntil(
            "the selection is kept", [&] { return info("window").value("selections", Json::array()).size() == 1; });
        exportByWindow("window.json", kChosen);
        studio->quit();

        expectDone({"new", "commands"});
        expectDone({"import", "commands", pairsFile});
        expectDone(
            {"import-metrics", "commands", scores, "--map", "clip=clip_score,length=length_score,reward=reward_score"});
        expectDone({"import-features", "commands", vectors, "--space", "all_image_matrix"});
        expectDone({"import-clusters", "commands", clusters, "--name", "spectral_clusters"});
        expectDone({"override", "commands", "pin", all[0].at("id")});
        expectDone({"override", "commands", "ban", all[1].at("id")});
        expectDone({"override", "commands", "pin", all[2].at("id")});
        expectDone({"undo", "commands"});
        expectDone({"select", "commands", "--name", "chosen", "--budget", std::to_string(kChosen), "--weights",
            recipeValue("window", "--weights"), "--clusters", "spectral_clusters"});
        expectDone({"export", "commands", "commands.json", "--selection", "chosen", "--format", "llava"});
        expectSameProjects();
    }

} // namespace
} // namespace winnow::e2e
