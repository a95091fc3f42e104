#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/query_error.h"
#include "core/pipeline/select_job.h"
#include "core/query/query.h"

#include <cstdio>
#include <iostream>
#include <variant>

namespace winnow::app {

void Session::print(const std::string& line)
{
    std::cout << line << '\n';
    if (!std::cout.flush())
        throw Error(ErrorCode::Io, "cannot write the result to standard output");
}

int Session::fail(const pipeline::Failed& failure)
{
    m_console.endLine();
    std::fprintf(stderr, "winnow: %s\n", failure.message.c_str());
    if (m_isJson)
        std::cout << json::dump(Json{{"error", toString(failure.code)}, {"message", failure.message}}) << std::endl;
    return kFailed;
}

int Session::run(const pipeline::Work& work, Problems problems)
{
    const auto outcome = pipeline::runGuarded(
        [&](RunContext& context) {
            auto result = work(context);
            m_console.endLine();
            if (m_isJson)
                print(result.details);
            else if (!result.sentence.empty())
                print(result.sentence);
            return result;
        },
        m_console);
    if (const auto* failed = std::get_if<pipeline::Failed>(&outcome))
        return fail(*failed);
    if (const auto* finished = std::get_if<pipeline::Finished>(&outcome))
        return finished->result.hasProblems && problems == Problems::Fail ? kFailed : kDone;
    m_console.endLine();
    std::fputs("winnow: stopped; what was done is kept, the same command goes on from there\n", stderr);
    return kInterrupted;
}

int Session::runPrinting(const std::function<void(Console&)>& work)
{
    const auto outcome = pipeline::runGuarded(
        [&](RunContext&) {
            work(m_console);
            return pipeline::JobResult();
        },
        m_console);
    if (const auto* failed = std::get_if<pipeline::Failed>(&outcome))
        return fail(*failed);
    return std::holds_alternative<pipeline::Finished>(outcome) ? kDone : kInterrupted;
}

CommandLine::CommandLine()
    : m_app("Winnow: which few of my pairs make the model better, and how do I know?", "winnow")
{
    m_app.set_version_flag("--version", pipeline::versionText());
    m_app.require_subcommand(1);
    for (const auto& addCommand :
        {addDemo, addNew, addImport, addImportMetrics, addImportFeatures, addImportClusters, addList, addInfo,
            addVerify, addCheck, addRelink, addModels, addScore, addJudge, addFeatures, addSearch, addCluster,
            addClusters, addSelector, addSelect, addOverride, addUndo, addSelections, addExport, addBenchmark, addLabel,
            addFinetune, addEvaluate, addCompare, addExperiment, addReport, addChat, addRename, addReplay})
        addCommand(*this);
}

CLI::App& CommandLine::add(const std::string& name, const std::string& what, Action action)
{
    auto* command = m_app.add_subcommand(name, what);
    command->add_flag("--json", m_isJson, "Print the result as JSON");
    m_actions.emplace(command, std::move(action));
    return *command;
}

int CommandLine::execute(const std::vector<std::string>& arguments)
{
    m_isJson = false;
    try {
        m_app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
        const auto chosen = m_app.get_subcommands();
        Console console;
        Session session(console, m_isJson);
        return m_actions.at(chosen.front())(session);
    } catch (const CLI::ParseError& e) {
        return m_app.exit(e) == 0 ? kDone : kWrongUsage;
    } catch (const UsageError& e) {
        std::fprintf(stderr, "winnow: %s\n", e.what());
        return kWrongUsage;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "winnow: %s\n", e.what());
        return kFailed;
    }
}

std::map<std::string, std::string> parsePairs(const std::string& text, const std::string& flag)
{
    std::map<std::string, std::string> out;
    if (text.empty())
        return out;
    for (const auto& item : text::split(text, ',')) {
        const auto sign = item.find('=');
        const auto name = text::trimmed(std::string_view(item).substr(0, sign));
        if (sign == std::string::npos || name.empty())
            throw UsageError(text::join(flag, " takes name=value,name=value, not \"", text::shortened(text, 80), "\""));
        const std::string key(name);
        if (!out.emplace(key, text::trimmed(std::string_view(item).substr(sign + 1))).second)
            throw UsageError(text::join(flag, " names ", key, " twice"));
    }
    return out;
}

void checkQuery(const std::string& query)
{
    const auto parsed = query::parse(query);
    if (!parsed.ok)
        throw UsageError("--where: " + pipeline::queryErrorText(query, parsed.error));
}

void RowChoice::addTo(CLI::App& command)
{
    command.add_option("ids", ids, "Ids of pairs")->type_name("IDS");
    command.add_option("--where", where, "A query instead of ids, such as: clip > 28 and words < 60")
        ->type_name("QUERY");
}

void RowChoice::validate() const
{
    if (ids.empty() == where.empty())
        throw UsageError("give either ids or --where QUERY");
    if (!where.empty())
        checkQuery(where);
}

std::vector<PairRow> RowChoice::rows(store::Project& project) const
{
    return where.empty() ? pipeline::rowsOf(project, ids) : pipeline::rowsWhere(project, where);
}

void addProject(CLI::App& command, std::string& folder)
{
    command.add_option("project", folder, "The project's folder")->required()->type_name("DIR");
}

void addMode(CLI::App& command, Mode& mode)
{
    static const std::map<std::string, Mode> kModes = {{"corrected", Mode::Corrected}, {"published", Mode::Published}};
    command
        .add_option_function<std::string>(
            "--mode", [&mode](const std::string& name) { mode = kModes.at(name); },
            "corrected (the default) or published: the original's code with its mistakes")
        ->check(CLI::IsMember({"corrected", "published"}));
}

void addDevice(CLI::App& command, std::string& device)
{
    command.add_option("--device", device, "cpu, or cuda:0 where there is one")->type_name("DEVICE");
}

void addModelChoice(CLI::App& command, std::map<std::string, std::filesystem::path>& models)
{
    const auto take = [&models](const std::vector<std::string>& values) {
        for (const auto& value : values) {
            const auto equals = value.find('=');
            if (equals == std::string::npos)
                models["clip"] = value;
            else
                models[value.substr(0, equals)] = value.substr(equals + 1);
        }
        return true;
    };
    command.add_option("--model", CLI::callback_t(take), "Model of a role, as clip=FOLDER; a bare FOLDER is a CLIP")
        ->type_name("ROLE=FOLDER")
        ->take_all();
}

} // namespace winnow::app
