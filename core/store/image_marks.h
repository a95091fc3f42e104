#pragma once

#include "core/domain/pair.h"
#include "core/store/project.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace winnow::store {

/// How many `<image>` marks the source's texts had, of pairs that have another number of pictures. The marks themselves
/// are not kept in the texts.
class ImageMarks {
public:
    explicit ImageMarks(Project& project);

    /// One transaction. What was recorded of a row before is replaced.
    void record(std::span<const std::pair<PairRow, std::int64_t>> marks);
    /// By row.
    std::vector<std::pair<PairRow, std::int64_t>> list();

private:
    Project& m_project;
};

} // namespace winnow::store
