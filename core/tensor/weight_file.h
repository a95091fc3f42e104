#pragma once

#include "core/base/json.h"

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::tensor {

/// What a weight file says of one tensor before it is read.
struct TensorInfo {
    std::string name;
    std::vector<std::int64_t> shape;
    torch::ScalarType type = torch::kFloat;

    std::int64_t elementCount() const;
    std::uint64_t byteCount() const;
};

/// The tensors of a model on disk, one by one, whatever wrote them:
///   - a safetensors file,
///   - a torch archive (.pt, .pth, .bin; zip or the older plain form), read by a restricted reader that executes
///   nothing,
///   - a Hugging Face folder: one file or shards with their index, of either kind.
/// Nested dictionaries are flattened with dots ({"model": {"a.b": T}} gives "model.a.b"); values that are not tensors
/// (an epoch, a configuration) stand in values() under the same kind of name. Files are memory-mapped; a tensor takes
/// memory only while the caller holds it. Copies share the opened files. Thread: any, each call is independent.
class WeightFile {
public:
    /// Throws Error: NotFound, BadFile, Unsupported, Io, TooLarge.
    explicit WeightFile(const std::filesystem::path& fileOrFolder);

    /// Sorted by name.
    const std::vector<TensorInfo>& tensors() const { return m_tensors; }
    bool contains(std::string_view name) const { return find(name) != nullptr; }
    const TensorInfo* find(std::string_view name) const;

    /// A copy in memory of its own, contiguous, in the stored type. Throws Error: NotFound, BadFile.
    torch::Tensor load(std::string_view name) const;
    /// As load(), converted on the way.
    torch::Tensor load(std::string_view name, torch::ScalarType type) const;
    /// Reads into an existing tensor of the same shape, converting type and device on the way without a second copy
    /// where the types allow. Throws Error: NotFound, BadShape, BadFile.
    void loadInto(std::string_view name, torch::Tensor target) const;

    /// Numbers, strings, booleans and null beside the tensors.
    const std::map<std::string, Json>& values() const { return m_values; }

    /// Only what starts with the prefix, which is cut off ("model."). An empty prefix gives a copy.
    WeightFile scoped(std::string_view prefix) const;
    /// The first of the prefixes under which a tensor of this name stands, or nothing:
    /// scoped(prefixOf("llama_proj.weight",
    /// {"", "model."})).
    std::string findPrefix(std::string_view name, const std::vector<std::string>& prefixes) const;

    /// What was given to the constructor.
    const std::filesystem::path& path() const { return m_path; }
    /// The files it consists of, sorted: for hashes.
    const std::vector<std::filesystem::path>& files() const { return m_files; }

    /// One opened file; defined in the .cpp.
    class Source;

private:
    struct Place {
        std::shared_ptr<const Source> source;
        std::size_t index = 0;
    };

    WeightFile() = default;
    void add(const std::shared_ptr<const Source>& source);
    void openFolder(const std::filesystem::path& folder);
    void openShards(const std::filesystem::path& folder, const std::filesystem::path& index);
    void sortTensors();
    const Place& placeOf(std::string_view name) const;

    std::filesystem::path m_path;
    std::vector<std::filesystem::path> m_files;
    std::vector<TensorInfo> m_tensors;
    std::vector<Place> m_places; ///< beside m_tensors
    std::map<std::string, Json> m_values;
};

} // namespace winnow::tensor
