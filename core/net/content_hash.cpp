#include "core/net/content_hash.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"

#include <glib.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace winnow::net {

namespace {

    constexpr std::size_t kPieceBytes = std::size_t(4) << 20;

    [[noreturn]] void failReading(const std::filesystem::path& file, const std::string& why)
    {
        throw Error(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
            text::join("cannot read ", file.string(), ": ", why));
    }

    struct Descriptor {
        int number;
        ~Descriptor() { ::close(number); }
    };

} // namespace

struct ContentHash::State {
    std::unique_ptr<file::Sha256> sha256;
    std::unique_ptr<GChecksum, void (*)(GChecksum*)> sha1{nullptr, &g_checksum_free};
};

bool Checksum::isValid() const
{
    const auto digits = static_cast<std::size_t>(kind == Kind::Sha256 ? 64 : 40);
    return hex.size() == digits && hex.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string_view toString(Checksum::Kind kind) { return kind == Checksum::Kind::Sha256 ? "SHA-256" : "git blob hash"; }

ContentHash::ContentHash(Checksum::Kind kind, std::int64_t totalBytes)
    : m_state(std::make_unique<State>())
{
    if (kind == Checksum::Kind::Sha256) {
        m_state->sha256 = std::make_unique<file::Sha256>();
        return;
    }
    m_state->sha1.reset(g_checksum_new(G_CHECKSUM_SHA1));
    require(m_state->sha1 != nullptr, ErrorCode::Internal, "GLib computes no SHA-1");
    add(text::join("blob ", totalBytes) + '\0');
}

ContentHash::~ContentHash() = default;
ContentHash::ContentHash(ContentHash&&) noexcept = default;
ContentHash& ContentHash::operator=(ContentHash&&) noexcept = default;

void ContentHash::add(std::string_view bytes)
{
    if (m_state->sha256)
        m_state->sha256->add(bytes);
    else
        g_checksum_update(
            m_state->sha1.get(), reinterpret_cast<const guchar*>(bytes.data()), static_cast<gssize>(bytes.size()));
}

std::string ContentHash::hexDigest()
{
    return m_state->sha256 ? m_state->sha256->hexDigest() : g_checksum_get_string(m_state->sha1.get());
}

void addFile(ContentHash& hash, const std::filesystem::path& file, std::int64_t bytes,
    const std::function<void(std::int64_t)>& step)
{
    const Descriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (descriptor.number < 0)
        failReading(file, std::generic_category().message(errno));
    std::vector<char> piece(static_cast<std::size_t>(std::min<std::int64_t>(bytes, kPieceBytes)));
    for (std::int64_t done = 0; done < bytes;) {
        const auto wanted = std::min<std::int64_t>(bytes - done, static_cast<std::int64_t>(piece.size()));
        const auto got = ::read(descriptor.number, piece.data(), static_cast<std::size_t>(wanted));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            failReading(file, got < 0 ? std::generic_category().message(errno) : "it is shorter than a moment ago");
        hash.add({piece.data(), static_cast<std::size_t>(got)});
        done += got;
        step(got);
    }
}

} // namespace winnow::net
