#include "core/check/relocations.h"

#include "tests/unit/check/test_pictures.h"

#include <gtest/gtest.h>

namespace winnow::check {
namespace {

    TEST(Relocations, TheFolderWithMostOfTheNamesComesFirst)
    {
        Folder folder;
        for (const char* name : {"new/train/1.jpg", "new/train/2.jpg", "new/test/3.jpg", "copy/1.jpg"})
            writeFile(folder / name, "x");
        const std::vector<std::filesystem::path> missing{folder / "old/train/1.jpg", folder / "old/train/2.jpg",
            folder / "old/test/3.jpg", folder / "old/test/4.jpg"};
        RelocationOptions options;
        options.folders = {folder / ".", folder / "absent"};
        NullContext context;
        const auto found = findRelocations(missing, options, context);
        ASSERT_EQ(found.size(), 2u);
        EXPECT_EQ(found[0], (Relocation{folder / "old", folder / "new", 3}));
        EXPECT_EQ(found[1], (Relocation{folder / "old/train", folder / "copy", 1}));
    }

    TEST(Relocations, AreAsNarrowAsTheyCanBeAndLoseNoPictureThatIsThere)
    {
        Folder folder;
        for (const char* name : {"new/train/1.jpg", "new/train/2.jpg", "pictures/3.jpg"})
            writeFile(folder / name, "x");
        const std::vector<std::filesystem::path> missing{
            folder / "pictures/train/1.jpg", folder / "pictures/train/2.jpg"};
        RelocationOptions options;
        options.folders = {folder / "."};
        options.presentFolders = {folder / "pictures"};
        NullContext context;
        EXPECT_EQ(findRelocations(missing, options, context),
            (std::vector<Relocation>{{folder / "pictures/train", folder / "new/train", 2}}));
        options.presentFolders.insert(folder / "pictures/train/more");
        EXPECT_TRUE(findRelocations(missing, options, context).empty());
    }

    TEST(Relocations, NothingMissingOrNothingFoundGivesNothing)
    {
        Folder folder;
        writeFile(folder / "a/1.jpg", "x");
        RelocationOptions options;
        options.folders = {folder / "a"};
        NullContext context;
        EXPECT_TRUE(findRelocations({}, options, context).empty());
        EXPECT_TRUE(findRelocations({folder / "b/2.jpg"}, options, context).empty());
        options.maxEntries = 0;
        EXPECT_TRUE(findRelocations({folder / "b/1.jpg"}, options, context).empty());
    }

} // namespace
} // namespace winnow::check
