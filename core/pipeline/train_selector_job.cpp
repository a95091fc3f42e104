#include "core/base/text.h"
#include "core/pipeline/selector_files.h"
#include "core/pipeline/selector_inputs.h"
#include "core/pipeline/selector_job.h"
#include "core/pipeline/training_rows.h"
#include "core/select/selector_validity.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"

#include <algorithm>
#include <chrono>

namespace winnow::pipeline {

namespace {

    select::TrainingOptions trainingOf(const TrainSelectorOptions& options)
    {
        select::TrainingOptions out;
        out.kind = options.kind;
        out.mode = options.mode;
        out.seed = options.seed;
        return out;
    }

    /// Attention across subsets pairs the i-th member of each (METHOD 7), so all are cut to the smallest.
    void cutForAttention(TrainingRows& rows, const TrainSelectorOptions& options, RunContext& context)
    {
        if (options.kind != SelectorKind::Attention || options.mode != Mode::Published || rows.set.hasEqualSizes())
            return;
        const auto before = rows.set.rows.size(0);
        rows.set = rows.set.cutToSmallest();
        rows.provenance["cut_to"] = rows.set.sizes.front();
        context.log(LogLevel::Warning,
            text::join("the published attention needs subsets of one size: each was cut to its first ",
                rows.set.sizes.front(), " pairs, ", before - rows.set.rows.size(0), " pairs were left out"));
    }

    /// How near a selector came to the published checkpoint beside its training files.
    Json agreementWith(const std::filesystem::path& checkpoint, const select::FittedSelector& model,
        const select::TrainingSet& set, RunContext& context)
    {
        const auto published = select::loadAttentionCheckpoint(checkpoint, model.attention->shape().heads);
        const auto ours = model.tensors(), theirs = published.tensors();
        if (ours.size() != theirs.size())
            return nullptr;
        double largest = 0, squares = 0, size = 0;
        for (std::size_t i = 0; i < ours.size(); ++i) {
            if (ours[i].second.sizes() != theirs[i].second.sizes())
                return nullptr;
            const auto difference = (ours[i].second - theirs[i].second).to(torch::kDouble);
            largest = std::max(largest, difference.abs().max().item<double>());
            squares += difference.square().sum().item<double>();
            size += theirs[i].second.to(torch::kDouble).square().sum().item<double>();
        }
        const auto a = select::predictSubsets(model, set, context), b = select::predictSubsets(published, set, context);
        double apart = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            apart = std::max(apart, std::abs(a[i] - b[i]));
        return {{"largest_weight_difference", largest}, {"relative_weight_distance", std::sqrt(squares / size)},
            {"largest_prediction_difference", apart},
            {"rank_correlation_of_predictions", select::rankCorrelation(a, b)},
            {"error", select::meanSquaredError(a, set.labels)},
            {"published_error", select::meanSquaredError(b, set.labels)}};
    }

    std::vector<std::string> recipeArguments(const TrainSelectorOptions& options, const TrainingRows& rows)
    {
        std::vector<std::string> out{"selector", "train"};
        if (!options.folder.empty())
            out.push_back(std::filesystem::absolute(options.folder).string());
        out.insert(out.end(),
            {"--name", options.name, "--kind", std::string(toString(options.kind)), "--mode",
                std::string(toString(options.mode)), "--inputs", selectorInputsText(rows.inputs), "--labels",
                options.folder.empty() ? options.labels : std::filesystem::absolute(options.labels).string(), "--seed",
                text::join(options.seed)});
        if (options.permutations > 0)
            out.insert(out.end(), {"--permutations", text::join(options.permutations)});
        return out;
    }

} // namespace

JobResult runTrainSelector(Workspace& workspace, const TrainSelectorOptions& options, RunContext& context)
{
    const auto start = std::chrono::steady_clock::now();
    require(!options.name.empty(), ErrorCode::InvalidInput, "a selector needs a name");
    auto project = workspace.open();
    const store::Lease lease(project, "selector:" + options.name);
    auto rows = options.folder.empty() ? loadProjectRows(project, options) : loadPublishedRows(project, options);
    cutForAttention(rows, options, context);
    const auto training = trainingOf(options);
    context.progress("Train selector", 0, 1);
    const auto model = select::fitSelector(rows.set, training, context);
    context.progress("Train selector", 1, 1);

    SelectorInfo info;
    info.name = options.name;
    info.inputs = rows.inputs;
    info.labels = rows.labels;
    select::ValidityOptions measuring;
    measuring.permutations = options.permutations;
    measuring.seed = options.seed;
    info.validity = select::measureValidity(rows.set, training, model, measuring, context);
    rows.provenance["seed"] = options.seed;
    info.provenance = json::dump(rows.provenance);
    info = saveFitted(project, info, model);
    store::Recipe(project).append(recipeArguments(options, rows));

    JobResult out;
    out.sentence = text::join("trained the ", toString(info.kind), " selector ", info.name, " on ",
        info.validity.labelCount, " labels: ", info.validity.verdict);
    if (rows.missingCount > 0)
        out.sentence += text::join("; ", rows.missingCount, " pairs were left out for a missing input");
    out.hasProblems = !info.validity.beatsChance;
    out.details = selectorJson(info);
    const auto checkpoint = options.folder / "best_model.pth";
    if (!options.folder.empty() && training.kind == SelectorKind::Attention && training.mode == Mode::Published
        && std::filesystem::exists(checkpoint))
        out.details["agreement"] = agreementWith(checkpoint, model, rows.set, context);
    out.details["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return out;
}

} // namespace winnow::pipeline
