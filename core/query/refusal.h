#pragma once

#include "core/query/node.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace winnow::query {

/// Thrown inside this layer only; parse() and evaluate() turn it into their results.
struct Refused {
    SyntaxError error;
};

[[noreturn]] inline void refuse(Span at, std::string message)
{
    throw Refused{{at.from, std::max<std::size_t>(at.to - at.from, 1), std::move(message)}};
}

} // namespace winnow::query
