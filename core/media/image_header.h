#pragma once

#include "core/media/image.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace winnow::media {

/// The bytes of a picture file, read with bounds checks.
class HeaderBytes {
public:
    explicit HeaderBytes(std::span<const std::byte> bytes)
        : m_bytes(bytes)
    {
    }
    std::size_t size() const { return m_bytes.size(); }
    bool has(std::size_t at, std::size_t count) const { return at <= size() && count <= size() - at; }
    bool startsWith(std::size_t at, std::string_view text) const;
    /// 0 past the end, so that a truncated header reads as an impossible one.
    std::uint32_t u8(std::size_t at) const { return has(at, 1) ? static_cast<std::uint32_t>(m_bytes[at]) : 0; }
    std::uint32_t u16be(std::size_t at) const { return u8(at) << 8 | u8(at + 1); }
    std::uint32_t u16le(std::size_t at) const { return u8(at) | u8(at + 1) << 8; }
    std::uint32_t u24le(std::size_t at) const { return u16le(at) | u8(at + 2) << 16; }
    std::uint32_t u32be(std::size_t at) const { return u16be(at) << 16 | u16be(at + 2); }
    std::uint32_t u32le(std::size_t at) const { return u16le(at) | u16le(at + 2) << 16; }
    /// Offset of the next 0xFF byte, or size().
    std::size_t findFF(std::size_t at) const;

private:
    std::span<const std::byte> m_bytes;
};

/// A kind of picture that is known but not decoded.
struct UndecodedKind {
    const char* name;         ///< "a GIF"
    const char* betterEnding; ///< of a file it can be converted to without loss that matters: ".png"
};
/// By the first bytes; nothing for what is decoded and for what is no picture.
std::optional<UndecodedKind> findUndecodedKind(const HeaderBytes& bytes);

/// The header of a picture file given whole. Throws Error: BadFile, Unsupported; `what` names the file.
ImageHeader parseHeader(const HeaderBytes& bytes, std::string_view what);

/// Throws Error(BadFile) when the file's own structure says that its end is missing; the decoders below would fill the
/// rest with grey.
void checkComplete(const HeaderBytes& bytes, const ImageHeader& header, std::string_view what);

} // namespace winnow::media
