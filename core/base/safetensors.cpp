#include "core/base/safetensors.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace winnow::safetensors {

namespace {

    constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
    constexpr std::array<std::string_view, 10> kNames{
        "F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL"};
    constexpr std::array<std::size_t, 10> kSizes{8, 4, 2, 2, 8, 4, 2, 1, 1, 1};

    [[noreturn]] void fail(const std::filesystem::path& path, const std::string& problem)
    {
        throw Error(ErrorCode::BadFile, text::join("cannot read ", path.string(), " as safetensors: ", problem));
    }

    Type typeNamed(const std::string& name, const std::filesystem::path& path, const std::string& tensor)
    {
        const auto found = std::find(kNames.begin(), kNames.end(), name);
        if (found == kNames.end())
            fail(path, text::join(tensor, " has the unknown type ", text::shortened(name, 20)));
        return static_cast<Type>(found - kNames.begin());
    }

    /// Bytes a tensor of this shape needs, or a failure where the product overflows or a size is negative.
    std::uint64_t neededBytes(const Entry& entry, const std::filesystem::path& path)
    {
        std::uint64_t bytes = byteSize(entry.type);
        for (const auto size : entry.shape) {
            if (size < 0)
                fail(path, entry.name + " has a negative size");
            if (size > 0 && bytes > std::numeric_limits<std::int64_t>::max() / static_cast<std::uint64_t>(size))
                fail(path, entry.name + " has a shape too large to count");
            bytes *= static_cast<std::uint64_t>(size);
        }
        return bytes;
    }

    Entry readEntry(const std::string& name, const Json& value, const std::filesystem::path& path)
    {
        Entry entry;
        entry.name = name;
        const std::string what = path.string() + ", tensor " + text::shortened(name, 80);
        entry.type = typeNamed(json::field<std::string>(value, "dtype", what), path, name);
        entry.shape = json::field<std::vector<std::int64_t>>(value, "shape", what);
        const auto range = json::field<std::vector<std::uint64_t>>(value, "data_offsets", what);
        if (range.size() != 2 || range[0] > range[1])
            fail(path, name + " has data_offsets that are not [begin, end]");
        entry.begin = range[0];
        entry.end = range[1];
        if (neededBytes(entry, path) != entry.end - entry.begin)
            fail(path,
                text::join(
                    name, " covers ", entry.end - entry.begin, " bytes, its shape needs ", neededBytes(entry, path)));
        return entry;
    }

} // namespace

std::string_view toString(Type type) { return kNames.at(static_cast<std::size_t>(type)); }
std::size_t byteSize(Type type) { return kSizes.at(static_cast<std::size_t>(type)); }

std::int64_t Entry::elementCount() const
{
    std::int64_t count = 1;
    for (const auto size : shape)
        count *= size;
    return count;
}

Reader::Reader(const std::filesystem::path& path)
    : m_path(path)
    , m_map(path)
{
    const auto bytes = m_map.bytes();
    if (bytes.size() < 8)
        fail(path, text::join("it has ", bytes.size(), " bytes, too few for a header"));
    std::uint64_t headerSize = 0;
    std::memcpy(&headerSize, bytes.data(), 8);
    if (headerSize > kMaxHeaderBytes || headerSize > bytes.size() - 8)
        fail(path, text::join("its header claims ", headerSize, " bytes, the file has ", bytes.size()));
    m_dataStart = 8 + headerSize;
    const std::string_view headerText(reinterpret_cast<const char*>(bytes.data()) + 8, headerSize);
    const Json header = json::parse(headerText, "the header of " + path.string());
    if (!header.is_object())
        fail(path, "its header is not an object");
    for (const auto& [name, value] : header.items()) {
        if (name == "__metadata__") {
            if (!value.is_object())
                fail(path, "its __metadata__ is not an object");
            for (const auto& [key, item] : value.items())
                if (item.is_string())
                    m_metadata[key] = item.get<std::string>();
            continue;
        }
        m_entries.push_back(readEntry(name, value, path));
    }
    std::sort(m_entries.begin(), m_entries.end(), [](const Entry& a, const Entry& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end != b.end ? a.end < b.end : a.name < b.name;
    });
    std::uint64_t previousEnd = 0;
    for (const auto& entry : m_entries) {
        if (entry.begin < previousEnd)
            fail(path, entry.name + " overlaps another tensor");
        if (entry.end > bytes.size() - m_dataStart)
            fail(path,
                text::join(entry.name, " ends at byte ", entry.end, " of the data, the file holds ",
                    bytes.size() - m_dataStart, " (is it cut off?)"));
        previousEnd = entry.end;
    }
}

const Entry* Reader::find(std::string_view name) const
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& e) { return e.name == name; });
    return found == m_entries.end() ? nullptr : &*found;
}

std::span<const std::byte> Reader::bytes(const Entry& entry) const
{
    return m_map.bytes().subspan(m_dataStart + entry.begin, entry.end - entry.begin);
}

void write(
    const std::filesystem::path& path, std::vector<Part> parts, const std::map<std::string, std::string>& metadata)
{
    std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.name < b.name; });
    Json header = Json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t offset = 0;
    for (const auto& part : parts) {
        require(!header.contains(part.name), ErrorCode::InvalidInput,
            text::join("cannot write ", path.string(), ": tensor ", part.name, " is given twice"));
        header[part.name] = {{"dtype", toString(part.type)}, {"shape", part.shape},
            {"data_offsets", {offset, offset + part.bytes.size()}}};
        offset += part.bytes.size();
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' '); // data starts at a multiple of eight, as other writers do
    const std::uint64_t headerSize = text.size();
    std::string out;
    out.reserve(8 + text.size() + offset);
    out.append(reinterpret_cast<const char*>(&headerSize), 8);
    out += text;
    for (const auto& part : parts)
        out.append(reinterpret_cast<const char*>(part.bytes.data()), part.bytes.size());
    file::writeAtomically(path, out);
}

} // namespace winnow::safetensors
