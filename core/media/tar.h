#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace winnow::media {

/// One member of a tar archive as its header describes it.
struct TarEntry {
    std::string name;    ///< without "./" and doubled slashes; as it is written where it has a problem
    std::string problem; ///< why it is not used: "is a link, only files are read"; empty for a plain file
    std::int64_t sizeBytes = 0;
    std::int64_t offset = 0; ///< where its header starts in the archive
    bool isFolder = false;
};

/// Reads a tar archive (v7, ustar, pax or GNU; not compressed) member by member, from its start or from the header of
/// one member on. Nothing is unpacked, links are not followed, names that lead out are told apart, sizes are checked
/// before memory is taken. Thread: one at a time.
class TarReader {
public:
    /// Throws Error: NotFound, Io.
    explicit TarReader(const std::filesystem::path& archive, std::int64_t offset = 0);
    ~TarReader();
    TarReader(const TarReader&) = delete;
    TarReader& operator=(const TarReader&) = delete;

    /// The next member; false at the end. Throws Error(BadFile): the archive is damaged or ends early.
    bool next(TarEntry& out);
    /// The first bytes of the member that next() gave, `maxBytes` at most. Throws Error(BadFile).
    std::string readHead(std::size_t maxBytes);
    /// All of them. Throws Error: TooLarge, BadFile.
    std::string readAll(std::size_t maxBytes);
    /// For progress.
    std::int64_t bytesRead() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Writes a pax archive; equal members give equal bytes (no times, no owners).
class TarWriter {
public:
    /// Gets the archive piece by piece; what it throws comes out of the call that wrote.
    using Sink = std::function<void(std::string_view piece)>;

    explicit TarWriter(Sink sink);
    ~TarWriter();
    TarWriter(const TarWriter&) = delete;
    TarWriter& operator=(const TarWriter&) = delete;

    /// The name is printable ASCII. Throws what the sink throws.
    void add(const std::string& name, std::string_view content);
    /// The archive's end; nothing may be added after it.
    void finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// True when the bytes at a file's start are the header of a tar archive: its checksum is right.
bool isTarHeader(std::string_view bytes);

} // namespace winnow::media
