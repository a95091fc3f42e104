#include "core/base/text.h"
#include "core/cluster/kmeans.h"
#include "core/pipeline/feature_matrix.h"
#include "core/pipeline/score_pass.h"
#include "core/pipeline/set_columns.h"
#include "core/score/coverage_score.h"
#include "core/store/pair_store.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace winnow::pipeline {

namespace {

    constexpr const char* kVlmImage = "vlm-image";
    constexpr std::int64_t kPairsPerCluster = 1'000; ///< of SemDeDup: pictures are compared within one cluster alone
    constexpr std::uint64_t kCoverageSeed = 0;

    using Values = SetValues;
    using Compute = std::function<Values(const FeatureRows&)>;

    FeatureRows rowsOf(ScorePass& pass, const char* space)
    {
        FeatureOptions options;
        options.spaces = {space};
        options.device = pass.options().device;
        options.models = pass.options().models;
        ensureSpace(pass.workspace(), pass.project(), options, pass.context());
        return loadMatrix(pass.project(), space);
    }

    /// values: one a row of the space → one a pair, missing where it has no vector.
    Values byPair(const Values& values, const FeatureRows& rows, std::int64_t pairCount)
    {
        Values out;
        for (const auto& column : values) {
            out.emplace_back(static_cast<std::size_t>(pairCount), kMissing);
            for (std::size_t i = 0; i < rows.rows.size(); ++i)
                out.back()[rows.rows[i]] = column[i];
        }
        return out;
    }

    /// Every value depends on all pairs: the key holds their vectors' key and number. What is there is not made again.
    void fillFromSpace(ScorePass& pass, const char* space, SetPlan plan, const Compute& compute)
    {
        if (pass.hasFilled(plan.columns.front()))
            return;
        const auto rows = rowsOf(pass, space);
        plan.inputs = text::join(rows.key, "|", rows.rows.size());
        plan.provenance["space"] = space;
        plan.provenance["space_key"] = rows.key;
        plan.provenance["pairs"] = rows.rows.size();
        fillSet(
            pass, plan, [&] { return byPair(compute(rows), rows, pass.items().itemCount()); },
            [&](const score::ScoreItem&) { return text::join("the pair has no vector in ", space); });
    }

    void computePrism(ScorePass& pass)
    {
        fillFromSpace(pass, kVlmImage, {{"prism"}, "prism-v1", {}, Json::object()},
            [](const FeatureRows& rows) { return Values{score::prismScores(rows.vectors)}; });
    }

    void computeSemdedup(ScorePass& pass)
    {
        const SetPlan plan{
            {"semdedup"}, "semdedup-v1", {}, {{"pairs_per_cluster", kPairsPerCluster}, {"seed", kCoverageSeed}}};
        fillFromSpace(pass, kClipImage, plan, [&](const FeatureRows& rows) {
            const auto count = rows.vectors.size(0);
            cluster::KMeansOptions options;
            options.clusters = std::max<std::int64_t>(1, (count + kPairsPerCluster / 2) / kPairsPerCluster);
            options.restarts = 1;
            options.seed = kCoverageSeed;
            const auto unit = tensor::unitRows(rows.vectors);
            const auto clusters = cluster::kmeans(unit, options, pass.context());
            return Values{score::semdedupScores(unit, clusters.labels, pass.context())};
        });
    }

    void computeKCenter(ScorePass& pass)
    {
        const SetPlan plan{{"kcenter", "kcenter.radius"}, "kcenter-v1", {}, {{"seed", kCoverageSeed}}};
        fillFromSpace(pass, kClipImage, plan, [&](const FeatureRows& rows) {
            score::KCenterOptions options;
            options.seed = kCoverageSeed;
            const auto order = score::kCenterOrder(rows.vectors, options, pass.context());
            return Values{{order.ranks.begin(), order.ranks.end()}, order.radii};
        });
    }

    MetricDescription described(
        const char* name, const char* title, const char* meaning, const char* source, const char* role)
    {
        return {.name = name,
            .title = title,
            .meaning = meaning,
            .source = source,
            .unit = "",
            .role = role,
            .family = "coverage of the set"};
    }

    constexpr const char* kKCenter =
        "Greedy k-center: Gonzalez (1985); core-sets, Sener and Savarese (arXiv 1708.00489)";

} // namespace

std::vector<ComputedMetric> coverageMetrics()
{
    return {
        {described("prism", "PRISM",
             "How much the picture repeats the others: mean correlation of its mean-centred MiniGPT-4 vector with all "
             "others, -1 to 1. PRISM keeps the lowest: weigh it with -1.",
             "PRISM (arXiv 2502.12119)", "vlm"),
            &computePrism},
        {described("semdedup", "SemDeDup",
             "Largest cosine of the picture's CLIP vector to one that is preferred to it in its cluster, 0 to 1. The "
             "filter semdedup <= 0.95 is SemDeDup with epsilon 0.05.",
             "SemDeDup (arXiv 2303.09540)", "clip"),
            &computeSemdedup},
        {described("kcenter", "k-center rank",
             "When greedy k-center picks this picture, 1 first, by distance of CLIP vectors: the first k cover the set "
             "best. The filter kcenter <= 200 is k-center greedy with 200.",
             kKCenter, "clip"),
            &computeKCenter},
        {described("kcenter.radius", "k-center radius",
             "The distance within which every picture has a picked one once this one is picked; falls as the rank "
             "rises.",
             kKCenter, "clip"),
            &computeKCenter},
    };
}

} // namespace winnow::pipeline
