#pragma once

#include "core/base/json.h"
#include "core/domain/columns.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::store {

class Database;

enum class Access { ReadWrite, ReadOnly };

/// An open project folder: `project.winnow` (SQLite, WAL, application_id, user_version), `vectors/`, `runs/`,
/// `thumbs.sqlite`. One Project belongs to one thread; each thread that works on a project opens its own. Cheap to
/// open.
class Project {
public:
    /// Makes the folder (it must be absent or empty). Throws Error: Conflict, Io, DiskFull.
    static Project create(const std::filesystem::path& folder);
    /// Opens and, where needed, migrates (backup first). Throws Error: NotFound (no project there), BadFile (not a
    /// Winnow project, damaged), TooNew (made by a newer version), Locked.
    static Project open(const std::filesystem::path& folder, Access access = Access::ReadWrite);
    static bool isProject(const std::filesystem::path& folder);

    ~Project();
    Project(Project&&) noexcept;
    Project& operator=(Project&&) noexcept;

    const std::filesystem::path& folder() const;
    Database& database();

    /// Changes whenever any connection, also of another process, committed something: what the window polls.
    std::int64_t dataVersion();

    /// All numeric columns. With `previous`, vectors whose stored change counter is unchanged are shared, not read
    /// again.
    std::shared_ptr<const Columns> loadColumns(const std::shared_ptr<const Columns>& previous = nullptr);

    /// Small JSON settings kept with the project: window layout, last weights. Null where absent.
    Json setting(std::string_view name);
    void setSetting(std::string_view name, const Json& value);

    /// Runs SQLite's and Winnow's own integrity checks; one sentence a problem, empty = sound.
    std::vector<std::string> verify();

private:
    struct State;
    explicit Project(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace winnow::store
