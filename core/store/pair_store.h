#pragma once

#include "core/domain/pair.h"
#include "core/store/pair_ids.h"
#include "core/store/project.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::store {

/// What one call of addPairs did, in sums.
struct AddReport {
    std::int64_t added = 0;
    std::int64_t skippedIdentical = 0; ///< the same id with the same content was there
    std::int64_t renamed = 0;          ///< the same id with other content: stored as id#2, id#3, …
    std::int64_t missingImages = 0;
};

struct StoredPair {
    PairRow row = 0;
    Pair pair;
    std::filesystem::path image; ///< first image, resolved; empty for a text-only pair
    bool imageMissing = false;
};

class PairStore {
public:
    explicit PairStore(Project& project);

    std::int64_t count();

    /// Registers where relative image paths of an import start; kept relative to the project where it lies inside it or
    /// beside it.
    std::int64_t addImageRoot(const std::filesystem::path& root);
    std::vector<std::filesystem::path> imageRoots();

    /// Appends pairs in one transaction per call, keeping the identity rules of DESIGN 8. `imageMissing[i]` tells
    /// whether the first picture of pair i was not found. Call with some hundred pairs at a time.
    AddReport addPairs(std::span<const Pair> pairs, std::int64_t imageRoot, std::span<const std::uint8_t> imageMissing,
        IdIndexing indexing = IdIndexing::Now);
    /// Brings ids of pairs that were added with IdIndexing::Later into their index: some 15 ms of work; true when
    /// nothing is left to do. Until then find() knows them too, more slowly.
    bool indexSomeIds();

    /// Throws Error(NotFound) for a row that is not there.
    StoredPair load(PairRow row);
    /// In the order asked for; one query a few hundred rows.
    std::vector<StoredPair> load(std::span<const PairRow> rows);
    std::optional<PairRow> find(const PairId& id);
    /// Ids of all pairs in row order (for exports, imports of scores): 1,000,000 of them take some hundred ms.
    std::vector<std::string> ids();

    /// Rows whose id, instruction, response or image name contains the text (ASCII case ignored), increasing.
    /// Uses the trigram index where it is complete and the text has three characters or more, else a scan.
    std::vector<PairRow> searchText(std::string_view needle);
    /// Builds the next part of the text index (about 20 ms of work); true when there is nothing left to do.
    bool indexSomeText();
    /// Pairs whose texts are in the index.
    std::int64_t indexedTexts();

    /// Replaces the start of image paths: `relink OLD NEW`; returns how many pairs now find their picture.
    std::int64_t relink(const std::filesystem::path& from, const std::filesystem::path& to);

private:
    struct IdMemory;
    Project& m_project;
    std::shared_ptr<IdMemory> m_memory; ///< of ids, from one addPairs to the next
    std::shared_ptr<IdIndexer> m_indexer;
};

} // namespace winnow::store
