#include "core/pipeline/search_job.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/pipeline/feature_matrix.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/model_registry.h"
#include "core/score/clip_score.h"
#include "core/score/embedding.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kMaxTextLength = 10'000;
    constexpr std::int64_t kMaxHits = 1'000'000;
    constexpr std::size_t kRowsAtOnce = 2048;

    /// The vector of a text and the weights that made it.
    struct Query {
        std::vector<float> vector;
        std::string hash;
    };

    /// The space that was searched, and one cosine a pair; kMissing where there is none.
    struct Comparison {
        FeatureInfo space;
        std::vector<double> similarities;
    };

    std::string roleOf(const std::string& space)
    {
        if (space == kSentenceText)
            return "text";
        require(space == kClipImage || space == kClipText, ErrorCode::Unsupported,
            text::join("a text cannot be compared with the vectors of ", text::shortened(space, 60),
                ": use text, clip-image or clip-text"));
        return "clip";
    }

    std::optional<FeatureInfo> findSpace(store::Project& project, const std::string& space)
    {
        for (auto& info : store::FeatureStore(project).list())
            if (info.name == space)
                return info;
        return {};
    }

    std::string chooseSpace(store::Project& project, const SearchOptions& options)
    {
        if (!options.space.empty())
            return options.space;
        return findSpace(project, kSentenceText) ? kSentenceText : kClipImage;
    }

    std::string fieldOf(const std::string& provenance, const char* name)
    {
        const Json object = provenance.empty() ? Json::object() : json::parse(provenance, "a provenance");
        return object.is_object() && object.contains(name) && object.at(name).is_string()
            ? object.at(name).get<std::string>()
            : std::string();
    }

    /// The folder that the caller names, else the one that the vectors come from, else the role's default.
    std::filesystem::path folderFor(
        const std::string& role, const SearchOptions& options, const std::optional<FeatureInfo>& info)
    {
        const std::filesystem::path made = info ? fieldOf(info->provenance, "model") : std::string();
        std::error_code ignored;
        if (!options.models.contains(role) && !made.empty() && std::filesystem::is_directory(made, ignored))
            return made;
        return resolveModel(role, options.models);
    }

    void requireComputed(const std::optional<FeatureInfo>& info)
    {
        require(!info || !fieldOf(info->provenance, "weights_sha256").empty(), ErrorCode::Conflict,
            text::join("the vectors of ", info ? info->name : "",
                " were imported, so it is not known which model could compare a text with them"));
    }

    void requireSameWeights(
        const FeatureInfo& info, const Query& query, const std::string& role, const std::filesystem::path& folder)
    {
        const bool isSame = fieldOf(info.provenance, "weights_sha256") == query.hash
            && std::cmp_equal(query.vector.size(), info.dimension);
        require(isSame, ErrorCode::Conflict,
            text::join("the vectors of ", info.name, " were made with other weights than those of ", folder.string(),
                ": compute them anew with winnow features, or name their model with --model ", role, "=FOLDER"));
    }

    Query toQuery(const torch::Tensor& vectors, const std::string& hash)
    {
        const auto row = vectors[0].contiguous();
        return {{row.data_ptr<float>(), row.data_ptr<float>() + row.numel()}, hash};
    }

    /// The text under the model that options.models names for the role.
    Query encodeQuery(Workspace& workspace, const std::string& role, const SearchOptions& options, RunContext& context)
    {
        const auto& folder = options.models.at(role);
        if (role == "text") {
            const auto encoder = workspace.models().text(folder, options.device);
            score::SentenceEmbedder embedder(encoder->model, *encoder->tokenizer);
            return toQuery(embedder.encode({options.text}, context), encoder->hash);
        }
        const auto clip = workspace.models().clip(folder, options.device);
        score::ClipScorer scorer(clip->model, *clip->tokenizer, {});
        return toQuery(scorer.encodeTexts({options.text}), clip->hash);
    }

    double lengthOf(std::span<const float> vector)
    {
        return std::sqrt(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0));
    }

    /// As many decimals as single precision gives: equal texts get equal numbers, whatever shared their pass.
    double rounded(double cosine) { return std::round(cosine * 1e6) / 1e6; }

    /// One cosine a pair, kMissing where there is no vector or one of length 0.
    std::vector<double> similaritiesOf(
        const store::FeatureMatrix& matrix, std::span<const float> query, RunContext& context)
    {
        std::vector<double> out(static_cast<std::size_t>(matrix.rowCount()), kMissing);
        const auto length = lengthOf(query);
        for (std::size_t row = 0; row < out.size(); ++row) {
            if (row % kRowsAtOnce == 0) {
                context.checkpoint();
                context.progress("Comparing", static_cast<std::int64_t>(row), matrix.rowCount());
            }
            if (!matrix.isValid(static_cast<PairRow>(row)))
                continue;
            const auto vector = matrix.row(static_cast<PairRow>(row));
            const auto product = std::inner_product(vector.begin(), vector.end(), query.begin(), 0.0);
            const auto both = lengthOf(vector) * length;
            if (both > 0 && std::isfinite(product))
                out[row] = rounded(product / both);
        }
        context.progress("Comparing", matrix.rowCount(), matrix.rowCount());
        return out;
    }

    Json hitsOf(store::Project& project, const std::vector<double>& similarities, std::int64_t limit)
    {
        std::vector<PairRow> rows;
        for (std::size_t row = 0; row < similarities.size(); ++row)
            if (!std::isnan(similarities[row]))
                rows.push_back(static_cast<PairRow>(row));
        const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(rows.size(), std::size_t(limit)));
        std::partial_sort(rows.begin(), rows.begin() + count, rows.end(), [&](PairRow a, PairRow b) {
            return similarities[a] != similarities[b] ? similarities[a] > similarities[b] : a < b;
        });
        rows.resize(static_cast<std::size_t>(count));
        Json out = Json::array();
        store::PairStore pairs(project);
        for (const auto& pair : pairs.load(rows))
            out.push_back({{"id", pair.pair.id.value}});
        for (std::size_t i = 0; i < rows.size(); ++i)
            out[i]["similarity"] = similarities[rows[i]];
        return out;
    }

    /// Keeps the similarities as a metric; what another kind of work has made is never replaced.
    void keep(store::Project& project, const SearchOptions& options, const Comparison& found, RunContext& context)
    {
        store::MetricStore metrics(project);
        if (const auto known = metrics.find(options.column))
            require(fieldOf(known->provenance, "metric") == kSimilarColumn, ErrorCode::Conflict,
                text::join("the metric ", options.column, " was not made by a search: choose another name"));
        const Json provenance{{"metric", kSimilarColumn}, {"text", options.text}, {"space", found.space.name},
            {"weights_sha256", fieldOf(found.space.provenance, "weights_sha256")}};
        const auto key = file::sha256(text::join("similar-v1|", found.space.key, "|", options.text));
        const store::Lease lease(project, "search");
        metrics.begin({options.column, json::dump(provenance), key, 0}, true);
        std::vector<PairRow> rows(found.similarities.size());
        std::iota(rows.begin(), rows.end(), PairRow(0));
        for (std::size_t start = 0; start < rows.size(); start += kRowsAtOnce) {
            context.checkpoint();
            const auto count = std::min(kRowsAtOnce, rows.size() - start);
            metrics.write(options.column, std::span(rows).subspan(start, count),
                std::span(found.similarities).subspan(start, count));
        }
        store::Recipe(project).append(
            {"search", "--space", found.space.name, "--column", options.column, "--", options.text});
    }

    JobResult resultOf(store::Project& project, const SearchOptions& options, const Comparison& found)
    {
        const auto compared = std::count_if(
            found.similarities.begin(), found.similarities.end(), [](double value) { return !std::isnan(value); });
        JobResult result;
        result.details = {{"text", options.text}, {"space", found.space.name}, {"compared", compared},
            {"missing", std::ssize(found.similarities) - compared},
            {"hits", hitsOf(project, found.similarities, options.limit)}};
        result.sentence = text::join(
            "compared ", compared, " pairs with \"", text::shortened(options.text, 60), "\" in ", found.space.name);
        if (!options.column.empty()) {
            result.details["column"] = options.column;
            result.sentence += text::join("; kept as ", options.column);
        }
        return result;
    }

} // namespace

void SearchOptions::validate() const
{
    require(!text::trimmed(text).empty(), ErrorCode::InvalidInput, "a search needs a text");
    require(text::countCodePoints(text) <= kMaxTextLength, ErrorCode::InvalidInput,
        text::join("a text to search for has at most ", kMaxTextLength, " characters"));
    require(limit >= 1 && limit <= kMaxHits, ErrorCode::InvalidInput,
        text::join("a search gives 1 to ", kMaxHits, " pairs, ", limit, " were asked for"));
}

JobResult runSearch(Workspace& workspace, const SearchOptions& options, RunContext& context)
{
    options.validate();
    auto project = workspace.open();
    auto wanted = options;
    wanted.space = chooseSpace(project, options);
    const auto role = roleOf(wanted.space);
    const auto stored = findSpace(project, wanted.space);
    requireComputed(stored);
    wanted.models[role] = folderFor(role, options, stored);
    ensureSpace(
        workspace, project, {.spaces = {wanted.space}, .device = wanted.device, .models = wanted.models}, context);
    const auto matrix = store::FeatureStore(project).load(wanted.space);
    const auto query = encodeQuery(workspace, role, wanted, context);
    requireSameWeights(matrix->info(), query, role, wanted.models.at(role));
    const Comparison found{matrix->info(), similaritiesOf(*matrix, query.vector, context)};
    if (!wanted.column.empty())
        keep(project, wanted, found, context);
    return resultOf(project, wanted, found);
}

} // namespace winnow::pipeline
