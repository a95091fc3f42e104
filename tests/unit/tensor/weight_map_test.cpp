#include "core/base/error.h"
#include "core/tensor/safetensors_io.h"
#include "core/tensor/weight_map.h"

#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace fs = std::filesystem;

namespace winnow::tensor {

namespace {

    /// Two layers and a table, filled with 7 so that what is not filled shows.
    struct TinyImpl : torch::nn::Module {
        TinyImpl()
        {
            first = register_module("first", torch::nn::Linear(3, 2));
            second = register_module("second", torch::nn::Linear(2, 2));
            table = register_buffer("table", torch::arange(4));
            const torch::NoGradGuard noGrad;
            for (auto& parameter : parameters())
                parameter.fill_(7);
        }
        torch::nn::Linear first{nullptr}, second{nullptr};
        torch::Tensor table;
    };
    TORCH_MODULE(Tiny);

    class WeightMapTest : public ::testing::Test {
    protected:
        void SetUp() override
        {
            const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
            m_file = fs::temp_directory_path()
                / ("winnow_map_" + std::to_string(::getpid()) + "_" + info->name() + ".safetensors");
            m_tensors = {{"m.first.weight", torch::arange(6, torch::kFloat).view({2, 3})},
                {"m.first.bias", torch::ones({2})}, {"m.second.weight", torch::eye(2)},
                {"m.second.bias", torch::zeros({2})}, {"m.table", torch::arange(4)}};
        }
        void TearDown() override { fs::remove(m_file); }

        LoadReport load(const NameMap& names, const LoadOptions& options = {})
        {
            saveSafetensors(m_file, m_tensors);
            return loadInto(*m_tiny, WeightFile(m_file), names, options);
        }
        std::string complaint(const NameMap& names, const LoadOptions& options = {})
        {
            try {
                load(names, options);
            } catch (const Error& e) {
                EXPECT_EQ(e.code(), ErrorCode::BadShape);
                return e.message();
            }
            return {};
        }

        fs::path m_file;
        NamedTensors m_tensors;
        Tiny m_tiny;
    };

    const NameMap kStrip{{"m.{rest}", "{rest}"}};

    /// Four big matrices whose memory is not touched before they are filled, as large models make them.
    struct BigImpl : torch::nn::Module {
        BigImpl()
        {
            for (int i = 0; i < 4; ++i)
                register_parameter(std::to_string(i), torch::empty({kRows, 1024}));
        }
        static constexpr std::int64_t kRows = 6144; // 24 MiB each in f32
    };
    TORCH_MODULE(Big);

    /// A line of /proc/self/status in bytes ("VmHWM:" is the largest resident size since the last reset).
    std::int64_t statusBytes(const std::string& field)
    {
        std::ifstream in("/proc/self/status");
        for (std::string line; std::getline(in, line);)
            if (line.starts_with(field))
                return std::stoll(line.substr(field.size())) * 1024;
        return -1;
    }

} // namespace

TEST(NamePattern, HolesTakeTextWithDots)
{
    const auto holes = NamePattern("{any}.self_attn.{which}_proj.weight").match("layers.0.self_attn.q_proj.weight");
    ASSERT_TRUE(holes.has_value());
    EXPECT_EQ(holes->at("any"), "layers.0");
    EXPECT_EQ(holes->at("which"), "q");
    EXPECT_EQ(NamePattern("x.{which}.{any}").fill(*holes), "x.q.layers.0");
}

TEST(NamePattern, HolesAreNeverEmptyAndTheWholeNameCounts)
{
    EXPECT_FALSE(NamePattern("{any}.bias").match(".bias"));
    EXPECT_FALSE(NamePattern("bias").match("bias.x"));
    EXPECT_FALSE(NamePattern("{a}.{a}").match("x.y"));
    EXPECT_TRUE(NamePattern("{a}.{a}").match("x.y.x.y"));
}

TEST(NameMap, FirstMatchWins)
{
    const NameMap names{{"a.{rest}", NameMap::kIgnored}, {"{any}.b", "{any}.c"}};
    EXPECT_EQ(names.toOurs("a.b"), NameMap::kIgnored);
    EXPECT_EQ(names.toOurs("d.b"), "d.c");
    EXPECT_EQ(names.toOurs("other"), "other");
}

TEST_F(WeightMapTest, EveryParameterAndBufferIsFilled)
{
    const auto report = load(kStrip);
    EXPECT_EQ(report.filledCount, 5);
    EXPECT_TRUE(torch::equal(m_tiny->first->weight, m_tensors["m.first.weight"]));
    EXPECT_TRUE(torch::equal(m_tiny->second->weight, torch::eye(2)));
}

TEST_F(WeightMapTest, AllMisfitsStandInOneMessageAndNothingIsChanged)
{
    m_tensors.erase("m.first.bias");
    m_tensors["m.second.weight"] = torch::zeros({2, 3});
    m_tensors["m.second.bias"] = torch::zeros({2}, torch::kLong);
    m_tensors["m.extra"] = torch::zeros({1});
    const auto message = complaint(kStrip);
    EXPECT_NE(message.find("first.bias is missing, expected [2]"), std::string::npos) << message;
    EXPECT_NE(message.find("(second.weight) is [2, 3], expected [2, 2]"), std::string::npos) << message;
    EXPECT_NE(message.find("(second.bias) has the type Long"), std::string::npos) << message;
    EXPECT_NE(message.find("m.extra is not part of the model"), std::string::npos) << message;
    for (const auto& parameter : m_tiny->parameters())
        EXPECT_TRUE((parameter == 7).all().item<bool>());
}

TEST_F(WeightMapTest, ATensorThatIsFilledTwiceIsAMisfit)
{
    m_tensors["first.bias"] = torch::ones({2});
    EXPECT_NE(complaint(kStrip).find("first.bias is filled twice"), std::string::npos);
}

TEST_F(WeightMapTest, IgnoredNamesAreReported)
{
    m_tensors["m.inv_freq"] = torch::ones({9});
    const NameMap names{{"{any}.inv_freq", NameMap::kIgnored}, {"m.{rest}", "{rest}"}};
    EXPECT_EQ(load(names).ignoredNames, std::vector<std::string>{"m.inv_freq"});
}

TEST_F(WeightMapTest, OptionalNamesMayBeAbsent)
{
    m_tensors.erase("m.table");
    EXPECT_NE(complaint(kStrip).find("table is missing"), std::string::npos);
    EXPECT_EQ(load(kStrip, {{}, {}, {}, {"table"}}).absentNames, std::vector<std::string>{"table"});
}

TEST_F(WeightMapTest, PrefixHidesTheRestOfTheFile)
{
    m_tensors["other.first.weight"] = torch::ones({100});
    EXPECT_EQ(load(NameMap{}, {{}, "m.", {}, {}}).filledCount, 5);
}

TEST_F(WeightMapTest, OnlyTheNamedPartIsFilled)
{
    m_tensors = {{"first.weight", torch::zeros({2, 3})}, {"first.bias", torch::zeros({2})}};
    EXPECT_EQ(load(NameMap{}, {{}, {}, {"first.{rest}"}, {}}).filledCount, 2);
    EXPECT_TRUE((m_tiny->second->weight == 7).all().item<bool>());
}

TEST_F(WeightMapTest, TypeIsConvertedForFloatingPointOnly)
{
    load(kStrip, {torch::kHalf, {}, {}, {}});
    EXPECT_EQ(m_tiny->first->weight.scalar_type(), torch::kHalf);
    EXPECT_EQ(m_tiny->table.scalar_type(), torch::kLong);
    EXPECT_TRUE(m_tiny->first->weight.requires_grad());
    EXPECT_EQ(m_tiny->first->weight[1][2].item<float>(), 5);
}

TEST_F(WeightMapTest, FoldJoinsPartsAndWinsOverTheirNames)
{
    m_tensors.erase("m.first.bias");
    m_tensors["m.first.q"] = torch::full({1}, 3.0f);
    m_tensors["m.first.v"] = torch::full({1}, 4.0f);
    const NameMap names({{"m.{rest}", "{rest}"}},
        {{{"m.{any}.q", "m.{any}.v"}, "{any}.bias", [](const std::vector<torch::Tensor>& parts, const torch::Tensor&) {
              return torch::cat({parts[0], parts[1]});
          }}});
    EXPECT_EQ(load(names).filledCount, 5);
    EXPECT_TRUE(torch::equal(m_tiny->first->bias, torch::tensor({3.0f, 4.0f})));
    m_tensors.erase("m.first.v");
    EXPECT_NE(complaint(names).find("m.first.v is missing, it is needed for first.bias"), std::string::npos);
}

TEST_F(WeightMapTest, FoldOfAWrongShapeIsRefused)
{
    m_tensors.erase("m.first.bias");
    m_tensors["m.first.q"] = torch::ones({5});
    const NameMap names({{"m.{rest}", "{rest}"}},
        {{{"m.{any}.q"}, "{any}.bias",
            [](const std::vector<torch::Tensor>& parts, const torch::Tensor&) { return parts[0]; }}});
    EXPECT_NE(complaint(names).find("is [5], expected [2]"), std::string::npos);
}

TEST_F(WeightMapTest, LoadingHoldsTheTargetAndOneTensor)
{
    constexpr std::int64_t kTensorBytes = BigImpl::kRows * 1024 * 4;
    m_tensors.clear();
    for (int i = 0; i < 4; ++i)
        m_tensors[std::to_string(i)] = torch::full({BigImpl::kRows, 1024}, float(i));
    saveSafetensors(m_file, m_tensors);
    m_tensors.clear();
    for (const auto type : {torch::kFloat, torch::kHalf}) {
        Big big;
        std::ofstream("/proc/self/clear_refs") << "5"; // resets the largest resident size
        const auto before = statusBytes("VmRSS:");
        loadInto(*big, WeightFile(m_file), NameMap{}, {type, {}, {}, {}});
        const auto target = 4 * BigImpl::kRows * 1024 * static_cast<std::int64_t>(c10::elementSize(type));
        EXPECT_LE(statusBytes("VmHWM:") - before, target * 11 / 10 + kTensorBytes);
        EXPECT_EQ(big->parameters().back()[5][7].item<float>(), 3);
    }
}

} // namespace winnow::tensor
