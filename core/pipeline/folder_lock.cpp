#include "core/pipeline/folder_lock.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace winnow::pipeline {

FolderLock::FolderLock(const std::filesystem::path& folder, const std::string& busy)
    : m_path(folder / ".winnow-lock")
{
    while (!take())
        require(errno != EWOULDBLOCK, ErrorCode::Locked, busy);
}

/// False: another process has it (EWOULDBLOCK), or its holder took the file away in between.
bool FolderLock::take()
{
    m_descriptor = ::open(m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    require(m_descriptor >= 0, ErrorCode::Io,
        text::join("cannot write into ", m_path.parent_path().string(), ": ", std::generic_category().message(errno),
            "; choose a folder that may be written"));
    const bool isLocked = ::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0;
    const int code = isLocked ? 0 : errno;
    struct stat mine {
    }, named{};
    const bool isSame = ::fstat(m_descriptor, &mine) == 0 && ::stat(m_path.c_str(), &named) == 0
        && mine.st_ino == named.st_ino && mine.st_dev == named.st_dev;
    if (isLocked && isSame)
        return true;
    ::close(m_descriptor);
    m_descriptor = -1;
    require(isLocked || code == EWOULDBLOCK, ErrorCode::Io,
        text::join("cannot lock ", m_path.string(), ": ", std::generic_category().message(code)));
    errno = code;
    return false;
}

FolderLock::~FolderLock()
{
    ::unlink(m_path.c_str()); // while it is still locked: who opened it meanwhile sees that the name is gone
    ::close(m_descriptor);
}

} // namespace winnow::pipeline
