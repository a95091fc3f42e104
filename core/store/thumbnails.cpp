#include "core/store/thumbnails.h"

#include "core/base/error.h"
#include "core/store/database.h"

#include <chrono>
#include <span>
#include <system_error>
#include <unordered_map>
#include <utility>

namespace winnow::store {

namespace {

    using Clock = std::chrono::steady_clock;

    constexpr std::size_t kMaxBytes = 1 << 20;
    constexpr std::size_t kBatch = 64;
    constexpr auto kLongestWait = std::chrono::milliseconds(500);
    constexpr int kApplicationId = 0x57696e74; // "Wint"
    constexpr auto kTable = "CREATE TABLE IF NOT EXISTS thumbnail (key TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT";

    void prepareFile(Database& database)
    {
        database.execute("PRAGMA busy_timeout = 200; PRAGMA synchronous = OFF");
        const auto application = database.number("PRAGMA application_id").value_or(0);
        require(
            application == 0 || application == kApplicationId, ErrorCode::BadFile, "this is not a cache of thumbnails");
        database.execute("PRAGMA journal_mode = WAL");
        Transaction transaction(database);
        database.execute("PRAGMA application_id = 1466527348");
        static_assert(kApplicationId == 1466527348);
        database.execute(kTable);
        database.number("SELECT count(*) FROM (SELECT key, bytes FROM thumbnail LIMIT 1)");
        transaction.commit();
    }

    void removeFile(const std::filesystem::path& file)
    {
        for (const char* ending : {"", "-wal", "-shm", "-journal"}) {
            auto part = file;
            part += ending;
            std::error_code code;
            std::filesystem::remove(part, code);
        }
    }

} // namespace

struct ThumbnailCache::Waiting {
    std::unordered_map<std::string, std::string> items;
    Clock::time_point since;
};

ThumbnailCache::ThumbnailCache(std::filesystem::path file) noexcept
    : m_file(std::move(file))
    , m_waiting(std::make_unique<Waiting>())
{
    open(true);
}

ThumbnailCache::~ThumbnailCache() { flush(); }

void ThumbnailCache::open(bool mayRemake) noexcept
{
    try {
        m_database = std::make_unique<Database>(m_file, OpenMode::Create);
        prepareFile(*m_database);
    } catch (const std::exception& e) {
        m_database.reset();
        const auto* error = dynamic_cast<const Error*>(&e);
        if (!mayRemake || error == nullptr || error->code() != ErrorCode::BadFile)
            return;
        removeFile(m_file);
        open(false);
    }
}

std::string ThumbnailCache::find(const std::string& key) noexcept
{
    try {
        if (const auto waiting = m_waiting->items.find(key); waiting != m_waiting->items.end())
            return waiting->second;
        if (m_database == nullptr)
            return {};
        auto row = m_database->prepare("SELECT bytes FROM thumbnail WHERE key = ? AND length(bytes) <= ?");
        row.with(key, static_cast<std::int64_t>(kMaxBytes));
        if (!row.next())
            return {};
        const auto bytes = row.blob(0);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    } catch (const Error& e) {
        m_database.reset();
        if (e.code() == ErrorCode::BadFile) {
            removeFile(m_file);
            open(false);
        }
    } catch (const std::exception&) {
        m_database.reset();
    }
    return {};
}

void ThumbnailCache::put(const std::string& key, std::string_view bytes) noexcept
{
    if (m_database == nullptr || bytes.empty() || bytes.size() > kMaxBytes)
        return;
    try {
        if (m_waiting->items.empty())
            m_waiting->since = Clock::now();
        m_waiting->items[key] = std::string(bytes);
    } catch (const std::bad_alloc&) {
        return;
    }
    if (m_waiting->items.size() >= kBatch || Clock::now() - m_waiting->since >= kLongestWait)
        flush();
}

void ThumbnailCache::flush() noexcept
{
    const auto items = std::exchange(m_waiting->items, {});
    if (items.empty() || m_database == nullptr)
        return;
    const auto write = [&] {
        Transaction transaction(*m_database);
        for (const auto& [key, bytes] : items)
            m_database->run("INSERT OR REPLACE INTO thumbnail (key, bytes) VALUES (?, ?)", key,
                std::as_bytes(std::span(bytes.data(), bytes.size())));
        transaction.commit();
    };
    try {
        write();
    } catch (const Error& e) {
        if (e.code() == ErrorCode::Locked) // another process writes: these are made again when they are wanted
            return;
        m_database.reset();
        if (e.code() != ErrorCode::BadFile)
            return;
        removeFile(m_file);
        open(false);
        try {
            if (m_database != nullptr)
                write();
        } catch (const std::exception&) {
            m_database.reset();
        }
    } catch (const std::exception&) {
        m_database.reset();
    }
}

} // namespace winnow::store
