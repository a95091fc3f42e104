#include "core/store/database.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <map>
#include <sqlite3.h>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace winnow::store {

namespace {

    using Clock = std::chrono::steady_clock; // a wall clock that is set back must not make anybody wait

    constexpr auto kRestartTimeout = std::chrono::milliseconds(100);
    constexpr int kCheckpointPages = 1000;
    constexpr int kLongWalPages = 8000; ///< of 4 KiB: from here on the log is begun anew as soon as nobody reads it
    constexpr int kMaxValueBytes = 64 << 20; ///< no text or blob of a project comes near; a hostile one is refused

    /// The folder may be reached through links that the user made; the file itself may not be one (a project from a
    /// stranger could lead anywhere).
    std::filesystem::path withoutLinksBefore(const std::filesystem::path& file)
    {
        std::error_code code;
        const auto absolute = std::filesystem::absolute(file);
        const auto folder = std::filesystem::canonical(absolute.parent_path(), code);
        return code ? absolute : folder / absolute.filename();
    }

    std::string asFileUri(const std::filesystem::path& file, OpenMode mode)
    {
        std::string uri = "file:";
        for (const char c : withoutLinksBefore(file).string())
            if (c == '%' || c == '?' || c == '#') {
                static constexpr char kDigits[] = "0123456789ABCDEF";
                uri += {'%', kDigits[static_cast<unsigned char>(c) >> 4], kDigits[c & 15]};
            } else {
                uri += c;
            }
        return mode == OpenMode::Frozen ? uri + "?immutable=1" : uri;
    }

    bool isPermission(int systemErrno) { return systemErrno == EACCES || systemErrno == EPERM || systemErrno == EROFS; }

    std::pair<ErrorCode, std::string> explainOpening(int code, int systemErrno, bool noSpace)
    {
        if (code == SQLITE_CANTOPEN_SYMLINK || systemErrno == ELOOP)
            return {ErrorCode::BadFile,
                "it is a symbolic link, which could lead anywhere: put the file itself in its place"};
        if (systemErrno == EMFILE || systemErrno == ENFILE)
            return {ErrorCode::Io,
                "too many files are open; close other projects or raise the limit (ulimit -n), then try again"};
        if (noSpace)
            return {ErrorCode::DiskFull, "the disk is full; what was saved before is safe"};
        if (isPermission(systemErrno))
            return {ErrorCode::Io, "this user has no permission to open it"};
        return {ErrorCode::Io, "the file cannot be opened (is the folder there, and writable?)"};
    }

    /// What the failure means to a person: kind and half a sentence.
    std::pair<ErrorCode, std::string> explain(int code, int systemErrno, const char* message)
    {
        // SQLite forgets the cause of a failed write; where it is not a failing device it is a quota or a size limit.
        const bool isUnexplainedWrite =
            (code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE) && systemErrno == 0;
        const bool noSpace =
            systemErrno == ENOSPC || systemErrno == EDQUOT || systemErrno == EFBIG || isUnexplainedWrite;
        switch (code & 0xff) {
        case SQLITE_FULL:
            return {
                ErrorCode::DiskFull, "the disk is full; what was saved before is safe, free some space and try again"};
        case SQLITE_IOERR:
            if (noSpace)
                return {ErrorCode::DiskFull,
                    "the disk is full, or a quota or size limit is reached; what was saved before is safe"};
            if (isPermission(systemErrno))
                return {ErrorCode::Io,
                    "the permission to write was taken away; what was saved before is safe, give it back and try "
                    "again"};
            if (systemErrno == EMFILE || systemErrno == ENFILE)
                return explainOpening(code, systemErrno, false);
            return {ErrorCode::Io, text::join("the disk refused to read or write (", message, ", code ", code, ")")};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::Locked, "another process keeps the project busy; try again when it has finished"};
        case SQLITE_CORRUPT:
            return {ErrorCode::BadFile, text::join("the file is damaged (", message, "); restore it from a backup")};
        case SQLITE_NOTADB:
            return {ErrorCode::BadFile, "the file is not a Winnow project"};
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return {ErrorCode::Io,
                "the project may only be read, not written; copy its folder to a place where you may write"};
        case SQLITE_CANTOPEN:
            return explainOpening(code, systemErrno, noSpace);
        case SQLITE_TOOBIG:
            return {ErrorCode::TooLarge, text::join("a text or blob is larger than ", kMaxValueBytes >> 20, " MiB")};
        case SQLITE_NOMEM:
            return {ErrorCode::OutOfMemory, "memory ran out"};
        case SQLITE_CONSTRAINT:
            return {ErrorCode::Conflict, text::join("a rule of the project file would be broken (", message, ")")};
        default:
            return {ErrorCode::BadFile, text::join("the project file cannot be used (", message, ")")};
        }
    }

    void harden(sqlite3* db)
    {
        sqlite3_extended_result_codes(db, 1);
        for (const auto& [option, value] : {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1},
                 {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0}, {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                 {SQLITE_DBCONFIG_ENABLE_VIEW, 0}, {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
                 {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}, {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
                 {SQLITE_DBCONFIG_DQS_DML, 0}, {SQLITE_DBCONFIG_DQS_DDL, 0}, {SQLITE_DBCONFIG_ENABLE_FKEY, 1}})
            sqlite3_db_config(db, option, value, nullptr);
        for (const auto& [limit, value] :
            {std::pair{SQLITE_LIMIT_LENGTH, kMaxValueBytes}, {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
                {SQLITE_LIMIT_COLUMN, 100}, {SQLITE_LIMIT_EXPR_DEPTH, 100}, {SQLITE_LIMIT_COMPOUND_SELECT, 20},
                {SQLITE_LIMIT_ATTACHED, 0}, {SQLITE_LIMIT_TRIGGER_DEPTH, 1}, {SQLITE_LIMIT_WORKER_THREADS, 0}})
            sqlite3_limit(db, limit, value);
    }

    int countCommit(void* counter)
    {
        ++*static_cast<std::int64_t*>(counter);
        return 0;
    }

    /// How long this connection waits for another one, and since when it does.
    struct Patience {
        Clock::duration limit = Database::kPatience;
        Clock::time_point since;
        int checkpointPages = kCheckpointPages;
        int restartTriedAt = 0; ///< pages of the log when it was last tried to begin it anew
    };

    /// Tries again after one to four milliseconds: SQLite's own pauses of 100 ms miss every gap that a busy writer
    /// leaves.
    int waitForOther(void* given, int attempt)
    {
        auto& patience = *static_cast<Patience*>(given);
        if (attempt == 0)
            patience.since = Clock::now();
        if (Clock::now() - patience.since >= patience.limit)
            return 0;
        std::this_thread::sleep_for(std::chrono::microseconds(1000 + (attempt * 7919 + 1) % 3000));
        return 1;
    }

    /// After each commit, with the length of the log: copies it back, and where readers kept it growing begins it anew.
    /// What fails here (a full disk) is tried again after the next commit; the log holds all that was confirmed.
    int tidyLog(void* given, sqlite3* db, const char* name, int pages)
    {
        auto& patience = *static_cast<Patience*>(given);
        if (pages < patience.restartTriedAt)
            patience.restartTriedAt = 0;
        if (pages >= std::max(kLongWalPages, patience.checkpointPages + kCheckpointPages)
            && pages - patience.restartTriedAt >= kCheckpointPages) {
            patience.restartTriedAt = pages;
            const auto usual = std::exchange(patience.limit, kRestartTimeout);
            sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
            patience.limit = usual;
        } else if (pages >= patience.checkpointPages) {
            sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        }
        return SQLITE_OK;
    }

} // namespace

struct Database::State {
    std::filesystem::path file;
    sqlite3* db = nullptr;
    std::map<std::string, std::vector<sqlite3_stmt*>, std::less<>> idle; ///< compiled statements not on loan, by text
    std::int64_t commits = 0;
    Patience patience;
    bool isWriting = false; ///< the transaction that is open
    bool isDurable = false;
    Clock::time_point writingSince;
    Clock::time_point writingUntil;
    int depth = 0;             ///< of joined transactions
    bool mustRollBack = false; ///< a joined one was left without commit
};

Database::Database(const std::filesystem::path& file, OpenMode mode)
    : m_state(std::make_unique<State>())
{
    m_state->file = file;
    const bool isReading = mode == OpenMode::ReadOnly || mode == OpenMode::Frozen;
    const int access = isReading   ? SQLITE_OPEN_READONLY
        : mode == OpenMode::Create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                   : SQLITE_OPEN_READWRITE;
    const bool inMemory = file == ":memory:";
    const int code = sqlite3_open_v2(inMemory ? ":memory:" : asFileUri(file, mode).c_str(), &m_state->db,
        access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE, nullptr);
    try {
        if (code != SQLITE_OK)
            fail(code, "open");
        harden(m_state->db);
        sqlite3_commit_hook(m_state->db, countCommit, &m_state->commits);
        sqlite3_busy_handler(m_state->db, waitForOther, &m_state->patience);
        execute("PRAGMA cell_size_check = ON; PRAGMA cache_size = -16000; PRAGMA synchronous = NORMAL; PRAGMA "
                "temp_store = MEMORY; PRAGMA journal_size_limit = 33554432");
        sqlite3_wal_hook(m_state->db, tidyLog, &m_state->patience); // instead of the automatic checkpoint
    } catch (...) {
        sqlite3_close_v2(m_state->db);
        m_state->db = nullptr;
        throw;
    }
}

Database::~Database()
{
    if (m_state->db == nullptr)
        return;
    for (auto& [sql, statements] : m_state->idle)
        for (auto* statement : statements)
            sqlite3_finalize(statement);
    sqlite3_close_v2(m_state->db);
}

void Database::fail(int code, std::string_view attempt) const
{
    auto* db = m_state->db;
    const char* message = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
    int cause = db != nullptr ? sqlite3_system_errno(db) : 0;
    if (cause == 0 && (isPermission(errno) || errno == EIO || errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
        cause = errno; // of a failed commit SQLite keeps no cause
    const auto [kind, why] = explain(code, cause, message);
    throw Error(kind, text::join("cannot ", attempt, " ", m_state->file.string(), ": ", why));
}

void Database::execute(std::string_view sql)
{
    const std::string copy(sql);
    const int code = sqlite3_exec(m_state->db, copy.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        fail(code, "use");
}

Statement Database::prepare(std::string_view sql)
{
    const auto found = m_state->idle.find(sql);
    if (found != m_state->idle.end() && !found->second.empty()) {
        auto* statement = found->second.back();
        found->second.pop_back();
        return Statement(*this, statement);
    }
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(
        m_state->db, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK)
        fail(code, "read");
    return Statement(*this, statement);
}

void Database::giveBack(sqlite3_stmt* statement) noexcept
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    try {
        const std::string_view sql = sqlite3_sql(statement);
        auto found = m_state->idle.find(sql);
        if (found == m_state->idle.end())
            found = m_state->idle.emplace(sql, std::vector<sqlite3_stmt*>()).first;
        found->second.push_back(statement);
    } catch (const std::bad_alloc&) {
        sqlite3_finalize(statement);
    }
}

std::int64_t Database::lastRowId() const { return sqlite3_last_insert_rowid(m_state->db); }

std::int64_t Database::changedRows() const { return sqlite3_changes64(m_state->db); }

std::int64_t Database::dataVersion() { return number("PRAGMA data_version").value_or(0) + m_state->commits; }

const std::filesystem::path& Database::file() const { return m_state->file; }

void Database::setCheckpointPages(int pages) { m_state->patience.checkpointPages = pages; }

void Database::setPatience(std::chrono::milliseconds limit) { m_state->patience.limit = limit; }

bool Database::isReadOnly() const { return sqlite3_db_readonly(m_state->db, "main") == 1; }

void Database::copyTo(const std::filesystem::path& target)
{
    auto part = target;
    part += ".part";
    std::error_code code;
    std::filesystem::remove(part, code);
    try {
        Database copy(part, OpenMode::Create);
        auto* backup = sqlite3_backup_init(copy.m_state->db, "main", m_state->db, "main");
        if (backup == nullptr)
            copy.fail(sqlite3_errcode(copy.m_state->db), "write");
        sqlite3_backup_step(backup, -1);
        const int finished = sqlite3_backup_finish(backup);
        if (finished != SQLITE_OK)
            copy.fail(finished, "write");
    } catch (...) {
        std::filesystem::remove(part, code);
        throw;
    }
    std::filesystem::rename(part, target, code);
    require(!code, ErrorCode::Io, text::join("cannot write ", target.string(), ": ", code.message()));
}

/// What is written to a file that has no name any more is lost with the last program that has it open.
void Database::requireInPlace() const
{
    int hasMoved = 0;
    const int code = sqlite3_file_control(m_state->db, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved);
    require(code != SQLITE_OK || hasMoved == 0, ErrorCode::NotFound,
        text::join("cannot write to ", m_state->file.string(),
            ": it was moved or deleted while it was open; open the project again where it is now"));
}

/// On a slow disk a writer that begins again at once would never let another one in.
void Database::letOthersWrite()
{
    const auto held = m_state->writingUntil - m_state->writingSince;
    if (held < std::chrono::milliseconds(20))
        return;
    const auto pause = std::min<Clock::duration>(held / 10, std::chrono::milliseconds(10));
    std::this_thread::sleep_until(m_state->writingUntil + pause);
}

void Database::begin(bool writing, bool durable)
{
    if (m_state->depth > 0) {
        assert(!writing || sqlite3_txn_state(m_state->db, nullptr) == SQLITE_TXN_WRITE);
        ++m_state->depth;
        return;
    }
    m_state->mustRollBack = false;
    if (writing) {
        if (isReadOnly()) // SQLite would begin to read, and fail later
            fail(SQLITE_READONLY, "write to");
        letOthersWrite();
        requireInPlace();
    }
    if (durable)
        execute("PRAGMA synchronous = FULL");
    m_state->isWriting = writing;
    m_state->isDurable = durable;
    try {
        prepare(writing ? "BEGIN IMMEDIATE" : "BEGIN").run();
    } catch (const Error&) {
        leaveTransaction();
        throw;
    }
    if (writing)
        m_state->writingSince = Clock::now();
    ++m_state->depth;
}

void Database::leaveTransaction() noexcept
{
    if (std::exchange(m_state->isWriting, false))
        m_state->writingUntil = Clock::now();
    if (std::exchange(m_state->isDurable, false))
        sqlite3_exec(m_state->db, "PRAGMA synchronous = NORMAL", nullptr, nullptr, nullptr);
}

void Database::end(bool commit)
{
    --m_state->depth;
    if (!commit)
        m_state->mustRollBack = true;
    if (m_state->depth > 0)
        return;
    const auto rollBack = [this] {
        if (sqlite3_get_autocommit(m_state->db) == 0)
            prepare("ROLLBACK").run();
    };
    if (!m_state->mustRollBack) {
        try {
            prepare("COMMIT").run();
        } catch (const Error&) {
            rollBack();
            leaveTransaction();
            throw;
        }
        return leaveTransaction();
    }
    rollBack();
    leaveTransaction();
    if (commit)
        throw Error(ErrorCode::Internal, "a transaction was committed after a part of it had failed");
}

Statement::Statement(Database& database, sqlite3_stmt* statement)
    : m_database(&database)
    , m_statement(statement)
{
}

Statement::~Statement()
{
    if (m_statement != nullptr)
        m_database->giveBack(m_statement);
}

Statement::Statement(Statement&& other) noexcept
    : m_database(other.m_database)
    , m_statement(std::exchange(other.m_statement, nullptr))
{
}

void Statement::bind(int index, std::int64_t value) { sqlite3_bind_int64(m_statement, index, value); }

void Statement::bind(int index, double value) { sqlite3_bind_double(m_statement, index, value); }

void Statement::bind(int index, std::string_view value)
{
    const char* data = value.data() == nullptr ? "" : value.data();
    const int code = sqlite3_bind_text64(m_statement, index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    if (code != SQLITE_OK)
        m_database->fail(code, "write to");
}

void Statement::bindInPlace(int index, std::string_view value)
{
    const char* data = value.data() == nullptr ? "" : value.data();
    const int code = sqlite3_bind_text64(m_statement, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK)
        m_database->fail(code, "write to");
}

void Statement::bind(int index, std::span<const std::byte> value)
{
    const void* data = value.data() == nullptr ? "" : static_cast<const void*>(value.data());
    const int code = sqlite3_bind_blob64(m_statement, index, data, value.size(), SQLITE_TRANSIENT);
    if (code != SQLITE_OK)
        m_database->fail(code, "write to");
}

void Statement::bind(int index, std::nullptr_t) { sqlite3_bind_null(m_statement, index); }

bool Statement::next()
{
    errno = 0;
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    const bool isReading =
        sqlite3_stmt_readonly(m_statement) != 0 && std::string_view(sqlite3_sql(m_statement)) != "COMMIT";
    m_database->fail(code, isReading ? "read" : "write to");
    return false;
}

void Statement::run()
{
    while (next()) { }
    reset();
}

void Statement::reset() { sqlite3_reset(m_statement); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(m_statement, column); }

double Statement::real(int column) const { return sqlite3_column_double(m_statement, column); }

std::string Statement::text(int column) const { return std::string(textView(column)); }

std::string_view Statement::textView(int column) const
{
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(m_statement, column));
    return data == nullptr
        ? std::string_view()
        : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column)));
}

std::span<const std::byte> Statement::blob(int column) const
{
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(m_statement, column));
    return {data, data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))};
}

bool Statement::isNull(int column) const { return sqlite3_column_type(m_statement, column) == SQLITE_NULL; }

Transaction::Transaction(Database& database, Kind kind)
    : m_database(database)
{
    m_database.begin(kind != Kind::Read, kind == Kind::Durable);
}

Transaction::~Transaction()
{
    if (!m_isOpen)
        return;
    try {
        m_database.end(false);
    } catch (const Error&) { // the connection is lost: SQLite rolls back when the file is opened next
    }
}

void Transaction::commit()
{
    m_isOpen = false;
    m_database.end(true);
}

BulkWriting::BulkWriting(Database& database)
    : m_database(database)
{
    constexpr int kPages = 256000; // of 4 KiB: one GB, so that most imports are whole before the log is brought over
    m_database.execute("PRAGMA foreign_keys = OFF");
    m_database.setCheckpointPages(kPages);
}

BulkWriting::~BulkWriting()
{
    try {
        m_database.setCheckpointPages(kCheckpointPages);
        m_database.execute("PRAGMA foreign_keys = ON");
    } catch (const Error&) {
        // the connection is unusable, and says so at its next use
    }
}

std::string utcNow()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char out[32];
    std::strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return out;
}

} // namespace winnow::store
