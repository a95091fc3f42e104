#include "core/net/hub.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <set>

namespace winnow::net {

namespace {

    constexpr std::size_t kMostListingBytes = std::size_t(32) << 20;
    constexpr std::size_t kMostFiles = 20'000;
    constexpr std::int64_t kMostFileBytes = std::int64_t(2) << 40;
    constexpr std::size_t kLongestPath = 240;
    constexpr std::ptrdiff_t kMostLevels = 8;
    constexpr std::size_t kLongestName = 96;
    constexpr const char* kWhat = "the hub's answer";

    bool isNameCharacter(char c)
    {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
    }

    bool isName(std::string_view name)
    {
        return !name.empty() && name.size() <= kLongestName && name.front() != '.' && name.front() != '-'
            && name.find("..") == std::string_view::npos && std::all_of(name.begin(), name.end(), isNameCharacter);
    }

    std::string fromEnvironmentOr(const char* name, const std::string& fallback)
    {
        const char* const value = std::getenv(name);
        return value != nullptr && *value != '\0' ? std::string(text::trimmed(value)) : fallback;
    }

    std::string textOr(const Json& object, const char* name)
    {
        return object.is_object() && object.contains(name) && object.at(name).is_string()
            ? text::shortened(object.at(name).get<std::string>(), 120)
            : "";
    }

    /// Without line breaks and the like: it is shown on terminals.
    std::string printable(std::string words)
    {
        std::replace_if(
            words.begin(), words.end(), [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }, ' ');
        return std::string(text::trimmed(words));
    }

    std::string licenceOf(const Json& answer)
    {
        const Json card = answer.contains("cardData") ? answer.at("cardData") : Json::object();
        auto licence = textOr(card, "license");
        if (card.is_object() && card.contains("license") && card.at("license").is_array()) {
            std::vector<std::string> all;
            for (const auto& one : card.at("license"))
                if (one.is_string() && all.size() < 8)
                    all.push_back(text::shortened(one.get<std::string>(), 60));
            licence = text::joined(all, ", ");
        }
        if (licence.empty() && answer.contains("tags") && answer.at("tags").is_array())
            for (const auto& tag : answer.at("tags"))
                if (tag.is_string() && tag.get_ref<const std::string&>().starts_with("license:"))
                    licence = text::shortened(tag.get<std::string>().substr(8), 120);
        const auto name = textOr(card, "license_name");
        return printable(licence == "other" && !name.empty() ? name : licence);
    }

    bool isGated(const Json& answer)
    {
        if (!answer.contains("gated"))
            return false;
        const auto& gated = answer.at("gated");
        return gated.is_boolean() ? gated.get<bool>() : gated.is_string();
    }

    std::int64_t sizeOf(const Json& entry)
    {
        const bool hasSize = entry.is_object() && entry.contains("size") && entry.at("size").is_number_integer();
        return hasSize ? entry.at("size").get<std::int64_t>() : -1;
    }

    /// Nothing where the entry has no size or checksum (a symbolic link, a hub that tells none).
    bool readFile(const Json& entry, HubFile& file)
    {
        file.path = json::field<std::string>(entry, "rfilename", kWhat);
        require(isSafePath(file.path), ErrorCode::BadFile,
            text::join("the hub lists a file under the name \"", printable(text::shortened(file.path, 120)),
                "\", which leads out of its folder or cannot be a file's name: nothing is fetched from there"));
        const Json lfs = entry.contains("lfs") ? entry.at("lfs") : Json();
        file.bytes = lfs.is_object() ? sizeOf(lfs) : sizeOf(entry);
        file.checksum = lfs.is_object() ? Checksum{Checksum::Kind::Sha256, textOr(lfs, "sha256")}
                                        : Checksum{Checksum::Kind::GitBlob, textOr(entry, "blobId")};
        const bool hasSize = file.bytes >= 0 || (entry.contains("size") && !entry.at("size").is_null());
        require(!hasSize || (file.bytes >= 0 && file.bytes <= kMostFileBytes), ErrorCode::BadFile,
            text::join("the hub lists ", file.path, " with an impossible size"));
        return file.bytes >= 0 && file.checksum.isValid();
    }

} // namespace

Hub Hub::fromEnvironment()
{
    Hub hub;
    hub.endpoint = fromEnvironmentOr("HF_ENDPOINT", hub.endpoint);
    while (hub.endpoint.ends_with('/'))
        hub.endpoint.pop_back();
    try {
        if (!fromEnvironmentOr("HF_TOKEN", "").empty())
            hub.token = Secret(fromEnvironmentOr("HF_TOKEN", ""));
    } catch (Error& error) {
        error.during("reading HF_TOKEN");
        throw;
    }
    try {
        checkAddress(hub.endpoint, !hub.token.empty());
    } catch (const Error& error) {
        throw Error(error.code(), text::join("HF_ENDPOINT cannot be used: ", error.what()));
    }
    return hub;
}

std::string Hub::host() const
{
    const auto address = readAddress(endpoint);
    const bool isUsual = address.port == (address.scheme == "https" ? "443" : "80");
    return isUsual ? address.host : address.host + ":" + address.port;
}

void checkRepository(const std::string& repository)
{
    const auto parts = text::split(repository, '/');
    const bool isFine = parts.size() <= 2 && std::all_of(parts.begin(), parts.end(), isName);
    require(isFine, ErrorCode::InvalidInput,
        text::join("\"", printable(text::shortened(repository, 80)),
            "\" is not the name of a repository: expected something like openai/clip-vit-base-patch32"));
}

void checkRevision(const std::string& revision)
{
    const auto parts = text::split(revision, '/');
    const bool isFine = parts.size() <= 4 && std::all_of(parts.begin(), parts.end(), isName);
    require(isFine, ErrorCode::InvalidInput,
        text::join("\"", printable(text::shortened(revision, 80)),
            "\" is not a revision: expected a branch, a tag or a commit, such as main"));
}

bool isSafePath(std::string_view path)
{
    const bool hasBadByte = std::any_of(path.begin(), path.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 32 || byte == 127 || c == '\\' || c == ':';
    });
    if (path.empty() || path.size() > kLongestPath || hasBadByte || !text::isValidUtf8(path)
        || std::count(path.begin(), path.end(), '/') >= kMostLevels)
        return false;
    const auto parts = text::split(path, '/');
    return std::none_of(parts.begin(), parts.end(),
        [](const std::string& part) { return part.empty() || part == "." || part == ".."; });
}

std::string listingAddress(const Hub& hub, const std::string& repository, const std::string& revision)
{
    return text::join(hub.endpoint, "/api/models/", encodedPath(repository), "/revision/",
        text::replaced(encodedPath(revision), "/", "%2F"), "?blobs=true");
}

std::string fileAddress(const Hub& hub, const HubListing& listing, const std::string& path)
{
    return text::join(
        hub.endpoint, "/", encodedPath(listing.repository), "/resolve/", listing.commit, "/", encodedPath(path));
}

HubListing parseListing(std::string_view body, const std::string& repository, const std::string& revision)
{
    const Json answer = json::parse(body, kWhat);
    require(answer.is_object(), ErrorCode::BadFile, "the hub's answer is no description of a repository");
    HubListing out;
    out.revision = revision;
    const auto name = textOr(answer, "id");
    out.repository = name.empty() ? repository : name;
    checkRepository(out.repository);
    out.commit = json::field<std::string>(answer, "sha", kWhat);
    require(Checksum{Checksum::Kind::GitBlob, out.commit}.isValid(), ErrorCode::BadFile,
        "the hub's answer names no commit: a repository cannot be fetched without knowing which state of it");
    out.licence = licenceOf(answer);
    out.modelType = printable(answer.contains("config") ? textOr(answer.at("config"), "model_type") : "");
    out.isGated = isGated(answer);
    const auto siblings = json::field<Json>(answer, "siblings", kWhat);
    require(siblings.is_array(), ErrorCode::BadFile, "the hub's answer lists no files");
    require(siblings.size() <= kMostFiles, ErrorCode::BadFile,
        text::join("the repository has ", siblings.size(), " files, over ", kMostFiles, " are not read"));
    for (const auto& entry : siblings) {
        HubFile file;
        if (readFile(entry, file))
            out.files.push_back(std::move(file));
    }
    const auto byPath = [](const HubFile& a, const HubFile& b) { return a.path < b.path; };
    std::sort(out.files.begin(), out.files.end(), byPath);
    const auto twice = std::adjacent_find(
        out.files.begin(), out.files.end(), [](const HubFile& a, const HubFile& b) { return a.path == b.path; });
    require(twice == out.files.end(), ErrorCode::BadFile,
        text::join("the hub lists ", twice == out.files.end() ? "" : twice->path, " twice"));
    return out;
}

FetchRules hubRules(const Hub& hub, const std::string& repository)
{
    FetchRules rules;
    rules.token = hub.token;
    rules.meaning = [hasToken = !hub.token.empty(), page = hub.endpoint + "/" + repository](int status) -> std::string {
        if (status == 401)
            return hasToken ? "the token in HF_TOKEN is not accepted: make a new one that may read, or unset it"
                            : "there is no such repository, or it is private: check the name, or set HF_TOKEN to a "
                              "token that may read it";
        if (status == 403)
            return text::join("its conditions may have to be accepted first on ", page,
                hasToken ? "" : ", and HF_TOKEN set to a token of that account");
        if (status == 404)
            return "check the repository's name and the revision";
        return "";
    };
    return rules;
}

HubListing loadListing(const Hub& hub, const std::string& repository, const std::string& revision, RunContext& context)
{
    checkRepository(repository);
    checkRevision(revision);
    const auto rules = hubRules(hub, repository);
    const auto body = fetchText(listingAddress(hub, repository, revision), rules, kMostListingBytes, context);
    try {
        return parseListing(body, repository, revision);
    } catch (Error& error) {
        error.during(text::join("reading what ", repository, " holds"));
        throw;
    }
}

} // namespace winnow::net
