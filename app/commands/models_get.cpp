#include "app/commands/models_get.h"

#include "core/base/text.h"
#include "core/pipeline/model_download.h"
#include "core/pipeline/model_facts.h"
#include "core/pipeline/recommended_models.h"

#include <cstdio>
#include <iostream>
#include <unistd.h>

namespace winnow::app {

namespace {

    /// The plan and the question go to standard error, so that standard output holds the result alone.
    bool isAgreed(const pipeline::ModelPlan& plan, const ModelsGet& options, Console& console)
    {
        console.endLine();
        std::fprintf(stderr, "%s\n", pipeline::toText(plan).c_str());
        if (options.isAgreed)
            return true;
        require(::isatty(STDIN_FILENO) == 1, ErrorCode::InvalidInput,
            "nothing was fetched: there is no terminal to ask on, so --yes is needed");
        std::fprintf(
            stderr, "Fetch %s from %s? [y/N] ", pipeline::sizeText(plan.remainingBytes).c_str(), plan.host.c_str());
        std::fflush(stderr);
        std::string answer;
        std::getline(std::cin, answer);
        console.checkpoint(); // Ctrl+C at the question
        const auto word = text::toLowerAscii(text::trimmed(answer));
        return word == "y" || word == "yes";
    }

    Json toJson(const pipeline::RecommendedModel& model)
    {
        return {{"role", model.role}, {"name", model.name}, {"repository", model.repository},
            {"about_bytes", model.bytes}, {"about_memory_bytes", model.memoryBytes}, {"license", model.licence},
            {"purpose", model.purpose}, {"note", model.note}};
    }

} // namespace

void ModelsGet::addTo(CLI::App& command)
{
    command.add_option("--role", role, "get: what to use it for; the default is what it turns out to be")
        ->type_name("ROLE")
        ->check(CLI::IsMember({"clip", "text", "reward", "llm", "vlm", "judge"}));
    command.add_option("--revision", revision, "get: branch, tag or commit of the repository, main by default")
        ->type_name("REVISION");
    command.add_option("--to", folder, "get: the folder to fetch into; the default is in the user's data folder")
        ->type_name("DIR");
    command.add_flag("--yes", isAgreed, "get: fetch without asking");
    command.add_flag("--default", isDefaultWished, "get: make it the model that jobs use");
}

int getModel(const std::string& model, const ModelsGet& options, Session& session)
{
    return session.run([&](RunContext& context) {
        pipeline::ModelWish wish{model, options.revision, options.role, options.folder, options.isDefaultWished};
        const auto plan = pipeline::planModelDownload(wish, context);
        if (isAgreed(plan, options, session.console()))
            return pipeline::runModelDownload(plan, {}, context);
        pipeline::JobResult result;
        result.sentence = "nothing was fetched";
        result.details = {{"fetched", false}, {"plan", pipeline::toJson(plan)}};
        return result;
    });
}

int listRecommended(Session& session)
{
    return session.run([](RunContext&) {
        pipeline::JobResult result;
        result.details = {{"recommended", Json::array()}};
        std::vector<std::string> lines{
            "Weights that serve well; sizes and licences are about right, the hub says them exactly before anything is "
            "fetched:"};
        for (const auto& model : pipeline::recommendedModels()) {
            result.details["recommended"].push_back(toJson(model));
            lines.push_back(text::join(
                model.role, "  ", model.name, model.repository.empty() ? "" : "  (" + model.repository + ")"));
            lines.push_back(text::join("    about ", pipeline::sizeText(model.bytes), " to fetch, ",
                pipeline::sizeText(model.memoryBytes), " of memory; licence ", model.licence));
            lines.push_back("    " + model.purpose + (model.note.empty() ? "" : "; " + model.note));
        }
        lines.push_back("Fetch one with: winnow models get NAME, or any repository with: winnow models get OWNER/NAME");
        result.sentence = text::joined(lines, "\n");
        return result;
    });
}

} // namespace winnow::app
