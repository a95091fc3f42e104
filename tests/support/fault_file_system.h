#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <new>
#include <random>
#include <sqlite3.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace winnow::tests {

/// A file system under SQLite that fails, ends the process, loses what was not flushed, or is slow: every connection
/// opened while one lives goes through it. One per process at a time.
class FaultFileSystem {
public:
    enum class Fault {
        DiskFull, ///< this operation and all later ones: no space
        IoError,  ///< this operation and all later ones: the device does not answer
        ReadOnly, ///< this operation and all later ones: the medium may not be written any more
        Kill,     ///< the process ends here; what was written stays
        PowerCut, ///< the process ends here; of what was not flushed any page may be lost
    };

    FaultFileSystem()
        : m_real(sqlite3_vfs_find(nullptr))
    {
        s_active = this;
        m_vfs = *m_real;
        m_vfs.zName = "fault";
        m_vfs.pNext = nullptr;
        m_vfs.szOsFile = static_cast<int>(sizeof(File)) + m_real->szOsFile;
        m_vfs.xOpen = open;
        m_vfs.xDelete = remove;
        sqlite3_vfs_register(&m_vfs, 1);
    }
    ~FaultFileSystem()
    {
        sqlite3_vfs_unregister(&m_vfs);
        sqlite3_vfs_register(m_real, 1);
        s_active = nullptr;
    }
    FaultFileSystem(const FaultFileSystem&) = delete;
    FaultFileSystem& operator=(const FaultFileSystem&) = delete;

    /// The operation (write, truncation, flush, new file, removal) with this number meets the fault; the next one is 0.
    void failAt(std::int64_t operation, Fault fault)
    {
        m_count = 0;
        m_failAt = operation;
        m_fault = fault;
    }
    void failNever() { m_failAt = -1; }
    /// Operations since failAt() or the beginning.
    std::int64_t operationCount() const { return m_count; }
    void setSyncDelayMs(unsigned delay) { m_syncDelayMs = delay; }
    void setSeed(unsigned seed) { m_random.seed(seed); }

private:
    struct File {
        sqlite3_file base;
        std::string* path;
        sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    };
    static File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

    /// SQLITE_OK, or what this operation fails with.
    int step()
    {
        const auto number = m_count++;
        if (m_failAt < 0 || number < m_failAt)
            return SQLITE_OK;
        if (m_fault == Fault::Kill)
            ::_exit(kKilled);
        if (m_fault == Fault::PowerCut) {
            loseUnflushed();
            ::_exit(kKilled);
        }
        errno = m_fault == Fault::ReadOnly ? EROFS : m_fault == Fault::IoError ? EIO : ENOSPC;
        return m_fault == Fault::DiskFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }

    static std::string contentOf(const std::string& path)
    {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    /// Each 512 bytes of a file are as they were at its last flush, or as they are now.
    void loseUnflushed()
    {
        for (const auto& [path, flushed] : m_flushed) {
            const auto now = contentOf(path);
            const auto size = m_random() % 2 == 0 ? now.size() : flushed.size();
            std::string left(size, '\0');
            for (std::size_t at = 0; at < size; at += kSector) {
                const auto& source = m_random() % 2 == 0 ? now : flushed;
                if (at < source.size())
                    std::memcpy(&left[at], source.data() + at, std::min(kSector, std::min(size, source.size()) - at));
            }
            std::ofstream(path, std::ios::binary | std::ios::trunc) << left;
        }
    }

    static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* outFlags)
    {
        auto* self = of(file);
        self->base.pMethods = nullptr;
        self->path = nullptr;
        const bool mayMake = (flags & SQLITE_OPEN_CREATE) != 0;
        if (mayMake)
            if (const int code = s_active->step(); code != SQLITE_OK)
                return code == SQLITE_FULL ? SQLITE_FULL : SQLITE_CANTOPEN;
        const int code = s_active->m_real->xOpen(s_active->m_real, name, self->real(), flags, outFlags);
        if (self->real()->pMethods == nullptr)
            return code;
        static const sqlite3_io_methods methods = makeMethods();
        self->base.pMethods = &methods;
        self->path = new std::string(name == nullptr ? "" : name);
        if (!self->path->empty() && !s_active->m_flushed.contains(*self->path))
            s_active->m_flushed[*self->path] = contentOf(*self->path);
        return code;
    }
    static int remove(sqlite3_vfs*, const char* name, int syncFolder)
    {
        if (const int code = s_active->step(); code != SQLITE_OK)
            return SQLITE_IOERR_DELETE;
        s_active->m_flushed.erase(name);
        return s_active->m_real->xDelete(s_active->m_real, name, syncFolder);
    }

    static sqlite3_io_methods makeMethods()
    {
        sqlite3_io_methods m{};
        m.iVersion = 2;
        m.xClose = [](sqlite3_file* f) {
            delete of(f)->path;
            return of(f)->real()->pMethods->xClose(of(f)->real());
        };
        m.xRead = [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
            return of(f)->real()->pMethods->xRead(of(f)->real(), to, size, at);
        };
        m.xWrite = [](sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
            if (const int code = s_active->step(); code != SQLITE_OK)
                return code;
            return of(f)->real()->pMethods->xWrite(of(f)->real(), from, size, at);
        };
        m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
            if (const int code = s_active->step(); code != SQLITE_OK)
                return code;
            return of(f)->real()->pMethods->xTruncate(of(f)->real(), size);
        };
        m.xSync = [](sqlite3_file* f, int flags) {
            if (const int code = s_active->step(); code != SQLITE_OK)
                return code == SQLITE_FULL ? SQLITE_FULL : SQLITE_IOERR_FSYNC;
            if (s_active->m_syncDelayMs > 0)
                ::usleep(s_active->m_syncDelayMs * 1000);
            if (s_active->m_fault == Fault::PowerCut && s_active->m_failAt >= 0)
                s_active->m_flushed[*of(f)->path] = contentOf(*of(f)->path);
            return of(f)->real()->pMethods->xSync(of(f)->real(), flags);
        };
        m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
            return of(f)->real()->pMethods->xFileSize(of(f)->real(), size);
        };
        m.xLock = [](sqlite3_file* f, int level) { return of(f)->real()->pMethods->xLock(of(f)->real(), level); };
        m.xUnlock = [](sqlite3_file* f, int level) { return of(f)->real()->pMethods->xUnlock(of(f)->real(), level); };
        m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
            return of(f)->real()->pMethods->xCheckReservedLock(of(f)->real(), out);
        };
        m.xFileControl = [](sqlite3_file* f, int what, void* argument) {
            return of(f)->real()->pMethods->xFileControl(of(f)->real(), what, argument);
        };
        m.xSectorSize = [](sqlite3_file* f) { return of(f)->real()->pMethods->xSectorSize(of(f)->real()); };
        m.xDeviceCharacteristics = [](sqlite3_file*) { return 0; }; // promises nothing about torn writes
        m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
            return of(f)->real()->pMethods->xShmMap(of(f)->real(), page, size, extend, out);
        };
        m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
            return of(f)->real()->pMethods->xShmLock(of(f)->real(), offset, n, flags);
        };
        m.xShmBarrier = [](sqlite3_file* f) { of(f)->real()->pMethods->xShmBarrier(of(f)->real()); };
        m.xShmUnmap = [](sqlite3_file* f, int isDelete) {
            return of(f)->real()->pMethods->xShmUnmap(of(f)->real(), isDelete);
        };
        return m;
    }

public:
    static constexpr int kKilled = 77; ///< exit status of a process that a Kill or PowerCut ended

private:
    static constexpr std::size_t kSector = 512;
    inline static FaultFileSystem* s_active = nullptr;

    sqlite3_vfs* m_real;
    sqlite3_vfs m_vfs{};
    std::int64_t m_count = 0;
    std::int64_t m_failAt = -1;
    Fault m_fault = Fault::DiskFull;
    unsigned m_syncDelayMs = 0;
    std::mt19937 m_random{1};
    std::map<std::string, std::string> m_flushed; ///< what the medium surely holds of each file
};

} // namespace winnow::tests
