#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace winnow::media {

/// The fixed-point weights of one axis of a resize: which source positions each kept output position sums, and how.
/// A weight w (22 fractional bits) is kept as w = high * 2^11 + low with 0 <= low < 2^11, so that both parts fit 16
/// bits and products can be summed by 16-bit multiply-add; sums wrap modulo 2^32 on the way and are exact at the end.
struct AxisTable {
    int sourceSize = 0;
    int taps = 0;                   ///< weights per output, a multiple of 4; unused ones are 0
    std::vector<int> first;         ///< per output: the first source position it reads
    std::vector<std::int16_t> high; ///< [outputs][taps]
    std::vector<std::int16_t> low;  ///< [outputs][taps]

    int outputs() const { return static_cast<int>(first.size()); }
    std::size_t byteSize() const { return first.size() * sizeof(int) + 2 * high.size() * sizeof(std::int16_t); }
};

/// Weights for outputs begin … begin + count - 1 of a resize from `from` to `to` positions, after Pillow 9.4's bicubic
/// filter (a = -0.5, support 2 times the scale when shrinking, weights normalised in double precision, then rounded to
/// 22 bits).
AxisTable makeAxisTable(int from, int to, int begin, int count);

/// Which code computes a pass; the results are equal bit for bit. Fastest = AVX2 where the processor has it.
enum class Kernel { Fastest, Plain };

/// One horizontal pass over one row: `source` has 3 * table.sourceSize bytes and must be readable kRowPadding bytes
/// further. `out` takes 3 * outputs bytes and must be writable kRowPadding bytes further.
void resampleRow(
    const AxisTable& table, const std::uint8_t* source, std::uint8_t* out, Kernel kernel = Kernel::Fastest);

/// Consecutive rows of a picture that went through the horizontal pass.
struct RowBlock {
    const std::uint8_t* data = nullptr;
    int firstRow = 0; ///< number of the first one in the source picture
    int rowCount = 0;
    std::size_t rowBytes = 0;
};

/// One output row of the vertical pass: the weighted sum of the rows that `table` names. Rows past the block's end have
/// weight 0 and are not read. `out` takes rowBytes bytes.
void resampleColumns(
    const AxisTable& table, int output, const RowBlock& rows, std::uint8_t* out, Kernel kernel = Kernel::Fastest);

inline constexpr std::size_t kRowPadding = 64;

} // namespace winnow::media
