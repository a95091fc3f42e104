#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace winnow::store {

class Database;

/// Small pictures by key in a database of their own (`thumbs.sqlite`) that may be deleted at any time. A damaged file
/// is made anew, one that cannot be written is done without: nothing here throws. Several processes may share the file;
/// one object belongs to one thread at a time.
class ThumbnailCache {
public:
    explicit ThumbnailCache(std::filesystem::path file) noexcept;
    ~ThumbnailCache();
    ThumbnailCache(const ThumbnailCache&) = delete;
    ThumbnailCache& operator=(const ThumbnailCache&) = delete;

    /// Encoded bytes; empty = not there.
    std::string find(const std::string& key) noexcept;
    /// Written in batches; the last ones may be lost when the process ends early. Over 1 MiB is not kept.
    void put(const std::string& key, std::string_view bytes) noexcept;
    /// Writes what is waiting.
    void flush() noexcept;

private:
    void open(bool mayRemake) noexcept;
    struct Waiting;
    std::filesystem::path m_file;
    std::unique_ptr<Database> m_database; ///< null: do without
    std::unique_ptr<Waiting> m_waiting;
};

} // namespace winnow::store
