#include "core/base/file.h"
#include "core/base/text.h"
#include "core/cluster/kmeans.h"
#include "core/media/picture_file.h"
#include "core/pipeline/feature_matrix.h"
#include "core/pipeline/set_columns.h"
#include "core/score/duplicate_score.h"
#include "core/store/feature_store.h"
#include "core/store/pair_store.h"

#include <algorithm>
#include <map>

namespace winnow::pipeline {

namespace {

    constexpr const char* kHashSpace = "picture-hash";
    constexpr const char* kHashVersion = "picture-hash-v1";
    constexpr std::int64_t kExactPictures = 20'000; ///< above, cosines are computed inside the nearest clusters alone
    constexpr std::int64_t kPicturesPerCluster = 1'000;
    constexpr std::uint64_t kDuplicateSeed = 0;

    FeatureInfo hashInfo()
    {
        return {kHashSpace, score::kPictureHashDimension, 0, json::dump(Json{{"made_by", kHashVersion}}),
            file::sha256(kHashVersion)};
    }

    /// A pair without vector whose picture is there now.
    bool hasPictureLeft(store::Project& project, const store::FeatureMatrix& matrix)
    {
        store::PairStore pairs(project);
        for (std::int64_t row = 0; row < matrix.rowCount(); ++row)
            if (!matrix.isValid(static_cast<PairRow>(row))) {
                const auto image = pairs.load(static_cast<PairRow>(row)).image;
                if (!image.empty() && media::findPictureStamp(image))
                    return true;
            }
        return false;
    }

    /// Hashes of all pictures, kept in the project; only those are made that are missing. Why some are missing goes to
    /// `reasons`.
    std::shared_ptr<const store::FeatureMatrix> ensureHashes(ScorePass& pass, std::map<PairRow, std::string>& reasons)
    {
        auto& project = pass.project();
        store::FeatureStore features(project);
        const auto info = hashInfo();
        if (!isSpaceComplete(project, kHashSpace, info.key) || hasPictureLeft(project, *features.load(kHashSpace))) {
            features.begin(info);
            ProjectSink sink(project, {}, kHashSpace);
            const auto report = score::runPictureHashes(pass.items(), sink, pass.context());
            features.finish(kHashSpace);
            for (const auto& failure : report.failures)
                reasons[failure.row] = failure.reason;
        }
        return features.load(kHashSpace);
    }

    std::string whyNoVector(const score::ScoreItem& item, const char* space)
    {
        if (item.image.empty())
            return "the pair has no picture";
        if (!media::findPictureStamp(item.image))
            return text::join("there is no file ", item.image.string());
        return text::join("the pair has no vector in ", space);
    }

    /// Files that have a vector: rows of the space, one a file, and the place of each file among them.
    struct KnownFiles {
        std::vector<PairRow> rows;
        std::vector<std::uint32_t> placeOf; ///< by file number; kNone = no vector
    };

    KnownFiles knownFiles(const score::PictureFiles& files, const store::FeatureMatrix& matrix)
    {
        KnownFiles out;
        out.placeOf.assign(files.firstRows.size(), score::PictureFiles::kNone);
        for (PairRow row = 0; row < files.numbers.size(); ++row) {
            const auto file = files.numbers[row];
            if (file == score::PictureFiles::kNone || !matrix.isValid(row)
                || out.placeOf[file] != score::PictureFiles::kNone)
                continue;
            out.placeOf[file] = static_cast<std::uint32_t>(out.rows.size());
            out.rows.push_back(row);
        }
        return out;
    }

    /// One value a file with vector → one a pair, missing for the others.
    std::vector<double> byPair(
        const std::vector<double>& values, const score::PictureFiles& files, const KnownFiles& known)
    {
        std::vector<double> out(files.numbers.size(), kMissing);
        for (std::size_t row = 0; row < out.size(); ++row) {
            const auto file = files.numbers[row];
            if (file != score::PictureFiles::kNone && known.placeOf[file] != score::PictureFiles::kNone)
                out[row] = values[known.placeOf[file]];
        }
        return out;
    }

    SetValues lookAlikes(ScorePass& pass, const store::FeatureMatrix& matrix, const media::NearPictureOptions& options)
    {
        const auto files = score::numberPictureFiles(pass.items(), pass.context());
        const auto known = knownFiles(files, matrix);
        std::vector<media::PictureHash> hashes;
        hashes.reserve(known.rows.size());
        for (const auto row : known.rows)
            hashes.push_back(score::toPictureHash(matrix.row(row)));
        const auto found = media::findNearPictures(hashes, options, pass.context());
        std::vector<double> sizes(found.groups.size(), 0);
        for (const auto group : found.groups)
            ++sizes[group];
        std::vector<double> sizeOf;
        for (const auto group : found.groups)
            sizeOf.push_back(sizes[group]);
        return {byPair(sizeOf, files, known), byPair({found.distances.begin(), found.distances.end()}, files, known)};
    }

    void computeLookAlikes(ScorePass& pass)
    {
        SetPlan plan{{"duplicate.image", "duplicate.image.distance"}, "duplicate-image-v1", {}, Json::object()};
        if (pass.hasFilled(plan.columns.front()))
            return;
        std::map<PairRow, std::string> reasons;
        const auto matrix = ensureHashes(pass, reasons);
        const media::NearPictureOptions options;
        plan.inputs = text::join(matrix->info().key, "|", matrix->info().pairCount, "|", options.maxDistance, "|",
            options.maxColourDifference);
        plan.provenance = {{"space", kHashSpace}, {"pictures", matrix->info().pairCount},
            {"max_distance", options.maxDistance}, {"max_colour_difference", options.maxColourDifference}};
        fillSet(
            pass, plan, [&] { return lookAlikes(pass, *matrix, options); },
            [&](const score::ScoreItem& item) {
                const auto found = reasons.find(item.row);
                return found == reasons.end() ? whyNoVector(item, kHashSpace) : found->second;
            });
    }

    std::vector<std::int32_t> clustersOf(const torch::Tensor& vectors, RunContext& context)
    {
        const auto count = vectors.size(0);
        if (count <= kExactPictures)
            return std::vector<std::int32_t>(static_cast<std::size_t>(count), 0);
        cluster::KMeansOptions options;
        options.clusters = count / kPicturesPerCluster;
        options.restarts = 1;
        options.seed = kDuplicateSeed;
        return cluster::kmeans(tensor::unitRows(vectors), options, context).labels;
    }

    SetValues nearestByClip(ScorePass& pass, const store::FeatureMatrix& matrix)
    {
        const auto files = score::numberPictureFiles(pass.items(), pass.context());
        const auto known = knownFiles(files, matrix);
        const auto width = matrix.info().dimension;
        auto vectors = torch::empty({static_cast<std::int64_t>(known.rows.size()), width}, torch::kFloat); // [N, D]
        auto* target = vectors.data_ptr<float>();
        for (const auto row : known.rows) {
            const auto source = matrix.row(row);
            target = std::copy(source.begin(), source.end(), target);
        }
        const auto clusters = clustersOf(vectors, pass.context());
        return {byPair(score::nearestCosines(vectors, clusters, {}, pass.context()), files, known)};
    }

    void computeClipDuplicates(ScorePass& pass)
    {
        SetPlan plan{{"duplicate.clip"}, "duplicate-clip-v1", {}, Json::object()};
        if (pass.hasFilled(plan.columns.front()))
            return;
        FeatureOptions options;
        options.spaces = {kClipImage};
        options.device = pass.options().device;
        options.models = pass.options().models;
        ensureSpace(pass.workspace(), pass.project(), options, pass.context());
        const auto matrix = store::FeatureStore(pass.project()).load(kClipImage);
        plan.inputs = text::join(matrix->info().key, "|", matrix->info().pairCount);
        plan.provenance = {{"space", kClipImage}, {"space_key", matrix->info().key},
            {"pictures", matrix->info().pairCount}, {"exact_up_to", kExactPictures}, {"seed", kDuplicateSeed}};
        fillSet(
            pass, plan, [&] { return nearestByClip(pass, *matrix); },
            [&](const score::ScoreItem& item) {
                return matrix->isValid(item.row) ? std::string("there is no other picture to compare with")
                                                 : whyNoVector(item, kClipImage);
            });
    }

    /// Tells one set of texts from another, also where a text was changed.
    std::string hashOf(const text::MinHashTable& texts)
    {
        file::Sha256 sha;
        for (std::size_t row = 0; row < texts.size(); ++row) {
            const auto whole = texts.whole(row);
            sha.add(std::as_bytes(std::span(&whole, 1)));
        }
        return sha.hexDigest();
    }

    void computeTextDuplicates(ScorePass& pass)
    {
        SetPlan plan{{"duplicate.text", "duplicate.text.count"}, "duplicate-text-v1", {}, Json::object()};
        if (pass.hasFilled(plan.columns.front()))
            return;
        const auto texts = score::signResponses(pass.items(), pass.context());
        const text::NearTextOptions options;
        const auto hash = hashOf(texts);
        plan.inputs =
            text::join(hash, "|", texts.options().shingleLength, "|", texts.options().seed, "|", options.minimum);
        plan.provenance = {{"texts_sha256", hash},
            {"shingle", text::join(texts.options().shingleLength, " characters")},
            {"hashes", text::MinHashTable::kValues}, {"seed", texts.options().seed}, {"minimum", options.minimum}};
        fillSet(
            pass, plan,
            [&] {
                const auto found = text::findNearTexts(texts, options, pass.context());
                std::vector<double> sizes(texts.size(), 0), counts;
                for (const auto group : found.groups)
                    ++sizes[group];
                for (const auto group : found.groups)
                    counts.push_back(sizes[group]);
                return SetValues{{found.similarities.begin(), found.similarities.end()}, counts};
            },
            [](const score::ScoreItem&) { return std::string("the response could not be compared"); });
    }

    ComputedMetric described(void (*compute)(ScorePass&), const char* name, const char* title, const char* meaning,
        const char* source, const char* role = "", const char* unit = "")
    {
        return {{.name = name,
                    .title = title,
                    .meaning = meaning,
                    .source = source,
                    .unit = unit,
                    .role = role,
                    .family = "duplicates"},
            compute};
    }

    constexpr const char* kHashSource = "pHash: Zauner 2010; multi-index search: Norouzi et al., CVPR 2012";
    constexpr const char* kMinHashSource =
        "MinHash: Broder 1997; with banding as in Leskovec et al., Mining of Massive "
        "Datasets, chapter 3";

} // namespace

std::vector<ComputedMetric> duplicateMetrics()
{
    return {
        described(&computeLookAlikes, "duplicate.image", "Copies of the picture",
            "How many picture files look the same, this one counted: 1 is unique. Resized, recompressed or slightly "
            "cropped "
            "copies count; several pairs of one file do not.",
            kHashSource, "", "files"),
        described(&computeLookAlikes, "duplicate.image.distance", "Distance to the nearest picture",
            "In how many of 64 bits the perceptual hash differs from that of the most similar other file of like "
            "colours: 0 "
            "to 8 is a near duplicate, 12 means that none lies within 11.",
            kHashSource, "", "bits"),
        described(&computeClipDuplicates, "duplicate.clip", "Most similar picture",
            "Highest cosine between the picture's CLIP vector and that of any other file, -1 to 1. It finds other "
            "views of "
            "one thing, which the perceptual hash does not.",
            "CLIP vectors, as in SemDeDup (arXiv 2303.09540)", "clip"),
        described(&computeTextDuplicates, "duplicate.text", "Most similar response",
            "Estimated Jaccard similarity to the most similar other response, by runs of five characters: 1 is the "
            "same "
            "text but for case and punctuation, 0.8 a near duplicate; 0 means that none from 0.5 on was found.",
            kMinHashSource),
        described(&computeTextDuplicates, "duplicate.text.count", "Copies of the response",
            "How many pairs share the response or a near duplicate of it (similarity 0.8 and up), this one counted: 1 "
            "is "
            "unique.",
            kMinHashSource, "", "pairs"),
    };
}

} // namespace winnow::pipeline
