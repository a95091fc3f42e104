#include "core/net/hub.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "tests/support/hub_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace winnow::net {
namespace {

    using testing::HasSubstr;
    using testing::Not;
    using testing_support::Answer;
    using testing_support::HubServer;
    using testing_support::LoopbackServer;
    using testing_support::Received;

    const std::string kHubToken = "hf_test4fT9wLq27ZpXc81";
    const std::string kSha1(40, 'a'), kSha256(64, 'b');

    Json answerWith(const Json& siblings) { return {{"id", "owner/model"}, {"sha", kSha1}, {"siblings", siblings}}; }

    /// A listing of one file.
    Json answerWithFile(const std::string& path, std::int64_t bytes)
    {
        auto siblings = Json::array();
        siblings.push_back({{"rfilename", path}, {"size", bytes}, {"blobId", kSha1}});
        return answerWith(siblings);
    }

    std::string problemOf(const Json& answer)
    {
        try {
            parseListing(answer.dump(), "owner/model", "main");
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::BadFile);
            return error.what();
        }
        return "read";
    }

    TEST(Hub, ListingTellsFilesLicenceAndKind)
    {
        auto answer = answerWith({{{"rfilename", "z.safetensors"}, {"size", 12}, {"blobId", kSha1},
                                      {"lfs", {{"sha256", kSha256}, {"size", 700}, {"pointerSize", 130}}}},
            {{"rfilename", "config.json"}, {"size", 5}, {"blobId", kSha1}}, {{"rfilename", "untold.bin"}}});
        answer["cardData"] = {{"license", "other"}, {"license_name", "llama\n2"}};
        answer["config"] = {{"model_type", "llama"}};
        answer["gated"] = "manual";
        const auto listing = parseListing(answer.dump(), "owner/model", "main");
        EXPECT_EQ(listing.commit, kSha1);
        EXPECT_EQ(listing.licence, "llama 2");
        EXPECT_EQ(listing.modelType, "llama");
        EXPECT_TRUE(listing.isGated);
        ASSERT_EQ(listing.files.size(), 2u) << "a file without size or checksum is left out";
        EXPECT_EQ(listing.files[0].path, "config.json");
        EXPECT_EQ(listing.files[0].checksum, (Checksum{Checksum::Kind::GitBlob, kSha1}));
        EXPECT_EQ(listing.files[1].bytes, 700);
        EXPECT_EQ(listing.files[1].checksum, (Checksum{Checksum::Kind::Sha256, kSha256}));
    }

    TEST(Hub, LicenceComesFromTagsWhereTheCardHasNone)
    {
        auto answer = answerWith(Json::array());
        answer["tags"] = {"clip", "license:mit"};
        EXPECT_EQ(parseListing(answer.dump(), "owner/model", "main").licence, "mit");
        answer["cardData"] = {{"license", {"mit", "apache-2.0"}}};
        EXPECT_EQ(parseListing(answer.dump(), "owner/model", "main").licence, "mit, apache-2.0");
    }

    TEST(Hub, PathsThatLeadOutAreRefusedByName)
    {
        for (const char* path : {"../evil", "a/../../evil", "/etc/passwd", "a//b", "a/./b", "a\\b", "a\nb", "", "C:x",
                 "..", "a/b/c/d/e/f/g/h/i"}) {
            EXPECT_FALSE(isSafePath(path)) << path;
            EXPECT_THAT(problemOf(answerWithFile(path, 1)), HasSubstr("leads out of its folder")) << path;
        }
        EXPECT_FALSE(isSafePath("a\xff"));
        EXPECT_FALSE(isSafePath(std::string(241, 'a')));
        EXPECT_FALSE(isSafePath(std::string_view("a\0b", 3)));
        EXPECT_TRUE(isSafePath("1_Pooling/config.json"));
        EXPECT_TRUE(isSafePath("..a/b.."));
    }

    TEST(Hub, AnswersThatCannotBeRightAreRefused)
    {
        EXPECT_THAT(problemOf(Json::array()), HasSubstr("no description"));
        EXPECT_THAT(problemOf({{"id", "owner/model"}, {"siblings", Json::array()}}), HasSubstr("sha"));
        EXPECT_THAT(problemOf({{"sha", "main"}, {"siblings", Json::array()}}), HasSubstr("no commit"));
        EXPECT_THAT(problemOf({{"sha", kSha1}, {"siblings", 5}}), HasSubstr("lists no files"));
        EXPECT_THAT(problemOf(answerWithFile("a", -5)), HasSubstr("impossible size"));
        EXPECT_THAT(problemOf(answerWithFile("a", std::int64_t(1) << 60)), HasSubstr("impossible size"));
        const Json twice{{"rfilename", "a"}, {"size", 5}, {"blobId", kSha1}};
        EXPECT_THAT(problemOf(answerWith({twice, twice})), HasSubstr("lists a twice"));
        auto many = Json::array();
        for (int i = 0; i <= 20'000; ++i)
            many.push_back({{"rfilename", std::to_string(i)}});
        EXPECT_THAT(problemOf(answerWith(many)), HasSubstr("20001 files"));
        EXPECT_THROW(parseListing("<html>", "owner/model", "main"), Error);
    }

    TEST(Hub, NamesAndRevisionsAreChecked)
    {
        for (const char* name : {"gpt2", "openai/clip-vit-base-patch32", "a/b_c.d"})
            EXPECT_NO_THROW(checkRepository(name)) << name;
        for (const char* name : {"", "a/b/c", "../a", "a/..", "a b", "a/", "-x", "a?b", "a%2fb", "a/b@c"})
            EXPECT_THROW(checkRepository(name), Error) << name;
        for (const char* revision : {"main", "v1.0", "refs/pr/1", "3d74acf9"})
            EXPECT_NO_THROW(checkRevision(revision)) << revision;
        for (const char* revision : {"", "a b", "../x", "a//b", "x?y"})
            EXPECT_THROW(checkRevision(revision), Error) << revision;
    }

    TEST(Hub, AddressesFollowTheLayout)
    {
        Hub hub;
        EXPECT_EQ(listingAddress(hub, "a/b", "refs/pr/1"),
            "https://huggingface.co/api/models/a/b/revision/refs%2Fpr%2F1?blobs=true");
        HubListing listing;
        listing.repository = "a/b";
        listing.commit = kSha1;
        EXPECT_EQ(
            fileAddress(hub, listing, "x y/c.json"), "https://huggingface.co/a/b/resolve/" + kSha1 + "/x%20y/c.json");
    }

    TEST(Hub, EndpointAndTokenComeFromTheEnvironment)
    {
        ::setenv("HF_ENDPOINT", "https://mirror.example:8443/hub/", 1);
        ::setenv("HF_TOKEN", (" " + kHubToken + "\n").c_str(), 1);
        const auto hub = Hub::fromEnvironment();
        EXPECT_EQ(hub.endpoint, "https://mirror.example:8443/hub");
        EXPECT_EQ(hub.host(), "mirror.example:8443");
        EXPECT_EQ(hub.token.reveal(), kHubToken);
        ::setenv("HF_ENDPOINT", "http://mirror.example", 1);
        try {
            Hub::fromEnvironment();
            ADD_FAILURE() << "a token over plain http";
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("HF_ENDPOINT"));
            EXPECT_THAT(error.what(), Not(HasSubstr(kHubToken)));
        }
        ::setenv("HF_ENDPOINT", "file:///etc", 1);
        EXPECT_THROW(Hub::fromEnvironment(), Error);
        ::unsetenv("HF_ENDPOINT");
        ::unsetenv("HF_TOKEN");
        EXPECT_EQ(Hub::fromEnvironment().endpoint, "https://huggingface.co");
        EXPECT_TRUE(Hub::fromEnvironment().token.empty());
    }

    TEST(Hub, RefusalsSayWhatToDo)
    {
        for (const bool hasToken : {false, true}) {
            LoopbackServer server([](const Received& request) {
                const int status = request.number == 1 ? 401 : request.number == 2 ? 403 : 404;
                return Answer{status, R"({"error":"Access to )" + request.header("Authorization") + "\"}", {}, 0, {}};
            });
            Hub hub{server.url(), hasToken ? Secret(kHubToken) : Secret()};
            NullContext context;
            const std::vector<std::string> expected{hasToken ? "HF_TOKEN is not accepted" : "set HF_TOKEN",
                "conditions may have to be accepted", "check the repository's name"};
            for (const auto& words : expected) {
                try {
                    loadListing(hub, "owner/model", "main", context);
                    ADD_FAILURE() << words;
                } catch (const Error& error) {
                    EXPECT_THAT(error.what(), HasSubstr(words));
                    EXPECT_THAT(error.what(), Not(HasSubstr(kHubToken)));
                    EXPECT_THAT(error.what(), Not(HasSubstr("blobs=true")));
                }
            }
            EXPECT_EQ(server.count(), 3) << "a refusal is not asked again";
        }
    }

    TEST(Hub, AnEndlessListingIsBroken)
    {
        LoopbackServer server([](const Received&) { return Answer{200, "[", {}, 0, Answer::Fault::Endless}; });
        FetchRules rules;
        NullContext context;
        try {
            fetchText(server.url() + "/x", rules, 1 << 20, context);
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("longer than 1048576 bytes"));
        }
        EXPECT_EQ(server.count(), 1);
    }

    TEST(Hub, ARenamedRepositoryIsFollowedWithTheToken)
    {
        LoopbackServer server([](const Received& request) {
            if (request.target().starts_with("/api/models/old/"))
                return Answer{307, "", {"Location: /api/models/new/name/revision/main?blobs=true"}, 0, {}};
            return Answer{200, Json{{"id", "new/name"}, {"sha", kSha1}, {"siblings", Json::array()}}.dump(), {}, 0, {}};
        });
        NullContext context;
        const auto listing = loadListing({server.url(), Secret(kHubToken)}, "old/name", "main", context);
        EXPECT_EQ(listing.repository, "new/name");
        EXPECT_EQ(server.received().at(1).header("Authorization"), "Bearer " + kHubToken);
    }

} // namespace
} // namespace winnow::net
