#pragma once

#include "core/base/safetensors.h"
#include "core/domain/selector.h"
#include "core/store/project.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::store {

/// Selectors of a project: rows of the table `selector`, the weights of trained ones in `selectors/<key>.safetensors`,
/// readable from Python as they are.
class SelectorStore {
public:
    explicit SelectorStore(Project& project);

    /// In the order they were made.
    std::vector<SelectorInfo> list();
    std::optional<SelectorInfo> find(std::string_view name);
    /// Throws Error(NotFound) naming the selectors there are.
    SelectorInfo load(std::string_view name);
    /// Stores a selector with its weights (none for kind weights) and gives key, hash and time. One of the same name is
    /// replaced and goes to the trash. Throws Error: InvalidInput (the name), DiskFull, Io.
    SelectorInfo save(SelectorInfo info, const std::vector<safetensors::Part>& weights);

    /// The weight file of a trained selector, checked against its hash. Throws Error: NotFound, BadFile.
    std::filesystem::path weightFile(const SelectorInfo& info) const;

    /// A metric or feature space got another name: selectors of the project (the trash too) look for it under that one.
    /// Call inside the transaction that renames it.
    void renameInput(std::string_view from, std::string_view to);

private:
    Project& m_project;
};

} // namespace winnow::store
