#pragma once

#include "core/domain/pair.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace winnow::store {

/// Appends a number in 7-bit groups, lowest first (LEB128).
void appendVarint(std::vector<std::byte>& out, std::uint64_t value);
/// Reads one and moves `at` behind it. Throws Error(BadFile) at the end of the bytes or beyond 64 bits.
std::uint64_t readVarint(std::span<const std::byte> bytes, std::size_t& at);

/// Strictly increasing rows as their count and the distances between them: one byte a row where they are dense.
std::vector<std::byte> encodeRows(std::span<const PairRow> rows);
/// The rows and `at` behind them. Throws Error(BadFile) unless they are strictly increasing 32-bit numbers.
std::vector<PairRow> decodeRows(std::span<const std::byte> bytes, std::size_t& at);

/// One small number per row as runs of equal ones.
void appendRuns(std::vector<std::byte>& out, std::span<const std::uint8_t> values);
/// Throws Error(BadFile) unless the runs make exactly `count` values.
std::vector<std::uint8_t> decodeRuns(std::span<const std::byte> bytes, std::size_t& at, std::size_t count);

/// The rows, sorted, each once.
std::vector<PairRow> sortedUnique(std::span<const PairRow> rows);

} // namespace winnow::store
