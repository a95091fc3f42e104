#include "core/net/secret.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <libsecret/secret.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <unordered_set>

namespace winnow::net {

namespace {

    constexpr std::size_t kLongestName = 64;
    constexpr std::size_t kLongestKey = 4096;
    constexpr std::size_t kTellingLength = 8; ///< so many characters of a key in a row are taken for a part of it
    constexpr const char* kHidden = "[key]";

    bool isVariableCharacter(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

    bool isEntryCharacter(char c)
    {
        return isVariableCharacter(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == ' ';
    }

    const SecretSchema& schema()
    {
        static const SecretSchema kSchema = [] {
            SecretSchema made{};
            made.name = "org.winnow.Key";
            made.flags = SECRET_SCHEMA_NONE;
            made.attributes[0] = {"name", SECRET_SCHEMA_ATTRIBUTE_STRING};
            return made;
        }();
        return kSchema;
    }

    /// The message of a failed keychain call, which is freed.
    std::string takeMessage(GError* error)
    {
        const std::string message = error != nullptr && error->message != nullptr ? error->message : "no reason given";
        g_clear_error(&error);
        return message;
    }

    [[noreturn]] void failKeychain(const std::string& attempt, GError* error)
    {
        throw Error(ErrorCode::Io,
            text::join(attempt, ": ", takeMessage(error), "; a key can also be given in an environment variable"));
    }

    Secret lookUp(const std::string& name)
    {
        GError* error = nullptr;
        const std::unique_ptr<gchar, void (*)(gchar*)> found(
            secret_password_lookup_sync(&schema(), nullptr, &error, "name", name.c_str(), nullptr),
            &secret_password_free);
        if (error != nullptr)
            failKeychain(text::join("cannot read the key \"", name, "\" from the keychain"), error);
        require(found != nullptr, ErrorCode::NotFound,
            text::join(
                "the keychain has no key named \"", name, "\": store one first, or name an environment variable"));
        return Secret(found.get());
    }

} // namespace

std::string KeySource::text() const
{
    return kind == Kind::None ? "none" : (kind == Kind::Environment ? "env:" : "keychain:") + name;
}

KeySource KeySource::fromText(std::string_view text)
{
    KeySource source;
    if (text.starts_with("env:"))
        source = {Kind::Environment, std::string(text.substr(4))};
    else if (text.starts_with("keychain:"))
        source = {Kind::Keychain, std::string(text.substr(9))};
    else
        require(text.empty() || text == "none", ErrorCode::InvalidInput,
            "a key's source is none, env:NAME or keychain:NAME; the key itself is never written there");
    source.validate();
    return source;
}

void KeySource::validate() const
{
    if (kind == Kind::None) {
        require(name.empty(), ErrorCode::InvalidInput, "a key from nowhere has no name");
        return;
    }
    const bool isVariable = kind == Kind::Environment;
    const bool isSpelled = std::all_of(name.begin(), name.end(), isVariable ? isVariableCharacter : isEntryCharacter);
    const bool isSized = !name.empty() && name.size() <= kLongestName;
    const bool startsRight = isSized && !(isVariable && name[0] >= '0' && name[0] <= '9');
    require(isSpelled && startsRight, ErrorCode::InvalidInput,
        isVariable
            ? "the name of the environment variable with the key must be of capital letters, digits and _, such as "
              "OPENAI_API_KEY; the key itself must not stand here"
            : "the name of a key in the keychain must be of letters, digits, blanks, dots and dashes, at most 64");
}

Secret::Secret(std::string value)
    : m_value(text::trimmed(value))
{
    require(m_value.size() <= kLongestKey, ErrorCode::InvalidInput,
        text::join("the key is ", m_value.size(), " bytes long, expected at most ", kLongestKey));
    const bool isPlain = std::all_of(m_value.begin(), m_value.end(), [](char c) { return c > ' ' && c <= '~'; });
    require(isPlain, ErrorCode::InvalidInput, "the key holds blanks or characters that a key cannot have");
}

std::string Secret::redacted(std::string_view text) const
{
    if (m_value.empty())
        return std::string(text);
    if (m_value.size() <= kTellingLength)
        return text::replaced(text, m_value, kHidden);
    std::unordered_set<std::string_view> pieces;
    for (std::size_t i = 0; i + kTellingLength <= m_value.size(); ++i)
        pieces.insert(std::string_view(m_value).substr(i, kTellingLength));
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i;
        while (end + kTellingLength <= text.size() && pieces.contains(text.substr(end, kTellingLength)))
            ++end;
        if (end == i) {
            out += text[i++];
            continue;
        }
        out += kHidden;
        i = end + kTellingLength - 1;
    }
    return out;
}

Secret loadSecret(const KeySource& source)
{
    source.validate();
    if (source.kind == KeySource::Kind::None)
        return {};
    if (source.kind == KeySource::Kind::Keychain)
        return lookUp(source.name);
    const char* const value = std::getenv(source.name.c_str());
    require(value != nullptr && *value != '\0', ErrorCode::NotFound,
        text::join("the environment variable ", source.name, ", which should hold the key, is not set"));
    return Secret(value);
}

void storeInKeychain(const std::string& name, const Secret& key)
{
    KeySource{KeySource::Kind::Keychain, name}.validate();
    require(!key.empty(), ErrorCode::InvalidInput, text::join("the key to be stored as \"", name, "\" is empty"));
    GError* error = nullptr;
    const auto label = "Winnow: " + name;
    if (secret_password_store_sync(&schema(), SECRET_COLLECTION_DEFAULT, label.c_str(), key.reveal().c_str(), nullptr,
            &error, "name", name.c_str(), nullptr)
        == FALSE)
        failKeychain(text::join("cannot store the key \"", name, "\" in the keychain"), error);
}

bool removeFromKeychain(const std::string& name)
{
    KeySource{KeySource::Kind::Keychain, name}.validate();
    GError* error = nullptr;
    const auto removed = secret_password_clear_sync(&schema(), nullptr, &error, "name", name.c_str(), nullptr);
    if (error != nullptr)
        failKeychain(text::join("cannot remove the key \"", name, "\" from the keychain"), error);
    return removed != FALSE;
}

} // namespace winnow::net
