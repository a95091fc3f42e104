#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/feature_matrix.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/model_registry.h"
#include "core/pipeline/pair_items.h"
#include "core/pipeline/score_job.h"
#include "core/score/clip_score.h"
#include "core/store/feature_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/tensor/linalg.h"

#include <algorithm>

namespace winnow::pipeline {

namespace {

    constexpr const char* kClipImage = "clip-image";
    constexpr std::size_t kWriteRows = 2048;

    bool isComplete(
        store::FeatureStore& features, const std::string& name, const std::string& key, std::int64_t pairCount)
    {
        const auto list = features.list();
        const auto found = std::find_if(list.begin(), list.end(), [&](const FeatureInfo& f) { return f.name == name; });
        return found != list.end() && found->key == key && features.load(name)->rowCount() == pairCount;
    }

    Json computeClipImage(
        Workspace& workspace, store::Project& project, const FeatureOptions& options, RunContext& context)
    {
        const auto folder = resolveModel("clip", options.models);
        const auto clip = workspace.models().clip(folder, options.device);
        const PairItems items(project);
        FeatureInfo info;
        info.name = kClipImage;
        info.dimension = clip->model->config().embedding;
        info.provenance =
            json::dump(Json{{"model", folder.string()}, {"weights_sha256", clip->hash}, {"normalised", false}});
        info.key = file::sha256("clip-image-v1|" + clip->hash);
        store::FeatureStore features(project);
        if (isComplete(features, info.name, info.key, items.itemCount()))
            return {
                {"space", info.name}, {"dimension", info.dimension}, {"already", items.itemCount()}, {"computed", 0}};
        features.begin(info);
        score::ClipScoreOptions scoring;
        scoring.wantScores = false;
        scoring.wantFeatures = true;
        score::ClipScorer scorer(clip->model, *clip->tokenizer, scoring);
        ProjectSink sink(project, {}, info.name);
        const auto report = score::runClipScore(items, scorer, sink, context);
        features.finish(info.name);
        return {{"space", info.name}, {"dimension", info.dimension}, {"already", sink.knownCount()},
            {"computed", report.itemCount - static_cast<std::int64_t>(report.failures.size())},
            {"failed", report.failures.size()}};
    }

    Json computePca(store::Project& project, const std::string& space, int dimensions, RunContext& context)
    {
        const auto matrix = loadMatrix(project, space);
        const auto pca = tensor::computePca(matrix.vectors, dimensions);
        const auto reduced = pca.transform(matrix.vectors).to(torch::kFloat).contiguous();
        FeatureInfo info;
        info.name = text::join(space, ".pca", dimensions);
        info.dimension = dimensions;
        const auto* ratio = pca.varianceRatio.data_ptr<double>();
        info.provenance =
            json::dump(Json{{"pca_of", space}, {"variance_ratio", std::vector<double>(ratio, ratio + dimensions)}});
        info.key = file::sha256(text::join("pca-v1|", matrix.key, "|", matrix.rows.size(), "|", dimensions));
        store::FeatureStore features(project);
        features.begin(info);
        const std::span<const float> values(reduced.data_ptr<float>(), static_cast<std::size_t>(reduced.numel()));
        for (std::size_t start = 0; start < matrix.rows.size(); start += kWriteRows) {
            const auto count = std::min(kWriteRows, matrix.rows.size() - start);
            const auto width = static_cast<std::size_t>(dimensions);
            features.write(
                info.name, std::span(matrix.rows).subspan(start, count), values.subspan(start * width, count * width));
            context.checkpoint();
        }
        features.finish(info.name);
        return {{"space", info.name}, {"dimension", dimensions}, {"computed", matrix.rows.size()}};
    }

} // namespace

FeatureRows loadMatrix(store::Project& project, const std::string& space)
{
    const auto matrix = store::FeatureStore(project).load(space);
    FeatureRows out;
    out.key = matrix->info().key;
    for (std::int64_t row = 0; row < matrix->rowCount(); ++row)
        if (matrix->isValid(static_cast<PairRow>(row)))
            out.rows.push_back(static_cast<PairRow>(row));
    require(!out.rows.empty(), ErrorCode::InvalidInput, text::join("feature space ", space, " has no vectors"));
    const auto width = matrix->info().dimension;
    out.vectors = torch::empty({static_cast<std::int64_t>(out.rows.size()), width}, torch::kFloat);
    auto* target = out.vectors.data_ptr<float>();
    for (const auto row : out.rows) {
        const auto source = matrix->row(row);
        std::copy(source.begin(), source.end(), target);
        target += width;
    }
    return out;
}

JobResult runFeatures(Workspace& workspace, const FeatureOptions& options, RunContext& context)
{
    auto project = workspace.open();
    const store::Lease lease(project, "features");
    JobResult result;
    std::vector<std::string> parts;
    const auto add = [&](const Json& details) {
        parts.push_back(
            text::join(details.at("space").get<std::string>(), ": ", details.at("computed").get<std::int64_t>(),
                " vectors of ", details.at("dimension").get<std::int64_t>(), " numbers"));
        result.hasProblems = result.hasProblems || details.value("failed", 0) > 0;
        result.details[details.at("space").get<std::string>()] = details;
    };
    for (const auto& space : options.spaces) {
        const auto known = store::FeatureStore(project).list();
        const bool isStored =
            std::any_of(known.begin(), known.end(), [&](const FeatureInfo& f) { return f.name == space; });
        if (space == kClipImage)
            add(computeClipImage(workspace, project, options, context));
        else
            require(isStored && options.pcaDimensions > 0, ErrorCode::Unsupported,
                text::join("this version cannot compute ", space,
                    ": use clip-image, or import ready vectors with import-features"));
        if (options.pcaDimensions > 0)
            add(computePca(project, space, options.pcaDimensions, context));
    }
    std::vector<std::string> arguments{"features", "--spaces", text::joined(options.spaces, ",")};
    if (options.pcaDimensions > 0)
        arguments.insert(arguments.end(), {"--pca", text::join(options.pcaDimensions)});
    store::Recipe(project).append(arguments);
    result.sentence = text::joined(parts, "; ");
    return result;
}

} // namespace winnow::pipeline
