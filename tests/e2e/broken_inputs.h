#pragma once

#include "tests/e2e/program.h"

#include <string>
#include <vector>

namespace winnow::e2e {

/// One input that somebody could hand to the program and that it cannot use.
struct BrokenInput {
    std::string name; ///< what is wrong with it
    std::vector<std::string> arguments;
    std::vector<std::string> says; ///< what the sentence must hold: file, place, what was expected
    int code = 1;
};

using BrokenInputs = std::vector<BrokenInput>;

/// Each makes its files in the program's folder, beside the project `p` of eight pairs, and tells what to run on them.
BrokenInputs brokenSources(const Program& program);
BrokenInputs brokenTables(const Program& program); ///< ready scores, vectors and clusters
BrokenInputs brokenModels(const Program& program);
BrokenInputs brokenProjects(const Program& program);
BrokenInputs brokenQuestions(const Program& program); ///< benchmarks, selectors, recipes, queries

/// Eight pairs "0" … "7" as JSON lines: what the project `p` has, so that good rows beside a bad one add nothing.
std::string goodLines();

} // namespace winnow::e2e
