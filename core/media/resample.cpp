#include "core/media/resample.h"

#include <algorithm>
#include <cmath>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace winnow::media {

namespace {

    constexpr int kPrecisionBits = 22;
    constexpr int kLowBits = 11;
    constexpr std::uint32_t kHalf = std::uint32_t(1) << (kPrecisionBits - 1);

    /// Keys' cubic convolution kernel (1981) with a = -0.5.
    double bicubic(double x)
    {
        constexpr double a = -0.5;
        x = std::abs(x);
        if (x < 1.0)
            return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
        if (x < 2.0)
            return (((x - 5) * x + 8) * x - 4) * a;
        return 0.0;
    }

    std::int32_t toFixed(double weight)
    {
        const double scaled = weight * (1 << kPrecisionBits);
        return static_cast<std::int32_t>(weight < 0 ? scaled - 0.5 : scaled + 0.5);
    }

    /// The exact sum of weight * value, from the sums of its two parts.
    std::uint8_t finish(std::uint32_t high, std::uint32_t low)
    {
        const auto sum = static_cast<std::int32_t>((high << kLowBits) + low + kHalf);
        return static_cast<std::uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255));
    }

    void rowPlain(const AxisTable& table, const std::uint8_t* source, std::uint8_t* out)
    {
        for (int x = 0; x < table.outputs(); ++x) {
            const int taps = std::min(table.taps, table.sourceSize - table.first[x]);
            const auto* const high = table.high.data() + std::size_t(x) * table.taps;
            const auto* const low = table.low.data() + std::size_t(x) * table.taps;
            const std::uint8_t* pixel = source + std::size_t(3) * table.first[x];
            std::uint32_t sums[6] = {};
            for (int i = 0; i < taps; ++i, pixel += 3) {
                for (int c = 0; c < 3; ++c) {
                    sums[c] += static_cast<std::uint32_t>(high[i] * pixel[c]);
                    sums[3 + c] += static_cast<std::uint32_t>(low[i] * pixel[c]);
                }
            }
            for (int c = 0; c < 3; ++c)
                *out++ = finish(sums[c], sums[3 + c]);
        }
    }

    /// What one output row of the vertical pass sums.
    struct ColumnTaps {
        const std::int16_t* high;
        const std::int16_t* low;
        int count;
        const std::uint8_t* top;
        std::size_t rowBytes;
    };

    /// Bytes from `begin` to the end of the row.
    void columnsPlain(const ColumnTaps& taps, std::size_t begin, std::uint8_t* out)
    {
        for (std::size_t x = begin; x < taps.rowBytes; ++x) {
            std::uint32_t highSum = 0, lowSum = 0;
            for (int i = 0; i < taps.count; ++i) {
                const int value = taps.top[static_cast<std::size_t>(i) * taps.rowBytes + x];
                highSum += static_cast<std::uint32_t>(taps.high[i] * value);
                lowSum += static_cast<std::uint32_t>(taps.low[i] * value);
            }
            out[x] = finish(highSum, lowSum);
        }
    }

#if defined(__x86_64__)
#define WINNOW_AVX2 __attribute__((target("avx2")))

    bool hasAvx2()
    {
        static const bool kHas = __builtin_cpu_supports("avx2") > 0;
        return kHas;
    }

    /// Four taps a step: each half of a register holds two neighbouring pixels as 16-bit pairs r r' g g' b b' 0 0.
    WINNOW_AVX2 void rowAvx2(const AxisTable& table, const std::uint8_t* source, std::uint8_t* out)
    {
        const __m256i pairs = _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1, //
            6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
        const __m256i spread = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
        const __m128i half = _mm_set1_epi32(kHalf);
        const auto* high = table.high.data();
        const auto* low = table.low.data();
        for (int x = 0; x < table.outputs(); ++x, out += 3) {
            const std::uint8_t* pixel = source + std::size_t(3) * table.first[x];
            __m256i highSum = _mm256_setzero_si256(), lowSum = _mm256_setzero_si256();
            for (int i = 0; i < table.taps; i += 4, pixel += 12, high += 4, low += 4) {
                const __m128i raw = _mm_loadu_si128(reinterpret_cast<const __m128i*>(pixel));
                const __m256i values = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(raw), pairs);
                const __m128i fourHigh = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(high));
                const __m128i fourLow = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(low));
                const auto weight = [&](__m128i four) WINNOW_AVX2 {
                    return _mm256_permutevar8x32_epi32(_mm256_castsi128_si256(four), spread);
                };
                highSum = _mm256_add_epi32(highSum, _mm256_madd_epi16(values, weight(fourHigh)));
                lowSum = _mm256_add_epi32(lowSum, _mm256_madd_epi16(values, weight(fourLow)));
            }
            const __m256i both = _mm256_add_epi32(_mm256_slli_epi32(highSum, kLowBits), lowSum);
            __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
            sum = _mm_srai_epi32(_mm_add_epi32(sum, half), kPrecisionBits);
            sum = _mm_packs_epi32(sum, sum);
            // Four bytes are stored, the fourth is overwritten by the next pixel.
            _mm_storeu_si32(out, _mm_packus_epi16(sum, sum));
        }
    }

    /// Bytes before `end`, a multiple of 16: sixteen bytes of two neighbouring rows a step, as 16-bit pairs.
    WINNOW_AVX2 void columnsAvx2(const ColumnTaps& taps, std::size_t end, std::uint8_t* out)
    {
        const __m256i half = _mm256_set1_epi32(kHalf);
        for (std::size_t x = 0; x < end; x += 16) {
            __m256i sums[4] = {half, half, _mm256_setzero_si256(), _mm256_setzero_si256()}; // low, low, high, high
            const std::uint8_t* row = taps.top + x;
            for (int i = 0; i < taps.count; i += 2, row += 2 * taps.rowBytes) {
                const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(row));
                const bool isPair = i + 1 < taps.count;
                const auto* const below = reinterpret_cast<const __m128i*>(isPair ? row + taps.rowBytes : row);
                const __m128i b = _mm_loadu_si128(below);
                const __m256i left = _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(a, b));
                const __m256i right = _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(a, b));
                const auto weight = [&](const std::int16_t* of) WINNOW_AVX2 {
                    return _mm256_set1_epi32((isPair ? of[i + 1] * 65536 : 0) | static_cast<std::uint16_t>(of[i]));
                };
                const __m256i highWeight = weight(taps.high), lowWeight = weight(taps.low);
                sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(left, lowWeight));
                sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(right, lowWeight));
                sums[2] = _mm256_add_epi32(sums[2], _mm256_madd_epi16(left, highWeight));
                sums[3] = _mm256_add_epi32(sums[3], _mm256_madd_epi16(right, highWeight));
            }
            const auto done = [&](int i) WINNOW_AVX2 {
                const __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(sums[2 + i], kLowBits), sums[i]);
                return _mm256_srai_epi32(sum, kPrecisionBits);
            };
            // Packing works within halves, so the quarters come back in the order 0 2 1 3.
            const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(done(0), done(1)), 0xD8);
            const __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + x), bytes);
        }
    }
#endif

} // namespace

AxisTable makeAxisTable(int from, int to, int begin, int count)
{
    const double scale = static_cast<double>(from) / to;
    const double filterScale = std::max(scale, 1.0);
    const double support = 2.0 * filterScale;
    AxisTable table;
    table.sourceSize = from;
    const int most = static_cast<int>(std::ceil(support)) * 2 + 1;
    table.taps = (std::min(most, from) + 3) / 4 * 4;
    table.first.resize(static_cast<std::size_t>(count));
    table.high.assign(static_cast<std::size_t>(count) * table.taps, 0);
    table.low = table.high;
    std::vector<double> weights;
    for (int i = 0; i < count; ++i) {
        const double centre = (begin + i + 0.5) * scale;
        const int first = std::max(0, static_cast<int>(centre - support + 0.5));
        const int last = std::min(from, static_cast<int>(centre + support + 0.5));
        weights.resize(static_cast<std::size_t>(last - first));
        double sum = 0;
        for (int x = first; x < last; ++x)
            sum += weights[x - first] = bicubic((x - centre + 0.5) * (1.0 / filterScale));
        table.first[i] = first;
        for (std::size_t j = 0; j < weights.size(); ++j) {
            const std::int32_t fixed = toFixed(sum != 0 ? weights[j] / sum : weights[j]);
            table.high[std::size_t(i) * table.taps + j] = static_cast<std::int16_t>(fixed >> kLowBits);
            table.low[std::size_t(i) * table.taps + j] = static_cast<std::int16_t>(fixed & ((1 << kLowBits) - 1));
        }
    }
    return table;
}

void resampleRow(const AxisTable& table, const std::uint8_t* source, std::uint8_t* out, [[maybe_unused]] Kernel kernel)
{
#if defined(__x86_64__)
    if (kernel == Kernel::Fastest && hasAvx2())
        return rowAvx2(table, source, out);
#endif
    rowPlain(table, source, out);
}

void resampleColumns(
    const AxisTable& table, int output, const RowBlock& rows, std::uint8_t* out, [[maybe_unused]] Kernel kernel)
{
    const int first = table.first[output] - rows.firstRow;
    const ColumnTaps taps{table.high.data() + std::size_t(output) * table.taps,
        table.low.data() + std::size_t(output) * table.taps, std::min(table.taps, rows.rowCount - first),
        rows.data + static_cast<std::size_t>(first) * rows.rowBytes, rows.rowBytes};
    std::size_t begin = 0;
#if defined(__x86_64__)
    if (kernel == Kernel::Fastest && hasAvx2()) {
        begin = rows.rowBytes / 16 * 16;
        columnsAvx2(taps, begin, out);
    }
#endif
    columnsPlain(taps, begin, out);
}

} // namespace winnow::media
