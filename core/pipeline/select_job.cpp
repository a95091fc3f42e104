#include "core/pipeline/select_job.h"

#include "core/base/text.h"
#include "core/pipeline/selection_text.h"
#include "core/pipeline/selector_job.h"
#include "core/store/recipe.h"
#include "core/store/selection_store.h"
#include "core/store/selector_store.h"

namespace winnow::pipeline {

namespace {

    Json toJson(const std::vector<QuotaRow>& quotas)
    {
        Json out = Json::array();
        for (const auto& row : quotas)
            out.push_back({{"cluster", row.cluster}, {"name", row.name}, {"size", row.size}, {"quota", row.quota},
                {"chosen", row.chosen}});
        return out;
    }

    Json provenanceOf(const SelectOptions& options, const LiveResult& result, const SelectorScores* scores)
    {
        Json weights = Json::object();
        for (const auto& [name, weight] : options.weights)
            weights[name] = weight;
        Json out{{"budget", budgetText(options.budget)}, {"weights", weights}, {"random", options.random},
            {"clustering", options.clustering}, {"mode", toString(options.mode)}, {"seed", options.seed},
            {"missing", options.missing == MissingRule::Mean ? "mean" : "exclude"}, {"eligible", result.eligible},
            {"missing_pairs", result.missing}, {"pinned", result.pinned}, {"banned", result.banned},
            {"cut", result.cut}, {"quotas", toJson(result.quotas)}};
        if (scores != nullptr) {
            const auto& selector = scores->selector;
            out["selector"] = {{"name", selector.name}, {"kind", toString(selector.kind)},
                {"mode", toString(selector.mode)}, {"weights_sha256", selector.weightsSha256},
                {"inputs", selectorInputsText(selector.inputs)}, {"beats_chance", selector.validity.beatsChance}};
        }
        return out;
    }

    std::vector<std::string> recipeArguments(const SelectOptions& options)
    {
        std::vector<std::string> out{"select", "--name", options.name, "--budget", budgetText(options.budget)};
        if (options.random)
            out.push_back("--random");
        else if (!options.selector.empty())
            out.insert(out.end(), {"--selector", options.selector});
        else
            out.insert(out.end(), {"--weights", weightsText(options.weights)});
        if (!options.clustering.empty())
            out.insert(out.end(), {"--clusters", options.clustering});
        if (options.mode == Mode::Published)
            out.insert(out.end(), {"--mode", "published"});
        if (options.missing == MissingRule::Mean)
            out.insert(out.end(), {"--missing", "mean"});
        out.insert(out.end(), {"--seed", text::join(options.seed)});
        return out;
    }

    /// A stored set of weights in the place of its name, or the scores of a trained selector.
    std::shared_ptr<const SelectorScores> resolveSelector(
        store::Project& project, SelectOptions& options, RunContext& context)
    {
        if (options.selector.empty())
            return nullptr;
        const auto info = store::SelectorStore(project).load(options.selector);
        if (info.kind != SelectorKind::Weights)
            return loadSelectorScores(project, info.name, options.missing, context);
        options.weights = info.weights;
        options.selector.clear();
        return nullptr;
    }

} // namespace

JobResult runSelect(Workspace& workspace, const SelectOptions& given, RunContext& context)
{
    auto options = given;
    require(!options.name.empty(), ErrorCode::InvalidInput, "a selection needs a name");
    auto project = workspace.open();
    const auto scores = resolveSelector(project, options, context);
    require(options.random || !options.weights.empty() || scores, ErrorCode::InvalidInput,
        "nothing says which pairs are better: give weights, a selector, or random");
    context.progress("Select", 0, 1);
    LiveSelection live(project.loadColumns());
    live.setSelector(scores);
    const auto result = live.compute(options);
    require(!result.rows.empty(), ErrorCode::InvalidInput,
        result.problem.empty() ? "no pair can be chosen" : result.problem);
    if (!result.problem.empty())
        context.log(LogLevel::Warning, result.problem);
    context.checkpoint();
    const auto saved = store::SelectionStore(project).save(
        options.name, result.rows, json::dump(provenanceOf(options, result, scores.get())), options.batch);
    if (options.batch.empty())
        store::Recipe(project).append(recipeArguments(options));
    context.progress("Select", 1, 1);

    JobResult out;
    out.sentence = text::join("chose ", saved.pairCount, " of ", result.eligible, " eligible pairs as ", saved.name);
    if (result.missing > 0)
        out.sentence += text::join(", ", result.missing, " were left out for a missing metric");
    if (result.pinned + result.banned > 0)
        out.sentence += text::join(", with ", result.pinned, " pinned and ", result.banned, " banned");
    if (scores && scores->selector.validity.labelCount > 0 && !scores->selector.validity.beatsChance)
        out.sentence += text::join("; note that ", scores->selector.validity.verdict);
    if (!result.problem.empty())
        out.sentence += "; " + result.problem;
    out.hasProblems = !result.problem.empty();
    out.details = provenanceOf(options, result, scores.get());
    out.details["name"] = saved.name;
    out.details["pairs"] = saved.pairCount;
    out.details["hash"] = saved.hash;
    return out;
}

void saveSelector(Workspace& workspace, const std::string& name, const std::map<std::string, double>& weights)
{
    require(!name.empty(), ErrorCode::InvalidInput, "a selector needs a name");
    require(!weights.empty(), ErrorCode::InvalidInput, "a selector of weights needs at least one metric=weight");
    auto project = workspace.open();
    SelectorInfo info;
    info.name = name;
    info.kind = SelectorKind::Weights;
    info.weights = weights;
    info.settings = info.provenance = "{}";
    info.parameterCount = static_cast<std::int64_t>(weights.size());
    store::SelectorStore(project).save(info, {});
    store::Recipe(project).append(
        {"selector", "train", "--name", name, "--kind", "weights", "--inputs", weightsText(weights)});
}

} // namespace winnow::pipeline
