#pragma once

#include "core/base/error.h"
#include "core/net/content_hash.h"
#include "core/net/http.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace winnow::net {

/// One file to fetch.
struct DownloadItem {
    std::string url;
    std::filesystem::path target; ///< its folder is made where it is missing
    std::int64_t bytes = 0;       ///< the whole file's
    Checksum checksum;
};

/// A file on its way: `TARGET.part`, with `TARGET.part.json` beside it that says which content it belongs to. Under its
/// own name a file appears only when it is whole and its checksum is right. Survives being killed at any moment: what
/// is in the part is hashed again, and a wrong byte in it shows at the end.
class PartFile final : public BodySink {
public:
    /// Throws Error: InvalidInput (no valid checksum, a size below zero).
    explicit PartFile(DownloadItem item);
    ~PartFile() override;
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    const DownloadItem& item() const { return m_item; }
    /// Takes up what an earlier attempt left of the same content, else begins anew. `step` as in addFile(). Throws
    /// Error: Io, DiskFull.
    void open(const std::function<void(std::int64_t)>& step);
    /// Bytes that are there.
    std::int64_t size() const { return m_size; }
    /// Bytes that answers brought, those that were thrown away included.
    std::int64_t receivedBytes() const { return m_received; }
    bool isWhole() const { return m_size == m_item.bytes; }
    /// Throws all away and begins anew. Throws Error: Io.
    void restart();
    /// What the next request asks for beyond the address: Range from here on, and only if the content is the same.
    std::vector<std::string> headers() const;

    bool accept(const HttpReply& head) noexcept override;
    bool write(std::string_view piece) noexcept override;

    /// Why the last answer was broken off for good: the disk, or a server that sends another size than it promised.
    const std::optional<Error>& failure() const { return m_failure; }
    /// The last answer was for other bytes than those asked for, or for changed content: restart() and ask again.
    bool isMisplaced() const { return m_isMisplaced; }
    /// Its bytes come from more than one answer.
    bool isPatchwork() const { return m_isPatchwork; }
    /// The size is right: is the content? True: it has its own name now. False: it is not what the hub promised
    /// (`digest()` says what it is). Throws Error: Io, DiskFull.
    bool finish();
    const std::string& digest() const { return m_digest; }

private:
    void beginAnew();
    void acceptPart(const HttpReply& head);
    void acceptWhole(const HttpReply& head);
    void rememberTag(const HttpReply& head);
    void writeNote() const;
    void writePiece(std::string_view piece);
    void close();

    DownloadItem m_item;
    std::filesystem::path m_part;
    std::filesystem::path m_note;
    int m_descriptor = -1;
    std::int64_t m_size = 0;
    std::int64_t m_received = 0;
    std::string m_tag; ///< strong ETag of the content in the part; empty = none known
    ContentHash m_hash;
    std::string m_digest;
    std::optional<Error> m_failure;
    bool m_isMisplaced = false;
    bool m_isPatchwork = false;
};

/// The file is there under its own name with this size and content. `step` as in addFile().
bool isFetched(const DownloadItem& item, const std::function<void(std::int64_t)>& step);

} // namespace winnow::net
