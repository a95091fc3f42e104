#include "core/store/image_marks.h"

#include "core/base/error.h"
#include "core/store/database.h"
#include "core/store/schema.h"
#include "tests/unit/store/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::store {
namespace {

    using testing::ElementsAre;
    using testing::IsEmpty;
    using Marks = std::vector<std::pair<PairRow, std::int64_t>>;

    TEST(ImageMarks, AreKeptByRowAndReplaced)
    {
        Scratch scratch;
        auto project = Project::create(scratch / "p");
        addPairs(project, 4);
        ImageMarks marks(project);
        EXPECT_THAT(marks.list(), IsEmpty());
        marks.record(Marks{{3, 2}, {1, 0}});
        marks.record(Marks{{3, 5}});
        marks.record(Marks{});
        EXPECT_THAT(ImageMarks(project).list(), ElementsAre(testing::Pair(1u, 0), testing::Pair(3u, 5)));
        EXPECT_THAT(project.verify(), IsEmpty());
    }

    TEST(ImageMarks, OfAPairThatIsNotThereAreRefused)
    {
        Scratch scratch;
        auto project = Project::create(scratch / "p");
        EXPECT_THROW(ImageMarks(project).record(Marks{{7, 1}}), Error);
        EXPECT_THAT(ImageMarks(project).list(), IsEmpty());
    }

    TEST(ImageMarks, AProjectOfTheVersionBeforeHasNone)
    {
        Scratch scratch;
        std::filesystem::create_directories(scratch / "p");
        {
            Database old(scratch / "p/project.winnow", OpenMode::Create);
            createSchema(old, 6);
        }
        auto project = Project::open(scratch / "p");
        addPairs(project, 2);
        EXPECT_THAT(ImageMarks(project).list(), IsEmpty());
        ImageMarks(project).record(Marks{{1, 3}});
        EXPECT_THAT(ImageMarks(project).list(), ElementsAre(testing::Pair(1u, 3)));
    }

} // namespace
} // namespace winnow::store
