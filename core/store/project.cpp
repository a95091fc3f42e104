#include "core/store/project.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/schema.h"
#include "core/store/verification.h"

#include <map>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace winnow::store {

namespace {

    constexpr auto kFileName = "project.winnow";

    /// What a Columns was read from: column id → state and values.
    struct Stamp {
        std::int64_t change = 0;
        std::shared_ptr<const void> values;
    };
    struct Stamps {
        std::filesystem::path folder;
        std::int64_t pairCount = 0;
        std::map<std::int64_t, Stamp> columns;
    };

    /// Reads columns, or shares those of an earlier reading whose state is the same.
    class ColumnReader {
    public:
        ColumnReader(Database& database, const Stamps* previous, Stamps& stamps)
            : m_database(database)
            , m_previous(previous)
            , m_stamps(stamps)
        {
        }
        template <typename T>
        std::shared_ptr<const std::vector<T>> read(std::int64_t column, std::int64_t change, T missing)
        {
            std::shared_ptr<const std::vector<T>> values;
            if (const auto* old = findOld(column); old != nullptr && old->change == change)
                values = std::static_pointer_cast<const std::vector<T>>(old->values);
            else
                values = std::make_shared<const std::vector<T>>(
                    readColumn<T>(m_database, column, m_stamps.pairCount, missing));
            m_stamps.columns[column] = {change, values};
            return values;
        }

    private:
        const Stamp* findOld(std::int64_t column) const
        {
            if (m_previous == nullptr || m_previous->pairCount != m_stamps.pairCount
                || m_previous->folder != m_stamps.folder)
                return nullptr;
            const auto found = m_previous->columns.find(column);
            return found == m_previous->columns.end() ? nullptr : &found->second;
        }

        Database& m_database;
        const Stamps* m_previous;
        Stamps& m_stamps;
    };

    void requireEmptyOrAbsent(const std::filesystem::path& folder)
    {
        std::error_code code;
        if (!std::filesystem::exists(folder, code))
            return;
        require(std::filesystem::is_directory(folder, code), ErrorCode::Conflict,
            text::join("cannot make a project at ", folder.string(), ": a file of that name is there"));
        require(std::filesystem::is_empty(folder, code) && !code, ErrorCode::Conflict,
            text::join("cannot make a project at ", folder.string(), ": the folder is not empty"));
    }

    void makeFolders(const std::filesystem::path& folder)
    {
        for (const auto& path : {folder, folder / "vectors", folder / "runs"}) {
            std::error_code code;
            std::filesystem::create_directories(path, code);
            require(!code, code == std::errc::no_space_on_device ? ErrorCode::DiskFull : ErrorCode::Io,
                text::join("cannot make folder ", path.string(), ": ", code.message()));
        }
    }

    /// A project from a stranger must not make us read or write elsewhere.
    void refuseLinks(const std::filesystem::path& folder)
    {
        for (const char* name : {kFileName, "project.winnow-wal", "project.winnow-shm", "project.winnow-journal",
                 "vectors", "runs", "selectors", "cache", "thumbs.sqlite"})
            file::refuseLink(folder / name);
    }

    bool mayWrite(const std::filesystem::path& file)
    {
        return ::access(file.parent_path().c_str(), W_OK) == 0 && ::access(file.c_str(), W_OK) == 0;
    }

    /// How a file is opened that may not be written: the log of a living writer is read along with it, where it is
    /// readable; without a log the file is whole.
    OpenMode modeForReading(const std::filesystem::path& file)
    {
        auto log = file;
        log += "-wal";
        std::error_code code;
        const bool hasLog = std::filesystem::exists(log, code) && std::filesystem::file_size(log, code) > 0;
        if (!hasLog)
            return OpenMode::Frozen;
        auto index = file;
        index += "-shm";
        require(::access(index.c_str(), R_OK) == 0, ErrorCode::Io,
            text::join("cannot open ", file.string(), ": its last changes are still in ", log.filename().string(),
                " and this place may not be written; copy the whole folder to a place where you may write"));
        return OpenMode::ReadOnly;
    }

} // namespace

struct Project::State {
    std::filesystem::path folder;
    std::unique_ptr<Database> database;
};

Project::Project(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
Project::~Project() = default;
Project::Project(Project&&) noexcept = default;
Project& Project::operator=(Project&&) noexcept = default;

Project Project::create(const std::filesystem::path& folder)
{
    requireEmptyOrAbsent(folder);
    makeFolders(folder);
    auto state = std::make_unique<State>();
    state->folder = file::asFolder(folder);
    state->database = std::make_unique<Database>(folder / kFileName, OpenMode::Create);
    state->database->execute("PRAGMA journal_mode = WAL");
    createSchema(*state->database);
    return Project(std::move(state));
}

Project Project::open(const std::filesystem::path& folder, Access access)
{
    const auto file = folder / kFileName;
    std::error_code code;
    require(std::filesystem::is_regular_file(file, code), ErrorCode::NotFound,
        text::join("there is no Winnow project at ", folder.string(), ": ", kFileName,
            std::filesystem::exists(file, code) ? " in it is not a file" : " is missing"));
    refuseLinks(folder);
    auto state = std::make_unique<State>();
    state->folder = file::asFolder(folder);
    const auto mode = !mayWrite(file) ? modeForReading(file)
        : access == Access::ReadOnly  ? OpenMode::ReadOnly
                                      : OpenMode::ReadWrite;
    state->database = std::make_unique<Database>(file, mode);
    auto& database = *state->database;
    checkSchema(database);
    if (needsMigration(database)) {
        require(mode == OpenMode::ReadWrite, ErrorCode::Unsupported,
            text::join(file.string(), " was made by an older version of Winnow; open it ",
                mayWrite(file) ? "for writing once" : "once in a place where it may be written",
                " to bring it up to date"));
        migrate(database);
        checkSchema(database);
    }
    if (mode == OpenMode::ReadWrite) // as migrate(): until the file is in WAL each step is flushed
        database.execute("PRAGMA synchronous = EXTRA; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    return Project(std::move(state));
}

bool Project::isProject(const std::filesystem::path& folder)
{
    std::error_code code;
    return std::filesystem::is_regular_file(folder / kFileName, code);
}

const std::filesystem::path& Project::folder() const { return m_state->folder; }

Database& Project::database() { return *m_state->database; }

std::int64_t Project::dataVersion() { return database().dataVersion(); }

std::shared_ptr<const Columns> Project::loadColumns(const std::shared_ptr<const Columns>& previous)
{
    Transaction reading(database(), Transaction::Kind::Read);
    auto columns = std::make_shared<Columns>();
    auto stamps = std::make_shared<Stamps>();
    columns->pairCount = stamps->pairCount = pairCount(database());
    columns->dataVersion = dataVersion();
    stamps->folder = folder();
    ColumnReader reader(database(), previous ? static_cast<const Stamps*>(previous->stamps.get()) : nullptr, *stamps);
    for (auto& entry : metricEntries(database()))
        columns->metrics.push_back({std::move(entry.info), reader.read<double>(entry.column, entry.change, kMissing)});
    for (auto& entry : clusteringEntries(database()))
        columns->clusterings.push_back(
            {std::move(entry.info), reader.read<std::int32_t>(entry.column, entry.change, kNoCluster)});
    const auto readBytes = [&](std::int64_t column) {
        return reader.read<std::uint8_t>(column, changeOf(database(), column), 0);
    };
    columns->overrides = readBytes(kOverrideColumn);
    columns->stars = readBytes(kStarColumn);
    columns->imageMissing = readBytes(kImageMissingColumn);
    columns->stamps = std::move(stamps);
    reading.commit();
    return columns;
}

Json Project::setting(std::string_view name)
{
    const auto value = database().string("SELECT value FROM setting WHERE name = ?", name);
    return value ? json::parse(*value, text::join("setting ", text::shortened(name, 60))) : Json();
}

void Project::setSetting(std::string_view name, const Json& value)
{
    Transaction transaction(database());
    if (value.is_null())
        database().run("DELETE FROM setting WHERE name = ?", name);
    else
        database().run("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", name, json::dump(value));
    transaction.commit();
}

std::vector<std::string> Project::verify() { return verifyProject(*this).problems; }

} // namespace winnow::store
