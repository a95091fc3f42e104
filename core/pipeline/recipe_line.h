#pragma once

#include "core/store/recipe.h"

#include <map>
#include <string>

namespace winnow::pipeline {

/// "ours=theirs,ours=theirs", as --map takes it.
inline std::string mapText(const std::map<std::string, std::string>& fields)
{
    std::string out;
    for (const auto& [ours, theirs] : fields)
        out += (out.empty() ? "" : ",") + ours + "=" + theirs;
    return out;
}

} // namespace winnow::pipeline
