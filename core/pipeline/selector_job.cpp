#include "core/pipeline/selector_job.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/selector_files.h"
#include "core/pipeline/selector_inputs.h"
#include "core/store/recipe.h"
#include "core/store/selector_json.h"
#include "core/store/selector_store.h"

#include <algorithm>
#include <numeric>

namespace winnow::pipeline {

namespace {

    constexpr std::int64_t kScoreRows = 65536; // of a selector that scores each pair alone, at a time

    torch::Tensor scoreAll(const select::FittedSelector& model, const torch::Tensor& values, RunContext& context)
    {
        if (model.kind == SelectorKind::Attention && model.mode == Mode::Published)
            return model.score(values, context); // one sequence
        std::vector<torch::Tensor> pieces;
        for (std::int64_t begin = 0; begin < values.size(0); begin += kScoreRows) {
            context.checkpoint();
            pieces.push_back(
                model.score(values.narrow(0, begin, std::min(kScoreRows, values.size(0) - begin)), context));
        }
        return pieces.empty() ? torch::empty({0}, torch::kDouble) : torch::cat(pieces);
    }

    std::shared_ptr<const std::vector<double>> spread(
        const torch::Tensor& values, const std::vector<PairRow>& rows, std::int64_t pairCount)
    {
        auto out = std::make_shared<std::vector<double>>(static_cast<std::size_t>(pairCount), kMissing);
        const auto flat = values.contiguous();
        const auto* value = flat.data_ptr<double>();
        for (const auto row : rows)
            (*out)[row] = *value++;
        return out;
    }

    /// coefficient · (value - mean), summed over the numbers of one input.
    torch::Tensor contributionsOf(
        const select::FittedSelector& model, const torch::Tensor& values, std::int64_t begin, std::int64_t width)
    {
        auto coefficients = torch::tensor(model.linear.coefficients, torch::kDouble).narrow(0, begin, width);
        if (!model.inputDeviation.empty())
            coefficients = coefficients / torch::tensor(model.inputDeviation, torch::kDouble).narrow(0, begin, width);
        const auto said = values.narrow(1, begin, width).to(torch::kDouble).mv(coefficients) * model.labelScale;
        return said.numel() == 0 ? said : said - said.mean();
    }

    double importanceOf(const SelectorInfo& info, std::int64_t begin, std::int64_t width)
    {
        if (info.validity.importances.size() < static_cast<std::size_t>(begin + width))
            return kMissing;
        double sum = 0;
        for (std::int64_t i = begin; i < begin + width; ++i)
            sum += info.validity.importances[static_cast<std::size_t>(i)].importance;
        return sum;
    }

} // namespace

std::vector<SelectorInfo> listSelectors(store::Project& project) { return store::SelectorStore(project).list(); }

Json selectorJson(const SelectorInfo& info)
{
    Json out{{"name", info.name}, {"kind", toString(info.kind)}, {"mode", toString(info.mode)}};
    if (info.kind == SelectorKind::Weights) {
        out["weights"] = store::weightsToJson(info.weights);
        return out;
    }
    out["inputs"] = store::inputsToJson(info.inputs);
    out["parameters"] = info.parameterCount;
    out["weights_sha256"] = info.weightsSha256;
    out["labels"] = info.labels;
    out["settings"] = json::parse(info.settings, "a selector's settings");
    out["validity"] = store::validityToJson(info.validity);
    out["provenance"] = json::parse(info.provenance, "a selector's provenance");
    out["created_at"] = info.createdAt;
    return out;
}

std::string selectorText(const SelectorInfo& info)
{
    if (info.kind == SelectorKind::Weights) {
        std::vector<std::string> parts;
        for (const auto& [metric, weight] : info.weights)
            parts.push_back(metric + "=" + text::toText(weight));
        return info.name + "  weights  " + text::joined(parts, ",");
    }
    auto out = text::join(info.name, "  ", toString(info.kind), " (", toString(info.mode), ")  ", info.parameterCount,
        " parameters  ", selectorInputsText(info.inputs));
    const auto& validity = info.validity;
    if (validity.labelCount == 0)
        return out + "\n  never measured against labels: nothing says how far it can be trusted";
    out += text::join("\n  ", validity.verdict, "\n  held out: R2 ", text::significant(validity.r2, 3),
        ", rank correlation ", text::significant(validity.spearman, 3), ", mean squared error ",
        text::significant(validity.error, 3), " (the mean of the other labels ",
        text::significant(validity.chanceError, 3), "), p = ", text::significant(validity.pValue, 3), " from ",
        validity.permutations, " permutations\n  on its own labels: R2 ", text::significant(validity.fitR2, 3),
        ", mean squared error ", text::significant(validity.fitError, 3), "\n  ", validity.scheme);
    std::vector<std::size_t> order(validity.importances.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return validity.importances[a].importance > validity.importances[b].importance;
    });
    for (std::size_t i = 0; i < std::min<std::size_t>(5, order.size()); ++i)
        out += text::join(i == 0 ? "\n  matters most: " : ", ", validity.importances[order[i]].input, " ",
            text::significant(validity.importances[order[i]].importance, 3));
    return out;
}

JobResult runImportSelector(Workspace& workspace, const ImportSelectorOptions& options, RunContext& context)
{
    const auto model = select::loadAttentionCheckpoint(options.file, options.heads);
    context.checkpoint();
    auto project = workspace.open();
    SelectorInfo info;
    info.name = options.name;
    info.inputs = options.inputs.empty() ? publishedInputs(project) : parseSelectorInputs(options.inputs);
    const auto absent = absentInputs(project, info.inputs);
    if (absent.empty())
        info.inputs = resolveInputs(project, info.inputs);
    std::int64_t width = 0;
    for (const auto& input : info.inputs)
        width += input.width;
    require(!absent.empty() || width == model.width(), ErrorCode::BadShape,
        text::join(options.file.string(), " takes ", model.width(), " numbers, the inputs ",
            selectorInputsText(info.inputs), " are ", width));
    info.provenance = json::dump(Json{
        {"imported", std::filesystem::absolute(options.file).string()}, {"sha256", file::sha256OfFile(options.file)}});
    const auto saved = saveFitted(project, info, model);
    std::vector<std::string> arguments{"selector", "import", std::filesystem::absolute(options.file).string(), "--name",
        saved.name, "--inputs", selectorInputsText(saved.inputs)};
    if (options.heads != 4)
        arguments.insert(arguments.end(), {"--heads", text::join(options.heads)});
    store::Recipe(project).append(arguments);
    context.progress("Import selector", 1, 1);

    JobResult out;
    out.sentence = text::join("imported the attention selector ", saved.name, ": ", saved.parameterCount,
        " parameters over ", selectorInputsText(saved.inputs));
    if (!absent.empty())
        out.sentence += text::join("; the project has no ", text::joined(absent, ", "), " yet: it is needed to select");
    out.hasProblems = !absent.empty();
    out.details = selectorJson(saved);
    return out;
}

JobResult runExportSelector(
    Workspace& workspace, const std::string& name, const std::filesystem::path& out, RunContext& context)
{
    auto project = workspace.open();
    const auto info = store::SelectorStore(project).load(name);
    select::saveAttentionCheckpoint(loadFitted(project, info), out);
    store::Recipe(project).append({"selector", "export", std::filesystem::absolute(out).string(), "--name", info.name});
    context.progress("Export selector", 1, 1);
    JobResult result;
    result.sentence = text::join("wrote the selector ", info.name, " to ", out.string());
    result.details = {{"name", info.name}, {"out", out.string()}, {"parameters", info.parameterCount}};
    return result;
}

std::shared_ptr<const SelectorScores> loadSelectorScores(
    store::Project& project, const std::string& name, MissingRule missing, RunContext& context)
{
    auto out = std::make_shared<SelectorScores>();
    out->selector = store::SelectorStore(project).load(name);
    require(out->selector.kind != SelectorKind::Weights, ErrorCode::InvalidInput,
        text::join("selector ", name, " is a set of weights: its scores follow from the metrics"));
    const auto model = loadFitted(project, out->selector);
    const auto inputs = resolveInputs(project, out->selector.inputs);
    std::int64_t width = 0;
    for (const auto& input : inputs)
        width += input.width;
    require(width == model.width(), ErrorCode::BadShape,
        text::join("selector ", name, " takes ", model.width(), " numbers, its inputs ", selectorInputsText(inputs),
            " are ", width, " in this project"));
    const auto matrix = loadInputs(project, inputs, missing);
    const auto pairCount =
        static_cast<std::int64_t>(matrix.rows.size()) + (missing == MissingRule::Mean ? 0 : matrix.missingCount);
    context.progress("Selector scores", 0, 1);
    out->missing = missing;
    out->missingCount = matrix.missingCount;
    out->values = spread(scoreAll(model, matrix.values, context), matrix.rows, pairCount);
    std::int64_t begin = 0;
    for (const auto& input : inputs) {
        SelectorScores::Input one{input.name, input.factor, importanceOf(out->selector, begin, input.width), nullptr};
        if (model.kind == SelectorKind::Linear)
            one.contributions =
                spread(contributionsOf(model, matrix.values, begin, input.width), matrix.rows, pairCount);
        out->inputs.push_back(std::move(one));
        begin += input.width;
    }
    context.progress("Selector scores", 1, 1);
    return out;
}

} // namespace winnow::pipeline
