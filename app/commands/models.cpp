#include "app/commands/models_get.h"

#include "core/base/text.h"
#include "core/pipeline/model_facts.h"
#include "core/pipeline/model_registry.h"

namespace winnow::app {

namespace {

    using Words = std::vector<std::string>;

    Json toJson(const pipeline::ModelEntry& entry)
    {
        return {{"role", entry.role}, {"name", entry.name}, {"folder", entry.folder.string()},
            {"embedded", entry.embedded}, {"default", entry.isDefault}, {"about", entry.about}};
    }

    /// What is worth knowing besides, a line each, indented.
    std::vector<std::string> linesOf(const pipeline::ModelFacts& facts)
    {
        const auto hash = facts.sha256.empty() ? "not computed yet: winnow models check FOLDER" : facts.sha256;
        const auto file = facts.licenceFile.empty() ? "" : " (" + facts.licenceFile + ")";
        std::vector<std::string> lines;
        if (!facts.purpose.empty())
            lines.push_back("    good for  " + facts.purpose);
        lines.push_back(text::join("    on disk   ", pipeline::sizeText(facts.diskBytes), ", ", facts.weightFileCount,
            facts.weightFileCount == 1 ? " file of weights" : " files of weights"));
        lines.push_back("    SHA-256   " + hash);
        lines.push_back("    licence   " + (facts.licence.empty() ? "not said in its folder" : facts.licence) + file);
        if (facts.origin.isDownloaded())
            lines.push_back("    from      " + facts.origin.text());
        return lines;
    }

    void mergeInto(Json& target, const Json& more)
    {
        for (const auto& [name, value] : more.items())
            target[name] = value;
    }

    pipeline::JobResult list()
    {
        pipeline::JobResult result;
        result.details = {{"models", Json::array()}};
        std::vector<std::string> lines;
        for (const auto& entry : pipeline::listModels()) {
            const auto facts = pipeline::loadModelFacts(entry.folder, entry.role);
            result.details["models"].push_back(toJson(entry));
            mergeInto(result.details["models"].back(), pipeline::toJson(facts));
            lines.push_back(text::join(entry.isDefault ? "* " : "  ", entry.role, "  ", entry.name, "  ", entry.about,
                "  ", entry.folder.string()));
            for (auto& line : linesOf(facts))
                lines.push_back(std::move(line));
        }
        result.sentence = lines.empty() ? "there are no models" : text::joined(lines, "\n");
        return result;
    }

    pipeline::JobResult check(const std::string& folder, RunContext& context)
    {
        const auto found = pipeline::checkModel(folder);
        require(found.ok, ErrorCode::BadFile, found.about);
        const auto hashed = pipeline::runModelHash(folder, context);
        auto facts = pipeline::loadModelFacts(folder, found.role);
        facts.sha256 = hashed.details.at("sha256").get<std::string>(); // also where it cannot be remembered
        pipeline::JobResult result;
        result.details = {{"ok", true}, {"role", found.role}, {"about", found.about},
            {"parameters", found.parameterCount}, {"bytes", found.bytes}};
        mergeInto(result.details, pipeline::toJson(facts));
        result.details["files"] = hashed.details.at("files");
        auto lines = linesOf(facts);
        lines.insert(lines.begin(), found.role.empty() ? found.about : text::join(found.role, ": ", found.about));
        result.sentence = text::joined(lines, "\n");
        return result;
    }

    pipeline::JobResult add(const std::string& role, const std::string& folder)
    {
        const auto entry = pipeline::addModel(role, folder);
        pipeline::JobResult result;
        result.details = toJson(entry);
        result.sentence = text::join("added ", entry.name, " as ", entry.role, ": ", entry.about);
        return result;
    }

    pipeline::JobResult chooseDefault(const std::string& role, const std::string& name)
    {
        pipeline::setDefaultModel(role, name);
        pipeline::JobResult result;
        result.sentence = text::join(name, " is now the ", role, " that jobs use");
        result.details = {{"role", role}, {"name", name}};
        return result;
    }

    pipeline::JobResult removeEntry(const std::string& role, const std::string& name)
    {
        pipeline::removeModel(role, name);
        pipeline::JobResult result;
        result.sentence = text::join("took ", name, " off the list of ", role, " models; its folder stays");
        result.details = {{"role", role}, {"name", name}};
        return result;
    }

    void requireWords(const Words& words, std::size_t count, const char* form)
    {
        if (words.size() != count)
            throw UsageError(text::join("the form is: winnow models ", form));
    }

    struct ModelsFlags {
        std::string action;
        Words words;
        ModelsGet get;
    };

    void requireForm(const ModelsFlags& options)
    {
        const auto& action = options.action;
        if (action == "list")
            requireWords(options.words, 0, "list");
        else if (action == "check")
            requireWords(options.words, 1, "check FOLDER");
        else if (action == "add")
            requireWords(options.words, 2, "add ROLE FOLDER");
        else if (action == "default" || action == "remove")
            requireWords(options.words, 2, "default|remove ROLE NAME");
        else if (!options.words.empty())
            requireWords(options.words, 1, "get REPOSITORY|NAME");
    }

    int runModels(const ModelsFlags& options, Session& session)
    {
        requireForm(options);
        const auto& action = options.action;
        const auto& words = options.words;
        if (action == "get")
            return words.empty() ? listRecommended(session) : getModel(words[0], options.get, session);
        return session.run([&](RunContext& context) {
            if (action == "list")
                return list();
            if (action == "check")
                return check(words[0], context);
            if (action == "add")
                return add(words[0], words[1]);
            if (action == "default")
                return chooseDefault(words[0], words[1]);
            return removeEntry(words[0], words[1]);
        });
    }

} // namespace

void addModels(CommandLine& line)
{
    const auto options = std::make_shared<ModelsFlags>();
    auto& command = line.add("models", "List, check, add and fetch model folders",
        [options](Session& session) { return runModels(*options, session); });
    command
        .add_option("action", options->action,
            "list | check FOLDER | add ROLE FOLDER | get [REPOSITORY|NAME] | default ROLE NAME | remove ROLE NAME")
        ->required()
        ->check(CLI::IsMember({"list", "check", "add", "get", "default", "remove"}));
    command.add_option(
        "words", options->words, "Role (clip, text, reward, llm, vlm, judge), folder, name or repository");
    options->get.addTo(command);
}

} // namespace winnow::app
