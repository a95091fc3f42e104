#pragma once

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/models/clip.h"
#include "core/models/vision_language.h"
#include "core/tensor/safetensors_io.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>

namespace winnow::models {

/// A folder of its own for one test, gone afterwards.
class TestFolder {
public:
    TestFolder()
        : m_path(std::filesystem::temp_directory_path()
            / ("winnow-models-" + std::to_string(::getpid()) + "-"
                + ::testing::UnitTest::GetInstance()->current_test_info()->name()))
    {
        std::filesystem::remove_all(m_path);
        std::filesystem::create_directories(m_path);
    }
    ~TestFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

inline ClipConfig tinyClip()
{
    ClipConfig config;
    config.text.hidden = 16;
    config.text.inner = 24;
    config.text.layers = 2;
    config.text.heads = 2;
    config.text.vocabulary = 50;
    config.text.contextLength = 12;
    config.text.eosToken = 49;
    config.vision.hidden = 24;
    config.vision.inner = 32;
    config.vision.layers = 2;
    config.vision.heads = 3;
    config.vision.imageSize = 16;
    config.vision.patch = 8;
    config.embedding = 10;
    return config;
}

inline LlamaConfig tinyLlama()
{
    LlamaConfig config;
    config.vocabulary = 40;
    config.hidden = 16;
    config.inner = 24;
    config.layers = 2;
    config.heads = 4;
    config.kvHeads = 2;
    config.headWidth = 4;
    config.positions = 64;
    return config;
}

inline MiniGpt4Config tinyMiniGpt4()
{
    MiniGpt4Config config;
    config.vision = {16, 8, 3, 12, 2, 2, 2.5, true, 1e-6};
    config.qformer = {8, 16, 3, 2, 4, 12, 2, 1e-12};
    config.llama = tinyLlama();
    return config;
}

inline tensor::NamedTensors parametersOf(const torch::nn::Module& module)
{
    tensor::NamedTensors tensors;
    for (const auto& item : module.named_parameters())
        tensors[item.key()] = item.value().detach();
    return tensors;
}

inline void saveModel(const std::filesystem::path& folder, const Json& config, const tensor::NamedTensors& tensors)
{
    file::writeAtomically(folder / "config.json", json::dump(config));
    tensor::saveSafetensors(folder / "model.safetensors", tensors);
}

/// The message of the Error that `work` throws; fails the test when it throws none or another code.
inline std::string messageOf(ErrorCode code, const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& e) {
        EXPECT_EQ(toString(e.code()), toString(code)) << e.message();
        return e.message();
    }
    ADD_FAILURE() << "no Error was thrown";
    return {};
}

} // namespace winnow::models
