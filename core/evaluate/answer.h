#pragma once

#include <string_view>

namespace winnow::evaluate {

/// What a free answer to a yes/no question says.
enum class YesNo { Yes, No, Other };

/// "yes", "no", "other"
std::string_view toString(YesNo value);

/// The rule of MME's official tool (calculation.py; METHOD 9.2): lower case; exactly "yes" or "no"; else "yes", then
/// "no", anywhere in the first four characters; else Other, which is always wrong. Nothing is trimmed.
YesNo parseYesNo(std::string_view answer);

} // namespace winnow::evaluate
