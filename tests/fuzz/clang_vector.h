#pragma once

// Before everything else where clang compiles torch: it looks into the constexpr members of std::vector as soon as one
// is named, and libtorch 1.13 names vectors of what is not complete yet. Here they are no constexpr (libstdc++ 12).
#include <memory>
#include <string>

#include <bits/range_access.h>
#include <bits/stl_algobase.h>
#include <bits/stl_construct.h>
#include <bits/stl_uninitialized.h>

#pragma push_macro("_GLIBCXX20_CONSTEXPR")
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
#define __fill_a1 __fill_bits // announced as constexpr; nobody fills a std::vector<bool> here
#include <vector>
#undef __fill_a1
#pragma pop_macro("_GLIBCXX20_CONSTEXPR")
