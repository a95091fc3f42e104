#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>

namespace winnow::tensor {

/// The entries of a zip file that stores without compressing, as torch does: name -> its bytes inside `file`.
/// Understands zip64. Every offset and size is checked against the file; compressed or encrypted entries, repeated
/// names and directories of more than a million entries are refused. `what` names the file in messages. Throws Error:
/// BadFile, Unsupported (compressed).
std::map<std::string, std::span<const std::byte>> readZipDirectory(
    std::span<const std::byte> file, const std::string& what);

/// Whether the bytes begin like a zip file.
bool looksLikeZip(std::span<const std::byte> file);

} // namespace winnow::tensor
