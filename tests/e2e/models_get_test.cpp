#include "core/base/file.h"
#include "tests/e2e/program.h"
#include "tests/support/hub_server.h"
#include "tests/support/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <pty.h>

namespace winnow::e2e {
namespace {

    using testing::HasSubstr;
    using testing::IsEmpty;
    using testing::Not;
    using testing_support::Answer;
    using testing_support::HubServer;
    using testing_support::Received;
    using testing_support::serveBytes;

    const std::string kToken = "hf_e2e4fT9wLq27ZpXc81Q";
    const std::string kRepository = "owner/tiny-clip";

    /// The embedded CLIP as a repository, with things in it that nobody needs.
    std::map<std::string, HubServer::File> tinyClip()
    {
        std::map<std::string, HubServer::File> out;
        for (const auto& entry : std::filesystem::directory_iterator(sourceDir() + "/resources/demo/clip"))
            out[entry.path().filename().string()] = {
                file::readAll(entry.path()), entry.path().extension() == ".safetensors"};
        out["README.md"] = {"---\nlicense: apache-2.0\n---\n# Tiny\n"};
        out["pytorch_model.bin"] = {std::string(5000, 'x'), true};
        out["onnx/model.onnx"] = {std::string(5000, 'y'), true};
        return out;
    }

    class ModelsGet : public testing::Test {
    protected:
        void SetUp() override
        {
            ::setenv("HF_TOKEN", kToken.c_str(), 1);
            ::setenv("XDG_CACHE_HOME", (program / ".cache").c_str(), 1);
            ::setenv("XDG_DATA_HOME", (program / ".data").c_str(), 1);
        }
        void TearDown() override
        {
            for (const char* name : {"HF_TOKEN", "HF_ENDPOINT", "XDG_CACHE_HOME", "XDG_DATA_HOME"})
                ::unsetenv(name);
        }
        void use(const HubServer& server) { ::setenv("HF_ENDPOINT", server.url().c_str(), 1); }

        /// Files under the test's folder that hold the token, or a long piece of it: what the program printed too.
        std::vector<std::string> filesWithToken() const
        {
            std::vector<std::string> found;
            for (const auto& entry : std::filesystem::recursive_directory_iterator(program / "."))
                if (entry.is_regular_file()
                    && file::readAll(entry.path()).find(kToken.substr(3, 10)) != std::string::npos)
                    found.push_back(entry.path().string());
            return found;
        }
        std::int64_t partBytes() const
        {
            std::error_code failed;
            const auto part = program / "m/model.safetensors.part";
            return std::filesystem::exists(part, failed)
                ? static_cast<std::int64_t>(std::filesystem::file_size(part, failed))
                : 0;
        }
        Program program;
    };

    TEST_F(ModelsGet, FetchesChecksAndAddsWhatIsNeeded)
    {
        HubServer server(kRepository, tinyClip());
        use(server);
        const auto got = program.run({"models", "get", kRepository, "--yes", "--json"});
        ASSERT_EQ(got.code, 0) << got.err;
        const auto result = got.json();
        EXPECT_EQ(result.at("role"), "clip");
        EXPECT_EQ(result.at("commit"), HubServer::kCommit);
        EXPECT_EQ(result.at("default"), true) << "the first one besides the embedded one";
        const std::filesystem::path folder = result.at("folder").get<std::string>();
        EXPECT_EQ(folder, program / ".data/winnow/models/owner/tiny-clip");
        for (const auto& [path, file] : server.files)
            if (path != "pytorch_model.bin" && path != "onnx/model.onnx") {
                EXPECT_EQ(file::readAll(folder / path), file.content) << path;
            }
        EXPECT_FALSE(std::filesystem::exists(folder / "pytorch_model.bin")) << "weights of a second kind";
        EXPECT_FALSE(std::filesystem::exists(folder / "onnx"));
        EXPECT_FALSE(std::filesystem::exists(folder / ".winnow-lock"));
        EXPECT_THAT(got.err, HasSubstr("licence  apache-2.0"));
        EXPECT_THAT(got.err, HasSubstr("left out 2 files of 10.0 kB"));

        const auto listed = program.run({"models", "list"});
        EXPECT_THAT(listed.out, HasSubstr("* clip  tiny-clip"));
        EXPECT_THAT(listed.out, HasSubstr("from      owner/tiny-clip, main at 01234567, from " + server.url()));
        EXPECT_THAT(listed.out, HasSubstr("licence   apache-2.0 (README.md)"));
        const auto hash = file::sha256(server.files.at("model.safetensors").content);
        EXPECT_THAT(listed.out, HasSubstr("SHA-256   " + hash)) << "known from fetching";
        const auto checked = program.run({"models", "check", folder.string(), "--json"}).json();
        EXPECT_EQ(checked.at("sha256"), hash);
        EXPECT_EQ(checked.at("source").at("repository"), kRepository);
        EXPECT_THAT(checked.at("purpose").get<std::string>(), HasSubstr("clip-image"));

        const int before = server.fileRequests();
        const auto again = program.run({"models", "get", kRepository, "--yes"});
        EXPECT_EQ(again.code, 0) << again.err;
        EXPECT_THAT(again.out, HasSubstr("nothing was fetched"));
        EXPECT_EQ(server.fileRequests(), before) << "a finished file was fetched again";
        for (const auto& request : server.store.received())
            EXPECT_EQ(request.head.find(kToken), std::string::npos) << "the token went to the second host";
        EXPECT_EQ(server.hub.received().at(0).header("Authorization"), "Bearer " + kToken);
        EXPECT_THAT(filesWithToken(), IsEmpty());
    }

    TEST_F(ModelsGet, AsksBeforeAnythingIsFetched)
    {
        HubServer server(kRepository, tinyClip());
        use(server);
        const auto refused = program.run({"models", "get", kRepository, "--to", "m"});
        EXPECT_EQ(refused.code, 1);
        EXPECT_THAT(refused.err, HasSubstr("model.safetensors"));
        EXPECT_THAT(refused.err, HasSubstr("so --yes is needed"));
        EXPECT_EQ(server.fileRequests(), 0);
        EXPECT_FALSE(std::filesystem::exists(program / "m"));
    }

    /// Runs `winnow` on a terminal and types one line; everything it shows there.
    std::string onTerminal(const Program& program, const std::vector<std::string>& arguments, const std::string& typed)
    {
        int terminal = -1;
        const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
        if (child == 0) {
            ::setenv("XDG_CONFIG_HOME", (program / ".config").c_str(), 1);
            const bool isInPlace = ::chdir(program.folder().c_str()) == 0;
            const std::string path = programDir() + "/winnow";
            std::vector<char*> words{const_cast<char*>(path.c_str())};
            for (const auto& argument : arguments)
                words.push_back(const_cast<char*>(argument.c_str()));
            words.push_back(nullptr);
            if (isInPlace)
                ::execv(path.c_str(), words.data());
            ::_exit(127);
        }
        std::string shown;
        char bytes[4096];
        bool isTyped = false;
        for (ssize_t got = 0; (got = ::read(terminal, bytes, sizeof(bytes))) > 0;) {
            shown.append(bytes, static_cast<std::size_t>(got));
            if (!isTyped && shown.find("[y/N]") != std::string::npos)
                isTyped = ::write(terminal, typed.data(), typed.size()) > 0;
        }
        ::close(terminal);
        ::waitpid(child, nullptr, 0);
        return shown;
    }

    TEST_F(ModelsGet, OnATerminalItTakesYesAndOnlyYes)
    {
        HubServer server(kRepository, tinyClip());
        use(server);
        const std::vector<std::string> get{"models", "get", kRepository, "--to", "m"};
        for (const char* answer : {"\n", "n\n", "yessir\n"}) {
            EXPECT_THAT(onTerminal(program, get, answer), HasSubstr("nothing was fetched")) << answer;
            EXPECT_EQ(server.fileRequests(), 0) << answer;
        }
        EXPECT_THAT(onTerminal(program, get, "y\n"), HasSubstr("jobs use it for clip"));
        EXPECT_TRUE(std::filesystem::exists(program / "m/model.safetensors"));
    }

    TEST_F(ModelsGet, KilledAgainAndAgainItGoesOnFromWhereItWas)
    {
        HubServer server(kRepository, tinyClip(), {}, [](const Received& request) -> std::optional<Answer> {
            static const auto kFiles = tinyClip();
            auto answer = serveBytes(request, kFiles.at("model.safetensors").content, "\"store-1\"");
            answer.bytesPerMs = 1500;
            return answer;
        });
        use(server);
        const std::vector<std::string> get{"models", "get", kRepository, "--to", "m", "--yes"};
        const auto whole = static_cast<std::int64_t>(server.files.at("model.safetensors").content.size());
        for (int kill = 1; kill <= 3; ++kill) {
            const auto child = program.start(get);
            for (int i = 0; i < 6000 && partBytes() < kill * whole / 5; ++i)
                ::usleep(5000);
            ::kill(child, SIGKILL);
            program.finish(child);
            ASSERT_FALSE(std::filesystem::exists(program / "m/model.safetensors"));
            ASSERT_GE(partBytes(), kill * whole / 5);
            const auto checked = program.run({"models", "check", "m"});
            EXPECT_EQ(checked.code, 1);
            EXPECT_THAT(checked.err, HasSubstr("the download of owner/tiny-clip into"));
            EXPECT_THAT(checked.err, HasSubstr("is not finished"));
            EXPECT_EQ(program.run({"models", "add", "clip", "m"}).code, 1) << "half a model was added";
        }
        const auto before = partBytes();
        const auto got = program.run({"models", "get", kRepository, "--to", "m", "--yes", "--json"});
        ASSERT_EQ(got.code, 0) << got.err;
        EXPECT_EQ(file::readAll(program / "m/model.safetensors"), server.files.at("model.safetensors").content);
        EXPECT_EQ(got.json().at("resumed_bytes"), before);
        EXPECT_EQ(server.store.received().back().header("Range"), "bytes=" + std::to_string(before) + "-");
        EXPECT_EQ(program.run({"models", "check", "m"}).code, 0);
        EXPECT_THAT(filesWithToken(), IsEmpty());
    }

    TEST_F(ModelsGet, TwoProgramsDoNotSpoilEachOther)
    {
        HubServer server(kRepository, tinyClip(), {}, [](const Received& request) -> std::optional<Answer> {
            static const auto kFiles = tinyClip();
            auto answer = serveBytes(request, kFiles.at("model.safetensors").content, "\"store-1\"");
            answer.bytesPerMs = 600;
            return answer;
        });
        use(server);
        const std::vector<std::string> get{"models", "get", kRepository, "--to", "m", "--yes"};
        const auto first = program.start(get);
        for (int i = 0; i < 6000 && partBytes() == 0; ++i)
            ::usleep(5000);
        const auto second = program.run(get);
        EXPECT_EQ(second.code, 1);
        EXPECT_THAT(second.err, HasSubstr("another Winnow fetches into"));
        program.finish(first);
        EXPECT_EQ(file::readAll(program / "m/model.safetensors"), server.files.at("model.safetensors").content);
        EXPECT_EQ(program.run({"models", "check", "m"}).code, 0);
    }

    TEST_F(ModelsGet, InterruptedItStopsAtOnceAndSaysSo)
    {
        HubServer server(kRepository, tinyClip(), {}, [](const Received&) -> std::optional<Answer> {
            return Answer{200, "", {}, 0, Answer::Fault::Silent};
        });
        use(server);
        const auto child = program.start({"models", "get", kRepository, "--to", "m", "--yes"});
        for (int i = 0; i < 6000 && server.store.count() == 0; ++i)
            ::usleep(5000);
        const auto asked = std::chrono::steady_clock::now();
        ::kill(child, SIGINT);
        const auto ran = program.finish(child);
        EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(1));
        EXPECT_EQ(ran.code, 130);
        EXPECT_THAT(ran.err, HasSubstr("what was done is kept"));
    }

    TEST_F(ModelsGet, BadAnswersAreOneSentenceAndNothingIsAdded)
    {
        const auto wrongHash = [](const Received& request) -> std::optional<Answer> {
            static const auto kFiles = tinyClip();
            auto content = kFiles.at("model.safetensors").content;
            content[content.size() / 2] ^= 1;
            return serveBytes(request, content, "\"store-1\"");
        };
        HubServer lying(kRepository, tinyClip(), {}, wrongHash);
        use(lying);
        const auto lied = program.run({"models", "get", kRepository, "--to", "m", "--yes"});
        EXPECT_EQ(lied.code, 1);
        EXPECT_THAT(lied.err, HasSubstr("model.safetensors is not what the server promised"));
        EXPECT_FALSE(std::filesystem::exists(program / "m/model.safetensors"));
        EXPECT_EQ(program.run({"models", "check", "m"}).code, 1);

        HubServer evil(kRepository, {}, [](const Received&) -> std::optional<Answer> {
            return Answer{200,
                R"({"id":"owner/tiny-clip","sha":"0123456789abcdef0123456789abcdef01234567","siblings":[
                    {"rfilename":"../../.bashrc","size":3,"blobId":"0123456789abcdef0123456789abcdef01234567"}]})",
                {}, 0, {}};
        });
        use(evil);
        EXPECT_THAT(program.run({"models", "get", kRepository, "--yes"}).err, HasSubstr("leads out of its folder"));
        const auto foreign = program.run({"models", "get", "owner/gone", "--yes"});
        EXPECT_EQ(foreign.code, 1);

        HubServer server(kRepository, tinyClip());
        use(server);
        program.write("other.txt", "");
        std::filesystem::create_directory(program / "mine");
        program.write("mine/config.json", "{\"mine\": true}");
        const auto conflict = program.run({"models", "get", kRepository, "--to", "mine", "--yes"});
        EXPECT_EQ(conflict.code, 1);
        EXPECT_THAT(conflict.err, HasSubstr("config.json is there already and is another file"));
        EXPECT_EQ(program.read("mine/config.json"), "{\"mine\": true}");
        const auto asFile = program.run({"models", "get", kRepository, "--to", "other.txt", "--yes"});
        EXPECT_THAT(asFile.err, HasSubstr("cannot make the folder"));
        EXPECT_THAT(program.run({"models", "list"}).out, Not(HasSubstr("tiny-clip")));
    }

    TEST_F(ModelsGet, TheDefaultChangesOnlyWhenAskedOrFirst)
    {
        HubServer server(kRepository, tinyClip());
        use(server);
        ASSERT_EQ(program.run({"models", "get", kRepository, "--to", "a", "--yes"}).code, 0);
        const auto second = program.run({"models", "get", kRepository, "--to", "b", "--yes"});
        EXPECT_THAT(second.out, HasSubstr("another model stays the default: winnow models default clip b"));
        EXPECT_THAT(program.run({"models", "list"}).out, HasSubstr("* clip  a"));
        const auto third = program.run({"models", "get", kRepository, "--to", "c", "--yes", "--default"});
        EXPECT_THAT(third.out, HasSubstr("jobs use it for clip"));
        EXPECT_THAT(program.run({"models", "list"}).out, HasSubstr("* clip  c"));
        const auto wrongRole = program.run({"models", "get", kRepository, "--to", "d", "--yes", "--role", "llm"});
        EXPECT_EQ(wrongRole.code, 1);
        EXPECT_THAT(wrongRole.err, HasSubstr("serves as clip, not as llm"));
    }

    TEST_F(ModelsGet, WithoutANameItListsWhatServesWellAndAsksNobody)
    {
        ::setenv("HF_ENDPOINT", "http://127.0.0.1:1", 1);
        const auto listed = program.run({"models", "get"});
        EXPECT_EQ(listed.code, 0) << listed.err;
        for (const char* name : {"openai/clip-vit-base-patch32", "openai/clip-vit-large-patch14",
                 "sentence-transformers/all-MiniLM-L6-v2", "OpenAssistant/reward-model-deberta-v3-large-v2",
                 "TinyLlama/TinyLlama-1.1B-Chat-v1.0", "lmsys/vicuna-7b-v1.5", "eva_vit_g.pth"})
            EXPECT_THAT(listed.out, HasSubstr(name));
        const auto whole = program.run({"models", "get", "minigpt-4", "--yes"});
        EXPECT_EQ(whole.code, 1);
        EXPECT_THAT(whole.err, HasSubstr("Put four things into one folder"));
        const auto unreachable = program.run({"models", "get", "a b", "--yes"});
        EXPECT_THAT(unreachable.err, HasSubstr("is not the name of a repository"));
        EXPECT_EQ(program.run({"models", "get", "a", "b"}).code, 2);
    }

} // namespace
} // namespace winnow::e2e
