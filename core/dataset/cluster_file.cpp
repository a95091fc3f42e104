#include "core/dataset/cluster_file.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/json_row.h"
#include "core/dataset/json_splitter.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>

namespace winnow::dataset {

namespace {

    [[noreturn]] void failFile(const std::filesystem::path& path, std::string_view why)
    {
        throw Error(ErrorCode::BadFile, text::join("cannot read clusters from ", path.string(), ": ", why));
    }

    std::vector<std::string> toIds(const JsonPiece& piece, JsonRowParser& parser)
    {
        simdjson::dom::array list;
        require(parser.parse(piece.text).get(list) == simdjson::SUCCESS, ErrorCode::BadFile, "is not a list of ids");
        std::vector<std::string> out;
        for (const jsonrow::element item : list)
            out.push_back(jsonrow::toId(item, "an id"));
        return out;
    }

    /// By number when every name is one, else as in the file.
    void sortByNumber(std::vector<FileCluster>& clusters)
    {
        std::int64_t number = 0;
        for (const auto& cluster : clusters)
            if (!text::parseInt(cluster.name, number))
                return;
        const auto numberOf = [](const FileCluster& cluster) {
            std::int64_t value = 0;
            text::parseInt(cluster.name, value);
            return value;
        };
        std::stable_sort(clusters.begin(), clusters.end(),
            [&](const FileCluster& a, const FileCluster& b) { return numberOf(a) < numberOf(b); });
    }

    void checkDisjoint(const std::filesystem::path& path, const std::vector<FileCluster>& clusters)
    {
        std::unordered_map<std::string, const std::string*> seen;
        for (const auto& cluster : clusters) {
            for (const auto& id : cluster.ids) {
                const auto [entry, isNew] = seen.emplace(id, &cluster.name);
                if (!isNew)
                    failFile(path,
                        text::join("id ", text::shortened(id, 60), " stands in cluster ", *entry->second,
                            " and in cluster ", cluster.name));
            }
        }
    }

} // namespace

std::vector<FileCluster> readClusterFile(const std::filesystem::path& path)
{
    TextReader text(path, WhenUnsure::Utf8);
    JsonSplitter members(text, "");
    JsonRowParser parser;
    std::vector<FileCluster> out;
    std::unordered_set<std::string> names;
    JsonPiece piece;
    while (members.next(piece)) {
        if (members.root() != JsonSplitter::Root::Object)
            failFile(path, R"(expected one object of cluster names and lists of ids, such as {"boats": ["1", "2"]})");
        if (!names.insert(piece.key).second)
            failFile(path, text::join("cluster ", text::shortened(piece.key, 60), " stands in it twice"));
        try {
            out.push_back({piece.key, toIds(piece, parser)});
        } catch (const Error& e) {
            failFile(
                path, text::join("cluster ", text::shortened(piece.key, 60), ", line ", piece.line, ": ", e.message()));
        }
    }
    if (members.brokeOff())
        failFile(path, *members.brokeOff());
    if (out.empty())
        failFile(path, "it has no clusters");
    checkDisjoint(path, out);
    sortByNumber(out);
    return out;
}

} // namespace winnow::dataset
