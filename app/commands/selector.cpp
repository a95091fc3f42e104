#include "app/commands/command.h"

#include "core/base/text.h"
#include "core/pipeline/selection_text.h"
#include "core/pipeline/selector_job.h"

namespace winnow::app {

namespace {

    struct SelectorFlags {
        std::string folder;
        std::string action;
        std::string file;
        std::string name;
        std::string kind = "weights";
        std::string inputs;
        std::string labels;
        std::int64_t heads = 4;
        std::uint64_t seed = 42;
        std::int64_t permutations = 0;
        Mode mode = Mode::Corrected;
    };

    pipeline::JobResult show(const SelectorFlags& options)
    {
        pipeline::Workspace workspace(options.folder);
        auto project = workspace.open();
        pipeline::JobResult result;
        std::vector<std::string> lines;
        for (const auto& info : pipeline::listSelectors(project)) {
            if (!options.name.empty() && info.name != options.name)
                continue;
            result.details["selectors"].push_back(pipeline::selectorJson(info));
            lines.push_back(pipeline::selectorText(info));
        }
        require(options.name.empty() || !lines.empty(), ErrorCode::NotFound,
            text::join("the project has no selector \"", options.name, "\""));
        if (!options.name.empty())
            result.details = Json(result.details["selectors"].front());
        result.sentence = lines.empty() ? "the project has no selector" : text::joined(lines, "\n");
        return result;
    }

    pipeline::JobResult trainWeights(
        pipeline::Workspace& workspace, const SelectorFlags& options, const std::map<std::string, double>& weights)
    {
        pipeline::saveSelector(workspace, options.name, weights);
        pipeline::JobResult result;
        result.details = {{"name", options.name}, {"kind", options.kind}, {"weights", weights}};
        result.sentence = text::join("kept the selector ", options.name, " of ", weights.size(), " weights");
        return result;
    }

    pipeline::TrainSelectorOptions trainingOf(const SelectorFlags& options)
    {
        pipeline::TrainSelectorOptions out;
        out.name = options.name;
        out.kind = options.kind == "linear" ? SelectorKind::Linear
            : options.kind == "mlp"         ? SelectorKind::Mlp
                                            : SelectorKind::Attention;
        out.mode = options.mode;
        out.inputs = options.inputs;
        out.labels = options.labels;
        out.folder = options.file;
        out.seed = options.seed;
        out.permutations = options.permutations;
        return out;
    }

    /// What the arguments must have before anything runs.
    void checkOptions(const SelectorFlags& options)
    {
        if (options.action != "show" && options.name.empty())
            throw UsageError(text::join("selector ", options.action, " needs --name NAME"));
        if ((options.action == "import" || options.action == "export") && options.file.empty())
            throw UsageError(text::join("the form is: winnow selector DIR ", options.action, " FILE --name NAME"));
        if (options.action == "train" && options.kind != "weights" && options.labels.empty())
            throw UsageError("a trained selector needs --labels: a name of the project's labels, or a JSON file with "
                             "one number for each subset of the training folder");
        const bool takesInputs = options.action == "import" || (options.action == "train" && options.kind != "weights");
        if (takesInputs && !options.inputs.empty())
            readFlag("--inputs", [&] { return pipeline::parseSelectorInputs(options.inputs); });
    }

    int runSelector(const SelectorFlags& options, Session& session)
    {
        checkOptions(options);
        std::map<std::string, double> weights;
        if (options.action == "train" && options.kind == "weights") {
            weights = readFlag("--inputs", [&] { return pipeline::parseWeights(options.inputs); });
            if (weights.empty())
                throw UsageError("a selector of weights needs --inputs metric=weight,metric=weight");
        }
        return session.run([&](RunContext& context) {
            if (options.action == "show")
                return show(options);
            pipeline::Workspace workspace(options.folder);
            if (options.action == "import")
                return pipeline::runImportSelector(
                    workspace, {options.name, options.file, options.inputs, options.heads}, context);
            if (options.action == "export")
                return pipeline::runExportSelector(workspace, options.name, options.file, context);
            if (options.kind == "weights")
                return trainWeights(workspace, options, weights);
            return pipeline::runTrainSelector(workspace, trainingOf(options), context);
        });
    }

} // namespace

void addSelector(CommandLine& line)
{
    const auto options = std::make_shared<SelectorFlags>();
    auto& command = line.add("selector", "Train, import or show what predicts which pairs help",
        [options](Session& session) { return runSelector(*options, session); });
    addProject(command, options->folder);
    command.add_option("action", options->action, "train, import, export or show")
        ->required()
        ->check(CLI::IsMember({"train", "import", "export", "show"}));
    command
        .add_option("file", options->file,
            "import, export: the published checkpoint; train: a folder with the published training files")
        ->type_name("FILE");
    command.add_option("--name", options->name, "Name of the selector");
    command.add_option("--kind", options->kind, "weights, linear, mlp or attention")
        ->check(CLI::IsMember({"weights", "linear", "mlp", "attention"}));
    command.add_option("--inputs", options->inputs,
        "Metrics and feature spaces in order: image-pca6,clip,10*reward; for weights with their weight: "
        "clip=1,length=0.5");
    command.add_option("--labels", options->labels, "train: labels of the project, or a JSON file beside a folder")
        ->type_name("NAME|FILE");
    command.add_option("--seed", options->seed, "train: seed of weights, folds and shuffles");
    command.add_option("--permutations", options->permutations, "train: shuffles of the labels for the p-value")
        ->check(CLI::PositiveNumber);
    command.add_option("--heads", options->heads, "import: heads of the attention")->check(CLI::PositiveNumber);
    addMode(command, options->mode);
}

} // namespace winnow::app
