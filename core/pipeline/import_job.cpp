#include "core/pipeline/import_job.h"

#include "core/base/text.h"
#include "core/dataset/exporter.h"
#include "core/dataset/importer.h"
#include "core/dataset/read_ahead.h"
#include "core/pipeline/recipe_line.h"
#include "core/pipeline/unfinished_job.h"
#include "core/store/column_store.h"
#include "core/store/image_marks.h"
#include "core/store/pair_store.h"
#include "core/store/run_store.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kBatchPairs = 1024; // in one transaction: some 10 ms
    constexpr std::size_t kListedBadRows = 100;

    dataset::ImportOptions toDataset(const ImportOptions& options)
    {
        dataset::ImportOptions out;
        out.source = options.source;
        out.format = options.format;
        out.imagesRoot = options.imagesRoot;
        out.map = options.fieldMap;
        return out;
    }

    std::filesystem::path resolved(const std::filesystem::path& root, const std::string& image)
    {
        const std::filesystem::path path(image);
        return path.is_absolute() ? path : root / path;
    }

    /// What an import has done so far, in sums and the first bad rows.
    struct Tally {
        store::AddReport report;
        std::int64_t badRows = 0;
        Json listed = Json::array();

        void add(const store::AddReport& more)
        {
            report.added += more.added;
            report.skippedIdentical += more.skippedIdentical;
            report.renamed += more.renamed;
            report.missingImages += more.missingImages;
        }

        void add(const std::vector<dataset::BadRow>& rows, RunContext& context)
        {
            for (const auto& row : rows) {
                if (listed.size() < kListedBadRows) {
                    context.log(LogLevel::Warning, text::join("line ", row.line, ": ", row.reason));
                    listed.push_back({{"line", row.line}, {"id", row.id}, {"reason", row.reason}});
                }
                ++badRows;
            }
        }
    };

    /// Where this pair stands now: under its id, or under id#2, id#3, … where the id was taken by other content.
    std::optional<PairRow> findStored(store::PairStore& pairs, const Pair& pair)
    {
        for (int number = 1;; ++number) {
            const PairId id{number == 1 ? pair.id.value : text::join(pair.id.value, '#', number)};
            const auto row = pairs.find(id);
            if (!row)
                return {};
            auto stored = pairs.load(*row).pair;
            stored.id = pair.id;
            if (stored == pair)
                return row;
        }
    }

    /// Writes the metrics that came with the rows under the names of the mapping.
    void writeMetrics(store::Project& project, store::PairStore& pairs, const dataset::ReadBatch& rows,
        std::unordered_set<std::string>& begun)
    {
        store::MetricStore metrics(project);
        std::map<std::string, std::pair<std::vector<PairRow>, std::vector<double>>> columns;
        for (std::size_t i = 0; i < rows.pairs.size(); ++i) {
            if (rows.metrics[i].empty())
                continue;
            const auto row = findStored(pairs, rows.pairs[i]);
            if (!row)
                continue;
            for (const auto& [name, value] : rows.metrics[i]) {
                columns[name].first.push_back(*row);
                columns[name].second.push_back(value);
            }
        }
        for (const auto& [name, column] : columns) {
            if (begun.insert(name).second && !metrics.find(name))
                metrics.begin({name, json::dump({{"imported", true}}), "imported:" + name, 0}, true);
            metrics.write(name, column.first, column.second);
        }
    }

    void finishIds(store::PairStore& pairs, RunContext& context)
    {
        while (!pairs.indexSomeIds())
            context.checkpoint();
    }

    void recordMarks(store::Project& project, store::PairStore& pairs, const dataset::ReadBatch& rows)
    {
        std::vector<std::pair<PairRow, std::int64_t>> marks;
        for (const auto& [position, count] : rows.imageMarks)
            if (const auto row = findStored(pairs, rows.pairs[position]))
                marks.emplace_back(*row, count);
        store::ImageMarks(project).record(marks);
    }

    std::vector<std::string> recipeArguments(const ImportOptions& options, const std::string& format)
    {
        std::vector<std::string> arguments{
            "import", std::filesystem::absolute(options.source).string(), "--format", format};
        if (!options.imagesRoot.empty())
            arguments.insert(arguments.end(), {"--images", std::filesystem::absolute(options.imagesRoot).string()});
        if (!options.fieldMap.empty())
            arguments.insert(arguments.end(), {"--map", mapText(options.fieldMap)});
        return arguments;
    }

    JobResult describe(const Tally& tally, const std::string& format, const std::optional<std::string>& brokeOff)
    {
        JobResult result;
        const auto& report = tally.report;
        std::vector<std::string> parts{text::join("imported ", report.added, " pairs (", format, ")")};
        if (report.skippedIdentical > 0)
            parts.push_back(text::join(report.skippedIdentical, " identical ones were there already"));
        if (report.renamed > 0)
            parts.push_back(text::join(report.renamed, " got a new id because theirs was taken"));
        if (report.missingImages > 0)
            parts.push_back(text::join(report.missingImages, " have no picture on disk"));
        if (tally.badRows > 0)
            parts.push_back(text::join(tally.badRows, " bad rows were left out"));
        if (brokeOff)
            parts.push_back(*brokeOff);
        result.sentence = text::joined(parts, ", ");
        result.hasProblems = tally.badRows > 0 || brokeOff.has_value();
        result.details = {{"format", format}, {"added", report.added}, {"skipped_identical", report.skippedIdentical},
            {"renamed", report.renamed}, {"missing_images", report.missingImages}, {"bad_rows", tally.badRows},
            {"bad", tally.listed}, {"broken_off", brokeOff ? Json(*brokeOff) : Json()}};
        return result;
    }

} // namespace

std::vector<std::string> importFormats() { return dataset::importFormats(); }

std::vector<std::string> exportFormats() { return dataset::exportFormats(); }

ImportPreview previewImport(const ImportOptions& options, std::size_t rowCount)
{
    const auto preview = dataset::previewSource(toDataset(options), rowCount);
    ImportPreview out;
    out.format = preview.detected.format;
    out.why = preview.detected.why;
    out.columns = preview.columns;
    out.fieldMap = preview.mapping;
    out.imagesRoot = preview.imagesRoot;
    for (const auto& row : preview.rows) {
        out.first.push_back(row.pair);
        out.firstImages.push_back(
            row.pair.images.empty() ? std::filesystem::path() : resolved(preview.imagesRoot, row.pair.images.front()));
    }
    for (const auto& row : preview.badRows)
        out.problems.push_back(text::join("line ", row.line, ": ", row.reason));
    if (preview.brokeOff)
        out.problems.push_back(*preview.brokeOff);
    if (preview.missingImages > 0)
        out.problems.push_back(text::join(preview.missingImages, " of the first ", preview.rows.size(),
            " pictures are not under ", preview.imagesRoot.string()));
    std::error_code ignored;
    out.sourceBytes = static_cast<std::int64_t>(std::filesystem::file_size(preview.detected.file, ignored));
    return out;
}

JobResult runImport(Workspace& workspace, const ImportOptions& options, RunContext& context)
{
    auto project = workspace.open();
    const store::Lease lease(project, "import", toWish(options));
    auto given = toDataset(options);
    given.validate();
    if (given.format == "auto") {
        const auto detected = dataset::detectFormat(given.source);
        given.format = detected.format;
        context.log(LogLevel::Info, text::join("recognised ", detected.format, ": ", detected.why));
    }
    const auto source = dataset::openSource(given);
    store::PairStore pairs(project);
    const auto imagesRoot = source->imagesRoot();
    const auto root = pairs.addImageRoot(imagesRoot);

    Tally tally;
    std::unordered_set<std::string> begun;
    finishIds(pairs, context); // of an import that was broken off
    {
        const store::BulkWriting bulk(project.database());
        dataset::ReadAhead batches(*source, kBatchPairs);
        for (dataset::ReadBatch batch; batches.next(batch);) {
            tally.add(pairs.addPairs(batch.pairs, root, batch.imageMissing, store::IdIndexing::Later));
            writeMetrics(project, pairs, batch, begun);
            recordMarks(project, pairs, batch);
            tally.add(batch.badRows, context);
            context.progress("Import", batch.bytesRead, source->bytesTotal());
            context.checkpoint();
        }
        finishIds(pairs, context);
    }
    context.progress("Import", source->bytesTotal(), source->bytesTotal());
    store::Recipe(project).append(recipeArguments(options, given.format));
    return describe(tally, given.format, source->brokeOff());
}

} // namespace winnow::pipeline
