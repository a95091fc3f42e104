#pragma once

#include <filesystem>
#include <string>

namespace winnow::pipeline {

/// One process alone writes into a folder: a locked file `.winnow-lock` in it, gone with the process however it ends.
class FolderLock {
public:
    /// `busy` is the sentence where another process has it. Throws Error: Locked, Io.
    FolderLock(const std::filesystem::path& folder, const std::string& busy);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    bool take();

    std::filesystem::path m_path;
    int m_descriptor = -1;
};

} // namespace winnow::pipeline
