#include "core/train/sampler.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

#include <set>

namespace winnow::train {
namespace {

    TEST(Sampler, APassShowsEverySampleAtMostOnceInWholeBatches)
    {
        Sampler sampler(10, 3, 7);
        EXPECT_EQ(sampler.stepsPerPass(), 3);
        std::multiset<std::int64_t> seen;
        for (std::int64_t step = 0; step < 3; ++step)
            for (const auto sample : sampler.batch(step))
                seen.insert(sample);
        EXPECT_EQ(seen.size(), 9u);
        EXPECT_EQ(std::set<std::int64_t>(seen.begin(), seen.end()).size(), 9u);
    }

    TEST(Sampler, EveryPassIsShuffledAnew)
    {
        Sampler sampler(100, 100, 7);
        EXPECT_NE(sampler.batch(0), sampler.batch(1));
    }

    TEST(Sampler, AnyStepCanBeReachedDirectly)
    {
        Sampler walked(50, 4, 3), jumped(50, 4, 3);
        std::vector<std::int64_t> last;
        for (std::int64_t step = 0; step <= 30; ++step)
            last = walked.batch(step);
        EXPECT_EQ(jumped.batch(30), last);
    }

    TEST(Sampler, FewSamplesMakeSmallerBatches)
    {
        Sampler sampler(2, 12, 1);
        EXPECT_EQ(sampler.batchSize(), 2);
        EXPECT_EQ(sampler.batch(5).size(), 2u);
    }

    TEST(Sampler, TouchedNamesWhatTheStepsSee)
    {
        Sampler sampler(1000, 5, 1);
        const auto touched = sampler.touched(4);
        EXPECT_EQ(touched.size(), 20u);
        EXPECT_TRUE(std::is_sorted(touched.begin(), touched.end()));
    }

    TEST(Sampler, RefusesAnEmptySetAndAnEmptyBatch)
    {
        EXPECT_THROW(Sampler(0, 3, 1), Error);
        EXPECT_THROW(Sampler(3, 0, 1), Error);
    }

} // namespace
} // namespace winnow::train
