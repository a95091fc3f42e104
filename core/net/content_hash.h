#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace winnow::net {

/// What a hub says a file's content is.
struct Checksum {
    enum class Kind {
        Sha256,  ///< of the content; files in large-file storage
        GitBlob, ///< SHA-1 of "blob SIZE\0" and the content, as git names it; all other files
    };
    Kind kind = Kind::Sha256;
    std::string hex; ///< lower case; 64 or 40 digits

    bool isValid() const;
    bool operator==(const Checksum&) const = default;
};

/// "SHA-256" or "git blob hash".
std::string_view toString(Checksum::Kind kind);

/// The same for content that comes piece by piece. SHA-1 is GLib's.
class ContentHash {
public:
    /// `totalBytes` is the whole content's size, which a git blob begins with.
    ContentHash(Checksum::Kind kind, std::int64_t totalBytes);
    ~ContentHash();
    ContentHash(ContentHash&&) noexcept;
    ContentHash& operator=(ContentHash&&) noexcept;

    void add(std::string_view bytes);
    /// The object must not be used afterwards.
    std::string hexDigest();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Adds the first `bytes` of a file; `step(count)` is told after each piece of at most 4 MB and may throw to end it.
/// Throws Error: NotFound, Io (also where the file is shorter).
void addFile(ContentHash& hash, const std::filesystem::path& file, std::int64_t bytes,
    const std::function<void(std::int64_t)>& step);

} // namespace winnow::net
