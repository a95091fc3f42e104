#pragma once

#include <string>
#include <string_view>

namespace winnow::net {

/// Where a key is kept. This may be stored, shown and written into recipes; the key itself never is.
struct KeySource {
    enum class Kind { None, Environment, Keychain };
    Kind kind = Kind::None;
    std::string name; ///< of the environment variable, or of the keychain's entry; empty with None

    /// "none", "env:OPENAI_API_KEY", "keychain:openai"
    std::string text() const;
    /// The reverse of text(). Throws Error(InvalidInput), whose message repeats nothing that could be a key.
    static KeySource fromText(std::string_view text);
    /// An environment variable's name is A-Z, 0-9 and _ and at most 64 long: a key pasted in its place is refused
    /// before it is stored anywhere. Throws Error(InvalidInput).
    void validate() const;
    bool operator==(const KeySource&) const = default;
};

/// A key in memory. It prints nowhere by itself; texts that may carry it pass through redacted().
class Secret {
public:
    Secret() = default;
    /// Throws Error(InvalidInput) for what cannot stand in a header line: over 4,096 bytes, control characters, not
    /// ASCII.
    explicit Secret(std::string value);

    bool empty() const { return m_value.empty(); }
    /// For the request's header and the keychain alone.
    const std::string& reveal() const { return m_value; }
    /// The text with the key, and every piece of eight or more of its characters in a row, replaced by "[key]".
    std::string redacted(std::string_view text) const;

private:
    std::string m_value;
};

/// The key of a source; an empty one with None. Throws Error: NotFound (variable not set, no such entry), Io (no
/// keychain answers). May wait for the user to unlock the keychain.
Secret loadSecret(const KeySource& source);

/// Puts a key into the desktop's keychain (Secret Service, through libsecret), replacing one of the same name. Throws
/// Error: InvalidInput, Io.
void storeInKeychain(const std::string& name, const Secret& key);
/// False where there was none. Throws Error: InvalidInput, Io.
bool removeFromKeychain(const std::string& name);

} // namespace winnow::net
