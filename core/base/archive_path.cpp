#include "core/base/archive_path.h"

#include "core/base/text.h"

#include <string_view>
#include <system_error>

namespace winnow::file {

std::optional<ArchivePath> findArchive(const std::filesystem::path& path)
{
    static constexpr std::string_view kInside = ".tar/";
    const std::string whole = path.string();
    const std::string lowered = text::toLowerAscii(whole);
    for (auto at = lowered.find(kInside); at != std::string::npos; at = lowered.find(kInside, at + 1)) {
        const auto end = at + kInside.size();
        std::error_code ignored;
        if (std::filesystem::path archive = whole.substr(0, end - 1);
            std::filesystem::is_regular_file(archive, ignored))
            return ArchivePath{std::move(archive), whole.substr(end)};
    }
    return std::nullopt;
}

} // namespace winnow::file
