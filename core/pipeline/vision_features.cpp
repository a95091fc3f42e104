#include "core/pipeline/vision_features.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/feature_matrix.h"
#include "core/pipeline/pair_items.h"

#include <algorithm>

namespace winnow::pipeline {

namespace {

    /// Runs over the pairs that the space lacks; `vectorsOf` gives [n, D] for the pictures of a chunk.
    Json fillSpace(store::Project& project, const FeatureInfo& info, std::string_view stage, RunContext& context,
        const std::function<score::PictureFeatures(const std::vector<score::ScoreItem>&)>& load,
        const std::function<torch::Tensor(const torch::Tensor&)>& vectorsOf)
    {
        const PairItems items(project);
        if (isSpaceComplete(project, info.name, info.key))
            return {
                {"space", info.name}, {"dimension", info.dimension}, {"already", items.itemCount()}, {"computed", 0}};
        store::FeatureStore features(project);
        features.begin(info);
        ProjectSink sink(project, {}, info.name);
        const auto report = score::runChunks(
            items, sink, stage, context, [&](std::int64_t, const std::vector<score::ScoreItem>& chunk) {
                const auto pictures = load(chunk);
                const auto vectors = vectorsOf(pictures.features).flatten(1).contiguous(); // [n, D]
                score::ScoredChunk out;
                out.dimension = info.dimension;
                for (std::size_t i = 0; i < chunk.size(); ++i) {
                    if (!pictures.failures[i].empty()) {
                        out.failures.push_back({chunk[i].row, chunk[i].id, pictures.failures[i]});
                        continue;
                    }
                    const auto* row = vectors.data_ptr<float>() + static_cast<std::int64_t>(i) * info.dimension;
                    out.featureRows.push_back(chunk[i].row);
                    out.features.insert(out.features.end(), row, row + info.dimension);
                }
                return out;
            });
        features.finish(info.name);
        return {{"space", info.name}, {"dimension", info.dimension}, {"already", sink.knownCount()},
            {"computed", report.itemCount - static_cast<std::int64_t>(report.failures.size())},
            {"failed", report.failures.size()}};
    }

    FeatureInfo spaceInfo(const std::string& space, const LoadedVlm& vlm, const std::string& folder)
    {
        const auto& config = vlm.model->config();
        FeatureInfo info;
        info.name = space;
        info.dimension = space == kVlmTokens ? config.qformer.queries * config.qformer.hidden : config.llama.hidden;
        Json provenance{{"model", folder}, {"weights_sha256", vlm.hash}};
        if (space == kVlmTokens)
            provenance["shape"] = {config.qformer.queries, config.qformer.hidden};
        info.provenance = json::dump(provenance);
        info.key = file::sha256(text::join(space, "-v1|", vlm.hash));
        return info;
    }

    Json fillTokens(store::Project& project, LoadedVlm& vlm, const std::string& folder, RunContext& context)
    {
        score::PictureEncoder encoder(vlm.model);
        return fillSpace(
            project, spaceInfo(kVlmTokens, vlm, folder), "Looking at pictures", context,
            [&](const auto& chunk) { return encoder.encode(chunk); },
            [](const torch::Tensor& features) { return features; });
    }

} // namespace

KeptPictures::KeptPictures(store::Project& project, LoadedVlm& vlm, RunContext& context, std::int64_t keptBytes)
    : m_encoder(vlm.model)
    , m_queries(vlm.model->config().qformer.queries)
    , m_width(vlm.model->config().qformer.hidden)
{
    const auto bytes = store::PairStore(project).count() * m_queries * m_width * std::int64_t(sizeof(float));
    if (bytes > keptBytes)
        return;
    fillTokens(project, vlm, {}, context);
    m_kept = store::FeatureStore(project).load(kVlmTokens);
}

score::PictureFeatures KeptPictures::load(const std::vector<score::ScoreItem>& items)
{
    if (!m_kept)
        return m_encoder.encode(items);
    score::PictureFeatures out{torch::zeros({static_cast<std::int64_t>(items.size()), m_queries, m_width}),
        std::vector<std::string>(items.size())};
    std::vector<score::ScoreItem> missing; // a picture that could not be read then may be there now
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!m_kept->isValid(items[i].row)) {
            missing.push_back(items[i]);
            places.push_back(i);
            continue;
        }
        const auto row = m_kept->row(items[i].row);
        std::copy(row.begin(), row.end(), out.features[static_cast<std::int64_t>(i)].data_ptr<float>());
    }
    if (missing.empty())
        return out;
    const auto made = m_encoder.encode(missing);
    for (std::size_t i = 0; i < places.size(); ++i) {
        out.features[static_cast<std::int64_t>(places[i])].copy_(made.features[static_cast<std::int64_t>(i)]);
        out.failures[places[i]] = made.failures[i];
    }
    return out;
}

Json computeVisionSpace(store::Project& project, const std::string& space, const std::filesystem::path& folder,
    LoadedVlm& vlm, RunContext& context)
{
    vlm.resetProjection(); // a fine-tuned one may be in the shared model
    if (space == kVlmTokens)
        return fillTokens(project, vlm, folder.string(), context);
    KeptPictures pictures(project, vlm, context);
    return fillSpace(
        project, spaceInfo(kVlmImage, vlm, folder.string()), "Picture vectors", context,
        [&](const auto& chunk) { return pictures.load(chunk); },
        [&](const torch::Tensor& features) { return score::pooledPictureTokens(vlm.model, features); });
}

} // namespace winnow::pipeline
