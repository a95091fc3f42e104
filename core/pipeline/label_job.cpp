#include "core/pipeline/label_job.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/evaluate/distributions.h"
#include "core/pipeline/number_text.h"
#include "core/store/label_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/store/selection_store.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace winnow::pipeline {

namespace {

    double deviationOf(const std::vector<double>& values)
    {
        if (values.size() < 2)
            return kMissing;
        const double mean = evaluate::meanOf(values);
        double sum = 0;
        for (const double value : values)
            sum += (value - mean) * (value - mean);
        return std::sqrt(sum / static_cast<double>(values.size() - 1));
    }

    Json numberOrNull(double value) { return std::isfinite(value) ? Json(value) : Json(); }

    Json toJson(const LabelSet& set)
    {
        Json rows = Json::array();
        for (const auto& label : set.labels) {
            Json row{{"cluster", label.cluster}, {"pairs", label.pairCount}, {"value", numberOrNull(label.value)},
                {"standard_error", numberOrNull(label.standardError)},
                {"question_error", numberOrNull(label.questionError)}, {"repeats", label.repeats}};
            if (!label.note.empty())
                row["note"] = label.note;
            rows.push_back(std::move(row));
        }
        return {{"name", set.name}, {"clustering", set.clustering}, {"benchmarks", set.benchmarks}, {"labels", rows}};
    }

    /// One batch of label fine-tunes, from the clustering to the stored labels.
    class LabelBatch {
    public:
        LabelBatch(Workspace& workspace, const LabelOptions& options)
            : m_workspace(workspace)
            , m_options(options)
            , m_project(workspace.open())
        {
            if (m_options.name.empty())
                m_options.name = m_options.clustering;
            if (m_options.repeats <= 0)
                m_options.repeats = m_options.mode == Mode::Published ? 1 : 2;
            require(!m_options.benchmarks.empty(), ErrorCode::InvalidInput,
                "a label is a score on benchmarks: name at least one");
            freezeSubsets();
        }

        BatchForecast forecast(RunContext& context) { return runner().forecast(context); }

        JobResult run(RunContext& context)
        {
            checkSettings();
            auto batch = runner();
            m_forecast = batch.forecast(context);
            context.log(LogLevel::Info, m_forecast.sentence);
            for (const auto& warning : m_forecast.warnings)
                context.log(LogLevel::Warning, warning);
            prepareSet();
            batch.run(context, [this](std::size_t cell, const CellResult& result) { take(cell, result); });
            save();
            store::Recipe(m_project).append(recipeArguments());
            return describe();
        }

    private:
        std::string batchName() const { return "label:" + m_options.name; }
        std::string subsetName(std::size_t cluster) const { return text::join(m_options.name, " cluster ", cluster); }

        /// Finished fine-tunes are only taken up by a batch that would have made the very same.
        void checkSettings()
        {
            const auto orNull = [](const auto& value) { return value ? Json(*value) : Json(); };
            const Json wanted{{"clustering", m_options.clustering}, {"steps", orNull(m_options.steps)},
                {"batch", orNull(m_options.batch)}, {"lr", orNull(m_options.peakRate)},
                {"warmup", orNull(m_options.warmupSteps)}, {"seed", m_options.seed}, {"mode", toString(m_options.mode)},
                {"subsets", m_subsetsHash}};
            const auto known = m_project.setting(batchName());
            require(known.is_null() || known == wanted || !isBegun(), ErrorCode::Conflict,
                text::join("the labels ", m_options.name, " were begun with other settings: choose another name"));
            m_project.setSetting(batchName(), wanted);
        }

        bool isBegun() { return !store::RunStore(m_project).list(batchName()).empty(); }

        /// The subsets as they are at the first start; a clustering that has changed since is noticed by its pairs.
        void freezeSubsets()
        {
            const auto columns = m_project.loadColumns();
            const auto* clustering = columns->findClustering(m_options.clustering);
            require(clustering != nullptr, ErrorCode::NotFound,
                text::join("there is no clustering named ", m_options.clustering, ": make one with cluster"));
            m_clusterCount = clustering->info.sizes.size();
            std::vector<std::vector<PairRow>> members(m_clusterCount);
            for (std::size_t row = 0; row < clustering->assignment->size(); ++row)
                if (const auto cluster = (*clustering->assignment)[row]; cluster != kNoCluster)
                    members.at(static_cast<std::size_t>(cluster)).push_back(static_cast<PairRow>(row));
            store::SelectionStore selections(m_project);
            const bool isFixed = isBegun();
            file::Sha256 hash;
            for (std::size_t c = 0; c < m_clusterCount; ++c) {
                m_sizes.push_back(static_cast<std::int64_t>(members[c].size()));
                if (members[c].empty())
                    continue;
                const Json provenance{{"clustering", m_options.clustering}, {"cluster", c}};
                if (!isFixed && selections.find(subsetName(c))) // of a forecast alone: the clustering may have changed
                    store::trashItem(m_project, "selection", subsetName(c));
                hash.add(std::string_view(
                    selections.save(subsetName(c), members[c], json::dump(provenance), batchName()).hash));
                for (std::int64_t r = 0; r < m_options.repeats; ++r) {
                    const auto seed = m_options.seed + static_cast<std::uint64_t>(r);
                    m_cells.push_back({text::join(subsetName(c), " seed ", seed), subsetName(c), seed});
                    m_cellClusters.push_back(c);
                }
            }
            m_subsetsHash = hash.hexDigest();
            require(!m_cells.empty(), ErrorCode::InvalidInput,
                text::join("clustering ", m_options.clustering, " has no pair in any cluster"));
        }

        BatchRunner runner() const
        {
            FinetuneOptions recipe;
            recipe.steps = m_options.steps;
            recipe.batch = m_options.batch;
            recipe.peakRate = m_options.peakRate;
            recipe.warmupSteps = m_options.warmupSteps;
            recipe.mode = m_options.mode;
            recipe.device = m_options.device;
            recipe.vlm = m_options.vlm;
            return {m_workspace, recipe, batchName(), m_options.benchmarks, m_cells};
        }

        void prepareSet()
        {
            m_set.name = m_options.name;
            m_set.clustering = m_options.clustering;
            m_set.benchmarks = m_options.benchmarks;
            for (std::size_t c = 0; c < m_clusterCount; ++c) {
                ClusterLabel label;
                label.cluster = static_cast<std::int32_t>(c);
                label.pairCount = m_sizes[c];
                if (m_sizes[c] == 0)
                    label.note = "the cluster is empty";
                m_set.labels.push_back(std::move(label));
            }
        }

        void take(std::size_t cell, const CellResult& result)
        {
            auto& label = m_set.labels[m_cellClusters[cell]];
            label.repeats.push_back(evaluate::meanOf(result.accuracy));
            label.value = evaluate::meanOf(label.repeats);
            label.standardError = deviationOf(label.repeats) / std::sqrt(static_cast<double>(label.repeats.size()));
            double squares = 0;
            for (const double error : result.questionError)
                squares += error * error;
            label.questionError = std::sqrt(squares) / static_cast<double>(result.questionError.size());
            m_seconds += result.trainSeconds + result.evaluateSeconds;
            m_recipe = result.run.recipe;
            m_weights.push_back(result.run.weightsSha256);
            save();
        }

        void save()
        {
            Json recipe = json::parse(m_recipe, "the recipe of " + m_options.name);
            recipe.erase("seed");
            std::vector<std::uint64_t> seeds(static_cast<std::size_t>(m_options.repeats));
            std::iota(seeds.begin(), seeds.end(), m_options.seed);
            m_set.provenance = json::dump(Json{{"recipe", recipe}, {"seeds", seeds}, {"mode", toString(m_options.mode)},
                {"decoding", "greedy"}, {"subsets_sha256", m_subsetsHash}, {"weights_sha256", m_weights},
                {"seconds", m_seconds}, {"winnow", versionText()}, {"complete", m_weights.size() == m_cells.size()}});
            m_set = store::LabelStore(m_project).save(m_set);
        }

        std::vector<std::string> recipeArguments() const
        {
            std::vector<std::string> out{"label", "--clusters", m_options.clustering, "--name", m_options.name,
                "--benchmarks", text::joined(m_options.benchmarks, ","), "--repeats", text::join(m_options.repeats),
                "--seed", text::join(m_options.seed)};
            const auto add = [&](const char* flag, const auto& value) {
                if (value)
                    out.insert(out.end(), {flag, text::toText(static_cast<double>(*value))});
            };
            add("--steps", m_options.steps);
            add("--batch", m_options.batch);
            add("--lr", m_options.peakRate);
            add("--warmup", m_options.warmupSteps);
            if (m_options.mode == Mode::Published)
                out.insert(out.end(), {"--mode", "published"});
            return out;
        }

        JobResult describe() const
        {
            std::vector<double> values;
            std::vector<std::vector<double>> groups;
            for (const auto& label : m_set.labels)
                if (label.isMeasured()) {
                    values.push_back(label.value);
                    groups.push_back(label.repeats);
                }
            const auto test = evaluate::compareGroups(groups);
            const auto [low, high] = std::minmax_element(values.begin(), values.end());
            JobResult out;
            out.sentence =
                text::join("labels ", m_set.name, ": ", values.size(), " subsets score ", text::fixed(*low, 2), " to ",
                    text::fixed(*high, 2), " %, mean ", text::fixed(evaluate::meanOf(values), 2), " %");
            if (m_options.repeats < 2)
                out.sentence += "; each was measured once, so nothing tells differences from noise";
            else
                out.sentence += text::join("; standard deviation between subsets ", text::fixed(deviationOf(values), 2),
                    ", between repeats ", text::fixed(std::sqrt(test.withinVariance), 2), ": ",
                    test.pValue < 0.05 ? "the subsets differ (" : "the subsets cannot be told apart (",
                    pText(test.pValue), ", reliability ", text::fixed(test.reliability, 2), ")");
            out.details = toJson(m_set);
            out.details["repeats"] = m_options.repeats;
            out.details["spread"] = numberOrNull(deviationOf(values));
            out.details["noise"] = m_options.repeats < 2 ? Json() : Json(std::sqrt(test.withinVariance));
            out.details["reliability"] = m_options.repeats < 2 ? Json() : Json(test.reliability);
            out.details["p_value"] = m_options.repeats < 2 ? Json() : Json(test.pValue);
            out.details["seconds"] = m_seconds;
            out.details["forecast"] = pipeline::toJson(m_forecast);
            return out;
        }

        Workspace& m_workspace;
        LabelOptions m_options;
        store::Project m_project;
        std::size_t m_clusterCount = 0;
        std::vector<std::int64_t> m_sizes; ///< by cluster
        std::string m_subsetsHash;
        std::vector<BatchCell> m_cells;
        std::vector<std::size_t> m_cellClusters; ///< beside m_cells
        BatchForecast m_forecast;
        LabelSet m_set;
        std::string m_recipe; ///< of the last fine-tune, as its run keeps it
        std::vector<std::string> m_weights;
        double m_seconds = 0;
    };

} // namespace

BatchForecast forecastLabels(Workspace& workspace, const LabelOptions& options, RunContext& context)
{
    return LabelBatch(workspace, options).forecast(context);
}

JobResult runLabels(Workspace& workspace, const LabelOptions& options, RunContext& context)
{
    return LabelBatch(workspace, options).run(context);
}

Json labelsJson(store::Project& project)
{
    Json out = Json::array();
    for (const auto& set : store::LabelStore(project).list())
        out.push_back(toJson(set));
    return out;
}

} // namespace winnow::pipeline
