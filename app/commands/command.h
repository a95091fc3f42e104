#pragma once

#include "app/console.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/domain/metric.h"
#include "core/domain/selection.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace winnow::app {

/// The arguments contradict each other or a value means nothing: exit code 2.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One run of one sub-command: where it reports and how its result is printed.
class Session {
public:
    Session(Console& console, bool isJson)
        : m_console(console)
        , m_isJson(isJson)
    {
    }
    bool isJson() const { return m_isJson; }
    Console& console() { return m_console; }

    /// Runs the work behind the core's outer door, prints its result (or its failure) and gives the exit code. With
    /// `strict` a result with problems is a failure.
    enum class Problems { Allowed, Fail };
    int run(const pipeline::Work& work, Problems problems = Problems::Allowed);
    /// As above for work that prints its result itself, line by line.
    int runPrinting(const std::function<void(Console&)>& work);
    /// One line on standard output. Throws Error(Io) when it cannot be written.
    void print(const std::string& line);
    void print(const Json& object) { print(json::dump(object)); }

private:
    int fail(const pipeline::Failed& failure);
    Console& m_console;
    bool m_isJson;
};

/// All sub-commands and what each does.
class CommandLine {
public:
    CommandLine();
    /// Exit code. Never throws.
    int execute(const std::vector<std::string>& arguments);

    /// A sub-command with --json; `action` runs after its arguments have been read.
    using Action = std::function<int(Session&)>;
    CLI::App& add(const std::string& name, const std::string& what, Action action);

private:
    CLI::App m_app;
    std::map<const CLI::App*, Action> m_actions;
    bool m_isJson = false;
};

/// "a=b,c=d" as --map takes it. Throws UsageError.
std::map<std::string, std::string> parsePairs(const std::string& text, const std::string& flag);
/// What `read` makes of a flag's value; its Error is wrong usage, named after the flag.
template <typename Read> auto readFlag(const char* flag, const Read& read)
{
    try {
        return read();
    } catch (const Error& e) {
        throw UsageError(text::join(flag, ": ", e.message()));
    }
}
/// Throws UsageError with the place where a query cannot be read.
void checkQuery(const std::string& query);
/// Rows of ids or of --where, exactly one of which must be given. Throws UsageError, Error.
struct RowChoice {
    std::vector<std::string> ids;
    std::string where;
    void addTo(CLI::App& command);
    void validate() const;
    std::vector<PairRow> rows(store::Project& project) const;
};

/// Flags that several commands share.
void addProject(CLI::App& command, std::string& folder);
void addMode(CLI::App& command, Mode& mode);
void addDevice(CLI::App& command, std::string& device);
/// --model ROLE=FOLDER, once per role; a bare FOLDER is a CLIP.
void addModelChoice(CLI::App& command, std::map<std::string, std::filesystem::path>& models);

void addDemo(CommandLine& line);
void addNew(CommandLine& line);
void addImport(CommandLine& line);
void addImportMetrics(CommandLine& line);
void addImportFeatures(CommandLine& line);
void addImportClusters(CommandLine& line);
void addList(CommandLine& line);
void addInfo(CommandLine& line);
void addVerify(CommandLine& line);
void addCheck(CommandLine& line);
void addRelink(CommandLine& line);
void addModels(CommandLine& line);
void addScore(CommandLine& line);
void addJudge(CommandLine& line);
void addFeatures(CommandLine& line);
void addSearch(CommandLine& line);
void addCluster(CommandLine& line);
void addClusters(CommandLine& line);
void addSelector(CommandLine& line);
void addSelect(CommandLine& line);
void addOverride(CommandLine& line);
void addUndo(CommandLine& line);
void addSelections(CommandLine& line);
void addExport(CommandLine& line);
void addBenchmark(CommandLine& line);
void addLabel(CommandLine& line);
void addExperiment(CommandLine& line);
void addFinetune(CommandLine& line);
void addEvaluate(CommandLine& line);
void addCompare(CommandLine& line);
void addChat(CommandLine& line);
void addReport(CommandLine& line);
void addRename(CommandLine& line);
void addReplay(CommandLine& line);

} // namespace winnow::app
