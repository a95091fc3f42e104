#include "core/pipeline/file_hashes.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/net/content_hash.h"

#include <cstdlib>
#include <sys/stat.h>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kMostEntries = 10'000;

    std::filesystem::path cachePath()
    {
        const char* const cache = std::getenv("XDG_CACHE_HOME");
        const char* const home = std::getenv("HOME");
        const auto base = cache != nullptr && *cache != '\0'
            ? std::filesystem::path(cache)
            : std::filesystem::path(home != nullptr ? home : ".") / ".cache";
        return base / "winnow" / "model-hashes.json";
    }

    /// What changes when a file's content does; nothing where there is no file.
    std::optional<Json> stampOf(const std::filesystem::path& file)
    {
        struct stat info { };
        if (::stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode))
            return {};
        const auto nanoseconds = std::int64_t(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec;
        return Json{{"bytes", std::int64_t(info.st_size)}, {"changed", nanoseconds}};
    }

    std::string keyOf(const std::filesystem::path& file)
    {
        std::error_code failed;
        const auto canonical = std::filesystem::weakly_canonical(file, failed);
        return failed ? file.string() : canonical.string();
    }

    Json loadEntries(const std::filesystem::path& path)
    {
        try {
            auto entries = json::load(path, std::uint64_t(8) << 20);
            if (entries.is_object())
                return entries;
        } catch (const Error&) {
            return Json::object(); // none yet, or one that is of no use: it is only a cache
        }
        return Json::object();
    }

} // namespace

FileHashes::FileHashes()
    : m_path(cachePath())
    , m_entries(loadEntries(m_path))
{
}

std::optional<std::string> FileHashes::find(const std::filesystem::path& file) const
{
    const auto stamp = stampOf(file);
    const auto found = m_entries.find(keyOf(file));
    if (!stamp || found == m_entries.end() || !found->is_object())
        return {};
    const auto& entry = *found;
    const bool isSame = entry.contains("bytes") && entry.contains("changed") && entry.contains("sha256")
        && entry.at("bytes") == stamp->at("bytes") && entry.at("changed") == stamp->at("changed")
        && entry.at("sha256").is_string();
    if (!isSame)
        return {};
    return entry.at("sha256").get<std::string>();
}

std::string FileHashes::findOrCompute(const std::filesystem::path& file, const std::function<void(std::int64_t)>& step)
{
    if (const auto known = find(file))
        return *known;
    const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file));
    net::ContentHash hash(net::Checksum::Kind::Sha256, bytes);
    const auto before = stampOf(file);
    net::addFile(hash, file, bytes, step);
    auto digest = hash.hexDigest();
    if (before == stampOf(file)) // else it was written to meanwhile
        remember(file, digest);
    return digest;
}

void FileHashes::remember(const std::filesystem::path& file, const std::string& sha256)
{
    auto stamp = stampOf(file);
    if (!stamp)
        return;
    (*stamp)["sha256"] = sha256;
    m_entries = loadEntries(m_path); // another program may have added to it
    if (m_entries.size() >= kMostEntries)
        m_entries = Json::object();
    m_entries[keyOf(file)] = *stamp;
    try {
        std::filesystem::create_directories(m_path.parent_path());
        file::writeAtomically(m_path, json::dump(m_entries));
    } catch (const std::exception&) {
        return; // it is computed again another time
    }
}

ProgressUnit progressUnit(std::int64_t totalBytes)
{
    return totalBytes > 100'000'000 ? ProgressUnit{"MB", 1'000'000} : ProgressUnit{"kB", 1000};
}

} // namespace winnow::pipeline
