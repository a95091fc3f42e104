#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/random.h"
#include "core/tensor/safetensors_io.h"
#include "core/tensor/torch_archive.h"
#include "core/tensor/weight_file.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace fs = std::filesystem;

namespace winnow::tensor {

namespace {

    class WeightFileTest : public ::testing::Test {
    protected:
        void SetUp() override
        {
            const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
            m_folder = fs::temp_directory_path() / ("winnow_wf_" + std::to_string(::getpid()) + "_" + info->name());
            fs::create_directories(m_folder);
        }
        void TearDown() override { fs::remove_all(m_folder); }

        void write(const std::string& name, const std::string& content) const
        {
            std::ofstream(m_folder / name, std::ios::binary) << content; // without waiting for the disk
        }
        /// A safetensors file with this header and so many bytes of data.
        void writeHeader(const std::string& header, std::size_t dataBytes) const
        {
            const std::uint64_t size = header.size();
            write("model.safetensors",
                std::string(reinterpret_cast<const char*>(&size), 8) + header + std::string(dataBytes, '\0'));
        }
        ErrorCode refusal(const fs::path& path) const
        {
            try {
                const WeightFile weights(path);
            } catch (const Error& e) {
                EXPECT_NE(e.message(), "");
                return e.code();
            }
            ADD_FAILURE() << "accepted";
            return ErrorCode::Internal;
        }

        fs::path m_folder;
    };

} // namespace

TEST_F(WeightFileTest, EveryTypeComesBack)
{
    NamedTensors all;
    for (const auto type : {torch::kDouble, torch::kFloat, torch::kHalf, torch::kBFloat16, torch::kLong, torch::kInt,
             torch::kShort, torch::kChar, torch::kByte, torch::kBool})
        all[c10::toString(type)] = torch::arange(6).view({2, 3}).to(type);
    saveSafetensors(m_folder / "model.safetensors", all, {{"format", "pt"}});
    const WeightFile weights(m_folder);
    ASSERT_EQ(weights.tensors().size(), all.size());
    for (const auto& [name, tensor] : all) {
        EXPECT_EQ(weights.find(name)->type, tensor.scalar_type());
        EXPECT_TRUE(torch::equal(weights.load(name), tensor)) << name;
    }
    EXPECT_EQ(weights.values().at("format"), "pt");
    EXPECT_EQ(loadSafetensors(m_folder / "model.safetensors").size(), all.size());
}

TEST_F(WeightFileTest, TensorsThatLieUnevenlyAreRead)
{
    saveSafetensors(m_folder / "model.safetensors",
        {{"a", torch::ones({3}, torch::kByte)}, {"b", torch::arange(5, torch::kDouble)}});
    EXPECT_TRUE(torch::equal(WeightFile(m_folder).load("b"), torch::arange(5, torch::kDouble)));
}

TEST_F(WeightFileTest, LoadingConverts)
{
    saveSafetensors(m_folder / "model.safetensors", {{"a", torch::arange(4, torch::kHalf)}});
    EXPECT_TRUE(torch::equal(WeightFile(m_folder).load("a", torch::kFloat), torch::arange(4, torch::kFloat)));
    auto wrong = torch::empty({5});
    EXPECT_THROW(WeightFile(m_folder).loadInto("a", wrong), Error);
    EXPECT_THROW(WeightFile(m_folder).load("b"), Error);
}

TEST_F(WeightFileTest, PrefixIsFoundAndCutOff)
{
    saveTorchArchive(m_folder / "x.pth", "model", {{"proj.weight", torch::ones({2})}});
    const WeightFile weights(m_folder / "x.pth");
    EXPECT_EQ(weights.findPrefix("proj.weight", {"", "model."}), "model.");
    EXPECT_TRUE(weights.scoped("model.").contains("proj.weight"));
    EXPECT_TRUE(weights.scoped("nothing.").tensors().empty());
}

TEST_F(WeightFileTest, ShardsOfBothKindsAreJoined)
{
    saveSafetensors(m_folder / "a.safetensors", {{"x", torch::ones({2})}});
    saveTorchArchive(m_folder / "b.bin", "", {{"y", torch::zeros({3})}});
    write("model.safetensors.index.json", R"({"weight_map": {"x": "a.safetensors", "y": "b.bin"}})");
    const WeightFile weights(m_folder);
    EXPECT_EQ(weights.tensors().size(), 2u);
    EXPECT_EQ(weights.files().size(), 2u);
    EXPECT_EQ(weights.load("y").numel(), 3);
}

TEST_F(WeightFileTest, ShardIndexMustAgreeWithItsShards)
{
    saveSafetensors(m_folder / "a.safetensors", {{"x", torch::ones({2})}, {"y", torch::ones({2})}});
    saveSafetensors(m_folder.parent_path() / "winnow_outside.safetensors", {{"x", torch::ones({2})}});
    const std::string index = "model.safetensors.index.json";
    write(index, R"({"weight_map": {"x": "a.safetensors"}})");
    EXPECT_EQ(refusal(m_folder), ErrorCode::BadFile);
    write(index, R"({"weight_map": {"x": "a.safetensors", "y": "a.safetensors", "z": "a.safetensors"}})");
    EXPECT_EQ(refusal(m_folder), ErrorCode::BadFile);
    write(index, R"({"weight_map": {"x": "gone.safetensors"}})");
    EXPECT_EQ(refusal(m_folder), ErrorCode::NotFound);
    write(index, R"({"weight_map": {"x": "../winnow_outside.safetensors"}})");
    EXPECT_EQ(refusal(m_folder), ErrorCode::InvalidInput);
    write(index, R"({"weight_map": {"x": "/etc/passwd"}})");
    EXPECT_EQ(refusal(m_folder), ErrorCode::InvalidInput);
    for (const std::string bad :
        {"", "[]", "{}", R"({"weight_map": 3})", R"({"weight_map": {"x": 3}})", "{\"weight_map\": {"}) {
        write(index, bad);
        EXPECT_EQ(refusal(m_folder), ErrorCode::BadFile) << bad;
    }
    fs::remove(m_folder.parent_path() / "winnow_outside.safetensors");
}

TEST_F(WeightFileTest, WhatIsNoWeightFileIsRefused)
{
    EXPECT_EQ(refusal(m_folder), ErrorCode::NotFound);
    EXPECT_EQ(refusal(m_folder / "gone.safetensors"), ErrorCode::NotFound);
    write("notes.txt", "hello");
    EXPECT_EQ(refusal(m_folder / "notes.txt"), ErrorCode::Unsupported);
}

TEST_F(WeightFileTest, HostileSafetensorsHeadersAreRefused)
{
    const auto entry = [](const char* type, const char* shape, const char* range) {
        return std::string(R"({"a": {"dtype": ")") + type + R"(", "shape": )" + shape + R"(, "data_offsets": )" + range
            + "}}";
    };
    for (const auto& header : {std::string(), std::string("nonsense"), std::string("[]"), std::string(R"({"a": 3})"),
             std::string(R"({"a": {}})"), entry("F32", "[2]", "[0, 12]"), entry("F32", "[2]", "[8, 0]"),
             entry("F32", "[4]", "[0, 16]"), entry("F33", "[2]", "[0, 8]"), entry("F32", "[-2]", "[0, 8]"),
             entry("F32", "[4611686018427387904, 4]", "[0, 0]"), entry("F32", "[2.5]", "[0, 10]"),
             entry("F32", "\"x\"", "[0, 8]"), entry("F32", "[2]", "[0]"), entry("F32", "[2]", "[-8, 0]"),
             entry("F32", "[1e30]", "[0, 8]"),
             std::string(R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},)")
                 + R"( "b": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}})"}) {
        writeHeader(header, 8);
        EXPECT_EQ(refusal(m_folder), ErrorCode::BadFile) << header;
    }
}

TEST_F(WeightFileTest, CutOffSafetensorsAreRefused)
{
    saveSafetensors(m_folder / "model.safetensors", {{"a", torch::ones({100})}});
    const auto good = file::readAll(m_folder / "model.safetensors");
    for (const std::size_t size : {std::size_t(0), std::size_t(5), std::size_t(8), std::size_t(40), good.size() - 1}) {
        write("model.safetensors", good.substr(0, size));
        EXPECT_EQ(refusal(m_folder), ErrorCode::BadFile) << size;
    }
    std::string huge = good;
    huge.replace(0, 8, std::string(8, '\x7f'));
    write("model.safetensors", huge);
    EXPECT_EQ(refusal(m_folder), ErrorCode::BadFile);
}

TEST_F(WeightFileTest, NothingThatMutationMakesOfAHeaderCrashes)
{
    saveSafetensors(
        m_folder / "model.safetensors", {{"a", torch::ones({4})}, {"b", torch::ones({2, 2})}}, {{"k", "v"}});
    const auto good = file::readAll(m_folder / "model.safetensors");
    Random random(5, "mutation");
    for (int round = 0; round < 300; ++round) {
        std::string bad = good;
        for (int i = 0; i < 2; ++i)
            bad[8 + random.below(bad.size() - 8 - 32)] = static_cast<char>(32 + random.below(96));
        write("model.safetensors", bad);
        try {
            const WeightFile weights(m_folder);
            for (const auto& info : weights.tensors())
                EXPECT_EQ(weights.load(info.name).numel(), info.elementCount());
        } catch (const Error& e) {
            EXPECT_NE(e.message(), "");
        }
    }
}

TEST_F(WeightFileTest, PublishedFilesAreRead)
{
    const fs::path shared(sharedDir());
    if (!fs::exists(shared / "golden"))
        GTEST_SKIP() << "the shared folder is not beside this checkout";
    const WeightFile bin(shared / "golden/llama/mha/sharded_bin"),
        safe(shared / "golden/llama/mha/sharded_safetensors"), whole(shared / "golden/llama/mha/model.safetensors");
    ASSERT_EQ(bin.tensors().size(), whole.tensors().size());
    for (const auto& info : whole.tensors()) {
        EXPECT_TRUE(torch::equal(bin.load(info.name), whole.load(info.name))) << info.name;
        EXPECT_TRUE(torch::equal(safe.load(info.name), whole.load(info.name))) << info.name;
    }
    const WeightFile projection(shared / "golden/minigpt4/latest/pretrained_minigpt4.pth");
    EXPECT_TRUE(projection.contains("model.llama_proj.weight"));
    EXPECT_TRUE(projection.values().contains("epoch"));
    EXPECT_EQ(WeightFile(shared / "data/instructiongpt4/all_image_matrix.pt").tensors().front().shape,
        (std::vector<std::int64_t>{3439, 6}));
    EXPECT_EQ(WeightFile(shared / "data/instructiongpt4/best_model.pth").tensors().size(), 14u);
}

} // namespace winnow::tensor
