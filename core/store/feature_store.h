#pragma once

#include "core/domain/metric.h"
#include "core/domain/pair.h"
#include "core/store/project.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace winnow::store {

/// A feature space in memory-mapped form; rows without a vector are all NaN and `isValid` false.
class FeatureMatrix {
public:
    virtual ~FeatureMatrix() = default;
    virtual const FeatureInfo& info() const = 0;
    virtual std::span<const float> row(PairRow row) const = 0; ///< [dimension]
    virtual bool isValid(PairRow row) const = 0;
    virtual std::int64_t rowCount() const = 0;
};

/// `vectors/<name>.safetensors` with tensors `vectors` [N, D] f32 and `valid` [N] u8, readable from Python as they are.
/// A space being filled lies in `vectors/<name>.part` and is resumable chunk by chunk.
class FeatureStore {
public:
    explicit FeatureStore(Project& project);

    std::vector<FeatureInfo> list();
    std::shared_ptr<const FeatureMatrix> load(std::string_view name);

    /// Makes or continues a space (same name and key continues; another key starts anew).
    void begin(const FeatureInfo& info);
    /// Rows already written by an earlier, interrupted call: 1 = there.
    std::vector<std::uint8_t> writtenRows(std::string_view name);
    /// vectors: rows.size() * dimension values.
    void write(std::string_view name, std::span<const PairRow> rows, std::span<const float> vectors);
    /// Turns the part into the finished file, atomically, and lists it.
    void finish(std::string_view name);

private:
    Project& m_project;
};

} // namespace winnow::store
