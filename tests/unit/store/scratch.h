#pragma once

#include "core/store/pair_store.h"
#include "core/store/project.h"

#include <atomic>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace winnow::store {

/// A folder of its own that is gone after the test.
class Scratch {
public:
    Scratch()
    {
        static std::atomic<int> count{0};
        m_folder = std::filesystem::temp_directory_path()
            / ("winnow-store-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(m_folder);
    }
    ~Scratch()
    {
        std::error_code code;
        std::filesystem::remove_all(m_folder, code);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    std::filesystem::path operator/(const std::string& name) const { return m_folder / name; }

private:
    std::filesystem::path m_folder;
};

inline Pair makePair(const std::string& id, const std::string& response = "a dog runs")
{
    Pair pair;
    pair.id.value = id;
    pair.images = {id + ".jpg"};
    pair.instruction = "Describe the picture.";
    pair.response = response;
    return pair;
}

/// Adds pairs with ids 0 … count - 1 and "text <id>" as response.
inline void addPairs(Project& project, int count, const std::filesystem::path& root = "/nowhere")
{
    PairStore store(project);
    const auto rootId = store.addImageRoot(root);
    std::vector<Pair> pairs;
    for (int i = 0; i < count; ++i)
        pairs.push_back(makePair(std::to_string(i), "text " + std::to_string(i)));
    const std::vector<std::uint8_t> missing(pairs.size(), 0);
    store.addPairs(pairs, rootId, missing);
}

} // namespace winnow::store
