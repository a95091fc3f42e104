#include "core/dataset/conversation.h"

#include "core/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

namespace winnow::dataset {
namespace {

    constexpr std::string_view kImage = "<image>";
    constexpr std::string_view kWhite = " \t\r\n";

    /// The rule word by word: the first marker goes, then what is then the first, as long as there is one.
    std::int64_t takeOneAfterAnother(std::string& text)
    {
        std::int64_t count = 0;
        for (auto at = text.find(kImage); at != std::string::npos; at = text.find(kImage), ++count) {
            std::size_t begin = at, end = at + kImage.size();
            const auto behindSpace = std::min(text.find_first_not_of(kWhite, end), text.size());
            if (at == 0)
                end = text.compare(end, 1, "\n") == 0 ? end + 1 : behindSpace;
            else if (end == text.size())
                begin = text[at - 1] == '\n' ? at - 1 : text.find_last_not_of(kWhite, at - 1) + 1;
            else if (kWhite.find(text[at - 1]) != std::string_view::npos)
                end = behindSpace;
            text.erase(begin, end - begin);
        }
        return count;
    }

    TEST(TakeImageMarkers, AgreesWithTakingThemOneAfterAnother)
    {
        static constexpr const char* kParts[] = {"<image>", "<image>", "<ima", "ge>", "<", " ", "\n", "\t", "a", "é"};
        Random random(5, "image markers");
        int joined = 0;
        for (int i = 0; i < 20'000; ++i) {
            std::string written;
            for (auto parts = random.below(12); parts > 0; --parts)
                written += kParts[random.below(std::size(kParts))];
            std::string expected = written, text = written;
            const auto count = takeOneAfterAnother(expected);
            EXPECT_EQ(takeImageMarkers(text), count) << written;
            ASSERT_EQ(text, expected) << written;
            std::int64_t whole = 0;
            for (auto at = written.find(kImage); at != std::string::npos; at = written.find(kImage, at + 1))
                ++whole;
            joined += count > whole ? 1 : 0;
        }
        EXPECT_GT(joined, 100) << "markers that others left behind were hardly tried";
    }

    TEST(TakeImageMarkers, AMillionOfThemTakeOneWalk) // one after another they took minutes
    {
        constexpr std::int64_t kCount = 1'000'000;
        std::string text = "a";
        for (std::int64_t i = 0; i < kCount; ++i)
            text += kImage;
        text += "b";
        EXPECT_EQ(takeImageMarkers(text), kCount);
        EXPECT_EQ(text, "ab");
    }

} // namespace
} // namespace winnow::dataset
