#include "core/store/schema.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/database.h"

#include <array>
#include <map>
#include <string>
#include <utility>

namespace winnow::store {

namespace {

    constexpr std::array<std::string_view, 8> kMigrations = {
#include "core/store/migrations/0001_initial.sql"
        ,
#include "core/store/migrations/0002_text_index.sql"
        ,
#include "core/store/migrations/0003_batches.sql"
        ,
#include "core/store/migrations/0004_judge.sql"
        ,
#include "core/store/migrations/0005_selector.sql"
        ,
#include "core/store/migrations/0006_lease_wish.sql"
        ,
#include "core/store/migrations/0007_image_mark.sql"
        ,
#include "core/store/migrations/0008_pair_ids.sql"
    };

    void setVersion(Database& database, int version)
    {
        database.execute(text::join("PRAGMA user_version = ", version));
    }

    int versionOf(Database& database)
    {
        const auto application = database.number("PRAGMA application_id").value_or(0);
        require(application == kApplicationId, ErrorCode::BadFile,
            text::join(database.file().string(), " is not a Winnow project: it bears the mark ", application, " where ",
                kApplicationId, " is expected; if it was a project once, restore it from a backup"));
        const auto version = database.number("PRAGMA user_version").value_or(0);
        require(version <= schemaVersion(), ErrorCode::TooNew,
            text::join(database.file().string(), " was made by a newer version of Winnow: its format is ", version,
                ", this program reads up to ", schemaVersion(), "; open it with that version or a later one"));
        require(version >= 1, ErrorCode::BadFile,
            text::join(database.file().string(), " is not a Winnow project: its format number is ", version));
        return static_cast<int>(version);
    }

    /// A table that others refer to is made anew by taking the old one away: SQLite looks at references only outside of
    /// such a transaction.
    class ForeignKeysOff {
    public:
        explicit ForeignKeysOff(Database& database)
            : m_database(database)
        {
            m_database.execute("PRAGMA foreign_keys = OFF");
        }
        ~ForeignKeysOff()
        {
            try {
                m_database.execute("PRAGMA foreign_keys = ON");
            } catch (const Error&) {
                // the connection is unusable, and says so at its next use
            }
        }
        ForeignKeysOff(const ForeignKeysOff&) = delete;
        ForeignKeysOff& operator=(const ForeignKeysOff&) = delete;

    private:
        Database& m_database;
    };

    using Objects = std::map<std::string, std::pair<std::string, std::string>>; // name → table it belongs to, its SQL

    Objects schemaObjects(Database& database)
    {
        Objects objects;
        auto rows = database.prepare("SELECT type || ' ' || name, tbl_name, sql FROM sqlite_schema LIMIT 1000");
        while (rows.next())
            objects[rows.text(0)] = {rows.text(1), rows.text(2)};
        return objects;
    }

    void applyMigrations(Database& database, int from, int to)
    {
        for (int version = from; version < to; ++version)
            database.execute(kMigrations[static_cast<std::size_t>(version)]);
        setVersion(database, to);
    }

    void checkAgainst(const Objects& expected, const Objects& found, const std::string& file)
    {
        for (const auto& [name, object] : expected) {
            const auto match = found.find(name);
            require(match != found.end() && match->second == object, ErrorCode::BadFile,
                text::join(file, " is not a sound Winnow project: ", name,
                    match == found.end() ? " is missing" : " was altered"));
        }
        for (const auto& [name, object] : found) {
            const bool isPlainExtra = name.starts_with("table ") || name.starts_with("index sqlite_");
            const bool isOnOurs = expected.contains("table " + object.first);
            require(expected.contains(name) || (isPlainExtra && !isOnOurs) || name.starts_with("table sqlite_"),
                ErrorCode::BadFile,
                text::join(file, " is not a sound Winnow project: it holds a ", text::shortened(name, 60),
                    " that Winnow did not make"));
        }
    }

} // namespace

int schemaVersion() { return static_cast<int>(kMigrations.size()); }

void createSchema(Database& database, int version)
{
    const ForeignKeysOff unchecked(database);
    Transaction transaction(database);
    database.execute(text::join("PRAGMA application_id = ", kApplicationId));
    applyMigrations(database, 0, version);
    transaction.commit();
}

void checkSchema(Database& database)
{
    const int version = versionOf(database);
    Database reference(":memory:", OpenMode::Create);
    createSchema(reference, version);
    checkAgainst(schemaObjects(reference), schemaObjects(database), database.file().string());
}

bool needsMigration(Database& database) { return versionOf(database) < schemaVersion(); }

void migrate(Database& database)
{
    database.setPatience(std::chrono::seconds(3)); // who has it open now will most likely keep it
    // Outside WAL a power cut spares the file only if the journal is flushed before each use: NORMAL, which is enough
    // for WAL, leaves a moment in which it is not. Project::open() returns to both.
    database.execute("PRAGMA synchronous = EXTRA");
    try {
        // Leaving WAL needs every other connection closed, and so tells whether there are any.
        const auto mode = database.string("PRAGMA journal_mode = DELETE");
        require(mode == "delete", ErrorCode::Locked, "other connections are open");
    } catch (const Error& e) {
        if (e.code() != ErrorCode::Locked)
            throw;
        throw Error(ErrorCode::Locked,
            text::join("cannot bring ", database.file().string(),
                " to this version of Winnow while another program has it open; ",
                "close every window and job of this project and try again"));
    }
    const ForeignKeysOff unchecked(database);
    // A read transaction first: a copy can be taken inside it, and it turns into a writing one below.
    Transaction transaction(database, Transaction::Kind::Read);
    const int from = versionOf(database);
    auto backup = database.file();
    backup += text::join(".v", from, ".backup");
    database.copyTo(backup);
    applyMigrations(database, from, schemaVersion());
    transaction.commit();
    database.setPatience(Database::kPatience);
}

} // namespace winnow::store
