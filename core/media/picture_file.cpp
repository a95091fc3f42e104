#include "core/media/picture_file.h"

#include "core/base/archive_path.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/media/image_header.h"
#include "core/media/tar.h"

#include <algorithm>
#include <fcntl.h>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace winnow::media {

namespace {

    constexpr std::size_t kHeadBytes = 32;

    std::optional<PictureStamp> stampOf(const std::filesystem::path& file)
    {
        struct stat info { };
        if (::stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode))
            return std::nullopt;
        return PictureStamp{info.st_size, std::int64_t(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec};
    }

    /// Where the members of one archive start.
    class ArchiveIndex {
    public:
        ArchiveIndex(const std::filesystem::path& archive, PictureStamp stamp)
            : m_archive(archive)
            , m_stamp(stamp)
        {
            TarReader reader(archive);
            TarEntry entry;
            try {
                while (reader.next(entry))
                    if (entry.problem.empty() && !entry.isFolder)
                        m_members.emplace_back(hashOf(entry.name), entry.offset);
            } catch (const Error& e) {
                if (e.code() != ErrorCode::BadFile || m_members.empty())
                    throw; // else what lies before the damage is there
            }
            std::sort(m_members.begin(), m_members.end());
        }

        bool isFor(const std::filesystem::path& archive, const PictureStamp& stamp) const
        {
            return m_archive == archive && m_stamp == stamp;
        }
        std::size_t size() const { return m_members.size(); }

        /// Goes to the member and hands its reader to `use`; false where there is none. The last of equal names counts,
        /// as it does when an archive is unpacked.
        bool visit(const std::string& member, const std::function<void(TarReader&)>& use) const
        {
            const auto hash = hashOf(member);
            auto at = std::upper_bound(m_members.begin(), m_members.end(), Member(hash, INT64_MAX));
            while (at != m_members.begin() && std::prev(at)->first == hash) {
                --at;
                TarReader reader(m_archive, at->second);
                TarEntry entry;
                if (!reader.next(entry) || entry.name != member)
                    continue;
                if (use)
                    use(reader);
                return true;
            }
            return false;
        }

    private:
        using Member = std::pair<std::uint64_t, std::int64_t>; ///< hash of the name, offset of the header
        static std::uint64_t hashOf(const std::string& name) { return std::hash<std::string>{}(name); }

        const std::filesystem::path m_archive;
        const PictureStamp m_stamp;
        std::vector<Member> m_members;
    };

    /// The indexes in use, the last used first. Pictures are opened by path from everywhere and from several threads,
    /// so this one cache is the process's own; it changes how long a look-up takes, never what it gives.
    class IndexCache {
    public:
        std::shared_ptr<const ArchiveIndex> find(const std::filesystem::path& archive)
        {
            const auto stamp = stampOf(archive);
            require(stamp.has_value(), ErrorCode::NotFound,
                text::join("cannot read ", archive.string(), ": there is no such file"));
            const std::lock_guard lock(m_mutex);
            for (auto at = m_indexes.begin(); at != m_indexes.end(); ++at)
                if ((*at)->isFor(archive, *stamp)) {
                    m_indexes.splice(m_indexes.begin(), m_indexes, at);
                    return m_indexes.front();
                }
            m_indexes.push_front(std::make_shared<const ArchiveIndex>(archive, *stamp));
            forgetOldest();
            return m_indexes.front();
        }

    private:
        static constexpr std::size_t kMostMembers = std::size_t(8) << 20; ///< 128 MB
        static constexpr std::size_t kMostArchives = 4096;

        void forgetOldest()
        {
            std::size_t members = 0, archives = 0;
            auto at = m_indexes.begin();
            for (; at != m_indexes.end(); ++at) {
                members += (*at)->size();
                if (++archives > 1 && (members > kMostMembers || archives > kMostArchives))
                    break;
            }
            m_indexes.erase(at, m_indexes.end());
        }

        std::mutex m_mutex;
        std::list<std::shared_ptr<const ArchiveIndex>> m_indexes; ///< under m_mutex
    };

    bool visitMember(const file::ArchivePath& path, const std::function<void(TarReader&)>& use)
    {
        static IndexCache indexes;
        return indexes.find(path.archive)->visit(path.member, use);
    }

    bool isOwnFile(const std::filesystem::path& path)
    {
        struct stat info { };
        return ::stat(path.c_str(), &info) == 0;
    }

    /// A path as one word of a shell's command line.
    std::string quoted(const std::string& path) { return "'" + text::replaced(path, "'", "'\\''") + "'"; }

} // namespace

std::string readPicture(const std::filesystem::path& path, std::uint64_t maxBytes)
{
    const auto archived = isOwnFile(path) ? std::nullopt : file::findArchive(path);
    if (!archived)
        return file::readAll(path, maxBytes);
    std::string out;
    const bool isThere = visitMember(*archived, [&](TarReader& reader) { out = reader.readAll(maxBytes); });
    require(isThere, ErrorCode::NotFound,
        text::join("cannot read ", path.string(), ": ", archived->archive.filename().string(), " has no member ",
            archived->member));
    return out;
}

std::string sha256OfPicture(const std::filesystem::path& path)
{
    return isOwnFile(path) ? file::sha256OfFile(path) : file::sha256(readPicture(path));
}

std::optional<PictureStamp> findPictureStamp(const std::filesystem::path& path)
{
    if (const auto own = stampOf(path))
        return own;
    const auto archived = file::findArchive(path);
    return archived ? stampOf(archived->archive) : std::nullopt;
}

PictureCheck checkPicture(const std::filesystem::path& path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        const auto archived = file::findArchive(path);
        return {archived && visitMember(*archived, {}), {}};
    }
    struct stat info { };
    char head[kHeadBytes];
    const bool isFile = ::fstat(file, &info) == 0 && S_ISREG(info.st_mode);
    const auto got = isFile ? ::read(file, head, sizeof head) : 0;
    ::close(file);
    return {isFile, got > 0 ? refusalOf({head, static_cast<std::size_t>(got)}, path.string()) : std::string()};
}

std::string refusalOf(std::string_view head, const std::string& name)
{
    const auto kind = findUndecodedKind(HeaderBytes(std::as_bytes(std::span(head.data(), head.size()))));
    if (!kind)
        return {};
    const auto target = std::filesystem::path(name).replace_extension(kind->betterEnding).string();
    return text::join("is ", kind->name, ", which this build does not decode; convert it first: convert ", quoted(name),
        " ", quoted(target));
}

} // namespace winnow::media
