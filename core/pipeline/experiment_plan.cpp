#include "core/pipeline/experiment_plan.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/pipeline/selection_text.h"
#include "core/pipeline/selector_job.h"

#include <algorithm>
#include <array>
#include <set>

namespace winnow::pipeline {

namespace {

    constexpr std::array<std::string_view, 5> kAblations = {"none", "indicators", "selectors", "clusterings", "sizes"};
    constexpr const char* kLength = "length";

    bool isUsable(const Columns& columns, const std::string& metric)
    {
        const auto* column = columns.findMetric(metric);
        return column != nullptr && column->info.valueCount > 0;
    }

    std::vector<std::string> selectorNames(store::Project& project)
    {
        std::vector<std::string> out;
        for (const auto& selector : listSelectors(project))
            out.push_back(selector.name);
        return out;
    }

    /// Builds the arms of one experiment.
    class Planner {
    public:
        Planner(store::Project& project, const ExperimentOptions& options)
            : m_project(project)
            , m_options(options)
            , m_columns(project.loadColumns())
        {
        }

        ExperimentPlan plan()
        {
            require(m_columns->pairCount > 0, ErrorCode::InvalidInput, "this project has no pairs");
            require(m_options.clustering.empty() || m_columns->findClustering(m_options.clustering) != nullptr,
                ErrorCode::NotFound, text::join("there is no clustering named ", m_options.clustering));
            for (const auto& metric : m_options.topMetrics)
                require(isUsable(*m_columns, metric), ErrorCode::NotFound,
                    text::join("there is no metric named ", metric, " in this project: score or import it first"));
            switch (m_options.ablation) {
            case Ablation::None:
                planMain();
                break;
            case Ablation::Indicators:
                planIndicators();
                break;
            case Ablation::Selectors:
                planSelectors();
                break;
            case Ablation::Clusterings:
                planClusterings();
                break;
            case Ablation::Sizes:
                planSizes();
                break;
            }
            return std::move(m_plan);
        }

    private:
        std::string count() const { return budgetText(m_options.budget); }

        /// What all selections of the experiment share.
        SelectOptions common() const
        {
            SelectOptions out;
            out.budget = m_options.budget;
            out.clustering = m_options.clustering;
            out.mode = m_options.mode;
            out.missing = m_options.missing;
            out.batch = "experiment:" + m_options.name;
            return out;
        }
        SelectOptions byWeights(const std::map<std::string, double>& weights) const
        {
            auto out = common();
            out.weights = weights;
            return out;
        }
        std::string way() const
        {
            return m_options.selector.empty() ? weightsText(m_options.weights) : m_options.selector;
        }
        SelectOptions chosen() const
        {
            auto out = byWeights(m_options.weights);
            out.selector = m_options.selector;
            require(!out.selector.empty() || !out.weights.empty(), ErrorCode::InvalidInput,
                "nothing says which pairs are better: give a selector or weights");
            return out;
        }

        std::size_t add(const std::string& key, const std::string& title, SelectOptions options)
        {
            options.name = m_options.name + " " + key;
            m_plan.arms.push_back({key, title, {std::move(options)}});
            return m_plan.arms.size() - 1;
        }
        /// Draws as --random makes them, without quotas: what a person without a method would take.
        std::size_t addRandom(const std::string& key, const Budget& budget)
        {
            PlannedArm arm{key,
                text::join(budgetText(budget), " at random, ", m_options.randomDraws,
                    m_options.randomDraws == 1 ? " draw" : " draws"),
                {}};
            for (std::int64_t d = 0; d < m_options.randomDraws; ++d) {
                auto draw = common();
                draw.budget = budget;
                draw.clustering.clear();
                draw.mode = Mode::Corrected;
                draw.random = true;
                draw.seed = m_options.seed + static_cast<std::uint64_t>(d);
                draw.name = text::join(m_options.name, " ", key, " ", d + 1);
                arm.draws.push_back(std::move(draw));
            }
            m_plan.arms.push_back(std::move(arm));
            return m_plan.arms.size() - 1;
        }
        void compareAllWith(std::size_t other)
        {
            for (std::size_t a = 0; a < m_plan.arms.size(); ++a)
                if (a != other)
                    m_plan.comparisons.emplace_back(a, other);
        }

        std::vector<std::string> topMetrics() const
        {
            if (!m_options.topMetrics.empty())
                return m_options.topMetrics;
            std::vector<std::string> out;
            for (const auto& [metric, weight] : m_options.weights)
                if (weight != 0 && m_options.weights.size() > 1 && metric != kLength)
                    out.push_back(metric);
            if (out.empty() && isUsable(*m_columns, "clip"))
                out.push_back("clip");
            return out;
        }

        void planMain()
        {
            add("chosen", text::join(count(), " chosen by ", way()), chosen());
            addRandom("random", m_options.budget);
            m_plan.arms.push_back({"full", text::join("all ", m_columns->pairCount, " pairs"), {}});
            for (const auto& metric : topMetrics()) {
                if (m_options.selector.empty() && m_options.weights == std::map<std::string, double>{{metric, 1.0}})
                    m_plan.notes.push_back(
                        text::join("the top ", count(), " by ", metric, " are the chosen ones: no arm of its own"));
                else
                    add("top " + metric, text::join("top ", count(), " by ", metric), byWeights({{metric, 1.0}}));
            }
            if (isUsable(*m_columns, kLength))
                add("length", text::join("longest ", count(), ", a control"), byWeights({{kLength, 1.0}}));
            else
                m_plan.notes.push_back("there is no metric length: score it for the length-only control");
            for (std::size_t a = 1; a < m_plan.arms.size(); ++a)
                m_plan.comparisons.emplace_back(0, a);
        }

        void planIndicators()
        {
            if (!m_options.selector.empty() || m_options.weights.size() > 1)
                add("all", text::join(count(), " chosen by ", way()), chosen());
            for (const auto& metric : m_columns->metrics)
                if (isUsable(*m_columns, metric.info.name))
                    add(metric.info.name, text::join("top ", count(), " by ", metric.info.name),
                        byWeights({{metric.info.name, 1.0}}));
            require(!m_plan.arms.empty(), ErrorCode::InvalidInput, "this project has no metric: score it first");
            compareAllWith(addRandom("random", m_options.budget));
        }

        void planSelectors()
        {
            if (!m_options.weights.empty())
                add("weights", text::join(count(), " chosen by ", weightsText(m_options.weights)),
                    byWeights(m_options.weights));
            for (const auto& name : selectorNames(m_project)) {
                auto options = common();
                options.selector = name;
                add("selector " + name, text::join(count(), " chosen by selector ", name), options);
            }
            require(!m_plan.arms.empty(), ErrorCode::InvalidInput,
                "this project has no selector: make one with selector train");
            compareAllWith(addRandom("random", m_options.budget));
        }

        void planClusterings()
        {
            auto plain = chosen();
            plain.clustering.clear();
            add("no clusters", text::join(count(), " chosen by ", way(), ", no quotas"), plain);
            for (const auto& clustering : m_columns->clusterings) {
                auto options = chosen();
                options.clustering = clustering.info.name;
                add("clusters " + clustering.info.name,
                    text::join(count(), " chosen by ", way(), ", quotas of ", clustering.info.name), options);
            }
            require(m_plan.arms.size() > 1, ErrorCode::InvalidInput,
                "this project has no clustering: make one with cluster");
            compareAllWith(addRandom("random", m_options.budget));
        }

        void planSizes()
        {
            for (const auto size : m_options.sizes) {
                if (size >= m_columns->pairCount) {
                    m_plan.notes.push_back(
                        text::join("no arm of ", size, ": there are ", m_columns->pairCount, " pairs"));
                    continue;
                }
                const Budget budget{static_cast<double>(size), false};
                auto options = chosen();
                options.budget = budget;
                const auto arm = add(text::join("chosen ", size), text::join(size, " chosen by ", way()), options);
                m_plan.comparisons.emplace_back(arm, addRandom(text::join("random ", size), budget));
            }
            require(!m_plan.arms.empty(), ErrorCode::InvalidInput,
                text::join("no size is below the number of pairs, ", m_columns->pairCount));
            m_plan.arms.push_back({"full", text::join("all ", m_columns->pairCount, " pairs"), {}});
        }

        store::Project& m_project;
        const ExperimentOptions& m_options;
        std::shared_ptr<const Columns> m_columns;
        ExperimentPlan m_plan;
    };

    template <typename T> Json orNull(const std::optional<T>& value) { return value ? Json(*value) : Json(); }

    template <typename T> std::optional<T> optionalField(const Json& json, const char* name)
    {
        return json.contains(name) && !json.at(name).is_null()
            ? std::optional<T>(json::field<T>(json, name, "the experiment's settings"))
            : std::nullopt;
    }

} // namespace

std::string_view toString(Ablation ablation) { return kAblations[static_cast<std::size_t>(ablation)]; }

Ablation ablationNamed(const std::string& name)
{
    const auto found = std::find(kAblations.begin(), kAblations.end(), name);
    require(found != kAblations.end(), ErrorCode::InvalidInput,
        text::join("there is no ablation named ", name, ": indicators, selectors, clusterings, sizes"));
    return static_cast<Ablation>(found - kAblations.begin());
}

void ExperimentOptions::validate() const
{
    require(!name.empty(), ErrorCode::InvalidInput, "an experiment needs a name");
    require(seeds >= 1 && seeds <= 1000, ErrorCode::InvalidInput,
        text::join("an experiment cannot have ", seeds, " seeds: 1 to 1000"));
    require(randomDraws >= 1 && randomDraws <= 1000, ErrorCode::InvalidInput,
        text::join("an experiment cannot have ", randomDraws, " random draws: 1 to 1000"));
    require(selector.empty() || weights.empty() || ablation == Ablation::Selectors, ErrorCode::InvalidInput,
        "give either a selector or weights");
    require(budget.value > 0, ErrorCode::InvalidInput, "a budget of no pairs cannot be fine-tuned on");
    require(ablation != Ablation::Sizes || !sizes.empty(), ErrorCode::InvalidInput, "name at least one size");
    for (const auto size : sizes)
        require(size > 0, ErrorCode::InvalidInput, text::join("a size of ", size, " pairs cannot be"));
}

ExperimentPlan planExperiment(store::Project& project, const ExperimentOptions& options)
{
    options.validate();
    auto plan = Planner(project, options).plan();
    std::set<std::string> keys;
    for (const auto& arm : plan.arms)
        require(keys.insert(arm.key).second, ErrorCode::InvalidInput, text::join("two arms are called ", arm.key));
    return plan;
}

Json toJson(const ExperimentOptions& options)
{
    Json weights = Json::object();
    for (const auto& [name, weight] : options.weights)
        weights[name] = weight;
    return {{"selector", options.selector}, {"weights", weights}, {"clustering", options.clustering},
        {"mode", toString(options.mode)}, {"missing", options.missing == MissingRule::Mean ? "mean" : "exclude"},
        {"budget", budgetText(options.budget)}, {"seeds", options.seeds}, {"random_draws", options.randomDraws},
        {"seed", options.seed}, {"top", options.topMetrics}, {"benchmarks", options.benchmarks},
        {"ablation", toString(options.ablation)}, {"sizes", options.sizes}, {"steps", orNull(options.steps)},
        {"batch", orNull(options.batch)}, {"lr", orNull(options.peakRate)}, {"warmup", orNull(options.warmupSteps)}};
}

ExperimentOptions experimentOptionsFromJson(const Json& json)
{
    const std::string what = "the experiment's settings";
    ExperimentOptions out;
    out.selector = json::field<std::string>(json, "selector", what);
    const auto weights = json::field<Json>(json, "weights", what);
    for (const auto& [name, weight] : weights.items())
        out.weights[name] = weight.get<double>();
    out.clustering = json::field<std::string>(json, "clustering", what);
    out.mode = json::field<std::string>(json, "mode", what) == "published" ? Mode::Published : Mode::Corrected;
    out.missing = json::field<std::string>(json, "missing", what) == "mean" ? MissingRule::Mean : MissingRule::Exclude;
    const auto budget = json::field<std::string>(json, "budget", what);
    out.budget.isPercent = budget.ends_with('%');
    text::parseDouble(budget.substr(0, budget.size() - (out.budget.isPercent ? 1 : 0)), out.budget.value);
    out.seeds = json::field<std::int64_t>(json, "seeds", what);
    out.randomDraws = json::field<std::int64_t>(json, "random_draws", what);
    out.seed = json::field<std::uint64_t>(json, "seed", what);
    out.topMetrics = json::field<std::vector<std::string>>(json, "top", what);
    out.benchmarks = json::field<std::vector<std::string>>(json, "benchmarks", what);
    out.ablation = ablationNamed(json::field<std::string>(json, "ablation", what));
    out.sizes = json::field<std::vector<std::int64_t>>(json, "sizes", what);
    out.steps = optionalField<std::int64_t>(json, "steps");
    out.batch = optionalField<std::int64_t>(json, "batch");
    out.peakRate = optionalField<double>(json, "lr");
    out.warmupSteps = optionalField<std::int64_t>(json, "warmup");
    return out;
}

std::vector<std::string> commandOf(const ExperimentOptions& options)
{
    std::vector<std::string> out{"experiment", "--name", options.name};
    const auto add = [&](const char* flag, const std::string& value) {
        if (!value.empty())
            out.insert(out.end(), {flag, value});
    };
    add("--selector", options.selector);
    add("--weights", weightsText(options.weights));
    add("--clusters", options.clustering);
    add("--budget", budgetText(options.budget));
    add("--seeds", text::join(options.seeds));
    add("--random-draws", text::join(options.randomDraws));
    add("--seed", text::join(options.seed));
    add("--top", text::joined(options.topMetrics, ","));
    add("--benchmarks", text::joined(options.benchmarks, ","));
    if (options.ablation != Ablation::None)
        add("--ablation", std::string(toString(options.ablation)));
    if (options.ablation == Ablation::Sizes) {
        std::vector<std::string> sizes;
        for (const auto size : options.sizes)
            sizes.push_back(text::join(size));
        add("--sizes", text::joined(sizes, ","));
    }
    if (options.mode == Mode::Published)
        add("--mode", "published");
    if (options.missing == MissingRule::Mean)
        add("--missing", "mean");
    add("--steps", options.steps ? text::join(*options.steps) : std::string());
    add("--batch", options.batch ? text::join(*options.batch) : std::string());
    add("--lr", options.peakRate ? text::toText(*options.peakRate) : std::string());
    add("--warmup", options.warmupSteps ? text::join(*options.warmupSteps) : std::string());
    return out;
}

} // namespace winnow::pipeline
