#include "core/net/content_hash.h"

#include "core/base/error.h"
#include "core/base/file.h"

#include <gtest/gtest.h>

#include <unistd.h>

namespace winnow::net {
namespace {

    std::string hashOf(Checksum::Kind kind, const std::string& content, std::size_t pieceBytes)
    {
        ContentHash hash(kind, static_cast<std::int64_t>(content.size()));
        for (std::size_t at = 0; at < content.size(); at += pieceBytes)
            hash.add(std::string_view(content).substr(at, pieceBytes));
        return hash.hexDigest();
    }

    // From `git hash-object --stdin` and `sha256sum`.
    TEST(ContentHash, GitBlobsAreNamedAsGitNamesThem)
    {
        EXPECT_EQ(hashOf(Checksum::Kind::GitBlob, "", 1), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        EXPECT_EQ(hashOf(Checksum::Kind::GitBlob, "hello\n", 100), "ce013625030ba8dba906f756967f9e9ca394464a");
        EXPECT_EQ(hashOf(Checksum::Kind::GitBlob, "hello\n", 1), "ce013625030ba8dba906f756967f9e9ca394464a");
    }

    TEST(ContentHash, Sha256OfTheContentAlone)
    {
        EXPECT_EQ(hashOf(Checksum::Kind::Sha256, "hello\n", 2),
            "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
    }

    TEST(ContentHash, OnlyLowerCaseHexOfTheRightLengthIsAChecksum)
    {
        EXPECT_TRUE((Checksum{Checksum::Kind::GitBlob, std::string(40, 'a')}.isValid()));
        EXPECT_FALSE((Checksum{Checksum::Kind::GitBlob, std::string(64, 'a')}.isValid()));
        EXPECT_FALSE((Checksum{Checksum::Kind::Sha256, std::string(40, 'a')}.isValid()));
        EXPECT_FALSE((Checksum{Checksum::Kind::Sha256, std::string(63, 'a') + "G"}.isValid()));
        EXPECT_FALSE(Checksum{}.isValid());
    }

    TEST(ContentHash, AFileIsReadInPiecesThatCanBeEnded)
    {
        const auto path = std::filesystem::temp_directory_path() / ("winnow-hash-" + std::to_string(::getpid()));
        const std::string content(std::size_t(9) << 20, 'x');
        file::writeAtomically(path, content);
        const auto bytes = static_cast<std::int64_t>(content.size());
        ContentHash hash(Checksum::Kind::Sha256, bytes);
        int pieces = 0;
        addFile(hash, path, bytes, [&](std::int64_t) { ++pieces; });
        EXPECT_EQ(pieces, 3);
        EXPECT_EQ(hash.hexDigest(), file::sha256(content));
        ContentHash ended(Checksum::Kind::Sha256, bytes);
        EXPECT_THROW(addFile(ended, path, bytes, [](std::int64_t) { throw 1; }), int);
        EXPECT_THROW(addFile(ended, path, bytes + 1, [](std::int64_t) {}), Error) << "shorter than asked for";
        std::filesystem::remove(path);
        EXPECT_THROW(addFile(ended, path, bytes, [](std::int64_t) {}), Error);
    }

} // namespace
} // namespace winnow::net
