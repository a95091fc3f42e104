#include "core/net/address.h"

#include "core/base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::net {
namespace {

    using testing::HasSubstr;
    using testing::Not;

    std::string refusal(const std::string& from, const std::string& location)
    {
        try {
            redirectTarget(from, location);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Io);
            return error.what();
        }
        return "followed";
    }

    TEST(Address, IsTakenApartInLowerCase)
    {
        const auto address = readAddress("HTTPS://Hub.Example:8443/a?b=c");
        EXPECT_EQ(address.origin(), "https://hub.example:8443");
        EXPECT_TRUE(address.hasQuery);
        EXPECT_EQ(readAddress("https://hub.example/").origin(), "https://hub.example:443");
        EXPECT_EQ(readAddress("http://[::1]/").origin(), "http://[::1]:80");
        EXPECT_THROW(readAddress("http://"), Error);
    }

    TEST(Address, OnlyAPassingOneMayHaveAQuery)
    {
        EXPECT_NO_THROW(checkPassingAddress("https://cdn.example/x?Signature=1", false));
        EXPECT_THROW(checkAddress("https://cdn.example/x?Signature=1", false), Error);
        EXPECT_THROW(checkPassingAddress("https://me:pw@cdn.example/x", false), Error);
        EXPECT_THROW(checkPassingAddress("ftp://cdn.example/x", false), Error);
        EXPECT_THROW(checkPassingAddress("http://cdn.example/x", true), Error) << "a key over plain http";
        EXPECT_THROW(checkPassingAddress("https://a/" + std::string(9000, 'x'), false), Error);
    }

    TEST(Address, RedirectsAreResolvedAsABrowserDoes)
    {
        EXPECT_EQ(redirectTarget("https://hub.example/a/b?x=1", "/c/d"), "https://hub.example/c/d");
        EXPECT_EQ(redirectTarget("https://hub.example/a/b", "c?s=1#part"), "https://hub.example/a/c?s=1");
        EXPECT_EQ(redirectTarget("https://hub.example/a", "//cdn.example/z"), "https://cdn.example/z");
        EXPECT_EQ(redirectTarget("http://127.0.0.1:80/a", "http://127.0.0.1:81/b"), "http://127.0.0.1:81/b");
        EXPECT_EQ(redirectTarget("http://hub.example/a", "http://hub.example/b"), "http://hub.example/b");
        EXPECT_EQ(redirectTarget("http://hub.example/a", "http://192.168.1.2/b"), "http://192.168.1.2/b");
    }

    TEST(Address, UnsafeRedirectsAreRefused)
    {
        EXPECT_THAT(refusal("https://hub.example/a", "file:///etc/passwd"), HasSubstr("file is not http"));
        EXPECT_THAT(refusal("https://hub.example/a", "ftp://hub.example/b"), HasSubstr("ftp is not http"));
        EXPECT_THAT(refusal("https://hub.example/a", "http://hub.example/a"), HasSubstr("leaves https"));
        EXPECT_THAT(refusal("https://hub.example/a", "http://127.0.0.1/a"), HasSubstr("leaves https"));
        EXPECT_THAT(refusal("http://127.0.0.1/a", "http://evil.example/a"), HasSubstr("another host, evil.example"));
        EXPECT_THAT(refusal("http://hub.example/a", "http://127.evil.example/b"), HasSubstr("another host"));
        EXPECT_THAT(refusal("http://hub.example/a", "http://192.168.evil.example/b"), HasSubstr("another host"));
        EXPECT_THAT(refusal("https://hub.example/a", "https://me:pw@cdn.example/"), HasSubstr("user name"));
        EXPECT_THAT(refusal("https://hub.example/a", ""), HasSubstr("names none"));
        EXPECT_THAT(
            refusal("https://hub.example/a", "https://x/" + std::string(9000, 'x')), HasSubstr("cannot be read"));
        EXPECT_THAT(refusal("https://hub.example/a?Signature=secret", "file:///x"), Not(HasSubstr("secret")));
    }

    TEST(Address, PathsAreEncoded)
    {
        EXPECT_EQ(encodedPath("a b/c#d?e%.txt"), "a%20b/c%23d%3Fe%25.txt");
        EXPECT_EQ(encodedPath("\xC3\xA9"), "%C3%A9");
    }

} // namespace
} // namespace winnow::net
