#pragma once

#include "core/domain/metric.h"
#include "core/store/project.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// What a file of ready scores holds, before any of it goes in.
struct MetricFilePreview {
    struct Field {
        std::string field;     ///< the file's name
        std::string suggested; ///< ours: "clip" for "clip_score"
        std::int64_t values = 0;
        double low = kMissing;
        double high = kMissing;
    };
    std::vector<Field> fields;
    std::int64_t rows = 0;
    std::int64_t unknownIds = 0; ///< rows whose id is not in the project
    std::int64_t badRows = 0;
    bool inPairOrder = false; ///< bare lists: row i belongs to pair i
    std::string encoding;
};

/// Reads the whole file. Throws Error: NotFound, Io, BadFile, InvalidInput.
MetricFilePreview previewImportMetrics(store::Project& project, const std::filesystem::path& file);

} // namespace winnow::pipeline
