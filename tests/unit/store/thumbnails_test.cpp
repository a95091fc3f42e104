#include "core/store/thumbnails.h"

#include "tests/unit/store/scratch.h"

#include <fstream>
#include <gtest/gtest.h>

namespace winnow::store {
namespace {

    TEST(ThumbnailCache, KeepsBytesOverRestartsAndBetweenProcesses)
    {
        Scratch scratch;
        const std::string bytes("\xff\xd8\0jpeg", 7);
        ThumbnailCache cache(scratch / "thumbs.sqlite");
        EXPECT_EQ(cache.find("a"), "");
        cache.put("a", bytes);
        EXPECT_EQ(cache.find("a"), bytes);
        cache.flush();
        ThumbnailCache other(scratch / "thumbs.sqlite");
        EXPECT_EQ(other.find("a"), bytes);
        for (int i = 0; i < 200; ++i)
            other.put(std::to_string(i), "x");
        EXPECT_EQ(cache.find("5"), "x");
        cache.put("large", std::string(2 << 20, 'x'));
        EXPECT_EQ(cache.find("large"), "");
    }

    TEST(ThumbnailCache, DamagedFileIsMadeAnew)
    {
        Scratch scratch;
        for (const auto& content : {std::string("garbage"), std::string(10000, 'x')}) {
            std::ofstream(scratch / "thumbs.sqlite", std::ios::trunc) << content;
            ThumbnailCache cache(scratch / "thumbs.sqlite");
            cache.put("a", "b");
            cache.flush();
            EXPECT_EQ(cache.find("a"), "b");
            EXPECT_EQ(ThumbnailCache(scratch / "thumbs.sqlite").find("a"), "b");
        }
    }

    TEST(ThumbnailCache, UnwritablePlaceIsDoneWithout)
    {
        ThumbnailCache cache("/proc/nowhere/thumbs.sqlite");
        cache.put("a", "b");
        cache.flush();
        EXPECT_EQ(cache.find("a"), "");
    }

} // namespace
} // namespace winnow::store
