#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace winnow::store {

class Database;

/// One prepared SQL statement on loan from its Database, which must outlive it. Values are bound in order, numbered
/// from 1; texts and blobs are copied. Every failure is an Error whose code says what to do about it.
class Statement {
public:
    Statement(Database& database, sqlite3_stmt* statement);
    ~Statement();
    Statement(Statement&& other) noexcept;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    Statement& operator=(Statement&&) = delete;

    void bind(int index, std::int64_t value);
    void bind(int index, int value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind(int index, std::uint32_t value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind(int index, bool value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind(int index, double value);
    void bind(int index, std::string_view value);
    void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }
    void bind(int index, const char* value) { bind(index, std::string_view(value)); }
    void bind(int index, std::span<const std::byte> value);
    void bind(int index, std::nullptr_t);
    /// Not copied: the text must stay where it is until run() is over.
    void bindInPlace(int index, std::string_view value);
    template <typename... Values> Statement& with(const Values&... values)
    {
        int index = 0;
        (bind(++index, values), ...);
        return *this;
    }

    /// Fetches the next row; false after the last.
    bool next();
    /// Runs to the end and makes the statement ready for new values.
    void run();
    void reset();

    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string text(int column) const;
    /// Valid until the next call of next(), reset() or the end.
    std::string_view textView(int column) const;
    std::span<const std::byte> blob(int column) const;
    bool isNull(int column) const;

private:
    Database* m_database;
    sqlite3_stmt* m_statement;
};

/// Frozen reads a file that nobody can change, without any lock or file beside it: of a medium that cannot be written.
enum class OpenMode { Create, ReadWrite, ReadOnly, Frozen };

/// One SQLite connection, hardened against files made by strangers: no triggers, no views, no untrusted schema, limited
/// sizes, no symbolic link. Belongs to one thread. WAL, foreign keys on; waits 30 s for another writer; synchronous
/// NORMAL (a commit outlives the process) or FULL (Transaction::Kind::Durable: it outlives a power cut too).
class Database {
public:
    /// For another writer: a slow disk may keep a commit for seconds.
    static constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(30);

    /// Throws Error: NotFound, Io, BadFile, Locked, DiskFull. Nothing is read from the file yet.
    Database(const std::filesystem::path& file, OpenMode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Runs every statement of the text, without values and results.
    void execute(std::string_view sql);
    /// A statement ready for its values; compiled once per text and connection.
    Statement prepare(std::string_view sql);
    template <typename... Values> void run(std::string_view sql, const Values&... values)
    {
        prepare(sql).with(values...).run();
    }
    /// The first column of the first row, or nothing.
    template <typename... Values> std::optional<std::int64_t> number(std::string_view sql, const Values&... values)
    {
        auto statement = prepare(sql);
        statement.with(values...);
        return statement.next() ? std::optional(statement.integer(0)) : std::nullopt;
    }
    template <typename... Values> std::optional<std::string> string(std::string_view sql, const Values&... values)
    {
        auto statement = prepare(sql);
        statement.with(values...);
        return statement.next() ? std::optional(statement.text(0)) : std::nullopt;
    }

    std::int64_t lastRowId() const;
    /// Rows changed by the last statement.
    std::int64_t changedRows() const;
    /// Grows with every commit of this and of any other connection.
    std::int64_t dataVersion();
    /// A consistent copy into another file, which appears only when it is whole.
    void copyTo(const std::filesystem::path& target);
    /// How long it waits for another writer.
    void setPatience(std::chrono::milliseconds limit);
    /// True where only reading is allowed, whatever was asked for.
    bool isReadOnly() const;
    const std::filesystem::path& file() const;

private:
    friend class Statement;
    friend class Transaction;
    friend class BulkWriting;
    struct State;
    [[noreturn]] void fail(int code, std::string_view attempt) const;
    void giveBack(sqlite3_stmt* statement) noexcept;
    void begin(bool writing, bool durable);
    void end(bool commit);
    void setCheckpointPages(int pages); ///< from this length on the log is copied back
    void requireInPlace() const;
    void letOthersWrite();
    void leaveTransaction() noexcept;
    std::unique_ptr<State> m_state;
};

/// From here to commit() all or nothing; leaving without commit() rolls back. A transaction inside another joins it:
/// only the outermost commit writes, and a joined one that is left without commit() makes the outermost roll back.
class Transaction {
public:
    /// Durable: a person's decision, which is on the disk when commit() returns; costs a few ms more than Write.
    enum class Kind { Read, Write, Durable };
    /// Throws Error: Locked when another connection writes for longer than this one waits, NotFound when the file was
    /// moved or deleted since it was opened.
    explicit Transaction(Database& database, Kind kind = Kind::Write);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    Database& m_database;
    bool m_isOpen = true;
};

/// While it lives the connection brings the journal over less often: for writing many rows. References between tables
/// are not checked meanwhile: the writer keeps them.
class BulkWriting {
public:
    explicit BulkWriting(Database& database);
    ~BulkWriting();
    BulkWriting(const BulkWriting&) = delete;
    BulkWriting& operator=(const BulkWriting&) = delete;

private:
    Database& m_database;
};

/// Now, UTC, ISO 8601 with seconds ("2025-03-01T12:00:00Z").
std::string utcNow();

} // namespace winnow::store
