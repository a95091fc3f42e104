#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/feature_matrix.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/model_registry.h"
#include "core/pipeline/pair_items.h"
#include "core/pipeline/pca_basis.h"
#include "core/pipeline/recipe_models.h"
#include "core/pipeline/score_job.h"
#include "core/pipeline/vision_features.h"
#include "core/score/clip_score.h"
#include "core/score/embedding.h"
#include "core/store/feature_store.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/tensor/linalg.h"

#include <algorithm>
#include <functional>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kWriteRows = 2048;

    /// A space to fill: what it is called, and the work that fills it.
    struct SpacePlan {
        FeatureInfo info; ///< name, dimension, provenance, key
        std::function<score::ScoreReport(ProjectSink&)> run;
    };

    Json fill(store::Project& project, const PairItems& items, const SpacePlan& plan)
    {
        const auto& info = plan.info;
        store::FeatureStore features(project);
        if (isSpaceComplete(project, info.name, info.key))
            return {
                {"space", info.name}, {"dimension", info.dimension}, {"already", items.itemCount()}, {"computed", 0}};
        features.begin(info);
        ProjectSink sink(project, {}, info.name);
        const auto report = plan.run(sink);
        features.finish(info.name);
        return {{"space", info.name}, {"dimension", info.dimension}, {"already", sink.knownCount()},
            {"computed", report.itemCount - static_cast<std::int64_t>(report.failures.size())},
            {"failed", report.failures.size()}};
    }

    Json provenanceOf(const std::filesystem::path& folder, const std::string& hash)
    {
        return {{"model", folder.string()}, {"weights_sha256", hash}, {"normalised", false}};
    }

    Json computeClip(Workspace& workspace, store::Project& project, const std::string& space,
        const FeatureOptions& options, RunContext& context)
    {
        const bool isImage = space == kClipImage;
        const auto folder = resolveModel("clip", options.models);
        const auto clip = workspace.models().clip(folder, options.device);
        const PairItems items(project);
        score::ClipScoreOptions scoring;
        scoring.wantScores = !isImage;
        scoring.wantFeatures = isImage;
        score::ClipScorer scorer(clip->model, *clip->tokenizer, scoring);
        SpacePlan plan;
        plan.info = {space, clip->model->config().embedding, 0, json::dump(provenanceOf(folder, clip->hash)),
            file::sha256(space + "-v1|" + clip->hash)};
        plan.run = [&](ProjectSink& sink) {
            return isImage ? score::runClipScore(items, scorer, sink, context)
                           : score::runClipTextEmbedding(items, scorer, sink, context);
        };
        return fill(project, items, plan);
    }

    Json computeLanguage(
        Workspace& workspace, store::Project& project, const FeatureOptions& options, RunContext& context)
    {
        const auto folder = resolveModel("llm", options.models);
        const auto llm = workspace.models().llm(folder, options.device);
        const PairItems items(project);
        score::LanguageEmbedder embedder(llm->model, *llm->tokenizer);
        SpacePlan plan;
        plan.info = {kLanguageText, embedder.dimension(), 0, json::dump(provenanceOf(folder, llm->hash)),
            file::sha256(text::join(kLanguageText, "-v1|", llm->hash))};
        plan.run = [&](ProjectSink& sink) { return score::runLanguageEmbedding(items, embedder, sink, context); };
        auto out = fill(project, items, plan);
        out["cut"] = embedder.cutCount();
        return out;
    }

    Json computeSentences(
        Workspace& workspace, store::Project& project, const FeatureOptions& options, RunContext& context)
    {
        const auto folder = resolveModel("text", options.models);
        const auto encoder = workspace.models().text(folder, options.device);
        const PairItems items(project);
        score::SentenceEmbedder embedder(encoder->model, *encoder->tokenizer);
        const auto& how = encoder->model.options;
        const bool isMean = how.pooling == models::SentenceOptions::Pooling::Mean;
        auto provenance = provenanceOf(folder, encoder->hash);
        provenance["normalised"] = how.unitLength;
        provenance["pooling"] = isMean ? "mean" : "cls";
        provenance["max_tokens"] = how.maxTokens;
        SpacePlan plan;
        plan.info = {kSentenceText, embedder.dimension(), 0, json::dump(provenance),
            file::sha256(text::join(kSentenceText, "-v1|", encoder->hash, "|", isMean ? "mean" : "cls", "|",
                how.unitLength ? "unit" : "raw", "|", how.maxTokens))};
        plan.run = [&](ProjectSink& sink) { return score::runSentenceEmbedding(items, embedder, sink, context); };
        auto out = fill(project, items, plan);
        out["cut"] = embedder.cutCount();
        return out;
    }

    Json computeVision(Workspace& workspace, store::Project& project, const std::string& space,
        const FeatureOptions& options, RunContext& context)
    {
        const auto folder = resolveModel("vlm", options.models);
        const auto vlm = workspace.models().vlm(folder, options.device);
        return computeVisionSpace(project, space, folder, *vlm, context);
    }

    /// The basis that the column was made with, when it still fits the space; else a new one.
    PcaBasis chooseBasis(store::Project& project, const std::string& space, const std::string& column,
        const FeatureOptions& options, const std::string& spaceKey)
    {
        std::int64_t version = 1;
        try {
            if (auto known = findBasis(project, column)) {
                if (!options.refit && known->spaceKey == spaceKey)
                    return std::move(*known);
                version = known->version + 1;
            }
        } catch (const Error&) {
            if (!options.refit)
                throw;
        }
        auto fresh = fitBasis(project, space, options.pcaDimensions, version);
        saveBasis(project, fresh);
        return fresh;
    }

    Json computePca(
        store::Project& project, const std::string& space, const FeatureOptions& options, RunContext& context)
    {
        const auto matrix = loadMatrix(project, space);
        const auto column = text::join(space, ".pca", options.pcaDimensions);
        const auto basis = chooseBasis(project, space, column, options, matrix.key);
        const auto reduced = basis.pca.transform(matrix.vectors).to(torch::kFloat).contiguous(); // [N, E]
        const auto* ratio = basis.pca.varianceRatio.data_ptr<double>();
        FeatureInfo info;
        info.name = column;
        info.dimension = options.pcaDimensions;
        info.provenance = json::dump(Json{{"pca_of", space}, {"basis", basis.file}, {"version", basis.version},
            {"fitted_pairs", basis.fittedPairs},
            {"variance_ratio", std::vector<double>(ratio, ratio + options.pcaDimensions)}});
        info.key = basis.key();
        store::FeatureStore features(project);
        features.begin(info);
        const std::span<const float> values(reduced.data_ptr<float>(), static_cast<std::size_t>(reduced.numel()));
        const auto width = static_cast<std::size_t>(options.pcaDimensions);
        for (std::size_t start = 0; start < matrix.rows.size(); start += kWriteRows) {
            const auto count = std::min(kWriteRows, matrix.rows.size() - start);
            features.write(
                info.name, std::span(matrix.rows).subspan(start, count), values.subspan(start * width, count * width));
            context.checkpoint();
        }
        features.finish(info.name);
        return {{"space", info.name}, {"dimension", options.pcaDimensions}, {"computed", matrix.rows.size()},
            {"basis", basis.file}, {"version", basis.version}, {"fitted_pairs", basis.fittedPairs}};
    }

    std::vector<std::string> recipeArguments(const FeatureOptions& options)
    {
        std::vector<std::string> out{"features", "--spaces", text::joined(options.spaces, ",")};
        if (options.pcaDimensions > 0)
            out.insert(out.end(), {"--pca", text::join(options.pcaDimensions)});
        if (options.refit)
            out.push_back("--refit");
        appendModels(out, options.models);
        return out;
    }

} // namespace

bool isSpaceComplete(store::Project& project, std::string_view space, std::string_view key)
{
    store::FeatureStore features(project);
    const auto list = features.list();
    const auto found = std::find_if(list.begin(), list.end(), [&](const FeatureInfo& f) { return f.name == space; });
    if (found == list.end() || !(key.empty() || found->key == key))
        return false;
    try {
        return features.load(space)->rowCount() == store::PairStore(project).count();
    } catch (const Error&) {
        return false; // its file is missing or damaged: made again
    }
}

void ensureSpace(Workspace& workspace, store::Project& project, const FeatureOptions& options, RunContext& context)
{
    const bool isThere = std::all_of(options.spaces.begin(), options.spaces.end(),
        [&](const std::string& space) { return isSpaceComplete(project, space); });
    if (!isThere)
        runFeatures(workspace, options, context);
}

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
    require(!options.spaces.empty(), ErrorCode::InvalidInput, "name at least one feature space");
    auto project = workspace.open();
    const store::Lease lease(project, "features");
    JobResult result;
    std::vector<std::string> parts;
    const auto add = [&](const Json& details) {
        parts.push_back(
            text::join(details.at("space").get<std::string>(), ": ", details.at("computed").get<std::int64_t>(),
                " vectors of ", details.at("dimension").get<std::int64_t>(), " numbers"));
        if (details.value("cut", 0) > 0)
            parts.back() += text::join(", ", details.at("cut").get<std::int64_t>(), " longer texts cut");
        result.hasProblems = result.hasProblems || details.value("failed", 0) > 0;
        result.details[details.at("space").get<std::string>()] = details;
    };
    for (const auto& space : options.spaces) {
        const auto known = store::FeatureStore(project).list();
        const bool isStored =
            std::any_of(known.begin(), known.end(), [&](const FeatureInfo& f) { return f.name == space; });
        if (space == kClipImage || space == kClipText)
            add(computeClip(workspace, project, space, options, context));
        else if (space == kLanguageText)
            add(computeLanguage(workspace, project, options, context));
        else if (space == kSentenceText)
            add(computeSentences(workspace, project, options, context));
        else if (space == kVlmTokens || space == kVlmImage)
            add(computeVision(workspace, project, space, options, context));
        else
            require(isStored && options.pcaDimensions > 0, ErrorCode::Unsupported,
                text::join("this version cannot compute ", space,
                    ": use clip-image, clip-text, text, llm-text, vlm-image or vlm-tokens, or import ready vectors "
                    "with "
                    "import-features"));
        if (options.pcaDimensions > 0)
            add(computePca(project, space, options, context));
    }
    store::Recipe(project).append(recipeArguments(options));
    result.sentence = text::joined(parts, "; ");
    return result;
}

} // namespace winnow::pipeline
