#pragma once

#include "core/base/file.h"
#include "core/base/json.h"

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace winnow::tensor {

/// A tensor of a torch archive before it is read: where its storage lies in the file and how it looks at it.
struct ArchivedTensor {
    std::string name;
    torch::ScalarType type = torch::kFloat;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides; ///< in elements
    std::int64_t offset = 0;           ///< in elements, from the start of the storage
    std::span<const std::byte> storage;
};

/// What torch.save wrote (.pt, .pth, .bin), in the zip form or the older plain one, read without executing anything: of
/// the pickle program only what makes tensors, parameters, dictionaries, lists, tuples, numbers, strings, booleans and
/// None is understood, any other name it asks for is refused with that name. Every size is checked against the file
/// before use; nesting, number of values and size of the program are limited. The file stays memory-mapped while this
/// lives.
class TorchArchive {
public:
    /// Throws Error: NotFound, Io, BadFile, Unsupported (a refused name), TooLarge.
    explicit TorchArchive(const std::filesystem::path& path);

    /// Flattened: keys and list positions joined by dots.
    const std::vector<ArchivedTensor>& tensors() const { return m_tensors; }
    const std::map<std::string, Json>& values() const { return m_values; }

    /// A view into the mapped file where type and alignment allow, else a copy.
    torch::Tensor view(const ArchivedTensor& tensor) const;

private:
    void readZip();
    void readPlain();

    std::filesystem::path m_path;
    file::MemoryMap m_map;
    std::vector<ArchivedTensor> m_tensors;
    std::map<std::string, Json> m_values;
};

/// Writes {"scope": {name: tensor, ...}} (or the flat dictionary where scope is empty) as torch.load reads it,
/// atomically. Names keep their order. Throws Error: InvalidInput, DiskFull, Io.
void saveTorchArchive(const std::filesystem::path& path, const std::string& scope,
    const std::vector<std::pair<std::string, torch::Tensor>>& tensors);

} // namespace winnow::tensor
