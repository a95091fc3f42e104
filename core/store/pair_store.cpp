#include "core/store/pair_store.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/image_paths.h"
#include "core/store/pair_text.h"

#include <functional>
#include <map>
#include <unordered_map>
#include <utility>

namespace winnow::store {

namespace {

    namespace fs = std::filesystem;

    PairContent contentOf(Statement& row, int first)
    {
        return {row.text(first), row.text(first + 1), row.text(first + 2),
            row.isNull(first + 3) ? std::nullopt : std::optional(row.text(first + 3))};
    }

} // namespace

/// Ids that come from one repeated id and which contents they hold, so that a million repeats are not compared pair by
/// pair.
struct IdChain {
    std::map<std::size_t, std::string> ids; ///< hash of the content → id
    std::int64_t nextNumber = 1;            ///< not yet tried
};
using IdChains = std::unordered_map<std::string, IdChain>;
struct PairStore::IdMemory {
    IdChains chains; ///< of repeated ids
    IdTail tail;
};

PairStore::PairStore(Project& project)
    : m_project(project)
    , m_memory(std::make_shared<IdMemory>())
    , m_indexer(std::make_shared<IdIndexer>())
{
}

std::int64_t PairStore::count() { return pairCount(m_project.database()); }

std::int64_t PairStore::addImageRoot(const fs::path& root)
{
    const auto path = portableRoot(root, m_project.folder());
    auto& database = m_project.database();
    Transaction transaction(database);
    database.run("INSERT OR IGNORE INTO image_root (path) VALUES (?)", path);
    const auto id = database.number("SELECT id FROM image_root WHERE path = ?", path).value();
    transaction.commit();
    return id;
}

std::vector<fs::path> PairStore::imageRoots()
{
    std::vector<fs::path> out;
    for (auto& [id, path] : rootsOf(m_project))
        out.push_back(std::move(path));
    return out;
}

namespace {

    /// Rows on their way into the tables of pairs: many at a time cost half of what they cost one by one.
    class RowWriter {
    public:
        RowWriter(Database& database, std::int64_t root)
            : m_root(root)
            , m_one(database, 1)
            , m_many(database, kMany)
            , m_waiting(kMany)
        {
        }

        /// Keeps the pair by reference until flush().
        void add(std::int64_t row, const std::string& id, const Pair& pair)
        {
            auto& waiting = m_waiting[m_count];
            waiting.row = row;
            waiting.id = id;
            waiting.pair = &pair;
            waiting.images = imagesText(pair.images, waiting.madeImages);
            waiting.turns = toTurnsText(pair.turns);
            if (++m_count == kMany)
                write(m_many, 0, kMany);
        }

        /// Writes those that wait.
        void flush()
        {
            for (std::size_t i = 0, count = m_count; i < count; ++i)
                write(m_one, i, 1);
        }

    private:
        static constexpr std::size_t kMany = 32;

        struct Waiting {
            std::int64_t row = 0;
            std::string id;
            const Pair* pair = nullptr;
            std::string_view images;
            std::string madeImages; ///< where they are not the pair's own text
            std::optional<std::string> turns;
        };

        struct Inserts {
            Inserts(Database& database, std::size_t count)
                : ids(database.prepare("INSERT INTO pair (row, id, root) VALUES " + repeated("(?, ?, ?)", count)))
                , contents(
                      database.prepare("INSERT INTO pair_content (row, images, instruction, response, turns) VALUES "
                          + repeated("(?, ?, ?, ?, ?)", count)))
            {
            }
            static std::string repeated(std::string_view row, std::size_t count)
            {
                std::string out(row);
                while (--count > 0)
                    out.append(", ").append(row);
                return out;
            }
            Statement ids, contents;
        };

        void write(Inserts& inserts, std::size_t begin, std::size_t count)
        {
            int id = 0, content = 0;
            for (std::size_t i = begin; i < begin + count; ++i) {
                const auto& waiting = m_waiting[i];
                inserts.ids.bind(++id, waiting.row);
                inserts.ids.bindInPlace(++id, waiting.id);
                inserts.ids.bind(++id, m_root);
                inserts.contents.bind(++content, waiting.row);
                inserts.contents.bindInPlace(++content, waiting.images);
                inserts.contents.bindInPlace(++content, waiting.pair->instruction);
                inserts.contents.bindInPlace(++content, waiting.pair->response);
                ++content;
                if (waiting.turns)
                    inserts.contents.bindInPlace(content, *waiting.turns);
                else
                    inserts.contents.bind(content, nullptr);
            }
            inserts.ids.run();
            inserts.contents.run();
            m_count = 0;
        }

        std::int64_t m_root;
        Inserts m_one, m_many;
        std::vector<Waiting> m_waiting;
        std::size_t m_count = 0;
    };

    /// Puts pairs in, one after another, under the identity rules: equal id and content is skipped, equal id with other
    /// content becomes id#2, id#3, …
    class Appender {
    public:
        Appender(Database& database, std::int64_t root, IdChains& chains, IdTail& tail, IdIndexing indexing)
            : m_ids(database, tail)
            , m_indexing(indexing)
            , m_rows(database, root)
            , m_findContent(
                  database.prepare("SELECT images, instruction, response, turns FROM pair_content WHERE row = ?"))
            , m_nextRow(pairCount(database))
            , m_chains(chains)
        {
        }

        /// After the last pair of a transaction.
        void finish()
        {
            m_rows.flush();
            m_ids.finish();
        }

        /// The row it got, or nothing where an identical pair is there.
        std::optional<PairRow> add(const Pair& pair, const HashedId& hashed, AddReport& report)
        {
            const auto& id = pair.id.value;
            require(!id.empty() && id.size() <= kMaxIdBytes, ErrorCode::InvalidInput,
                [&] { return text::join("the id of a pair has 1 to ", kMaxIdBytes, " bytes, this one ", id.size()); });
            require(m_nextRow < kMaxPairs, ErrorCode::TooLarge,
                [&] { return text::join("a project holds at most ", kMaxPairs, " pairs"); });
            if (!m_chains.contains(id) && insert(id, hashed, pair)) {
                report.added += 1;
                return static_cast<PairRow>(m_nextRow++);
            }
            return addRepeated(pair, report);
        }

    private:
        static constexpr std::int64_t kMaxPairs = std::int64_t(1) << 31;
        static constexpr std::size_t kMaxIdBytes = 4096;

        std::optional<PairRow> addRepeated(const Pair& pair, AddReport& report)
        {
            const auto& base = pair.id.value;
            const auto content = toContent(pair);
            auto& chain = m_chains[base];
            const auto hash = hashOf(content);
            for (;; ++chain.nextNumber) {
                const auto same = chain.ids.find(hash);
                if (same != chain.ids.end() && find(same->second) == content) {
                    report.skippedIdentical += 1;
                    return std::nullopt;
                }
                const auto id = chain.nextNumber == 1 ? base : text::join(base, "#", chain.nextNumber);
                if (chain.nextNumber > 1 && insert(id, std::string_view(id), pair)) {
                    report.added += 1;
                    report.renamed += 1;
                    chain.ids.emplace(hash, id);
                    ++chain.nextNumber;
                    return static_cast<PairRow>(m_nextRow++);
                }
                if (const auto taken = find(id))
                    chain.ids.emplace(hashOf(*taken), id);
            }
        }
        static std::size_t hashOf(const PairContent& content) { return std::hash<std::string>{}(content.joined()); }

        /// False where the id is taken.
        bool insert(const std::string& id, const HashedId& hashed, const Pair& pair)
        {
            if (m_ids.find(hashed, m_flush))
                return false;
            m_rows.add(m_nextRow, id, pair);
            m_ids.add(hashed, static_cast<PairRow>(m_nextRow), m_indexing);
            return true;
        }
        std::optional<PairContent> find(const std::string& id)
        {
            const auto row = m_ids.find(std::string_view(id), m_flush);
            if (!row)
                return std::nullopt;
            m_rows.flush();
            m_findContent.with(static_cast<std::int64_t>(*row));
            auto found = m_findContent.next() ? std::optional(contentOf(m_findContent, 0)) : std::nullopt;
            m_findContent.reset();
            return found;
        }

        PairIds m_ids;
        const IdIndexing m_indexing;
        RowWriter m_rows;
        const std::function<void()> m_flush = [this] { m_rows.flush(); };
        Statement m_findContent;
        std::int64_t m_nextRow;
        IdChains& m_chains;
    };

} // namespace

AddReport PairStore::addPairs(std::span<const Pair> pairs, std::int64_t imageRoot,
    std::span<const std::uint8_t> imageMissing, IdIndexing indexing)
{
    require(imageMissing.size() == pairs.size(), ErrorCode::InvalidInput,
        text::join("got ", imageMissing.size(), " picture states for ", pairs.size(), " pairs"));
    auto& database = m_project.database();
    AddReport report;
    auto memory = std::make_shared<IdMemory>();
    memory.swap(m_memory); // forgotten where this call fails: what it remembers was rolled back
    Transaction transaction(database);
    {
        Appender appender(database, imageRoot, memory->chains, memory->tail, indexing);
        ColumnEditor<std::uint8_t> missing(database, kImageMissingColumn, 0);
        std::vector<HashedId> ids;
        ids.reserve(pairs.size());
        for (const auto& pair : pairs)
            memory->tail.rows.prefetch(ids.emplace_back(pair.id.value).hash);
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const auto row = appender.add(pairs[i], ids[i], report);
            if (!row)
                continue;
            missing.exchange(*row, imageMissing[i] != 0 ? 1 : 0);
            report.missingImages += imageMissing[i] != 0 ? 1 : 0;
        }
        if (report.added > 0) {
            missing.finish();
            appender.finish();
        }
    }
    transaction.commit();
    m_memory = std::move(memory);
    return report;
}

namespace {

    class Loader {
    public:
        explicit Loader(Project& project)
            : m_roots(rootsOf(project))
            , m_find(project.database().prepare("SELECT id, root, images, instruction, response, turns FROM pair "
                                                "JOIN pair_content USING (row) WHERE row = ?"))
            , m_missing(project.database(), kImageMissingColumn, 1)
        {
        }
        StoredPair load(PairRow row)
        {
            m_find.with(row);
            require(
                m_find.next(), ErrorCode::NotFound, [&] { return text::join("the project has no pair in row ", row); });
            StoredPair out;
            out.row = row;
            out.pair = toPair(m_find.text(0), contentOf(m_find, 2));
            const auto root = m_roots.find(m_find.integer(1));
            m_find.reset();
            if (!out.pair.images.empty() && root != m_roots.end())
                out.image = resolved(out.pair.images.front(), root->second);
            const auto* missing = m_missing.find(row);
            out.imageMissing =
                (missing != nullptr && *missing != std::byte(0)) || (out.image.empty() && !out.pair.images.empty());
            return out;
        }

    private:
        std::map<std::int64_t, fs::path> m_roots;
        Statement m_find;
        ChunkEditor m_missing;
    };

} // namespace

StoredPair PairStore::load(PairRow row)
{
    const PairRow rows[] = {row};
    return std::move(load(rows).front());
}

std::vector<StoredPair> PairStore::load(std::span<const PairRow> rows)
{
    Transaction reading(m_project.database(), Transaction::Kind::Read);
    std::vector<StoredPair> out;
    out.reserve(rows.size());
    {
        Loader loader(m_project);
        for (const auto row : rows)
            out.push_back(loader.load(row));
    }
    reading.commit();
    return out;
}

std::optional<PairRow> PairStore::find(const PairId& id)
{
    return PairIds(m_project.database(), m_memory->tail).find(std::string_view(id.value));
}

std::vector<std::string> PairStore::ids()
{
    std::vector<std::string> out;
    out.reserve(static_cast<std::size_t>(count()));
    auto rows = m_project.database().prepare("SELECT id FROM pair ORDER BY row");
    while (rows.next())
        out.push_back(rows.text(0));
    return out;
}

std::vector<PairRow> PairStore::searchText(std::string_view needle)
{
    return searchPairs(m_project.database(), needle);
}

bool PairStore::indexSomeIds() { return m_indexer->step(m_project.database()); }

std::int64_t PairStore::indexedTexts() { return textsIndexed(m_project.database()); }

bool PairStore::indexSomeText() { return indexSomePairs(m_project.database()); }

} // namespace winnow::store
