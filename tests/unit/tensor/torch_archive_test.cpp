#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/random.h"
#include "core/tensor/torch_archive.h"
#include "core/tensor/weight_file.h"
#include "tests/unit/tensor/archive_builder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace fs = std::filesystem;

namespace winnow::tensor {

namespace {

    using build::archive;
    using build::dict;
    using build::program;
    using build::TensorSpec;

    class TorchArchiveTest : public ::testing::Test {
    protected:
        void SetUp() override
        {
            const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
            m_file =
                fs::temp_directory_path() / ("winnow_pt_" + std::to_string(::getpid()) + "_" + info->name() + ".pth");
        }
        void TearDown() override { fs::remove(m_file); }

        WeightFile open(const std::string& content) const
        {
            std::ofstream(m_file, std::ios::binary) << content; // thousands of times, so without waiting for the disk
            return WeightFile(m_file);
        }
        /// The code and sentence with which the content is refused.
        std::pair<ErrorCode, std::string> refusal(const std::string& content) const
        {
            try {
                open(content);
            } catch (const Error& e) {
                return {e.code(), e.message()};
            }
            ADD_FAILURE() << "the content was accepted";
            return {ErrorCode::Internal, ""};
        }
        std::pair<ErrorCode, std::string> refusalOf(const TensorSpec& spec) const
        {
            return refusal(archive(program(dict({{"w", build::tensor(spec)}}))));
        }

        fs::path m_file;
    };

    /// `levels` lists, each inside the one before.
    std::string nested(int levels)
    {
        return std::string(static_cast<std::size_t>(levels), ']')
            + std::string(static_cast<std::size_t>(levels - 1), 'a');
    }

} // namespace

TEST_F(TorchArchiveTest, WhatIsWrittenComesBack)
{
    const auto half = torch::randn({3, 2}).to(torch::kHalf);
    saveTorchArchive(m_file, "model",
        {{"a.weight", torch::arange(6).view({2, 3}).t()}, {"b", half}, {"c", torch::tensor(true)},
            {"d", torch::empty({0, 4})}});
    const WeightFile weights(m_file);
    ASSERT_EQ(weights.tensors().size(), 4u);
    EXPECT_TRUE(torch::equal(weights.load("model.a.weight"), torch::arange(6).view({2, 3}).t()));
    EXPECT_TRUE(torch::equal(weights.scoped("model.").load("b"), half));
    EXPECT_EQ(weights.load("model.c").scalar_type(), torch::kBool);
    EXPECT_EQ(weights.find("model.d")->shape, (std::vector<std::int64_t>{0, 4}));
}

TEST_F(TorchArchiveTest, StoragesMayBeSharedAndLookedAtWithStrides)
{
    const auto weights = open(archive(program(dict({{"all", build::tensor({.shape = {2, 2}, .strides = {2, 1}})},
        {"turned", build::tensor({.shape = {2, 2}, .strides = {1, 2}})},
        {"tail", build::tensor({.offset = 2, .shape = {2}, .strides = {1}})},
        {"scalar", build::tensor({.offset = 3, .shape = {}, .strides = {}})}}))));
    EXPECT_TRUE(torch::equal(weights.load("all"), torch::tensor({{0.f, 1.f}, {2.f, 3.f}})));
    EXPECT_TRUE(torch::equal(weights.load("turned"), torch::tensor({{0.f, 2.f}, {1.f, 3.f}})));
    EXPECT_TRUE(torch::equal(weights.load("tail"), torch::tensor({2.f, 3.f})));
    EXPECT_EQ(weights.load("scalar").item<float>(), 3.f);
    EXPECT_TRUE(weights.load("turned").is_contiguous());
}

TEST_F(TorchArchiveTest, ValuesBesideTensorsAreKept)
{
    const auto weights = open(archive(program(dict({{"model", dict({{"w", build::tensor({})}})}, {"epoch", "K\x07"},
        {"rate", std::string("G\x3f\xe0\0\0\0\0\0\0", 9)}, {"name", build::text("tiny")}, {"none", "N"},
        {"yes", "\x88"},
        {"list",
            "](K\x01K\x02"
            "e"},
        {"minus", "J\xff\xff\xff\xff"}}))));
    EXPECT_EQ(weights.values().at("epoch"), 7);
    EXPECT_EQ(weights.values().at("rate"), 0.5);
    EXPECT_EQ(weights.values().at("name"), "tiny");
    EXPECT_TRUE(weights.values().at("none").is_null());
    EXPECT_EQ(weights.values().at("yes"), true);
    EXPECT_EQ(weights.values().at("list.1"), 2);
    EXPECT_EQ(weights.values().at("minus"), -1);
    EXPECT_TRUE(weights.contains("model.w"));
}

TEST_F(TorchArchiveTest, StateDictionariesAndParametersAreUnderstood)
{
    const std::string ordered = build::name("collections", "OrderedDict") + ")R(" + build::text("w")
        + build::name("torch._utils", "_rebuild_parameter") + "(" + build::tensor({}) + "\x88"
        + build::name("collections", "OrderedDict") + ")RtRu" + "}" + build::text("_metadata") + "}sb";
    EXPECT_TRUE(open(archive(program(ordered))).contains("w"));
}

TEST_F(TorchArchiveTest, OlderPlainFormIsRead)
{
    const std::string magic = std::string("\x80\x02\x8a\x0a") + "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19" + ".";
    std::string content = magic + program(build::integer(1001)) + program("}")
        + program(dict({{"w", build::tensor({})}})) + program("](" + build::text("0") + "e")
        + build::bytes(std::int64_t(4));
    for (const float value : {0.f, 1.f, 2.f, 3.f})
        content += build::bytes(value);
    EXPECT_TRUE(torch::equal(open(content).load("w"), torch::arange(4, torch::kFloat)));
    EXPECT_EQ(refusal(content.substr(0, content.size() - 1)).first, ErrorCode::BadFile);
    EXPECT_EQ(refusal(content.substr(0, 60)).first, ErrorCode::BadFile);
}

TEST_F(TorchArchiveTest, NothingIsCalled)
{
    const auto marker = m_file.string() + ".called";
    const auto [code, message] =
        refusal(archive(program(build::name("os", "system") + "(" + build::text("touch " + marker) + "tR")));
    EXPECT_EQ(code, ErrorCode::Unsupported);
    EXPECT_NE(message.find("os.system"), std::string::npos);
    EXPECT_FALSE(fs::exists(marker));
    for (const auto& [module, what] :
        std::vector<std::pair<std::string, std::string>>{{"builtins", "eval"}, {"posix", "system"}, {"torch", "load"},
            {"numpy.core.multiarray", "_reconstruct"}, {"__builtin__", "getattr"}}) {
        EXPECT_NE(
            refusal(archive(program(build::name(module, what)))).second.find(module + "." + what), std::string::npos);
        const std::string other = "\x80\x04\x8c" + std::string(1, char(module.size())) + module + "\x8c"
            + std::string(1, char(what.size())) + what + "\x93.";
        EXPECT_EQ(refusal(archive(other)).first, ErrorCode::Unsupported);
    }
}

TEST_F(TorchArchiveTest, OtherPickleOperationsAreRefused)
{
    for (const std::string code :
        {"\x81", "\x92", "o", "ios\nsystem\n", "P1\n", "I1\n", "2", "\x82\x01", "B\x01\0\0\0x"})
        EXPECT_EQ(refusal(archive(program("})" + code))).first, ErrorCode::BadFile) << code;
}

TEST_F(TorchArchiveTest, TensorsStayInsideTheirStorage)
{
    constexpr auto huge = std::int64_t(1) << 62;
    for (const TensorSpec& spec : std::vector<TensorSpec>{{.shape = {5}}, {.offset = 1}, {.offset = -1},
             {.strides = {2}}, {.shape = {-4}}, {.strides = {-1}}, {.shape = {huge, huge}, .strides = {0, 0}},
             {.shape = {huge}, .strides = {huge}}, {.shape = {1'000'000'000}, .strides = {0}},
             {.shape = {4}, .strides = {}}, {.storageElements = 5}, {.storageElements = -1},
             {.storageElements = huge, .shape = {huge}}, {.key = "1"}, {.type = "DoubleStorage"},
             {.shape = {huge, huge, 0}, .strides = {1, 1, 1}}, {.offset = huge, .shape = {2}, .strides = {huge}}})
        EXPECT_EQ(refusalOf(spec).first, ErrorCode::BadFile);
}

TEST_F(TorchArchiveTest, DeepNestingIsRefused)
{
    EXPECT_EQ(refusal(archive(program(nested(70)))).first, ErrorCode::BadFile);
    EXPECT_EQ(refusal(archive(program(nested(1'000'000)))).first, ErrorCode::BadFile);
    EXPECT_EQ(refusal(archive(program(std::string(1'000'000, '(')))).first, ErrorCode::BadFile);
    // A list that contains itself.
    EXPECT_EQ(refusal(archive(program("]q\x01h\x01"
                                      "a")))
                  .first,
        ErrorCode::BadFile);
}

TEST_F(TorchArchiveTest, SharedValuesCannotExplode)
{
    // Forty levels, each list holding the level below twenty times.
    std::string bomb = "]q" + std::string(1, '\0');
    for (int level = 1; level < 40; ++level) {
        bomb += "](";
        for (int i = 0; i < 20; ++i)
            bomb += "h" + std::string(1, char(level - 1));
        bomb += "eq" + std::string(1, char(level));
    }
    EXPECT_EQ(refusal(archive(program(bomb))).first, ErrorCode::TooLarge);
    EXPECT_EQ(refusal(archive(program("](" + std::string(2'100'000, 'N') + "e"))).first, ErrorCode::TooLarge);
}

TEST_F(TorchArchiveTest, BrokenProgramsAreRefused)
{
    for (const std::string body : {"", "a", "s", "u", "e", "t", "R", "Q", "b", "(", "h\x05", "0", "]]s", "}(NuN", "}(e",
             "K", "X\xff\xff\xff\xff", "\x8d\xff\xff\xff\xff\xff\xff\xff\xff", "X\x01\0\0\0\xff", "})R", "}Q", "c\n",
             "]K\x01"
             "b"})
        EXPECT_EQ(refusal(archive("\x80\x02" + body + ".")).first, ErrorCode::BadFile) << body;
}

TEST_F(TorchArchiveTest, NamesStandOnce)
{
    EXPECT_EQ(
        refusal(archive(program(dict({{"a.b", build::tensor({})}, {"a", dict({{"b", build::tensor({})}})}})))).first,
        ErrorCode::BadFile);
}

TEST_F(TorchArchiveTest, PackedZipFilesAreRefused)
{
    const auto [code, message] = refusal(build::zip({{"m/data.pkl", "xx", 8}}));
    EXPECT_EQ(code, ErrorCode::Unsupported);
    EXPECT_NE(message.find("compressed"), std::string::npos);
}

TEST_F(TorchArchiveTest, ZipDirectoriesAreChecked)
{
    const std::string good = archive(program(dict({{"w", build::tensor({})}})));
    EXPECT_EQ(refusal("").first, ErrorCode::BadFile);
    EXPECT_EQ(refusal("PK\x03\x04").first, ErrorCode::BadFile);
    EXPECT_EQ(refusal("hello, this is a text").first, ErrorCode::BadFile);
    EXPECT_EQ(refusal(good.substr(0, good.size() - 1)).first, ErrorCode::BadFile);
    EXPECT_EQ(refusal(good.substr(0, good.size() / 2)).first, ErrorCode::BadFile);
    EXPECT_EQ(refusal(build::zip({{"m/other", "x"}})).first, ErrorCode::BadFile);
    EXPECT_EQ(refusal(build::zip({{"data.pkl", "x", 0, 0xFFFFFF}})).first, ErrorCode::BadFile);
    EXPECT_EQ(refusal(build::zip({{"data.pkl", "N."}, {"data.pkl", "N."}})).first, ErrorCode::BadFile);
}

TEST_F(TorchArchiveTest, NothingThatMutationMakesCrashes)
{
    const std::string good = archive(
        program(dict({{"model", dict({{"w", build::tensor({})}, {"v", build::tensor({.offset = 1, .shape = {3}})}})},
            {"epoch", "K\x07"}})));
    Random random(11, "mutation");
    for (int round = 0; round < 500; ++round) {
        std::string bad = good;
        for (int i = 0; i < 3; ++i)
            bad[random.below(bad.size())] = static_cast<char>(random.below(256));
        if (round % 5 == 0)
            bad.resize(random.below(bad.size()));
        try {
            const auto weights = open(bad);
            for (const auto& info : weights.tensors())
                EXPECT_EQ(weights.load(info.name).numel(), info.elementCount());
        } catch (const Error& e) {
            EXPECT_NE(e.message(), "");
        }
    }
}

} // namespace winnow::tensor
