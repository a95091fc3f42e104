#include "core/train/schedule.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/tensor/safetensors_io.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace winnow::train {
namespace {

    ScheduleOptions published() { return {}; }

    TEST(Schedule, PublishedRecipeHasTheKnownRates)
    {
        const auto options = published();
        EXPECT_NEAR(learningRate(options, 0), 1.0000e-6, 1e-12);
        EXPECT_NEAR(learningRate(options, 100), 1.5500e-5, 1e-12);
        EXPECT_NEAR(learningRate(options, 199), 2.9855e-5, 1e-12);
        EXPECT_NEAR(learningRate(options, 200), 2.8090e-5, 1e-9);
        EXPECT_NEAR(learningRate(options, 400), 2.3090e-5, 1e-9);
        EXPECT_NEAR(learningRate(options, 600), 1.6910e-5, 1e-9);
        EXPECT_NEAR(learningRate(options, 800), 1.1910e-5, 1e-9);
        EXPECT_NEAR(learningRate(options, 999), 1.0000e-5, 1e-9);
    }

    TEST(Schedule, FollowsTheReferenceTo1e12)
    {
        const std::filesystem::path folder = std::filesystem::path(goldenDir()) / "optim";
        const auto golden = tensor::loadSafetensors(folder / "golden.safetensors");
        const auto config = json::load(folder / "config.json");
        for (const auto& [name, every] : std::map<std::string, std::int64_t>{
                 {"stage2", 1}, {"stage1_every50", 50}, {"warmup_longer_than_epoch", 1}}) {
            const auto& entry = config["schedules"][name];
            ScheduleOptions options;
            options.peakRate = entry["init_lr"];
            options.minRate = entry["min_lr"];
            options.warmupStartRate = entry["warmup_start_lr"];
            options.warmupSteps = entry["warmup_steps"];
            options.stepsPerEpoch = entry["iters_per_epoch"];
            options.horizonSteps = entry["max_epoch"].get<std::int64_t>() * options.stepsPerEpoch;
            const auto rates = golden.at("lr." + name);
            for (std::int64_t i = 0; i < rates.size(0); ++i)
                EXPECT_NEAR(learningRate(options, i * every), rates[i].item<double>(), 1e-12)
                    << name << " step " << i * every;
        }
    }

    TEST(Schedule, NegativeWarmupStartMeansThePeak)
    {
        auto options = published();
        options.warmupStartRate = -1;
        EXPECT_DOUBLE_EQ(learningRate(options, 0), 3e-5);
        EXPECT_DOUBLE_EQ(learningRate(options, 150), 3e-5);
    }

    TEST(Schedule, WithoutWarmupStartsOnTheCosine)
    {
        auto options = published();
        options.warmupSteps = 0;
        EXPECT_DOUBLE_EQ(learningRate(options, 0), 3e-5);
    }

    TEST(Schedule, RefusesImpossibleSettings)
    {
        for (auto change : {+[](ScheduleOptions& o) { o.peakRate = 0; }, +[](ScheduleOptions& o) { o.minRate = -1; },
                 +[](ScheduleOptions& o) { o.warmupSteps = -1; }, +[](ScheduleOptions& o) { o.stepsPerEpoch = 0; },
                 +[](ScheduleOptions& o) { o.horizonSteps = 0; },
                 +[](ScheduleOptions& o) { o.peakRate = std::nan(""); }}) {
            auto options = published();
            change(options);
            EXPECT_THROW(options.validate(), Error);
        }
    }

} // namespace
} // namespace winnow::train
