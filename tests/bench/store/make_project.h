#pragma once

#include <cstdint>
#include <filesystem>

namespace winnow::bench {

/// A project with made-up pairs, ten metrics, a clustering of 100 clusters and some decisions, for the benchmarks of
/// large projects (pictures are not there). Returns the seconds that adding the pairs took.
double makeLargeProject(const std::filesystem::path& folder, std::int64_t pairs);

} // namespace winnow::bench
