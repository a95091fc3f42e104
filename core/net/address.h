#pragma once

#include <string>

namespace winnow::net {

/// An address taken apart by the same code that requests use, so that nothing reads it differently.
struct Address {
    std::string scheme; ///< lower case
    std::string host;   ///< lower case; an IPv6 address in its brackets
    std::string port;   ///< digits, the scheme's own where none is named
    bool hasUser = false;
    bool hasQuery = false; ///< or a fragment

    /// "https://host:443": what a key belongs to.
    std::string origin() const { return scheme + "://" + host + ":" + port; }
};

/// Throws Error(InvalidInput) for what is no address; the message repeats nothing of it.
Address readAddress(const std::string& url);

bool isThisMachine(const std::string& host);
/// An IPv4 address that no packet of the internet has: 10/8, 172.16/12, 192.168/16.
bool isPrivateNetwork(const std::string& host);

/// Checks an address before a key goes there: http or https, a host, no user name, password, query or fragment in it
/// (they would be stored), and no key over plain http except to this machine or a private network. Throws
/// Error(InvalidInput); the message repeats nothing of the address that could be secret.
void checkAddress(const std::string& url, bool hasKey);

/// The same for an address that is used once and kept nowhere, such as the signed one of a download: it may have a
/// query.
void checkPassingAddress(const std::string& url, bool hasKey);

/// Where a redirect from `from` leads: `location` resolved as a browser does. Https leads to https alone; http leads to
/// https, the same host, this machine or a private network. Throws Error(Io): anything else, among it file:, ftp:, user
/// names, addresses over 8,192 bytes.
std::string redirectTarget(const std::string& from, const std::string& location);

/// Scheme, host and path, at most 200 characters: without the query, which may hold a signature.
std::string shownAddress(const std::string& url);

/// A path as a part of an address: what is not a letter, digit or one of -._~/ becomes %XX.
std::string encodedPath(const std::string& path);

} // namespace winnow::net
