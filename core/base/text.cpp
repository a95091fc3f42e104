#include "core/base/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace winnow::text {

namespace {

    bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

    bool isContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

    /// Length of the valid UTF-8 sequence at the start of `bytes`, 0 if there is none; the code point goes to
    /// `codePoint`.
    std::size_t decodeOne(std::string_view bytes, char32_t& codePoint)
    {
        const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
        const unsigned char lead = at(0);
        if (lead < 0x80) {
            codePoint = lead;
            return 1;
        }
        const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length)
            return 0;
        codePoint = lead & (0xFF >> (length + 1));
        for (std::size_t i = 1; i < length; ++i) {
            if (!isContinuation(at(i)))
                return 0;
            codePoint = (codePoint << 6) | (at(i) & 0x3F);
        }
        static constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
        const bool isSurrogate = codePoint >= 0xD800 && codePoint <= 0xDFFF;
        if (codePoint < kSmallest[length] || codePoint > 0x10FFFF || isSurrogate)
            return 0;
        return length;
    }

} // namespace

std::string joined(const std::vector<std::string>& items, std::string_view separator)
{
    std::string out;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            out += separator;
        out += items[i];
    }
    return out;
}

std::vector<std::string> split(std::string_view line, char separator)
{
    std::vector<std::string> pieces;
    std::size_t start = 0;
    for (auto end = line.find(separator); end != std::string_view::npos; end = line.find(separator, start)) {
        pieces.emplace_back(line.substr(start, end - start));
        start = end + 1;
    }
    pieces.emplace_back(line.substr(start));
    return pieces;
}

std::string_view trimmed(std::string_view line)
{
    while (!line.empty() && isSpace(line.front()))
        line.remove_prefix(1);
    while (!line.empty() && isSpace(line.back()))
        line.remove_suffix(1);
    return line;
}

std::string toLowerAscii(std::string_view line)
{
    std::string out(line);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string replaced(std::string_view line, std::string_view from, std::string_view to)
{
    std::string out;
    std::size_t start = 0;
    for (auto hit = line.find(from); hit != std::string_view::npos; hit = line.find(from, start)) {
        out += line.substr(start, hit - start);
        out += to;
        start = hit + from.size();
    }
    out += line.substr(start);
    return out;
}

/// Bytes of ASCII at the start, eight at a time: what most texts are made of.
static std::size_t asciiLength(std::string_view bytes)
{
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    std::size_t at = 0;
    for (std::uint64_t eight = 0; at + sizeof eight <= bytes.size(); at += sizeof eight) {
        std::memcpy(&eight, bytes.data() + at, sizeof eight);
        if ((eight & kHighBits) != 0)
            break;
    }
    while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80)
        ++at;
    return at;
}

std::size_t findInvalidUtf8(std::string_view bytes)
{
    std::size_t at = 0;
    char32_t ignored = 0;
    while (at < bytes.size()) {
        at += asciiLength(bytes.substr(at));
        if (at == bytes.size())
            break;
        const auto length = decodeOne(bytes.substr(at), ignored);
        if (length == 0)
            return at;
        at += length;
    }
    return std::string_view::npos;
}

bool isValidUtf8(std::string_view bytes) { return findInvalidUtf8(bytes) == std::string_view::npos; }

std::size_t countCodePoints(std::string_view line)
{
    std::size_t count = 0;
    char32_t ignored = 0;
    for (std::size_t at = 0; at < line.size(); ++count) {
        const auto length = decodeOne(line.substr(at), ignored);
        at += length == 0 ? 1 : length;
    }
    return count;
}

std::u32string toCodePoints(std::string_view line)
{
    std::u32string out;
    for (std::size_t at = 0; at < line.size();) {
        char32_t codePoint = 0;
        const auto length = decodeOne(line.substr(at), codePoint);
        out += length == 0 ? U'\uFFFD' : codePoint;
        at += length == 0 ? 1 : length;
    }
    return out;
}

void appendUtf8(std::string& out, char32_t c)
{
    const auto push = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) {
        push(c);
    } else if (c < 0x800) {
        push(0xC0 | (c >> 6));
        push(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        push(0xE0 | (c >> 12));
        push(0x80 | ((c >> 6) & 0x3F));
        push(0x80 | (c & 0x3F));
    } else {
        push(0xF0 | (c >> 18));
        push(0x80 | ((c >> 12) & 0x3F));
        push(0x80 | ((c >> 6) & 0x3F));
        push(0x80 | (c & 0x3F));
    }
}

std::string shortened(std::string_view line, std::size_t maxCodePoints)
{
    const auto codePoints = toCodePoints(line.substr(0, maxCodePoints * 4 + 4));
    std::string out;
    for (std::size_t i = 0; i < codePoints.size() && i < maxCodePoints; ++i)
        appendUtf8(out, codePoints[i]);
    if (codePoints.size() > maxCodePoints)
        out += "…";
    return out;
}

std::size_t countWords(std::string_view line)
{
    std::size_t count = 0;
    bool inside = false;
    for (const char c : line) {
        if (!isSpace(c) && !inside)
            ++count;
        inside = !isSpace(c);
    }
    return count;
}

bool parseDouble(std::string_view line, double& value)
{
    line = trimmed(line);
    if (!line.empty() && line.front() == '+')
        line.remove_prefix(1);
    const auto result = std::from_chars(line.data(), line.data() + line.size(), value);
    return !line.empty() && result.ec == std::errc() && result.ptr == line.data() + line.size();
}

bool parseInt(std::string_view line, std::int64_t& value)
{
    line = trimmed(line);
    const auto result = std::from_chars(line.data(), line.data() + line.size(), value);
    return !line.empty() && result.ec == std::errc() && result.ptr == line.data() + line.size();
}

std::string toText(double value)
{
    char buffer[64];
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
    return std::string(buffer, result.ptr);
}

std::string fixed(double value, int digits)
{
    if (!std::isfinite(value))
        return {};
    char buffer[400]; // the largest double has 309 digits before its point
    std::snprintf(buffer, sizeof buffer, "%.*f", std::clamp(digits, 0, 60), value);
    return buffer;
}

std::string significant(double value, int digits)
{
    if (std::isnan(value))
        return "unknown";
    char buffer[80];
    std::snprintf(buffer, sizeof buffer, "%.*g", std::clamp(digits, 1, 60), value);
    return buffer;
}

} // namespace winnow::text
