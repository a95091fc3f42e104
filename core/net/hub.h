#pragma once

#include "core/base/run_context.h"
#include "core/net/content_hash.h"
#include "core/net/fetch.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::net {

/// A server that offers models in Hugging Face's URL layout.
struct Hub {
    std::string endpoint = "https://huggingface.co";
    Secret token; ///< empty = none

    /// HF_ENDPOINT and HF_TOKEN. Throws Error(InvalidInput): an address that cannot be used, or that a token must not
    /// go to; something in HF_TOKEN that cannot be one.
    static Hub fromEnvironment();
    /// Scheme and host, for people.
    std::string host() const;
};

struct HubFile {
    std::string path; ///< with slashes, confined to the repository
    std::int64_t bytes = 0;
    Checksum checksum;
};

/// What a repository holds at one commit.
struct HubListing {
    std::string repository;     ///< as the server names it: "openai/clip-vit-base-patch32"
    std::string revision;       ///< that was asked for: "main"
    std::string commit;         ///< 40 hexadecimal digits
    std::string licence;        ///< "mit"; empty where the server names none
    std::string modelType;      ///< config.json's model_type; empty where the server tells none
    bool isGated = false;       ///< its conditions must be accepted in a browser first
    std::vector<HubFile> files; ///< sorted by path
};

/// "owner/name" or an old bare "name", of letters, digits and ._- . Throws Error(InvalidInput).
void checkRepository(const std::string& repository);
/// A branch, tag or commit: letters, digits and ._-/ . Throws Error(InvalidInput).
void checkRevision(const std::string& revision);
/// A path from a server that may become a file here: relative, no part of it "." or ".." or empty, no backslash, no
/// control character, valid UTF-8, at most 240 bytes and 8 levels.
bool isSafePath(std::string_view path);

std::string listingAddress(const Hub& hub, const std::string& repository, const std::string& revision);
std::string fileAddress(const Hub& hub, const HubListing& listing, const std::string& path);

/// Reads an answer of `/api/models/…/revision/…?blobs=true`. Throws Error(BadFile): no such answer, no commit, unsafe
/// paths, a file listed twice, sizes below zero or over 2 TB, over 20,000 files; the message names the file. Files
/// without size or checksum are left out.
HubListing parseListing(std::string_view body, const std::string& repository, const std::string& revision);

/// Asks the hub, at most 32 MB. Throws Error as fetchText(), parseListing(), checkRepository(), checkRevision().
HubListing loadListing(const Hub& hub, const std::string& repository, const std::string& revision, RunContext& context);

/// The rules of every request to this hub: its token, and what its refusals mean.
FetchRules hubRules(const Hub& hub, const std::string& repository);

} // namespace winnow::net
