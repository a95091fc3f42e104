#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Builds zip files and pickle programs by hand, good ones and evil ones.
namespace winnow::tensor::build {

template <typename Number> std::string bytes(Number value)
{
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

inline std::string text(std::string_view value)
{
    return "X" + bytes(static_cast<std::uint32_t>(value.size())) + std::string(value);
}
inline std::string integer(std::int64_t value) { return "\x8a\x08" + bytes(value); }
inline std::string name(std::string_view module, std::string_view what)
{
    return "c" + std::string(module) + "\n" + std::string(what) + "\n";
}
inline std::string tuple(const std::vector<std::int64_t>& values)
{
    std::string out = "(";
    for (const auto value : values)
        out += integer(value);
    return out + "t";
}

struct TensorSpec {
    std::string key = "0";
    std::string type = "FloatStorage";
    std::int64_t storageElements = 4;
    std::int64_t offset = 0;
    std::vector<std::int64_t> shape{4};
    std::vector<std::int64_t> strides{1};
};

inline std::string tensor(const TensorSpec& spec)
{
    return name("torch._utils", "_rebuild_tensor_v2") + "((" + text("storage") + name("torch", spec.type)
        + text(spec.key) + text("cpu") + integer(spec.storageElements) + "tQ" + integer(spec.offset) + tuple(spec.shape)
        + tuple(spec.strides) + "\x89" + name("collections", "OrderedDict") + ")RtR";
}

/// A program that gives {key: value} from ready-made parts.
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& items)
{
    std::string out = "}(";
    for (const auto& [key, value] : items)
        out += text(key) + value;
    return out + "u";
}
inline std::string program(const std::string& body) { return "\x80\x02" + body + "."; }

struct ZipEntry {
    std::string name;
    std::string content;
    std::uint16_t method = 0;
    std::uint32_t claimedSize = 0xFFFFFFFE; ///< as long as the content unless set
};

inline std::string zip(const std::vector<ZipEntry>& entries)
{
    std::string out, directory;
    for (const auto& entry : entries) {
        const auto size =
            entry.claimedSize == 0xFFFFFFFE ? static_cast<std::uint32_t>(entry.content.size()) : entry.claimedSize;
        const std::string common = std::string(4, '\0') + bytes(entry.method) + std::string(8, '\0') + bytes(size)
            + bytes(size) + bytes(static_cast<std::uint16_t>(entry.name.size()));
        directory += bytes(std::uint32_t(0x02014b50)) + std::string(2, '\0') + common + std::string(12, '\0')
            + bytes(static_cast<std::uint32_t>(out.size())) + entry.name;
        out += bytes(std::uint32_t(0x04034b50)) + common + std::string(2, '\0') + entry.name + entry.content;
    }
    const auto start = static_cast<std::uint32_t>(out.size());
    const auto count = static_cast<std::uint16_t>(entries.size());
    return out + directory + bytes(std::uint32_t(0x06054b50)) + std::string(4, '\0') + bytes(count) + bytes(count)
        + bytes(static_cast<std::uint32_t>(directory.size())) + bytes(start) + std::string(2, '\0');
}

/// A torch file with this program and the floats 0 1 2 3 as storage "0".
inline std::string archive(const std::string& pickle)
{
    std::string floats;
    for (const float value : {0.0f, 1.0f, 2.0f, 3.0f})
        floats += bytes(value);
    return zip({{"m/data.pkl", pickle}, {"m/data/0", floats}, {"m/version", "3\n"}});
}

} // namespace winnow::tensor::build
