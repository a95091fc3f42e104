#include "core/models/original_files.h"

#include <algorithm>
#include <string>
#include <vector>

namespace winnow::models {

std::optional<std::filesystem::path> findOriginalFile(const std::filesystem::path& folder, std::string_view part)
{
    std::vector<std::filesystem::path> found;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        const auto name = entry.path().filename().string();
        if (entry.is_regular_file(failed) && entry.path().extension() == ".pth" && name.find(part) != std::string::npos)
            found.push_back(entry.path());
    }
    if (found.empty())
        return {};
    return *std::min_element(found.begin(), found.end());
}

} // namespace winnow::models
