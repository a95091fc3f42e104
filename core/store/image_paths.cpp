#include "core/store/image_paths.h"

#include "core/base/archive_path.h"
#include "core/store/database.h"
#include "core/store/project.h"

#include <system_error>

namespace winnow::store {

namespace fs = std::filesystem;

std::string portableRoot(const fs::path& root, const fs::path& project)
{
    const auto absolute = fs::absolute(root).lexically_normal();
    const auto parent = project.has_filename() ? project.parent_path() : project.parent_path().parent_path();
    const auto fromParent = absolute.lexically_relative(parent);
    const bool isNear = parent != parent.root_path() && !fromParent.empty() && *fromParent.begin() != "..";
    auto text = isNear ? absolute.lexically_relative(project).string() : absolute.string();
    while (text.size() > 1 && text.back() == '/')
        text.pop_back();
    return text;
}

static fs::path absoluteRoot(const std::string& stored, const fs::path& project)
{
    const fs::path path(stored);
    return path.is_absolute() ? path : (project / path).lexically_normal();
}

std::map<std::int64_t, fs::path> rootsOf(Project& project)
{
    std::map<std::int64_t, fs::path> roots;
    auto rows = project.database().prepare("SELECT id, path FROM image_root ORDER BY id");
    while (rows.next())
        roots[rows.integer(0)] = absoluteRoot(rows.text(1), project.folder());
    return roots;
}

fs::path resolved(const std::string& image, const fs::path& root)
{
    const fs::path path(image);
    if (image.empty() || image.find('\0') != std::string::npos)
        return {};
    if (path.is_absolute())
        return path.lexically_normal();
    const auto normal = path.lexically_normal();
    return *normal.begin() == ".." ? fs::path() : root / normal;
}

bool isThere(const fs::path& image)
{
    std::error_code code;
    return !image.empty() && (fs::is_regular_file(image, code) || file::findArchive(image).has_value());
}

std::optional<fs::path> moved(const fs::path& path, const fs::path& from, const fs::path& to)
{
    const auto rest = path.lexically_relative(from);
    if (rest.empty() || *rest.begin() == "..")
        return std::nullopt;
    return rest == "." ? to : to / rest;
}

} // namespace winnow::store
