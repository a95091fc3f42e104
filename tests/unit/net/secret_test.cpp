#include "core/net/secret.h"

#include "core/base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace winnow::net {
namespace {

    using testing::HasSubstr;
    using testing::Not;

    const std::string kSecretKey = "sk-proj-4fT9wLq27ZpXc81";

    template <typename Work> std::string messageOf(const Work& work)
    {
        try {
            work();
        } catch (const Error& e) {
            return e.message();
        }
        return "nothing was thrown";
    }

    TEST(Secret, RedactsTheKeyAndItsPieces)
    {
        const Secret key(kSecretKey);
        EXPECT_EQ(key.redacted("Bearer " + kSecretKey + " refused"), "Bearer [key] refused");
        EXPECT_EQ(key.redacted("key sk-proj-4fT9***"), "key [key]***");
        EXPECT_EQ(key.redacted("ends in 27ZpXc81"), "ends in [key]");
        EXPECT_EQ(key.redacted("sk-proj is too short to tell"), "sk-proj is too short to tell");
        EXPECT_EQ(key.redacted(kSecretKey + kSecretKey), "[key][key]");
        EXPECT_EQ(key.redacted(""), "");
        EXPECT_EQ(Secret("abc").redacted("abcabc d"), "[key][key] d");
        EXPECT_EQ(Secret().redacted("text"), "text");
    }

    TEST(Secret, RefusesWhatCannotStandInAHeader)
    {
        EXPECT_EQ(Secret("  " + kSecretKey + "\n").reveal(), kSecretKey);
        for (const auto& bad : {std::string("two words"), std::string("line\r\nX-Evil: 1"), std::string("caf\xC3\xA9"),
                 std::string(5000, 'k')}) {
            const auto message = messageOf([&] { Secret key(bad); });
            EXPECT_THAT(message, HasSubstr("the key"));
            EXPECT_THAT(message, Not(HasSubstr(bad.substr(0, 8))));
        }
    }

    TEST(KeySource, TextGoesThereAndBack)
    {
        for (const auto* text : {"none", "env:OPENAI_API_KEY", "keychain:my key.2"})
            EXPECT_EQ(KeySource::fromText(text).text(), text);
        EXPECT_EQ(KeySource::fromText("").kind, KeySource::Kind::None);
    }

    TEST(KeySource, AKeyInTheNamesPlaceIsRefusedWithoutRepeatingIt)
    {
        for (const auto& bad : {"env:" + kSecretKey, std::string("env:gsk_abcdef"), std::string("env:"),
                 std::string("env:1A"), std::string("keychain:a/b"), kSecretKey, "env:" + std::string(65, 'A')}) {
            const auto message = messageOf([&] { KeySource::fromText(bad); });
            EXPECT_THAT(message, HasSubstr("key"));
            EXPECT_THAT(message, Not(HasSubstr("4fT9")));
            EXPECT_THAT(message, Not(HasSubstr("gsk_")));
        }
    }

    TEST(LoadSecret, FromTheEnvironment)
    {
        ::setenv("WINNOW_TEST_KEY", kSecretKey.c_str(), 1);
        EXPECT_EQ(loadSecret({KeySource::Kind::Environment, "WINNOW_TEST_KEY"}).reveal(), kSecretKey);
        ::unsetenv("WINNOW_TEST_KEY");
        EXPECT_THAT(messageOf([] {
            loadSecret({KeySource::Kind::Environment, "WINNOW_TEST_KEY"});
        }),
            HasSubstr("WINNOW_TEST_KEY, which should hold the key, is not set"));
        EXPECT_TRUE(loadSecret({}).empty());
    }

    TEST(LoadSecret, NoKeychainIsOneSentence)
    {
        ::setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
        const auto message = messageOf([] { loadSecret({KeySource::Kind::Keychain, "judge"}); });
        EXPECT_THAT(message, HasSubstr("cannot read the key \"judge\" from the keychain"));
        EXPECT_THAT(message, HasSubstr("environment variable"));
    }

    /// libsecret's own file store stands in for a desktop's keychain; a process chooses its store once, so this is a
    /// process of its own. It ends at once, because the leak check of a sanitizer would find what GIO leaves behind.
    void useTheKeychain()
    {
        const KeySource source{KeySource::Kind::Keychain, "judge test"};
        storeInKeychain(source.name, Secret(kSecretKey));
        storeInKeychain(source.name, Secret(kSecretKey + "2"));
        if (loadSecret(source).reveal() != kSecretKey + "2" || !removeFromKeychain(source.name))
            ::_exit(1);
        ::_exit(removeFromKeychain(source.name) ? 2 : 0);
    }

    TEST(Keychain, StoresReplacesReadsAndRemoves)
    {
        GTEST_FLAG_SET(death_test_style, "threadsafe");
        const auto file = std::filesystem::temp_directory_path() / ("winnow-keychain-" + std::to_string(::getpid()));
        if (std::getenv("SECRET_FILE_TEST_PATH") == nullptr)
            ::setenv("SECRET_FILE_TEST_PATH", file.c_str(), 1);
        ::setenv("SECRET_FILE_TEST_PASSWORD", "only a test", 1);
        ::setenv("SECRET_BACKEND", "file", 1);
        EXPECT_EXIT(useTheKeychain(), testing::ExitedWithCode(0), "");
        std::filesystem::remove(std::getenv("SECRET_FILE_TEST_PATH"));
        for (const auto* name : {"SECRET_FILE_TEST_PATH", "SECRET_FILE_TEST_PASSWORD", "SECRET_BACKEND"})
            ::unsetenv(name);
    }

    TEST(Keychain, AnEmptyKeyOrAnOddNameIsRefused)
    {
        EXPECT_THAT(messageOf([] { storeInKeychain("judge", Secret()); }), HasSubstr("is empty"));
        EXPECT_THAT(messageOf([] { storeInKeychain("a/b", Secret(kSecretKey)); }), HasSubstr("name of a key"));
        EXPECT_THAT(messageOf([] { removeFromKeychain(""); }), HasSubstr("name of a key"));
    }

} // namespace
} // namespace winnow::net
