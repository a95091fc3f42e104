#pragma once

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/net/content_hash.h"
#include "tests/support/loopback_server.h"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace winnow::testing_support {

/// The bytes that a request asks for, as a careful server gives them: 200, 206 with Content-Range, or 416; If-Range is
/// heeded.
inline Answer serveBytes(const Received& request, const std::string& content, const std::string& tag)
{
    Answer whole{200, content, {"ETag: " + tag, "Accept-Ranges: bytes"}, 0, {}};
    const auto range = request.header("Range");
    const auto condition = request.header("If-Range");
    if (!range.starts_with("bytes=") || (!condition.empty() && condition != tag))
        return whole;
    const auto first = std::stoul(range.substr(6));
    if (first >= content.size())
        return {416, "", {"Content-Range: bytes */" + std::to_string(content.size())}, 0, {}};
    return {206, content.substr(first),
        {"ETag: " + tag,
            "Content-Range: bytes " + std::to_string(first) + "-" + std::to_string(content.size() - 1) + "/"
                + std::to_string(content.size())},
        0, {}};
}

/// A hub in Hugging Face's layout with one repository, and beside it the second server to which it sends everybody for
/// large files, as the real one does.
class HubServer {
public:
    struct File {
        std::string content;
        bool isLarge = false; ///< in large-file storage: on the second server, with a SHA-256
    };
    using Fault = std::function<std::optional<Answer>(const Received&)>;

    static constexpr const char* kCommit = "0123456789abcdef0123456789abcdef01234567";

    /// The faults answer instead of the hub, or of its store, where they give something. They and the files must not
    /// change while requests come.
    HubServer(std::string name, std::map<std::string, File> content, Fault hubFault = {}, Fault storeFault = {})
        : repository(std::move(name))
        , files(std::move(content))
        , m_hubFault(std::move(hubFault))
        , m_storeFault(std::move(storeFault))
        , store([this](const Received& request) { return answerStore(request); })
        , hub([this](const Received& request) { return answerHub(request); })
    {
    }

    std::string url() const { return hub.url(); }

    /// Requests for files, listings aside; redirects are counted by the hub, contents by the store.
    int fileRequests() const { return hub.count() - m_listings + store.count(); }

    Json listing() const
    {
        Json siblings = Json::array();
        for (const auto& [path, file] : files) {
            Json entry{{"rfilename", path}, {"size", file.content.size()},
                {"blobId", hashOf(net::Checksum::Kind::GitBlob, file.content)}};
            if (file.isLarge)
                entry["lfs"] = {
                    {"sha256", file::sha256(file.content)}, {"size", file.content.size()}, {"pointerSize", 130}};
            siblings.push_back(entry);
        }
        return {{"_id", "1"}, {"id", repository}, {"private", false}, {"gated", false}, {"sha", kCommit},
            {"cardData", {{"license", "apache-2.0"}}}, {"config", {{"model_type", "clip"}}}, {"siblings", siblings}};
    }

    static std::string hashOf(net::Checksum::Kind kind, const std::string& content)
    {
        net::ContentHash hash(kind, static_cast<std::int64_t>(content.size()));
        hash.add(content);
        return hash.hexDigest();
    }

    const std::string repository;
    const std::map<std::string, File> files;

private:
    Answer answerHub(const Received& request)
    {
        const auto target = request.target();
        const bool isListing = target.starts_with("/api/models/");
        m_listings += isListing ? 1 : 0;
        if (m_hubFault)
            if (const auto fault = m_hubFault(request))
                return *fault;
        if (isListing)
            return {200, listing().dump(), {}, 0, {}};
        const auto prefix = "/" + repository + "/resolve/" + kCommit + "/";
        const auto found = target.starts_with(prefix) ? files.find(target.substr(prefix.size())) : files.end();
        if (found == files.end())
            return {404, R"({"error":"Entry not found"})", {}, 0, {}};
        const auto& content = found->second.content;
        if (!found->second.isLarge)
            return serveBytes(request, content, "\"" + hashOf(net::Checksum::Kind::GitBlob, content) + "\"");
        const auto hash = file::sha256(content);
        return {302, "Found. Redirecting to the store",
            {"Location: " + store.url() + "/blobs/" + hash + "?Signature=abc%3D&Expires=99",
                "X-Linked-Size: " + std::to_string(content.size()), "X-Linked-ETag: \"" + hash + "\""},
            0, {}};
    }

    Answer answerStore(const Received& request)
    {
        if (m_storeFault)
            if (const auto fault = m_storeFault(request))
                return *fault;
        for (const auto& [path, file] : files)
            if (request.target().starts_with("/blobs/" + file::sha256(file.content)))
                return serveBytes(request, file.content, "\"store-1\"");
        return {404, "gone", {}, 0, {}};
    }

    Fault m_hubFault, m_storeFault;
    std::atomic<int> m_listings = 0;

public:
    LoopbackServer store; // the servers last: their threads use what stands above
    LoopbackServer hub;
};

} // namespace winnow::testing_support
