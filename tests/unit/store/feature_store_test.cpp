#include "core/store/feature_store.h"

#include "core/base/error.h"
#include "core/base/safetensors.h"
#include "core/store/recipe.h"
#include "tests/unit/store/scratch.h"

#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::store {
namespace {

    using testing::ElementsAre;
    using Rows = std::vector<PairRow>;
    using Values = std::vector<float>;
    namespace fs = std::filesystem;

    class FeatureStoreTest : public testing::Test {
    protected:
        void SetUp() override { addPairs(project, 5); }
        FeatureInfo info(const std::string& key = "k") const { return {"clip-image", 2, 0, "{\"model\":1}", key}; }
        Scratch scratch;
        Project project = Project::create(scratch / "p");
        FeatureStore features{project};
    };

    TEST_F(FeatureStoreTest, FinishedSpaceIsMappedAndMissingRowsAreNaN)
    {
        features.begin(info());
        features.write("clip-image", Rows{3, 0}, Values{1, 2, 3, 4});
        EXPECT_TRUE(features.list().empty());
        features.finish("clip-image");
        const auto matrix = features.load("clip-image");
        EXPECT_EQ(matrix->rowCount(), 5);
        EXPECT_THAT(matrix->row(3), ElementsAre(1, 2));
        EXPECT_THAT(matrix->row(0), ElementsAre(3, 4));
        EXPECT_TRUE(matrix->isValid(0));
        EXPECT_FALSE(matrix->isValid(1));
        EXPECT_TRUE(std::isnan(matrix->row(1)[0]));
        EXPECT_FALSE(matrix->isValid(100));
        EXPECT_TRUE(std::isnan(matrix->row(100)[1]));
        ASSERT_EQ(features.list().size(), 1u);
        EXPECT_EQ(features.list()[0].pairCount, 2);
        EXPECT_EQ(features.list()[0].key, "k");
        const safetensors::Reader reader(scratch / "p/vectors/clip-image.safetensors");
        EXPECT_THAT(reader.find("vectors")->shape, ElementsAre(5, 2));
        EXPECT_THAT(reader.find("valid")->shape, ElementsAre(5));
    }

    TEST_F(FeatureStoreTest, InterruptedSpaceContinuesUnderTheSameKey)
    {
        features.begin(info());
        features.write("clip-image", Rows{1}, Values{1, 2});
        FeatureStore later(project);
        later.begin(info());
        EXPECT_THAT(later.writtenRows("clip-image"), ElementsAre(0, 1, 0, 0, 0));
        addPairs(project, 7);
        later.begin(info());
        EXPECT_THAT(later.writtenRows("clip-image"), ElementsAre(0, 1, 0, 0, 0, 0, 0));
        later.begin(info("other"));
        EXPECT_THAT(later.writtenRows("clip-image"), ElementsAre(0, 0, 0, 0, 0, 0, 0));
    }

    TEST_F(FeatureStoreTest, FinishedSpaceIsExtendedWhenPairsCameAfter)
    {
        features.begin(info());
        features.write("clip-image", Rows{1}, Values{1, 2});
        features.finish("clip-image");
        addPairs(project, 6);
        features.begin(info());
        EXPECT_THAT(features.writtenRows("clip-image"), ElementsAre(0, 1, 0, 0, 0, 0));
        EXPECT_EQ(features.load("clip-image")->rowCount(), 5); // the finished one stays until the new one is whole
        features.write("clip-image", Rows{5}, Values{5, 6});
        features.finish("clip-image");
        EXPECT_THAT(features.load("clip-image")->row(1), ElementsAre(1, 2));
        EXPECT_THAT(features.load("clip-image")->row(5), ElementsAre(5, 6));
        EXPECT_EQ(features.list().size(), 1u);
    }

    TEST_F(FeatureStoreTest, RefusesWrongShapesNamesAndDamage)
    {
        features.begin(info());
        EXPECT_THROW(features.write("clip-image", Rows{1}, Values{1}), Error);
        EXPECT_THROW(features.write("clip-image", Rows{5}, Values{1, 2}), Error);
        EXPECT_THROW(features.write("none", Rows{1}, Values{1, 2}), Error);
        EXPECT_THROW(features.load("clip-image"), Error);
        auto bad = info();
        bad.name = "../outside";
        EXPECT_THROW(features.begin(bad), Error);
        bad = info();
        bad.dimension = 0;
        EXPECT_THROW(features.begin(bad), Error);
        features.finish("clip-image");
        std::ofstream(scratch / "p/vectors/clip-image.safetensors", std::ios::trunc) << "short";
        EXPECT_THROW(features.load("clip-image"), Error);
        EXPECT_EQ(project.verify().size(), 1u);
        features.begin(info()); // the damaged file is not continued
        EXPECT_THAT(features.writtenRows("clip-image"), ElementsAre(0, 0, 0, 0, 0));
    }

    TEST_F(FeatureStoreTest, RenameTrashAndRestoreTakeTheFileAlong)
    {
        features.begin(info());
        features.write("clip-image", Rows{1}, Values{1, 2});
        features.finish("clip-image");
        renameItem(project, "feature", "clip-image", "old");
        EXPECT_FALSE(fs::exists(scratch / "p/vectors/clip-image.safetensors"));
        EXPECT_THAT(features.load("old")->row(1), ElementsAre(1, 2));
        trashItem(project, "feature", "old");
        EXPECT_TRUE(features.list().empty());
        EXPECT_THROW(features.load("old"), Error);
        restoreItem(project, "feature", "old");
        EXPECT_THAT(features.load("old")->row(1), ElementsAre(1, 2));
    }

} // namespace
} // namespace winnow::store
