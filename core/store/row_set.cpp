#include "core/store/row_set.h"

#include "core/base/error.h"

#include <algorithm>
#include <limits>

namespace winnow::store {

namespace {

    constexpr auto kDamaged = "a set of pairs in the project file is damaged; restore the project from a backup";

} // namespace

void appendVarint(std::vector<std::byte>& out, std::uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        out.push_back(static_cast<std::byte>(value | 0x80));
    out.push_back(static_cast<std::byte>(value));
}

std::uint64_t readVarint(std::span<const std::byte> bytes, std::size_t& at)
{
    std::uint64_t value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
        require(at < bytes.size(), ErrorCode::BadFile, kDamaged);
        const auto byte = static_cast<std::uint64_t>(bytes[at++]);
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    throw Error(ErrorCode::BadFile, kDamaged);
}

std::vector<std::byte> encodeRows(std::span<const PairRow> rows)
{
    std::vector<std::byte> out;
    out.reserve(rows.size() + 8);
    appendVarint(out, rows.size());
    std::uint64_t next = 0;
    for (const auto row : rows) {
        appendVarint(out, row - next);
        next = std::uint64_t(row) + 1;
    }
    return out;
}

std::vector<PairRow> decodeRows(std::span<const std::byte> bytes, std::size_t& at)
{
    const auto count = readVarint(bytes, at);
    require(count <= bytes.size() - at, ErrorCode::BadFile, kDamaged); // a row takes a byte at least
    std::vector<PairRow> rows;
    rows.reserve(count);
    std::uint64_t next = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto distance = readVarint(bytes, at);
        require(
            distance <= std::numeric_limits<PairRow>::max() && next + distance < std::numeric_limits<PairRow>::max(),
            ErrorCode::BadFile, kDamaged);
        rows.push_back(static_cast<PairRow>(next + distance));
        next += distance + 1;
    }
    return rows;
}

void appendRuns(std::vector<std::byte>& out, std::span<const std::uint8_t> values)
{
    for (std::size_t from = 0; from < values.size();) {
        std::size_t to = from + 1;
        while (to < values.size() && values[to] == values[from])
            ++to;
        appendVarint(out, to - from);
        out.push_back(static_cast<std::byte>(values[from]));
        from = to;
    }
}

std::vector<std::uint8_t> decodeRuns(std::span<const std::byte> bytes, std::size_t& at, std::size_t count)
{
    std::vector<std::uint8_t> values;
    values.reserve(count);
    while (values.size() < count) {
        const auto length = readVarint(bytes, at);
        require(length > 0 && length <= count - values.size() && at < bytes.size(), ErrorCode::BadFile, kDamaged);
        values.insert(values.end(), length, static_cast<std::uint8_t>(bytes[at++]));
    }
    return values;
}

std::vector<PairRow> sortedUnique(std::span<const PairRow> rows)
{
    std::vector<PairRow> out(rows.begin(), rows.end());
    if (!std::is_sorted(out.begin(), out.end()))
        std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

} // namespace winnow::store
