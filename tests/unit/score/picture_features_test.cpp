#include "core/score/picture_features.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/media/image.h"
#include "core/media/transform.h"
#include "tests/unit/models/model_fixture.h"

#include <gtest/gtest.h>

namespace winnow::score {
namespace {

    using models::TestFolder;

    TEST(PictureEncoder, GivesTheModelsFeaturesAndNamesBadPictures)
    {
        const TestFolder folder;
        media::Image image{20, 10, std::vector<std::uint8_t>(600)};
        for (std::size_t i = 0; i < image.rgb.size(); ++i)
            image.rgb[i] = static_cast<std::uint8_t>(i * 7);
        file::writeAtomically(folder.path() / "a.jpg", media::encodeJpeg(image, 95));
        models::MiniGpt4 model(models::tinyMiniGpt4());
        models::initialise(*model, 3, 0.2);
        model->eval();
        PictureEncoder encoder(model, {.imageBatch = 2});
        std::vector<ScoreItem> items(4);
        for (std::size_t i = 0; i < items.size(); ++i)
            items[i] = {static_cast<PairRow>(i), "p", folder.path() / "a.jpg", {"x"}, {""}};
        items[1].image.clear();
        items[2].image = folder.path() / "none.jpg";
        const auto got = encoder.encode(items);
        torch::NoGradGuard noGrad;
        const auto size = model->config().vision.imageSize;
        auto pixels = media::squareTransform(static_cast<int>(size)).pixels(media::decodeImage(items[0].image));
        const auto want =
            model->imageFeatures(torch::from_blob(pixels.data(), {1, 3, size, size}, torch::kFloat)); // [1, Q, Cq]
        EXPECT_TRUE(torch::allclose(got.features[0], want[0], 1e-4, 1e-5));
        EXPECT_TRUE(torch::allclose(got.features[3], want[0], 1e-4, 1e-5));
        EXPECT_EQ(got.failures[1], "the pair has no picture");
        EXPECT_NE(got.failures[2].find("none.jpg"), std::string::npos);
        EXPECT_EQ(got.features[2].abs().sum().item<double>(), 0);
        const auto pooled = pooledPictureTokens(model, got.features);
        EXPECT_TRUE(torch::allclose(pooled[0], model->project(want).mean(1)[0], 1e-4, 1e-5));
    }

    TEST(PictureEncoderOptions, RefuseNonsense)
    {
        EXPECT_THROW((PictureEncoderOptions{.imageBatch = 0}).validate(), Error);
        EXPECT_THROW((PictureEncoderOptions{.decodedAhead = 0}).validate(), Error);
    }

} // namespace
} // namespace winnow::score
