#pragma once

#include "core/dataset/importer.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace winnow::dataset {

/// Ready scores read from a file.
struct MetricTable {
    std::vector<std::string> names;           ///< of the columns
    std::vector<std::vector<double>> columns; ///< [names][rows]; kMissing where a row has no value
    std::vector<std::string> ids;             ///< of the rows; empty when inPairOrder
    bool inPairOrder = false;                 ///< the file has bare vectors: row i belongs to pair i
    std::vector<BadRow> badRows;              ///< left out
    std::optional<std::string> brokeOff;      ///< why the file ended early; the rows before are here
    std::string encoding;                     ///< "UTF-8", "GB18030", …

    std::size_t rowCount() const { return columns.empty() ? 0 : columns.front().size(); }
};

/// Reads scores keyed by pair id. Understood: a JSON list of objects with `id` or `image_id`, an object with such a
/// list under `annotations`, an object id → number or id → object of numbers, an object metric → list of numbers (in
/// pair order, all of one length); the same objects one a line (JSONL); CSV or TSV with an id column. UTF-8, UTF-16 or
/// GB18030. `map` is metric → field (`id` → id field too); empty = every field that holds numbers, under its own name.
/// A row with text or a non-finite number where a metric should be is bad. Throws Error: NotFound, Io, BadFile,
/// InvalidInput.
MetricTable readMetricFile(const std::filesystem::path& path, const std::map<std::string, std::string>& map = {});

} // namespace winnow::dataset
