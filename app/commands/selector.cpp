#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/select_job.h"

namespace winnow::app {

namespace {

    struct Options {
        std::string folder;
        std::string action;
        std::string file;
        std::string name;
        std::string kind = "weights";
        std::string inputs;
        Mode mode = Mode::Corrected;
    };

    pipeline::JobResult show(const Options& options)
    {
        pipeline::Workspace workspace(options.folder);
        auto project = workspace.open();
        pipeline::JobResult result;
        std::vector<std::string> lines;
        for (const auto& [name, weights] : pipeline::selectors(project)) {
            if (!options.name.empty() && name != options.name)
                continue;
            std::vector<std::string> parts;
            for (const auto& [metric, weight] : weights) {
                result.details[name][metric] = weight;
                parts.push_back(metric + "=" + text::toText(weight));
            }
            lines.push_back(name + "  weights  " + text::joined(parts, ","));
        }
        require(options.name.empty() || !lines.empty(), ErrorCode::NotFound,
            text::join("the project has no selector \"", options.name, "\""));
        result.sentence = lines.empty() ? "the project has no selector" : text::joined(lines, "\n");
        return result;
    }

    pipeline::JobResult train(const Options& options, const std::map<std::string, double>& weights)
    {
        require(options.kind == "weights", ErrorCode::Unsupported,
            text::join(
                "this version trains no ", options.kind, " selector: use --kind weights --inputs clip=1,length=0.5"));
        pipeline::Workspace workspace(options.folder);
        pipeline::saveSelector(workspace, options.name, weights);
        pipeline::JobResult result;
        result.details = {{"name", options.name}, {"kind", options.kind}, {"weights", weights}};
        result.sentence = text::join("kept the selector ", options.name, " of ", weights.size(), " weights");
        return result;
    }

    int runSelector(const Options& options, Session& session)
    {
        if (options.action != "show" && options.name.empty())
            throw UsageError(text::join("selector ", options.action, " needs --name NAME"));
        std::map<std::string, double> weights;
        if (options.action == "train" && options.kind == "weights") {
            weights = parseWeights(options.inputs, "--inputs");
            if (weights.empty())
                throw UsageError("a selector of weights needs --inputs metric=weight,metric=weight");
        }
        return session.run([&](RunContext&) {
            if (options.action == "show")
                return show(options);
            require(options.action == "train", ErrorCode::Unsupported,
                "this version reads no trained selectors: use selector train --kind weights");
            return train(options, weights);
        });
    }

} // namespace

void addSelector(CommandLine& line)
{
    const auto options = std::make_shared<Options>();
    auto& command = line.add("selector", "Keep, import or show what predicts which pairs help",
        [options](Session& session) { return runSelector(*options, session); });
    addProject(command, options->folder);
    command.add_option("action", options->action, "train, import or show")
        ->required()
        ->check(CLI::IsMember({"train", "import", "show"}));
    command.add_option("file", options->file, "import: the published checkpoint")->type_name("FILE");
    command.add_option("--name", options->name, "Name of the selector");
    command.add_option("--kind", options->kind, "weights, linear, mlp or attention")
        ->check(CLI::IsMember({"weights", "linear", "mlp", "attention"}));
    command.add_option("--inputs", options->inputs, "Metrics; for weights with their weight: clip=1,length=0.5");
    addMode(command, options->mode);
}

} // namespace winnow::app
