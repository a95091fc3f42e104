#include "core/dataset/picture_finder.h"

#include <system_error>
#include <utility>

namespace winnow::dataset {

namespace fs = std::filesystem;

namespace {
    /// So many single questions cost as much as listing a folder of some thousand names.
    constexpr std::size_t kQuestionsBeforeListing = 256;
} // namespace

PictureFinder::PictureFinder(fs::path root)
    : m_root(std::move(root))
{
}

fs::path PictureFinder::resolved(const std::string& path) const
{
    const fs::path given(path);
    return given.is_absolute() ? given : m_root / given;
}

PictureFinder::Folder& PictureFinder::folderOf(std::string_view path)
{
    if (m_last != nullptr && m_last->first == path)
        return m_last->second;
    const auto [entry, isNew] = m_folders.try_emplace(std::string(path));
    if (isNew) {
        std::error_code ignored;
        entry->second.isAbsent = !fs::is_directory(resolved(entry->first), ignored);
    }
    m_last = &*entry;
    return entry->second;
}

void PictureFinder::list(Folder& folder, const std::string& path) const
{
    folder.isListed = true;
    std::error_code problem;
    fs::directory_iterator entries(resolved(path), problem);
    for (; !problem && entries != fs::directory_iterator(); entries.increment(problem)) {
        std::error_code ignored;
        if (entries->is_regular_file(ignored)) // free of charge but for links
            folder.files.insert(entries->path().filename().string());
    }
    if (problem) { // an unreadable list is no answer: ask for each name
        folder.isListed = false;
        folder.files.clear();
        folder.asked = 0;
    }
}

bool PictureFinder::isThere(const std::string& path)
{
    const auto slash = path.rfind('/');
    const std::size_t nameAt = slash == std::string::npos ? 0 : slash + 1;
    const std::string_view name = std::string_view(path).substr(nameAt);
    if (name.empty() || path.find('\0') != std::string::npos)
        return false;
    Folder& folder = folderOf(std::string_view(path).substr(0, nameAt));
    if (folder.isAbsent)
        return false;
    if (!folder.isListed && ++folder.asked > kQuestionsBeforeListing)
        list(folder, path.substr(0, nameAt));
    if (folder.isListed)
        return folder.files.contains(name);
    std::error_code ignored;
    return fs::is_regular_file(resolved(path), ignored);
}

} // namespace winnow::dataset
