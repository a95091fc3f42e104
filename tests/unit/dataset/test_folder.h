#pragma once

#include "core/base/file.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace winnow::dataset {

/// A fixture with an empty folder of its own, removed at the end.
class FolderTest : public testing::Test {
protected:
    FolderTest()
        : m_folder(std::filesystem::temp_directory_path() / ("winnow-dataset-" + std::to_string(::getpid())))
    {
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directories(m_folder);
    }
    ~FolderTest() override { std::filesystem::remove_all(m_folder); }

    const std::filesystem::path& folder() const { return m_folder; }
    std::filesystem::path write(const std::string& name, std::string_view content) const
    {
        std::filesystem::create_directories((m_folder / name).parent_path());
        file::writeAtomically(m_folder / name, content);
        return m_folder / name;
    }

private:
    std::filesystem::path m_folder;
};

inline std::filesystem::path sharedData(const std::string& name)
{
    return std::filesystem::path(sharedDir()) / "data" / name;
}

} // namespace winnow::dataset
