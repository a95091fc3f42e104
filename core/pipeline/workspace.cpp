#include "core/pipeline/workspace.h"

#include "core/pipeline/model_cache.h"
#include "core/tensor/device.h"

#include <torch/version.h>

#include <atomic>
#include <thread>

namespace winnow::pipeline {

Workspace::Workspace(std::filesystem::path folder)
    : m_folder(std::filesystem::absolute(std::move(folder)))
    , m_models(std::make_unique<ModelCache>())
{
    store::Project::open(m_folder); // says at once what is wrong with the folder, and migrates before jobs come
}

Workspace::~Workspace() = default;

void setComputeThreads(int count) { tensor::setThreads(count); }

int computeThreads() { return at::get_num_threads(); }

std::vector<std::string> availableDevices() { return tensor::availableDevices(); }

std::string versionText() { return std::string("Winnow ") + WINNOW_VERSION + " (libtorch " + TORCH_VERSION + ")"; }

} // namespace winnow::pipeline
