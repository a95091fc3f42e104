#include "core/base/error.h"
#include "core/base/file.h"
#include "core/pipeline/folder_lock.h"
#include "core/pipeline/model_facts.h"
#include "core/pipeline/model_files.h"
#include "core/pipeline/model_registry.h"
#include "core/pipeline/recommended_models.h"
#include "tests/support/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

namespace winnow::pipeline {
namespace {

    using testing::ElementsAre;
    using testing::HasSubstr;

    net::HubListing listingOf(const std::vector<std::string>& paths, std::int64_t bytes = 100)
    {
        net::HubListing listing;
        listing.repository = "owner/model";
        for (const auto& path : paths)
            listing.files.push_back({path, bytes, {net::Checksum::Kind::GitBlob, std::string(40, 'a')}});
        return listing;
    }

    std::vector<std::string> chosen(const std::vector<std::string>& paths)
    {
        std::vector<std::string> out;
        for (const auto& file : chooseFiles(listingOf(paths)).files)
            out.push_back(file.path);
        return out;
    }

    std::string refusalOf(const net::HubListing& listing, ErrorCode code)
    {
        try {
            chooseFiles(listing);
        } catch (const Error& error) {
            EXPECT_EQ(toString(error.code()), toString(code));
            return error.what();
        }
        return "chosen";
    }

    TEST(ModelFiles, OneKindOfWeightsAndWhatBelongsToIt)
    {
        EXPECT_THAT(chosen({"LICENSE.txt", "README.md", "config.json", "flax_model.msgpack", "merges.txt",
                        "model.safetensors", "onnx/model.onnx", "pytorch_model.bin", "tf_model.h5", "vocab.json"}),
            ElementsAre("LICENSE.txt", "README.md", "config.json", "merges.txt", "vocab.json", "model.safetensors"));
        EXPECT_THAT(chosen({"1_Pooling/config.json", "config.json", "pytorch_model.bin", "rust_model.ot"}),
            ElementsAre("1_Pooling/config.json", "config.json", "pytorch_model.bin"));
        const auto needed = chooseFiles(listingOf({"a.gguf", "config.json", "model.safetensors", "x.onnx"}));
        EXPECT_EQ(needed.leftOutCount, 2);
        EXPECT_EQ(needed.leftOutBytes, 200);
    }

    TEST(ModelFiles, ShardsComeWithTheirIndexAndOnlyThey)
    {
        EXPECT_THAT(chosen({"consolidated.00.pth", "model-00001-of-00002.safetensors",
                        "model-00002-of-00002.safetensors", "model-of-mine.safetensors", "model.safetensors.index.json",
                        "pytorch_model-00001-of-00001.bin", "pytorch_model.bin.index.json"}),
            ElementsAre("model.safetensors.index.json", "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors"));
        EXPECT_THAT(chosen({"model-00001-of-00002.safetensors", "pytorch_model.bin"}), ElementsAre("pytorch_model.bin"))
            << "shards without their index are of no use";
    }

    TEST(ModelFiles, OtherNamingsComeAfterTransformers)
    {
        EXPECT_THAT(chosen({"open_clip_config.json", "open_clip_pytorch_model.bin"}),
            ElementsAre("open_clip_config.json", "open_clip_pytorch_model.bin"));
        EXPECT_THAT(
            chosen({"config.json", "open_clip_config.json", "open_clip_model.safetensors", "pytorch_model.bin"}),
            ElementsAre("config.json", "open_clip_config.json", "pytorch_model.bin"));
        EXPECT_THAT(chosen({"eva_vit_g.pth", "other.pth", "pretrained_minigpt4_7b.pth", "sub/eva_vit_g.pth"}),
            ElementsAre("eva_vit_g.pth", "pretrained_minigpt4_7b.pth"));
    }

    TEST(ModelFiles, WithoutUsableWeightsItSaysWhatIsThere)
    {
        const auto said = refusalOf(listingOf({"a.gguf", "b.gguf", "config.json"}, 20'000'000), ErrorCode::NotFound);
        EXPECT_THAT(said, HasSubstr("no weights that Winnow reads"));
        EXPECT_THAT(said, HasSubstr("2 .gguf"));
        EXPECT_THAT(refusalOf(listingOf({"README.md"}), ErrorCode::NotFound), HasSubstr("nothing large is there"));
        EXPECT_THAT(refusalOf(listingOf({"config.json", "model.safetensors"}, 100'000'000), ErrorCode::TooLarge),
            HasSubstr("config.json of owner/model has 100000000 bytes"));
        std::vector<std::string> shards{"model.safetensors.index.json"};
        for (int i = 0; i < 700; ++i)
            shards.push_back("model-" + std::to_string(10000 + i) + "-of-00700.safetensors");
        EXPECT_THAT(refusalOf(listingOf(shards), ErrorCode::TooLarge), HasSubstr("701 files"));
    }

    TEST(RecommendedModels, AreCompleteAndFoundByName)
    {
        std::set<std::string> names, roles;
        for (const auto& model : recommendedModels()) {
            EXPECT_TRUE(names.insert(model.name).second) << model.name;
            roles.insert(model.role);
            EXPECT_GT(model.bytes, 0);
            EXPECT_GT(model.memoryBytes, model.bytes);
            EXPECT_FALSE(model.licence.empty());
            EXPECT_FALSE(model.purpose.empty());
            EXPECT_EQ(findRecommendedModel(model.name)->repository, model.repository);
            if (model.repository.empty())
                EXPECT_FALSE(model.note.empty()) << "no place to fetch it from, and no word about that";
            else
                EXPECT_NO_THROW(net::checkRepository(model.repository));
        }
        EXPECT_EQ(roles, (std::set<std::string>{"clip", "text", "reward", "llm", "vlm"}));
        EXPECT_EQ(findRecommendedModel("OpenAI/CLIP-vit-base-patch32")->name, "clip-vit-base-patch32");
        EXPECT_FALSE(findRecommendedModel("").has_value());
        EXPECT_FALSE(findRecommendedModel("nobody/nothing").has_value());
    }

    class ModelFolder : public testing::Test {
    protected:
        ModelFolder()
        {
            std::string pattern = (std::filesystem::temp_directory_path() / "winnow-model-XXXXXX").string();
            root = ::mkdtemp(pattern.data());
            folder = root / "model";
            std::filesystem::create_directories(folder / "sub");
            ::setenv("XDG_CACHE_HOME", (root / "cache").c_str(), 1);
        }
        ~ModelFolder() override
        {
            ::unsetenv("XDG_CACHE_HOME");
            std::filesystem::remove_all(root);
        }
        void write(const std::string& name, const std::string& content)
        {
            file::writeAtomically(folder / name, content);
        }
        std::filesystem::path root, folder;
    };

    /// Counts what is read: no progress, no reading.
    class Counting final : public RunContext {
    public:
        void checkpoint() override
        {
            if (stopsAtOnce)
                throw Cancelled();
            ++checkpoints;
        }
        void progress(std::string_view, std::int64_t done, std::int64_t total) override
        {
            EXPECT_LE(done, total);
            last = done;
        }
        void metric(std::string_view, double, double) override { }
        void log(LogLevel, std::string_view) override { }
        int checkpoints = 0;
        std::int64_t last = 0;
        bool stopsAtOnce = false;
    };

    // The numbers are those of `sha256sum FILE` and `sha256sum FILE FILE | sha256sum`.
    TEST_F(ModelFolder, HashIsThatOfTheFileOrOfTheListOfHashes)
    {
        const std::string first = "a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e";
        const std::string both = "a81048f58890fbf9ed927eaedef248934a6095fb784bde8971e2f25384e606c4";
        write("model-00001-of-00002.safetensors", "first");
        write("README.md", "not weights");
        Counting context;
        EXPECT_EQ(runModelHash(folder, context).details.at("sha256"), first);
        EXPECT_EQ(context.last, 1) << "ends at its total";
        write("sub/model.bin", "second");
        EXPECT_EQ(loadModelFacts(folder, "llm").sha256, "") << "one of the files is not known yet";
        EXPECT_EQ(runModelHash(folder, context).details.at("sha256"), both);
        EXPECT_EQ(loadModelFacts(folder, "llm").sha256, both);
        EXPECT_EQ(loadModelFacts(folder, "llm").weightFileCount, 2);
    }

    TEST_F(ModelFolder, HashIsComputedOnceUntilAFileChanges)
    {
        write("model.safetensors", "first");
        Counting context;
        runModelHash(folder, context);
        EXPECT_EQ(context.checkpoints, 1);
        runModelHash(folder, context);
        EXPECT_EQ(context.checkpoints, 1) << "it was read again";
        write("model.safetensors", "other");
        EXPECT_EQ(loadModelFacts(folder, "clip").sha256, "");
        context.stopsAtOnce = true;
        EXPECT_THROW(runModelHash(folder, context), Cancelled);
        EXPECT_EQ(loadModelFacts(folder, "clip").sha256, "");
        context.stopsAtOnce = false;
        runModelHash(folder, context);
        EXPECT_EQ(loadModelFacts(folder, "clip").sha256, file::sha256("other"));
        file::writeAtomically(root / "cache/winnow/model-hashes.json", "[broken");
        EXPECT_EQ(loadModelFacts(folder, "clip").sha256, "");
        EXPECT_NO_THROW(runModelHash(folder, context));
        EXPECT_THROW(runModelHash(folder / "sub", context), Error) << "no weights";
        EXPECT_THROW(runModelHash(root / "nowhere", context), Error);
    }

    TEST_F(ModelFolder, LicenceComesFromTheLicenceFileOrTheReadme)
    {
        EXPECT_EQ(loadModelFacts(folder, "clip").licence, "");
        write("README.md", "---\nlanguage: en\nlicense: \"bsd-3-clause\"\n---\nlicense: none\n");
        EXPECT_EQ(loadModelFacts(folder, "clip").licence, "bsd-3-clause");
        EXPECT_EQ(loadModelFacts(folder, "clip").licenceFile, "README.md");
        write("README.md", "---\nlicense: other\nlicense_name: llama2\n---\n");
        EXPECT_EQ(loadModelFacts(folder, "clip").licence, "llama2");
        write("README.md", "license: mit\n");
        EXPECT_EQ(loadModelFacts(folder, "clip").licence, "") << "not between two lines of dashes";
        write("LICENSE.txt", "Apache License\nVersion 2.0, January 2004\n");
        EXPECT_EQ(loadModelFacts(folder, "clip").licence, "Apache-2.0");
        EXPECT_EQ(loadModelFacts(folder, "clip").licenceFile, "LICENSE.txt");
        write("LICENSE.txt", "Do what you like.");
        const auto facts = loadModelFacts(folder, "clip");
        EXPECT_EQ(facts.licence, "");
        EXPECT_EQ(facts.licenceFile, "LICENSE.txt");
        EXPECT_NO_THROW(loadModelFacts(root / "nowhere", "clip"));
    }

    TEST_F(ModelFolder, PurposeNamesTheMetricsOfTheRole)
    {
        EXPECT_THAT(purposeOf("clip"), HasSubstr("metrics clip"));
        EXPECT_THAT(purposeOf("reward"), HasSubstr("metrics reward"));
        EXPECT_THAT(purposeOf("llm"), HasSubstr("llm-text"));
        EXPECT_THAT(purposeOf("vlm"), HasSubstr("fine-tuning"));
    }

    TEST_F(ModelFolder, ALanguageModelMayBringTokenizerJsonAlone)
    {
        for (const char* file : {"config.json", "model.safetensors"})
            std::filesystem::copy(
                findResources() / "demo/llm" / file, folder / file, std::filesystem::copy_options::overwrite_existing);
        EXPECT_THAT(checkModel(folder).about, HasSubstr("tokenizer"));
        std::filesystem::copy(std::filesystem::path(sourceDir()) / "tests/golden/data/tokenizer_json/llama.json",
            folder / "tokenizer.json");
        EXPECT_TRUE(checkModel(folder).ok) << checkModel(folder).about;
    }

    TEST_F(ModelFolder, AnUnfinishedDownloadIsNoModel)
    {
        ModelOrigin origin{"https://hub.example", "owner/model", "main", std::string(40, 'a'), "mit", false, {}};
        std::filesystem::copy(findResources() / "demo/clip", folder,
            std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
        ASSERT_TRUE(checkModel(folder).ok) << checkModel(folder).about;
        saveModelOrigin(folder, origin);
        EXPECT_FALSE(checkModel(folder).ok);
        EXPECT_THAT(checkModel(folder).about, HasSubstr("the download of owner/model into"));
        EXPECT_THROW(addModel("clip", folder), Error);
        origin.isComplete = true;
        saveModelOrigin(folder, origin);
        EXPECT_TRUE(checkModel(folder).ok);
        EXPECT_EQ(
            loadModelFacts(folder, "clip").origin.text(), "owner/model, main at aaaaaaaa, from https://hub.example");
        EXPECT_EQ(loadModelFacts(folder, "clip").licence, "mit") << "what the hub said, where the folder says nothing";
        write("winnow-source.json", "{\"endpoint\": 5}");
        EXPECT_FALSE(loadModelOrigin(folder).isDownloaded());
    }

    TEST_F(ModelFolder, OneProcessHasTheLockAndItsEndFreesIt)
    {
        int pipes[2];
        ASSERT_EQ(::pipe(pipes), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const FolderLock lock(folder, "busy");
            const bool isSaid = ::write(pipes[1], "x", 1) == 1;
            for (;;)
                ::sleep(isSaid ? 10 : 1);
        }
        char byte = 0;
        ASSERT_EQ(::read(pipes[0], &byte, 1), 1);
        try {
            const FolderLock lock(folder, "busy here");
            ADD_FAILURE() << "two have it";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Locked);
            EXPECT_STREQ(error.what(), "busy here");
        }
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        {
            const FolderLock lock(folder, "busy");
        }
        EXPECT_FALSE(std::filesystem::exists(folder / ".winnow-lock"));
        EXPECT_THROW(FolderLock(folder / "nowhere", "busy"), Error);
        ::close(pipes[0]);
        ::close(pipes[1]);
    }

    TEST(ModelSizes, AreWrittenWithThreeDigits)
    {
        EXPECT_EQ(sizeText(0), "0 bytes");
        EXPECT_EQ(sizeText(999), "999 bytes");
        EXPECT_EQ(sizeText(1000), "1.00 kB");
        EXPECT_EQ(sizeText(605'247'071), "605 MB");
        EXPECT_EQ(sizeText(13'476'900'000), "13.5 GB");
        EXPECT_EQ(sizeText(999'700), "1.00 MB");
    }

} // namespace
} // namespace winnow::pipeline
