#include "core/net/download.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "tests/support/hub_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sys/resource.h>
#include <unistd.h>

namespace winnow::net {
namespace {

    using testing::HasSubstr;
    using testing::Not;
    using testing_support::Answer;
    using testing_support::LoopbackServer;
    using testing_support::Received;
    using testing_support::serveBytes;
    using Clock = std::chrono::steady_clock;

    const std::string kToken = "hf_test4fT9wLq27ZpXc81";
    const std::string kTag = "\"tag-1\"";

    /// Bytes without a pattern, so that a piece at a wrong place shows.
    std::string noise(std::size_t bytes, std::uint64_t seed = 1)
    {
        Random random(seed, "download-test");
        std::string out(bytes, '\0');
        for (char& c : out)
            c = static_cast<char>(static_cast<int>(random.uniform(0, 256)));
        return out;
    }

    class StopWhen final : public RunContext {
    public:
        explicit StopWhen(std::function<bool()> isTime)
            : m_isTime(std::move(isTime))
        {
        }
        void checkpoint() override
        {
            if (m_isTime())
                throw Cancelled();
        }
        void progress(std::string_view, std::int64_t, std::int64_t) override { }
        void metric(std::string_view, double, double) override { }
        void log(LogLevel, std::string_view) override { }

    private:
        std::function<bool()> m_isTime;
    };

    class Download : public testing::Test {
    protected:
        Download()
        {
            std::string pattern = (std::filesystem::temp_directory_path() / "winnow-download-XXXXXX").string();
            folder = ::mkdtemp(pattern.data());
            options.rules.retry.baseSeconds = 0.02;
            options.rules.retry.maxRetries = 4;
        }
        ~Download() override
        {
            std::error_code failed;
            std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
            std::filesystem::remove_all(folder, failed);
        }

        DownloadItem item(const LoopbackServer& server, const std::string& content, const std::string& name = "w.bin")
        {
            return {server.url() + "/" + name, folder / name, static_cast<std::int64_t>(content.size()),
                {Checksum::Kind::Sha256, file::sha256(content)}};
        }
        DownloadReport fetch(const std::vector<DownloadItem>& items) { return download(items, options, context); }
        /// The sentence of the failure, whose code must be this one; nothing may stand under the file's own name.
        std::string failureOf(const DownloadItem& wanted, ErrorCode code)
        {
            try {
                fetch({wanted});
            } catch (const Error& error) {
                EXPECT_EQ(toString(error.code()), toString(code)) << error.what();
                EXPECT_FALSE(std::filesystem::exists(wanted.target)) << "half a file is taken for finished";
                EXPECT_THAT(error.what(), Not(HasSubstr(kToken)));
                return error.what();
            }
            return "fetched";
        }
        std::string read(const std::string& name) const { return file::readAll(folder / name); }
        std::vector<std::string> names() const
        {
            std::vector<std::string> out;
            for (const auto& entry : std::filesystem::directory_iterator(folder))
                out.push_back(entry.path().filename().string());
            std::sort(out.begin(), out.end());
            return out;
        }

        std::filesystem::path folder;
        DownloadOptions options;
        NullContext context;
    };

    TEST_F(Download, ManyFilesSideBySideAndNoneTwice)
    {
        std::map<std::string, std::string> content;
        for (int i = 0; i < 8; ++i)
            content["f" + std::to_string(i)] = noise(50'000, static_cast<std::uint64_t>(i));
        content["empty"] = "";
        LoopbackServer server([&](const Received& request) {
            auto answer = serveBytes(request, content.at(request.target().substr(1)), kTag);
            answer.delayMs = 100;
            return answer;
        });
        std::vector<DownloadItem> items;
        for (const auto& [name, bytes] : content)
            items.push_back(item(server, bytes, name));
        DownloadProgress last;
        int told = 0;
        options.observer = [&](const DownloadProgress& progress) {
            EXPECT_GE(progress.doneBytes, last.doneBytes);
            last = progress;
            ++told;
        };
        const auto report = fetch(items);
        for (const auto& [name, bytes] : content)
            EXPECT_EQ(read(name), bytes) << name;
        EXPECT_EQ(names().size(), content.size()) << "parts or notes are left";
        EXPECT_EQ(report.receivedBytes, 400'000);
        EXPECT_EQ(server.count(), 8);
        EXPECT_EQ(server.peak(), 3) << "as many at once as the options say";
        EXPECT_EQ(last.doneBytes, 400'000);
        EXPECT_EQ(last.totalBytes, 400'000);
        EXPECT_GT(told, 2);
        last = {};
        const auto again = fetch(items);
        EXPECT_EQ(again.keptFileCount, 9);
        EXPECT_EQ(again.receivedBytes, 0);
        EXPECT_EQ(server.count(), 8) << "a finished file was asked for again";
    }

    TEST_F(Download, ACutConnectionGoesOnFromWhereItBroke)
    {
        const auto content = noise(200'000);
        LoopbackServer server([&](const Received& request) {
            auto answer = serveBytes(request, content, kTag);
            answer.fault = request.number <= 3 ? Answer::Fault::CutMiddle : Answer::Fault::None;
            return answer;
        });
        const auto report = fetch({item(server, content)});
        EXPECT_EQ(read("w.bin"), content);
        EXPECT_EQ(report.receivedBytes, 200'000) << "bytes were fetched twice";
        EXPECT_EQ(report.repetitionCount, 3);
        const auto requests = server.received();
        EXPECT_EQ(requests.at(0).header("Range"), "");
        EXPECT_EQ(requests.at(1).header("Range"), "bytes=100000-");
        EXPECT_EQ(requests.at(1).header("If-Range"), kTag);
        EXPECT_EQ(requests.at(3).header("Range"), "bytes=175000-");
    }

    TEST_F(Download, AServerWithoutRangesBeginsAnew)
    {
        const auto content = noise(100'000);
        LoopbackServer server([&](const Received& request) {
            return Answer{200, content, {}, 0, request.number == 1 ? Answer::Fault::CutMiddle : Answer::Fault::None};
        });
        const auto report = fetch({item(server, content)});
        EXPECT_EQ(read("w.bin"), content);
        EXPECT_EQ(report.receivedBytes, 150'000);
    }

    TEST_F(Download, ChangedBetweenAttemptsTheNewContentIsNotMixedWithTheOld)
    {
        const auto content = noise(100'000), other = noise(100'000, 2);
        // The tag changes: If-Range makes a careful server send the whole.
        LoopbackServer careful([&](const Received& request) {
            auto answer =
                request.number == 1 ? serveBytes(request, other, "\"old\"") : serveBytes(request, content, "\"new\"");
            answer.fault = request.number == 1 ? Answer::Fault::CutMiddle : Answer::Fault::None;
            return answer;
        });
        fetch({item(careful, content)});
        EXPECT_EQ(read("w.bin"), content);
        EXPECT_EQ(careful.count(), 2);
        std::filesystem::remove(folder / "w.bin");
        // A careless one answers the range out of the new content: its tag gives it away.
        LoopbackServer careless([&](const Received& request) {
            if (request.number == 1) {
                auto answer = serveBytes(request, other, "\"old\"");
                answer.fault = Answer::Fault::CutMiddle;
                return answer;
            }
            auto asked = request;
            asked.head = "GET / HTTP/1.1\r\nRange: " + request.header("Range") + "\r\n";
            return serveBytes(asked, content, "\"new\"");
        });
        fetch({item(careless, content)});
        EXPECT_EQ(read("w.bin"), content);
        std::filesystem::remove(folder / "w.bin");
        // One without tags: only the checksum can tell, and once more is fetched.
        LoopbackServer blind([&](const Received& request) {
            auto answer = serveBytes(request, request.number == 1 ? other : content, kTag);
            answer.headers.erase(answer.headers.begin());
            answer.fault = request.number == 1 ? Answer::Fault::CutMiddle : Answer::Fault::None;
            return answer;
        });
        fetch({item(blind, content)});
        EXPECT_EQ(read("w.bin"), content);
        EXPECT_EQ(blind.count(), 3);
    }

    TEST_F(Download, WrongContentIsNotKept)
    {
        const auto content = noise(10'000);
        LoopbackServer server([&](const Received& request) { return serveBytes(request, noise(10'000, 2), kTag); });
        const auto said = failureOf(item(server, content), ErrorCode::BadFile);
        EXPECT_THAT(said, HasSubstr("w.bin is not what the server promised"));
        EXPECT_THAT(said, HasSubstr("expected " + file::sha256(content)));
        EXPECT_EQ(server.count(), 1) << "wrong content that came whole is not asked for again";
        EXPECT_EQ(std::filesystem::file_size(folder / "w.bin.part"), 0u);
    }

    TEST_F(Download, ASizeThatIsNotThePromisedOneIsRefused)
    {
        const auto content = noise(10'000);
        LoopbackServer longer([&](const Received& request) { return serveBytes(request, content + "x", kTag); });
        EXPECT_THAT(failureOf(item(longer, content), ErrorCode::BadFile), HasSubstr("sends 10001 bytes"));
        EXPECT_EQ(longer.count(), 1);
        LoopbackServer endless([&](const Received&) { return Answer{200, content, {}, 0, Answer::Fault::Endless}; });
        EXPECT_THAT(failureOf(item(endless, content), ErrorCode::BadFile), HasSubstr("more for w.bin than the 10000"));
        // It announces more than it has, and breaks off.
        LoopbackServer boasting([&](const Received&) {
            Answer answer{200, content.substr(0, 6000), {"ETag: " + kTag}, 0, {}};
            answer.declaredBytes = 10'000;
            return answer;
        });
        EXPECT_THAT(failureOf(item(boasting, content), ErrorCode::Io), HasSubstr("broke off"));
        EXPECT_EQ(boasting.count(), 1 + options.rules.retry.maxRetries);
    }

    TEST_F(Download, AHubThatContradictsItselfIsNotFollowed)
    {
        const auto content = noise(10'000);
        const std::vector<std::vector<std::string>> lies{
            {"X-Linked-Size: 99"}, {"X-Linked-ETag: \"" + std::string(64, 'a') + "\""}};
        for (const auto& lie : lies) {
            LoopbackServer server([&](const Received&) {
                Answer answer{302, "", lie, 0, {}};
                answer.headers.push_back("Location: /elsewhere");
                return answer;
            });
            EXPECT_THAT(failureOf(item(server, content), ErrorCode::BadFile), HasSubstr("its list says"));
            EXPECT_EQ(server.count(), 1);
        }
    }

    TEST_F(Download, RefusalsAreFinalAndWeatherIsWaitedOut)
    {
        const auto content = noise(10'000);
        for (const int status : {401, 403, 404}) {
            LoopbackServer server([&](const Received&) { return Answer{status, "{\"error\":\"no\"}", {}, 0, {}}; });
            const auto code = status == 404 ? ErrorCode::NotFound : ErrorCode::Io;
            EXPECT_THAT(failureOf(item(server, content), code), HasSubstr("(" + std::to_string(status) + ")"));
            EXPECT_EQ(server.count(), 1) << status;
        }
        for (const int status : {500, 503, 429, 408}) {
            LoopbackServer server([&](const Received& request) {
                return request.number <= 2 ? Answer{status, "busy", {}, 0, {}} : serveBytes(request, content, kTag);
            });
            EXPECT_EQ(fetch({item(server, content)}).repetitionCount, 2) << status;
            EXPECT_EQ(read("w.bin"), content);
            std::filesystem::remove(folder / "w.bin");
        }
        LoopbackServer never([&](const Received&) { return Answer{500, "busy", {}, 0, {}}; });
        EXPECT_THAT(failureOf(item(never, content), ErrorCode::Io), HasSubstr("after 4 repetitions"));
        EXPECT_EQ(never.count(), 5);
    }

    TEST_F(Download, AServerThatWantsTimeGetsItButNotForEver)
    {
        const auto content = noise(10'000);
        LoopbackServer server([&](const Received& request) {
            return request.number == 1 ? Answer{429, "", {"Retry-After: 1"}, 0, {}}
                                       : serveBytes(request, content, kTag);
        });
        const auto start = Clock::now();
        fetch({item(server, content)});
        EXPECT_GE(Clock::now() - start, std::chrono::milliseconds(950));
        std::filesystem::remove(folder / "w.bin");
        LoopbackServer later([&](const Received&) { return Answer{503, "", {"Retry-After: 3600"}, 0, {}}; });
        EXPECT_THAT(failureOf(item(later, content), ErrorCode::Io), HasSubstr("asks to wait 3600 seconds"));
        EXPECT_EQ(later.count(), 1);
    }

    TEST_F(Download, ARangeThatIsRefusedBeginsAnew)
    {
        const auto content = noise(10'000);
        file::writeAtomically(folder / "w.bin.part", content.substr(0, 4000));
        file::writeAtomically(folder / "w.bin.part.json",
            json::dump(Json{{"checksum", file::sha256(content)}, {"bytes", 10'000}, {"etag", kTag}}));
        LoopbackServer server([&](const Received& request) {
            return request.header("Range").empty() ? serveBytes(request, content, kTag) : Answer{416, "", {}, 0, {}};
        });
        const auto report = fetch({item(server, content)});
        EXPECT_EQ(report.resumedBytes, 4000);
        EXPECT_EQ(read("w.bin"), content);
        EXPECT_EQ(server.count(), 2);
    }

    TEST_F(Download, AnotherRangeThanTheOneAskedForIsThrownAway)
    {
        const auto content = noise(10'000);
        LoopbackServer server([&](const Received& request) {
            if (request.number == 1)
                return Answer{200, content, {"ETag: " + kTag}, 0, Answer::Fault::CutMiddle};
            if (request.number == 2)
                return Answer{206, content.substr(2000), {"Content-Range: bytes 2000-9999/10000"}, 0, {}};
            return serveBytes(request, content, kTag);
        });
        fetch({item(server, content)});
        EXPECT_EQ(read("w.bin"), content);
        EXPECT_EQ(server.received().at(2).header("Range"), "");
    }

    TEST_F(Download, ALeftPartOfOtherContentIsNotTakenUp)
    {
        const auto content = noise(10'000);
        LoopbackServer server([&](const Received& request) { return serveBytes(request, content, kTag); });
        for (const char* note :
            {R"({"checksum":"other","bytes":10000,"etag":""})", "not JSON", "[1]", R"({"checksum":5,"bytes":"x"})"}) {
            file::writeAtomically(folder / "w.bin.part", noise(4000, 3));
            file::writeAtomically(folder / "w.bin.part.json", note);
            EXPECT_EQ(fetch({item(server, content)}).resumedBytes, 0) << note;
            EXPECT_EQ(read("w.bin"), content);
            std::filesystem::remove(folder / "w.bin");
        }
    }

    TEST_F(Download, ADamagedPartShowsAtTheEndAndIsFetchedAnew)
    {
        const auto content = noise(10'000);
        file::writeAtomically(folder / "w.bin.part", noise(4000, 3));
        file::writeAtomically(folder / "w.bin.part.json",
            json::dump(Json{{"checksum", file::sha256(content)}, {"bytes", 10'000}, {"etag", kTag}}));
        LoopbackServer server([&](const Received& request) { return serveBytes(request, content, kTag); });
        const auto report = fetch({item(server, content)});
        EXPECT_EQ(read("w.bin"), content);
        EXPECT_EQ(report.receivedBytes, 16'000);
    }

    TEST_F(Download, TheTokenGoesToTheFirstHostAlone)
    {
        const auto content = noise(10'000);
        options.rules.token = Secret(kToken);
        LoopbackServer store([&](const Received& request) { return serveBytes(request, content, kTag); });
        LoopbackServer hub([&](const Received& request) {
            if (request.target() == "/w.bin")
                return Answer{307, "", {"Location: /moved/w.bin"}, 0, {}};
            return Answer{302, "", {"Location: " + store.url() + "/x?Signature=abc"}, 0, {}};
        });
        fetch({item(hub, content)});
        EXPECT_EQ(read("w.bin"), content);
        for (const auto& request : hub.received())
            EXPECT_EQ(request.header("Authorization"), "Bearer " + kToken);
        ASSERT_EQ(store.count(), 1);
        EXPECT_EQ(store.received().at(0).head.find("uthorization"), std::string::npos);
        EXPECT_EQ(store.received().at(0).head.find(kToken), std::string::npos);
        EXPECT_EQ(store.received().at(0).target(), "/x?Signature=abc");
    }

    TEST_F(Download, RedirectsThatLeadAstrayAreNotFollowed)
    {
        const auto content = noise(100);
        for (const std::string target : {"file:///etc/passwd", "http://example.com/x", "gopher://127.0.0.1/x"}) {
            LoopbackServer server([&](const Received&) { return Answer{302, "", {"Location: " + target}, 0, {}}; });
            EXPECT_THAT(failureOf(item(server, content), ErrorCode::Io), HasSubstr("is not followed")) << target;
            EXPECT_EQ(server.count(), 1);
        }
        LoopbackServer loop([](const Received& request) {
            return Answer{302, "", {"Location: " + request.target()}, 0, {}};
        });
        EXPECT_THAT(failureOf(item(loop, content), ErrorCode::Io), HasSubstr("redirects more than 5 times"));
        EXPECT_EQ(loop.count(), 6);
        LoopbackServer nowhere([](const Received&) { return Answer{302, "", {}, 0, {}}; });
        EXPECT_THAT(failureOf(item(nowhere, content), ErrorCode::Io), HasSubstr("names none"));
    }

    TEST_F(Download, SignedAddressesAreAskedForAnewWhenTheyFail)
    {
        const auto content = noise(100'000);
        LoopbackServer store([&](const Received& request) {
            if (request.target().ends_with("=1"))
                return Answer{200, content, {"ETag: " + kTag}, 0, Answer::Fault::CutMiddle};
            return serveBytes(request, content, kTag);
        });
        LoopbackServer hub([&](const Received& request) {
            return Answer{302, "", {"Location: " + store.url() + "/x?n=" + std::to_string(request.number)}, 0, {}};
        });
        fetch({item(hub, content)});
        EXPECT_EQ(read("w.bin"), content);
        EXPECT_EQ(hub.count(), 2);
        EXPECT_EQ(store.received().at(1).header("Range"), "bytes=50000-");
    }

    TEST_F(Download, StopsWithinASecondAndGoesOnLater)
    {
        const auto content = noise(2'000'000);
        LoopbackServer server([&](const Received& request) {
            auto answer = serveBytes(request, content, kTag);
            answer.bytesPerMs = request.number == 1 ? 500 : 0; // 4 s in all
            return answer;
        });
        const auto part = folder / "w.bin.part";
        Clock::time_point asked;
        StopWhen stopping([&] {
            std::error_code failed;
            const bool isTime =
                std::filesystem::exists(part, failed) && std::filesystem::file_size(part, failed) > 300'000;
            asked = isTime ? Clock::now() : asked;
            return isTime;
        });
        EXPECT_THROW(download({item(server, content)}, options, stopping), Cancelled);
        EXPECT_LT(Clock::now() - asked, std::chrono::seconds(1));
        EXPECT_FALSE(std::filesystem::exists(folder / "w.bin"));
        const auto report = fetch({item(server, content)});
        EXPECT_EQ(read("w.bin"), content);
        EXPECT_GE(report.resumedBytes, 300'000);
        EXPECT_EQ(report.receivedBytes + report.resumedBytes, 2'000'000);
        EXPECT_EQ(server.received().at(1).header("If-Range"), kTag);
    }

    TEST_F(Download, AStalledServerIsLeftAndAskedAgain)
    {
        const auto content = noise(10'000);
        LoopbackServer server([&](const Received& request) {
            auto answer = serveBytes(request, content, kTag);
            answer.fault = request.number == 1 ? Answer::Fault::Silent : Answer::Fault::None;
            return answer;
        });
        options.limits.stallTimeoutMs = 1000;
        EXPECT_EQ(fetch({item(server, content)}).repetitionCount, 1);
        EXPECT_EQ(read("w.bin"), content);
    }

    TEST_F(Download, NoRoomIsOneSentenceAndKeepsThePart)
    {
        const auto content = noise(400'000);
        LoopbackServer server([&](const Received& request) { return serveBytes(request, content, kTag); });
        rlimit before{};
        ::getrlimit(RLIMIT_FSIZE, &before);
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{150'000, before.rlim_max}; // the nearest to a full disk that a test may make
        ::setrlimit(RLIMIT_FSIZE, &small);
        const auto said = failureOf(item(server, content), ErrorCode::DiskFull);
        ::setrlimit(RLIMIT_FSIZE, &before);
        EXPECT_THAT(said, HasSubstr("cannot write " + (folder / "w.bin.part").string()));
        EXPECT_THAT(said, HasSubstr("make room and fetch again: what is there is kept"));
        EXPECT_EQ(std::filesystem::file_size(folder / "w.bin.part"), 150'000u);
        EXPECT_EQ(fetch({item(server, content)}).resumedBytes, 150'000);
        EXPECT_EQ(read("w.bin"), content);
    }

    TEST_F(Download, ALinkInThePlaceOfAPartIsNotWrittenThrough)
    {
        const auto content = noise(100);
        LoopbackServer server([&](const Received& request) { return serveBytes(request, content, kTag); });
        file::writeAtomically(folder / "precious", "mine");
        std::filesystem::create_symlink(folder / "precious", folder / "w.bin.part");
        EXPECT_THAT(failureOf(item(server, content), ErrorCode::Io), HasSubstr("cannot write"));
        EXPECT_EQ(read("precious"), "mine");
    }

    TEST_F(Download, AFolderThatMayNotBeWrittenIsNamed)
    {
        if (::geteuid() == 0)
            std::filesystem::create_directory(folder / "w.bin.part"); // root may write everywhere
        else
            std::filesystem::permissions(
                folder, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
        const auto content = noise(100);
        LoopbackServer server([&](const Received& request) { return serveBytes(request, content, kTag); });
        EXPECT_THAT(failureOf(item(server, content), ErrorCode::Io), HasSubstr("choose a folder that may be written"));
        EXPECT_EQ(server.count(), 0);
    }

    TEST_F(Download, NeedsAChecksum)
    {
        EXPECT_THROW(fetch({{"https://x.example/", folder / "x", 5, {}}}), Error);
        options.concurrency = 9;
        EXPECT_THROW(fetch({}), Error);
    }

} // namespace
} // namespace winnow::net
