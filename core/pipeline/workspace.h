#pragma once

#include "core/domain/metric.h"
#include "core/store/project.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace winnow::pipeline {

struct ModelCache; // loaded models, private to this layer

/// A project folder plus the models loaded for it. Shared by all jobs of a window; its own members may be used from any
/// thread, but each job opens its own store::Project through open(). Models are used by one job at a time (the models
/// lane).
class Workspace {
public:
    /// Throws as store::Project::open.
    explicit Workspace(std::filesystem::path folder);
    ~Workspace();
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    const std::filesystem::path& folder() const { return m_folder; }
    store::Project open() const { return store::Project::open(m_folder); }
    ModelCache& models() { return *m_models; }

private:
    std::filesystem::path m_folder;
    std::unique_ptr<ModelCache> m_models;
};

/// Sets torch's thread count once per process (traps: ATen starts with one thread on Debian); 0 = all cores.
void setComputeThreads(int count);
int computeThreads();
/// "cpu", and "cuda:0" … where this build and machine have them.
std::vector<std::string> availableDevices();
std::string versionText();

} // namespace winnow::pipeline
