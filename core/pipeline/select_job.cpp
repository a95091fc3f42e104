#include "core/pipeline/select_job.h"

#include "core/base/text.h"
#include "core/store/recipe.h"
#include "core/store/selection_store.h"

namespace winnow::pipeline {

namespace {

    constexpr const char* kSelectorsSetting = "selectors";

    Json toJson(const std::vector<QuotaRow>& quotas)
    {
        Json out = Json::array();
        for (const auto& row : quotas)
            out.push_back({{"cluster", row.cluster}, {"name", row.name}, {"size", row.size}, {"quota", row.quota},
                {"chosen", row.chosen}});
        return out;
    }

    std::string budgetText(const Budget& budget) { return text::toText(budget.value) + (budget.isPercent ? "%" : ""); }

    std::string weightsText(const std::map<std::string, double>& weights)
    {
        std::string out;
        for (const auto& [name, weight] : weights)
            out += (out.empty() ? "" : ",") + name + "=" + text::toText(weight);
        return out;
    }

    Json provenanceOf(const SelectOptions& options, const LiveResult& result)
    {
        Json weights = Json::object();
        for (const auto& [name, weight] : options.weights)
            weights[name] = weight;
        return {{"budget", budgetText(options.budget)}, {"weights", weights}, {"random", options.random},
            {"clustering", options.clustering}, {"mode", toString(options.mode)}, {"seed", options.seed},
            {"missing", options.missing == MissingRule::Mean ? "mean" : "exclude"}, {"eligible", result.eligible},
            {"missing_pairs", result.missing}, {"pinned", result.pinned}, {"banned", result.banned},
            {"cut", result.cut}, {"quotas", toJson(result.quotas)}};
    }

    std::vector<std::string> recipeArguments(const SelectOptions& options)
    {
        std::vector<std::string> out{"select", "--name", options.name, "--budget", budgetText(options.budget)};
        if (options.random)
            out.push_back("--random");
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

    /// A stored selector's weights in the place of its name; weights that are given stay.
    void resolveWeights(store::Project& project, SelectOptions& options)
    {
        if (options.selector.empty())
            return;
        const auto known = selectors(project);
        const auto found = known.find(options.selector);
        if (found == known.end()) {
            std::vector<std::string> names;
            for (const auto& [name, weights] : known)
                names.push_back(name);
            throw Error(ErrorCode::NotFound,
                text::join("there is no selector named ", options.selector, " in this project",
                    names.empty() ? std::string(": make one with selector train")
                                  : ", there are: " + text::joined(names, ", ")));
        }
        options.weights = found->second;
        options.selector.clear();
    }

} // namespace

JobResult runSelect(Workspace& workspace, const SelectOptions& given, RunContext& context)
{
    auto options = given;
    require(!options.name.empty(), ErrorCode::InvalidInput, "a selection needs a name");
    auto project = workspace.open();
    resolveWeights(project, options);
    require(options.random || !options.weights.empty(), ErrorCode::InvalidInput,
        "nothing says which pairs are better: give weights, a selector, or random");
    context.progress("Select", 0, 1);
    LiveSelection live(project.loadColumns());
    const auto result = live.compute(options);
    require(!result.rows.empty(), ErrorCode::InvalidInput,
        result.problem.empty() ? "no pair can be chosen" : result.problem);
    if (!result.problem.empty())
        context.log(LogLevel::Warning, result.problem);
    context.checkpoint();
    const auto saved = store::SelectionStore(project).save(
        options.name, result.rows, json::dump(provenanceOf(options, result)), options.batch);
    if (options.batch.empty())
        store::Recipe(project).append(recipeArguments(options));
    context.progress("Select", 1, 1);

    JobResult out;
    out.sentence = text::join("chose ", saved.pairCount, " of ", result.eligible, " eligible pairs as ", saved.name);
    if (result.missing > 0)
        out.sentence += text::join(", ", result.missing, " were left out for a missing metric");
    if (result.pinned + result.banned > 0)
        out.sentence += text::join(", with ", result.pinned, " pinned and ", result.banned, " banned");
    if (!result.problem.empty())
        out.sentence += "; " + result.problem;
    out.hasProblems = !result.problem.empty();
    out.details = provenanceOf(options, result);
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
    Json all = project.setting(kSelectorsSetting);
    if (!all.is_object())
        all = Json::object();
    Json one = Json::object();
    for (const auto& [metric, weight] : weights)
        one[metric] = weight;
    all[name] = {{"kind", "weights"}, {"weights", one}};
    project.setSetting(kSelectorsSetting, all);
    store::Recipe(project).append(
        {"selector", "train", "--name", name, "--kind", "weights", "--inputs", weightsText(weights)});
}

std::map<std::string, std::map<std::string, double>> selectors(store::Project& project)
{
    std::map<std::string, std::map<std::string, double>> out;
    const Json all = project.setting(kSelectorsSetting);
    if (!all.is_object())
        return out;
    for (const auto& [name, selector] : all.items())
        for (const auto& [metric, weight] : selector.at("weights").items())
            if (weight.is_number())
                out[name][metric] = weight.get<double>();
    return out;
}

} // namespace winnow::pipeline
