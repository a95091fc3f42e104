#include "core/net/address.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace winnow::net {

namespace {

    constexpr std::size_t kLongestKept = 2048;
    constexpr std::size_t kLongestPassing = 8192; ///< a signed address takes about 2,000

    using Parsed = std::unique_ptr<CURLU, void (*)(CURLU*)>;

    Parsed makeParsed()
    {
        Parsed parsed(curl_url(), &curl_url_cleanup);
        require(parsed != nullptr, ErrorCode::OutOfMemory, "memory ran out");
        return parsed;
    }

    /// One part of an address, empty where it has none.
    std::string partOf(CURLU* address, CURLUPart part, unsigned flags = 0)
    {
        char* raw = nullptr;
        const auto code = curl_url_get(address, part, &raw, flags);
        const std::string out = code == CURLUE_OK && raw != nullptr ? raw : "";
        curl_free(raw);
        return out;
    }

    Address checked(const std::string& url, bool hasKey, std::size_t longest)
    {
        require(url.size() <= longest, ErrorCode::InvalidInput,
            text::join("the server's address is longer than ", longest, " bytes"));
        const auto address = readAddress(url);
        require(address.scheme == "http" || address.scheme == "https", ErrorCode::InvalidInput,
            "the server's address must start with https:// or http://");
        require(address.scheme == "https" || !hasKey || isThisMachine(address.host) || isPrivateNetwork(address.host),
            ErrorCode::InvalidInput,
            text::join("the key is not sent to ", text::shortened(address.host, 80),
                " over plain http, where others could read it: use https, or no key"));
        return address;
    }

} // namespace

Address readAddress(const std::string& url)
{
    const auto parsed = makeParsed();
    const bool isRead =
        url.size() <= kLongestPassing && curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK;
    require(isRead, ErrorCode::InvalidInput,
        "the server's address cannot be read: expected something like https://api.example.com/v1");
    const auto has = [&](CURLUPart part) { return !partOf(parsed.get(), part).empty(); };
    Address out;
    out.scheme = text::toLowerAscii(partOf(parsed.get(), CURLUPART_SCHEME));
    out.host = text::toLowerAscii(partOf(parsed.get(), CURLUPART_HOST));
    out.port = partOf(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    out.hasUser = has(CURLUPART_USER) || has(CURLUPART_PASSWORD);
    out.hasQuery = has(CURLUPART_QUERY) || has(CURLUPART_FRAGMENT);
    return out;
}

/// Digits and dots: a name such as 127.example.com is none.
static bool isDotted(const std::string& host)
{
    return std::all_of(
        host.begin(), host.end(), [](char c) { return c == '.' || std::isdigit(static_cast<unsigned char>(c)) != 0; });
}

bool isThisMachine(const std::string& host)
{
    return host == "localhost" || host == "[::1]" || (isDotted(host) && host.starts_with("127."))
        || host.ends_with(".localhost");
}

bool isPrivateNetwork(const std::string& host)
{
    int second = 0;
    if (host.starts_with("172."))
        second = std::atoi(host.c_str() + 4);
    return isDotted(host)
        && (host.starts_with("10.") || host.starts_with("192.168.") || (second >= 16 && second <= 31));
}

void checkAddress(const std::string& url, bool hasKey)
{
    const auto address = checked(url, hasKey, kLongestKept);
    require(!address.hasUser && !address.hasQuery, ErrorCode::InvalidInput,
        "the server's address must hold no user name, password, query or fragment: the address is kept with the "
        "project, a key belongs into the keychain or an environment variable");
}

void checkPassingAddress(const std::string& url, bool hasKey)
{
    require(!checked(url, hasKey, kLongestPassing).hasUser, ErrorCode::InvalidInput,
        "the server's address must hold no user name or password");
}

std::string redirectTarget(const std::string& from, const std::string& location)
{
    const auto refuse = [&](const std::string& why) {
        throw Error(
            ErrorCode::Io, text::join(shownAddress(from), " redirects to an address that is not followed: ", why));
    };
    const auto parsed = makeParsed();
    if (location.empty() || location.size() > kLongestPassing
        || curl_url_set(parsed.get(), CURLUPART_URL, from.c_str(), 0) != CURLUE_OK
        || curl_url_set(parsed.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK)
        refuse(location.empty() ? "it names none" : "it cannot be read");
    curl_url_set(parsed.get(), CURLUPART_FRAGMENT, nullptr, 0);
    const auto target = partOf(parsed.get(), CURLUPART_URL);
    const auto source = readAddress(from);
    const auto next = readAddress(target);
    if (next.scheme != "http" && next.scheme != "https")
        refuse(text::join(text::shortened(next.scheme, 20), " is not http"));
    if (next.hasUser)
        refuse("it holds a user name");
    if (next.scheme == "http" && source.scheme == "https")
        refuse(text::join("it leaves https for plain http at ", text::shortened(next.host, 80)));
    if (next.scheme == "http" && next.host != source.host && !isThisMachine(next.host) && !isPrivateNetwork(next.host))
        refuse(text::join("plain http to another host, ", text::shortened(next.host, 80)));
    return target;
}

std::string shownAddress(const std::string& url)
{
    const auto end = url.find_first_of("?#");
    return text::shortened(std::string_view(url).substr(0, end), 200);
}

std::string encodedPath(const std::string& path)
{
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    static constexpr std::string_view kPlain = "-._~/";
    std::string out;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 128 && std::isalnum(byte) != 0) || kPlain.find(c) != std::string_view::npos)
            out += c;
        else
            out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return out;
}

} // namespace winnow::net
