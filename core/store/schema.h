#pragma once

#include <string_view>

namespace winnow::store {

class Database;

/// "Winn": tells a project from other SQLite files.
inline constexpr int kApplicationId = 0x57696e6e;

/// The version this program writes: the number of its migrations.
int schemaVersion();

/// Makes the tables of a new, empty file up to `version` (tests make old projects with it).
void createSchema(Database& database, int version = schemaVersion());

/// Throws Error: BadFile (not a project, or tables, triggers or views that Winnow did not make), TooNew.
void checkSchema(Database& database);

/// True where the file was written by an earlier version. Throws Error: BadFile (not a project), TooNew.
bool needsMigration(Database& database);

/// Brings an older project up to date in one transaction, after a copy of it was put beside it
/// (`project.winnow.v1.backup`). Needs the project alone. Throws Error: Locked, DiskFull.
void migrate(Database& database);

} // namespace winnow::store
