#include "core/base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow {
namespace {

    template <typename T> std::optional<T> read(const std::string& value)
    {
        try {
            return json::field<T>(json::parse("{\"a\": " + value + "}", "x.json"), "a", "x.json");
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), ErrorCode::BadFile);
            EXPECT_THAT(e.message(), testing::HasSubstr("x.json: field \"a\""));
            return std::nullopt;
        }
    }

    TEST(JsonField, AWholeNumberMustFitItsType)
    {
        EXPECT_EQ(read<std::int64_t>("4"), 4);
        EXPECT_EQ(read<std::int64_t>("4.0"), 4);
        EXPECT_EQ(read<std::int64_t>("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
        EXPECT_EQ(read<std::uint64_t>("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
        for (const char* value : {"1e300", "-1e300", "1.5", "true", "\"4\"", "null", "[4]", "18446744073709551615"})
            EXPECT_EQ(read<std::int64_t>(value), std::nullopt) << value;
        EXPECT_EQ(read<int>("4294967296"), std::nullopt);
        EXPECT_EQ(read<std::uint64_t>("-1"), std::nullopt);
    }

    TEST(JsonField, RealsBooleansAndTextsAreOfTheirKind)
    {
        EXPECT_EQ(read<double>("3"), 3.0);
        EXPECT_EQ(read<double>("true"), std::nullopt);
        EXPECT_EQ(read<bool>("true"), true);
        EXPECT_EQ(read<bool>("1"), std::nullopt);
        EXPECT_EQ(read<std::string>("\"x\""), "x");
        EXPECT_EQ(read<std::string>("1"), std::nullopt);
    }

    TEST(JsonField, ItemsOfAListMustFitToo)
    {
        EXPECT_EQ(read<std::vector<std::int64_t>>("[1, 2]"), (std::vector<std::int64_t>{1, 2}));
        EXPECT_EQ(read<std::vector<std::int64_t>>("[1, 2.5]"), std::nullopt);
        EXPECT_EQ(read<std::vector<std::int64_t>>("[1e300]"), std::nullopt);
        EXPECT_EQ(read<std::vector<std::string>>("[1]"), std::nullopt);
    }

    TEST(JsonField, TheSentenceSaysWhatIsThereAndWhatIsExpected)
    {
        try {
            json::field<std::int64_t>(json::parse(R"({"hidden": "wide"})", "c"), "hidden", "config.json");
            FAIL();
        } catch (const Error& e) {
            EXPECT_EQ(e.message(),
                "config.json: field \"hidden\" is text in quotes, expected a number or another value without quotes");
        }
    }

} // namespace
} // namespace winnow
