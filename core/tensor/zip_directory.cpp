#include "core/tensor/zip_directory.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace winnow::tensor {

namespace {

    using Bytes = std::span<const std::byte>;

    constexpr std::uint32_t kLocalMark = 0x04034b50;
    constexpr std::uint32_t kEntryMark = 0x02014b50;
    constexpr std::uint32_t kEndMark = 0x06054b50;
    constexpr std::uint32_t kEnd64Mark = 0x06064b50;
    constexpr std::uint32_t kLocator64Mark = 0x07064b50;
    constexpr std::uint64_t kMaxEntries = 1'000'000;

    /// Reads little-endian numbers at checked offsets.
    class ZipReader {
    public:
        ZipReader(Bytes file, const std::string& what)
            : m_file(file)
            , m_what(what)
        {
        }

        [[noreturn]] void fail(const std::string& problem, ErrorCode code = ErrorCode::BadFile) const
        {
            throw Error(code, text::join("cannot read ", m_what, " as a torch archive: ", problem));
        }

        Bytes bytes(std::uint64_t offset, std::uint64_t size) const
        {
            if (offset > m_file.size() || size > m_file.size() - offset)
                fail("its zip directory points outside the file (is it cut off?)");
            return m_file.subspan(offset, size);
        }

        template <typename Number> Number number(std::uint64_t offset) const
        {
            Number value = 0;
            std::memcpy(&value, bytes(offset, sizeof value).data(), sizeof value);
            return value;
        }

        std::uint64_t size() const { return m_file.size(); }

    private:
        Bytes m_file;
        const std::string& m_what;
    };

    struct Directory {
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::uint64_t entryCount = 0;
    };

    /// The end record stands in the last 64 KiB: 22 bytes and a comment.
    std::uint64_t findEnd(const ZipReader& zip)
    {
        if (zip.size() < 22)
            zip.fail("it is too short for a zip file");
        const std::uint64_t lowest = zip.size() - std::min<std::uint64_t>(zip.size(), 22 + 0xFFFF);
        for (std::uint64_t at = zip.size() - 22;; --at) {
            if (zip.number<std::uint32_t>(at) == kEndMark && at + 22 + zip.number<std::uint16_t>(at + 20) == zip.size())
                return at;
            if (at == lowest)
                zip.fail("it has no zip directory at its end (is it cut off?)");
        }
    }

    Directory findDirectory(const ZipReader& zip)
    {
        const auto end = findEnd(zip);
        Directory found{zip.number<std::uint32_t>(end + 16), zip.number<std::uint32_t>(end + 12),
            zip.number<std::uint16_t>(end + 10)};
        if (end >= 20 && zip.number<std::uint32_t>(end - 20) == kLocator64Mark) {
            const auto record = zip.number<std::uint64_t>(end - 12);
            if (zip.bytes(record, 56).empty() || zip.number<std::uint32_t>(record) != kEnd64Mark)
                zip.fail("its zip64 directory is broken");
            found = {zip.number<std::uint64_t>(record + 48), zip.number<std::uint64_t>(record + 40),
                zip.number<std::uint64_t>(record + 32)};
        }
        zip.bytes(found.offset, found.size);
        if (found.entryCount > kMaxEntries || found.entryCount > found.size / 46)
            zip.fail(text::join("its zip directory claims ", found.entryCount, " entries"));
        return found;
    }

    struct Entry {
        std::string name;
        std::uint64_t size = 0;
        std::uint64_t packedSize = 0;
        std::uint64_t localOffset = 0;
        std::uint64_t recordSize = 0;
    };

    /// Sizes that do not fit into 32 bits stand in the extra field 1, in this order, only those that do not fit.
    void readZip64Extra(const ZipReader& zip, Entry& entry, std::uint64_t at, std::uint64_t extraSize)
    {
        const auto end = at + extraSize;
        while (at + 4 <= end) {
            const auto id = zip.number<std::uint16_t>(at);
            const auto fieldEnd = at + 4 + zip.number<std::uint16_t>(at + 2);
            if (id != 1) {
                at = fieldEnd;
                continue;
            }
            std::uint64_t next = at + 4;
            for (auto* value : {&entry.size, &entry.packedSize, &entry.localOffset}) {
                if (*value != 0xFFFFFFFF)
                    continue;
                if (next + 8 > fieldEnd)
                    zip.fail("its zip64 sizes are broken");
                *value = zip.number<std::uint64_t>(next);
                next += 8;
            }
            return;
        }
    }

    Entry readEntry(const ZipReader& zip, std::uint64_t at)
    {
        if (zip.bytes(at, 46).empty() || zip.number<std::uint32_t>(at) != kEntryMark)
            zip.fail("its zip directory is broken");
        const auto flags = zip.number<std::uint16_t>(at + 8);
        const auto method = zip.number<std::uint16_t>(at + 10);
        const std::uint64_t nameSize = zip.number<std::uint16_t>(at + 28);
        const std::uint64_t extraSize = zip.number<std::uint16_t>(at + 30);
        const std::uint64_t commentSize = zip.number<std::uint16_t>(at + 32);
        const auto name = zip.bytes(at + 46, nameSize);
        Entry entry{std::string(reinterpret_cast<const char*>(name.data()), name.size()),
            zip.number<std::uint32_t>(at + 24), zip.number<std::uint32_t>(at + 20), zip.number<std::uint32_t>(at + 42),
            46 + nameSize + extraSize + commentSize};
        zip.bytes(at, entry.recordSize);
        readZip64Extra(zip, entry, at + 46 + nameSize, extraSize);
        if (method != 0 || (flags & 1) != 0)
            zip.fail(text::join("its entry ", text::shortened(entry.name, 80), " is ",
                         method != 0 ? "compressed" : "encrypted", ", torch stores entries as they are"),
                ErrorCode::Unsupported);
        if (entry.size != entry.packedSize)
            zip.fail(text::join("its entry ", text::shortened(entry.name, 80), " has two different sizes"));
        return entry;
    }

    Bytes entryBytes(const ZipReader& zip, const Entry& entry)
    {
        if (zip.bytes(entry.localOffset, 30).empty() || zip.number<std::uint32_t>(entry.localOffset) != kLocalMark)
            zip.fail(text::join("its entry ", text::shortened(entry.name, 80), " is not where the directory says"));
        const auto header = 30 + std::uint64_t(zip.number<std::uint16_t>(entry.localOffset + 26))
            + zip.number<std::uint16_t>(entry.localOffset + 28);
        return zip.bytes(entry.localOffset + header, entry.size);
    }

} // namespace

bool looksLikeZip(Bytes file)
{
    std::uint32_t mark = 0;
    if (file.size() >= 4)
        std::memcpy(&mark, file.data(), 4);
    return mark == kLocalMark;
}

std::map<std::string, Bytes> readZipDirectory(Bytes file, const std::string& what)
{
    const ZipReader zip(file, what);
    const Directory directory = findDirectory(zip);
    std::map<std::string, Bytes> out;
    std::uint64_t at = directory.offset;
    for (std::uint64_t i = 0; i < directory.entryCount; ++i) {
        const Entry entry = readEntry(zip, at);
        at += entry.recordSize;
        if (!out.emplace(entry.name, entryBytes(zip, entry)).second)
            zip.fail(text::join("its entry ", text::shortened(entry.name, 80), " is there twice"));
    }
    return out;
}

} // namespace winnow::tensor
