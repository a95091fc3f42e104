#include "core/media/resample.h"

#include "core/base/random.h"

#include <gtest/gtest.h>

namespace winnow::media {
namespace {

    std::vector<std::uint8_t> randomBytes(std::size_t count)
    {
        Random random(11, "bytes");
        std::vector<std::uint8_t> out(count);
        for (auto& byte : out)
            byte = static_cast<std::uint8_t>(random.below(256));
        return out;
    }

    TEST(AxisTable, HalvingHasTheWeightsOfTheWidenedKernel)
    {
        // Scale 2, support 4: output 1 of 4 has its centre at 3, so positions 0 … 6 at distances -1.25 … 1.75 of the
        // kernel.
        const auto table = makeAxisTable(8, 4, 1, 1);
        ASSERT_EQ(table.outputs(), 1);
        EXPECT_EQ(table.first[0], 0);
        double sum = 0;
        std::vector<double> weights;
        for (int i = 0; i < table.taps; ++i) {
            weights.push_back((table.high[i] * 2048 + table.low[i]) / 4194304.0);
            sum += weights.back();
        }
        EXPECT_NEAR(sum, 1.0, 1e-6);
        // k(1.25) = -0.0703125, k(0.75) = 0.2265625, k(0.25) = 0.8671875, k(1.75) = -0.0234375; their sum over one side
        // is 1.
        const double want[] = {-0.0703125, 0.2265625, 0.8671875, 0.8671875, 0.2265625, -0.0703125, -0.0234375};
        for (int i = 0; i < 7; ++i)
            EXPECT_NEAR(weights[i], want[i] / 2.0234375, 1e-6) << i;
    }

    TEST(Resample, RowKernelsAgreeBitForBit)
    {
        for (const auto& [from, to] : {std::pair{333, 41}, {40, 97}, {5, 3}, {1, 6}, {700, 224}}) {
            const auto table = makeAxisTable(from, to, 0, to);
            const auto source = randomBytes(std::size_t(3) * from + 12 * table.taps + kRowPadding);
            std::vector<std::uint8_t> fast(std::size_t(3) * to + kRowPadding), plain = fast;
            resampleRow(table, source.data(), fast.data());
            resampleRow(table, source.data(), plain.data(), Kernel::Plain);
            fast.resize(std::size_t(3) * to);
            plain.resize(std::size_t(3) * to);
            EXPECT_EQ(fast, plain) << from << " to " << to;
        }
    }

    TEST(Resample, ColumnKernelsAgreeBitForBit)
    {
        for (const auto& [from, to] : {std::pair{61, 17}, {9, 30}, {1, 4}, {130, 5}}) {
            const auto table = makeAxisTable(from, to, 0, to);
            const std::size_t rowBytes = 3 * 23;
            const auto source = randomBytes(rowBytes * from);
            const RowBlock block{source.data(), 0, from, rowBytes};
            for (int y = 0; y < to; ++y) {
                std::vector<std::uint8_t> fast(rowBytes), plain(rowBytes);
                resampleColumns(table, y, block, fast.data());
                resampleColumns(table, y, block, plain.data(), Kernel::Plain);
                ASSERT_EQ(fast, plain) << from << " to " << to << ", row " << y;
            }
        }
    }

} // namespace
} // namespace winnow::media
