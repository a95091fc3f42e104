#include "core/score/picture_quality_score.h"

#include "core/base/file.h"
#include "core/media/picture_quality.h"
#include "tests/unit/score/score_fixtures.h"

#include <gtest/gtest.h>

#include <filesystem>

#include <unistd.h>

namespace winnow::score {
namespace {

    class PictureMeasures : public testing::Test {
    protected:
        PictureMeasures() { std::filesystem::create_directories(folder); }
        ~PictureMeasures() override { std::filesystem::remove_all(folder); }

        std::filesystem::path write(const std::string& name, const std::string& bytes) const
        {
            file::writeAtomically(folder / name, bytes);
            return folder / name;
        }
        static media::Image striped(int width, int height)
        {
            media::Image out{width, height, {}};
            for (int i = 0; i < width * height; ++i)
                out.rgb.insert(out.rgb.end(), 3, i % width % 2 == 0 ? 0 : 255);
            return out;
        }

        const std::filesystem::path folder =
            std::filesystem::temp_directory_path() / ("winnow-measures-" + std::to_string(::getpid()));
    };

    TEST_F(PictureMeasures, PairsWithoutReadablePictureFailWithTheirReason)
    {
        const auto sound = write("a.png", media::encodePng(striped(40, 20)));
        MemoryItems items({{0, "0", sound, {}}, {1, "1", {}, {}}, {2, "2", folder / "none.jpg", {}},
                              {3, "3", write("b.jpg", "not a picture"), {}}, {4, "4", sound, {}}},
            5);
        MemorySink sink;
        NullContext context;
        const std::vector<PictureMeasure> wanted{PictureMeasure::Brightness};
        const auto report = runPictureMeasures(items, wanted, sink, context);
        EXPECT_EQ(sink.scores, (std::map<PairRow, double>{{0, 127.5}, {4, 127.5}}));
        ASSERT_EQ(report.failures.size(), 3u);
        EXPECT_EQ(report.failures[0].reason, "the pair has no picture");
        EXPECT_NE(report.failures[1].reason.find("none.jpg"), std::string::npos);
        EXPECT_NE(report.failures[2].reason.find("b.jpg"), std::string::npos);
    }

    TEST_F(PictureMeasures, SizesComeFromTheHeaderAndEveryColumnIsItsOwn)
    {
        const auto bytes = media::encodePng(striped(40, 20));
        MemoryItems items({{0, "0", write("a.png", bytes), {}}}, 1);
        NullContext context;
        const std::map<PictureMeasure, double> expected{{PictureMeasure::Width, 40}, {PictureMeasure::Height, 20},
            {PictureMeasure::Megapixels, 0.0008}, {PictureMeasure::Aspect, 2},
            {PictureMeasure::FileSize, static_cast<double>(bytes.size()) / 1000}, {PictureMeasure::DarkShare, 0.5},
            {PictureMeasure::LightShare, 0.5}, {PictureMeasure::Uniform, 0.5}, {PictureMeasure::Entropy, 1},
            {PictureMeasure::Contrast, 127.5}, {PictureMeasure::Colorfulness, 0}};
        for (const auto& [measure, value] : expected) {
            MemorySink sink;
            const std::vector<PictureMeasure> wanted{measure};
            runPictureMeasures(items, wanted, sink, context);
            EXPECT_DOUBLE_EQ(sink.scores.at(0), value) << toString(measure);
        }
    }

    TEST_F(PictureMeasures, StopInsideAChunkAndGoOn)
    {
        std::vector<ScoreItem> all;
        for (PairRow row = 0; row < 80; ++row)
            all.push_back({row, std::to_string(row),
                write(std::to_string(row) + ".png", media::encodePng(striped(8 + int(row), 8))), {}});
        MemoryItems items(all, 80);
        MemorySink sink;
        const std::vector<PictureMeasure> wanted{PictureMeasure::Width};
        StoppingContext stopping(2); // one before the chunk, then one every 32 pictures
        EXPECT_THROW(runPictureMeasures(items, wanted, sink, stopping), Cancelled);
        EXPECT_TRUE(sink.scores.empty());
        StoppingContext context(100);
        runPictureMeasures(items, wanted, sink, context);
        ASSERT_EQ(sink.scores.size(), 80u);
        for (PairRow row = 0; row < 80; ++row)
            EXPECT_EQ(sink.scores.at(row), 8 + int(row));
    }

} // namespace
} // namespace winnow::score
