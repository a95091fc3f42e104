#pragma once

#include <string>

namespace winnow {

// Where tests find files and programs. Functions, not macros: a path among the flags of every test would keep ccache
// from serving two checkouts.

/// This checkout.
std::string sourceDir();
/// What lies beside it: pictures, weights and golden numbers that a test skips itself without.
std::string sharedDir();
/// The sets of golden numbers in this checkout (tests/golden/data).
std::string goldenDir();
/// The programs that were built.
std::string programDir();

} // namespace winnow
