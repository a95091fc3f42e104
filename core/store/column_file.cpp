#include "core/store/column_file.h"

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <bit>

namespace winnow::store {

static_assert(std::endian::native == std::endian::little, "columns are stored as they lie in memory");

namespace {

    constexpr int kChunkBits = 24;
    constexpr std::int64_t kChunksPerColumn = std::int64_t(1) << kChunkBits;

    std::int64_t addressOf(std::int64_t column, std::int64_t chunk) { return column << kChunkBits | chunk; }

    void checkChunk(Database& database, std::size_t bytes, std::size_t width)
    {
        require(bytes % width == 0 && bytes <= kChunkValues * width, ErrorCode::BadFile, [&] {
            return text::join("a column of ", database.file().string(), " is damaged: a chunk has ", bytes,
                " bytes, expected at most ", kChunkValues * width, " in steps of ", width);
        });
    }

    std::string quoted(std::string_view name) { return text::join("\"", text::shortened(name, 60), "\""); }

} // namespace

std::int64_t makeColumn(Database& database, int width)
{
    database.run("INSERT INTO column_file (width) VALUES (?)", width);
    return database.lastRowId();
}

void dropColumn(Database& database, std::int64_t column)
{
    database.run(
        "DELETE FROM column_chunk WHERE address >= ? AND address < ?", addressOf(column, 0), addressOf(column + 1, 0));
    database.run("DELETE FROM column_file WHERE id = ?", column);
}

std::int64_t changeOf(Database& database, std::int64_t column)
{
    const auto change = database.number("SELECT change FROM column_file WHERE id = ?", column);
    require(change.has_value(), ErrorCode::BadFile,
        text::join(database.file().string(), " is damaged: column ", column, " is missing"));
    return *change;
}

std::int64_t pairCount(Database& database)
{
    const auto count = database.number("SELECT max(row) + 1 FROM pair").value_or(0);
    const auto pages = database.number("PRAGMA page_count").value_or(0);
    const auto pageSize = database.number("PRAGMA page_size").value_or(0);
    // A pair takes eight bytes at least: a forged row number must not make us reserve memory for what is not there.
    require(count >= 0 && count < (std::int64_t(1) << 32) && count <= pages * pageSize / 8, ErrorCode::BadFile,
        text::join(database.file().string(), " is damaged: it claims ", count, " pairs and has only ", pages * pageSize,
            " bytes"));
    return count;
}

void readColumnBytes(Database& database, std::int64_t column, std::size_t width, std::span<std::byte> out)
{
    auto chunks = database.prepare("SELECT address, data FROM column_chunk WHERE address >= ? AND address < ?");
    chunks.with(addressOf(column, 0), addressOf(column + 1, 0));
    while (chunks.next()) {
        const auto bytes = chunks.blob(1);
        checkChunk(database, bytes.size(), width);
        const auto start = static_cast<std::size_t>(chunks.integer(0) % kChunksPerColumn * kChunkValues) * width;
        if (start >= out.size())
            continue; // written for pairs that this snapshot does not have
        std::memcpy(out.data() + start, bytes.data(), std::min(bytes.size(), out.size() - start));
    }
}

ChunkEditor::ChunkEditor(Database& database, std::int64_t column, std::size_t width)
    : m_database(database)
    , m_column(column)
    , m_width(width)
{
}

void ChunkEditor::moveTo(PairRow row)
{
    const auto chunk = static_cast<std::int64_t>(row) / kChunkValues;
    if (chunk == m_chunk)
        return;
    save();
    m_chunk = chunk;
    m_bytes.clear();
    auto found = m_database.prepare("SELECT data FROM column_chunk WHERE address = ?");
    found.with(addressOf(m_column, chunk));
    if (!found.next())
        return;
    const auto bytes = found.blob(0);
    checkChunk(m_database, bytes.size(), m_width);
    m_bytes.assign(bytes.begin(), bytes.end());
}

std::byte* ChunkEditor::at(PairRow row, const void* missing)
{
    moveTo(row);
    m_isChanged = true;
    const auto place = static_cast<std::size_t>(row % kChunkValues) * m_width;
    while (m_bytes.size() <= place) {
        const auto* bytes = static_cast<const std::byte*>(missing);
        m_bytes.insert(m_bytes.end(), bytes, bytes + m_width);
    }
    return m_bytes.data() + place;
}

const std::byte* ChunkEditor::find(PairRow row)
{
    moveTo(row);
    const auto place = static_cast<std::size_t>(row % kChunkValues) * m_width;
    return place < m_bytes.size() ? m_bytes.data() + place : nullptr;
}

void ChunkEditor::save()
{
    if (!m_isChanged)
        return;
    m_database.run("INSERT OR REPLACE INTO column_chunk (address, data) VALUES (?, ?)", addressOf(m_column, m_chunk),
        std::span<const std::byte>(m_bytes));
    m_isChanged = false;
}

void ChunkEditor::finish()
{
    save();
    m_chunk = -1;
    m_database.run("UPDATE column_file SET change = change + 1 WHERE id = ?", m_column);
}

std::vector<MetricEntry> metricEntries(Database& database)
{
    std::vector<MetricEntry> entries;
    auto rows =
        database.prepare("SELECT name, provenance, key, value_count, metric.id, column_id, change, width FROM metric "
                         "JOIN column_file ON column_file.id = column_id WHERE trashed = 0 ORDER BY metric.id");
    while (rows.next()) {
        require(rows.integer(7) == sizeof(double), ErrorCode::BadFile,
            text::join(
                database.file().string(), " is damaged: metric ", quoted(rows.textView(0)), " is not made of numbers"));
        entries.push_back({{rows.text(0), rows.text(1), rows.text(2), rows.integer(3)}, rows.integer(4),
            rows.integer(5), rows.integer(6)});
    }
    return entries;
}

std::vector<ClusteringEntry> clusteringEntries(Database& database)
{
    std::vector<ClusteringEntry> entries;
    auto rows =
        database.prepare("SELECT name, algorithm, parameters, cluster_names, sizes, clustering.id, column_id, change, "
                         "width FROM clustering "
                         "JOIN column_file ON column_file.id = column_id WHERE trashed = 0 ORDER BY clustering.id");
    while (rows.next()) {
        const auto what = text::join("clustering ", quoted(rows.textView(0)), " of ", database.file().string());
        require(rows.integer(8) == sizeof(std::int32_t), ErrorCode::BadFile, what + " is not made of cluster numbers");
        ClusteringEntry entry;
        entry.info.name = rows.text(0);
        entry.info.algorithm = rows.text(1);
        entry.info.parameters = rows.text(2);
        const Json both = {
            {"names", json::parse(rows.textView(3), what)}, {"sizes", json::parse(rows.textView(4), what)}};
        entry.info.clusterNames = json::field<std::vector<std::string>>(both, "names", what);
        entry.info.sizes = json::field<std::vector<std::int64_t>>(both, "sizes", what);
        require(entry.info.clusterNames.size() == entry.info.sizes.size(), ErrorCode::BadFile, [&] {
            return text::join(what, " is damaged: it has ", entry.info.clusterNames.size(), " names for ",
                entry.info.sizes.size(), " clusters");
        });
        entry.id = rows.integer(5);
        entry.column = rows.integer(6);
        entry.change = rows.integer(7);
        entries.push_back(std::move(entry));
    }
    return entries;
}

void checkName(std::string_view kind, std::string_view name)
{
    const auto refuse = [&](std::string_view why) {
        throw Error(ErrorCode::InvalidInput, text::join("cannot name a ", kind, " ", quoted(name), ": ", why));
    };
    if (name.empty() || name.size() > 200)
        refuse("a name has 1 to 200 bytes");
    if (!text::isValidUtf8(name))
        refuse("a name is valid UTF-8");
    if (name.front() == '.' || name.front() == ' ' || name.front() == '-' || name.back() == ' ')
        refuse("a name does not start with a dot, a dash or a space, nor end with a space");
    for (const char c : name)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/' || c == '\\')
            refuse("a name holds no slashes and no control characters");
}

} // namespace winnow::store
