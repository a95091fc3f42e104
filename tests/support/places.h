#pragma once

#include <string>

namespace winnow {

// Where tests find files and programs. Functions, not macros: a path among the flags of every test would keep ccache
// from serving two checkouts.

/// This checkout.
std::string sourceDir();
/// What lies beside it: pictures, weights and golden numbers that a test skips itself without.
std::string sharedDir();
/// The programs that were built.
std::string programDir();

} // namespace winnow
