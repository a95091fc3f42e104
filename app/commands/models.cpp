#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/model_registry.h"

namespace winnow::app {

namespace {

    using Words = std::vector<std::string>;

    Json toJson(const pipeline::ModelEntry& entry)
    {
        return {{"role", entry.role}, {"name", entry.name}, {"folder", entry.folder.string()},
            {"embedded", entry.embedded}, {"default", entry.isDefault}, {"about", entry.about}};
    }

    pipeline::JobResult list()
    {
        pipeline::JobResult result;
        result.details = {{"models", Json::array()}};
        std::vector<std::string> lines;
        for (const auto& entry : pipeline::listModels()) {
            result.details["models"].push_back(toJson(entry));
            lines.push_back(text::join(entry.isDefault ? "* " : "  ", entry.role, "  ", entry.name, "  ", entry.about,
                "  ", entry.folder.string()));
        }
        result.sentence = lines.empty() ? "there are no models" : text::joined(lines, "\n");
        return result;
    }

    pipeline::JobResult check(const std::string& folder)
    {
        const auto found = pipeline::checkModel(folder);
        require(found.ok, ErrorCode::BadFile, found.about);
        pipeline::JobResult result;
        result.details = {{"ok", true}, {"role", found.role}, {"about", found.about},
            {"parameters", found.parameterCount}, {"bytes", found.bytes}};
        result.sentence = found.role.empty() ? found.about : text::join(found.role, ": ", found.about);
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

    int runModels(const std::string& action, const Words& words, Session& session)
    {
        if (action == "list")
            requireWords(words, 0, "list");
        else if (action == "check")
            requireWords(words, 1, "check FOLDER");
        else if (action == "add")
            requireWords(words, 2, "add ROLE FOLDER");
        else if (action == "default" || action == "remove")
            requireWords(words, 2, "default|remove ROLE NAME");
        return session.run([&](RunContext&) {
            if (action == "list")
                return list();
            if (action == "check")
                return check(words[0]);
            if (action == "add")
                return add(words[0], words[1]);
            if (action == "default")
                return chooseDefault(words[0], words[1]);
            if (action == "remove")
                return removeEntry(words[0], words[1]);
            throw Error(ErrorCode::Unsupported,
                "this version fetches no models: download the files and use winnow models add ROLE FOLDER");
        });
    }

} // namespace

void addModels(CommandLine& line)
{
    struct Options {
        std::string action;
        Words words;
    };
    const auto options = std::make_shared<Options>();
    auto& command = line.add("models", "List, check and add model folders",
        [options](Session& session) { return runModels(options->action, options->words, session); });
    command
        .add_option(
            "action", options->action, "list | check FOLDER | add ROLE FOLDER | default ROLE NAME | remove ROLE NAME")
        ->required()
        ->check(CLI::IsMember({"list", "check", "add", "get", "default", "remove"}));
    command.add_option("words", options->words, "Role (clip, text, reward, llm, vlm, judge), folder or name");
}

} // namespace winnow::app
