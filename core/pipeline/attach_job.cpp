// Ready scores, vectors and clusters that were made elsewhere.
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/dataset/cluster_file.h"
#include "core/dataset/metric_file.h"
#include "core/pipeline/feature_file.h"
#include "core/pipeline/import_job.h"
#include "core/pipeline/recipe_line.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/pair_store.h"

#include <unordered_map>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kWriteRows = 4096;

    std::unordered_map<std::string, PairRow> rowsById(store::PairStore& pairs)
    {
        const auto ids = pairs.ids();
        std::unordered_map<std::string, PairRow> out;
        out.reserve(ids.size());
        for (std::size_t row = 0; row < ids.size(); ++row)
            out.emplace(ids[row], static_cast<PairRow>(row));
        return out;
    }

    /// For comparing how ids are written.
    std::string firstPair(store::PairStore& pairs)
    {
        if (pairs.count() == 0)
            return "the project has no pairs";
        return text::join("the project's first pair is \"", text::shortened(pairs.load(0).pair.id.value, 60), "\"");
    }

    std::string firstId(const std::vector<dataset::FileCluster>& clusters)
    {
        for (const auto& cluster : clusters)
            if (!cluster.ids.empty())
                return text::shortened(cluster.ids.front(), 60);
        return {};
    }

    /// The project's row of each row of the table, or kNoRow.
    constexpr PairRow kNoRow = ~PairRow(0);

    std::vector<PairRow> matchRows(
        const dataset::MetricTable& table, store::PairStore& pairs, const std::filesystem::path& file)
    {
        const auto count = pairs.count();
        std::vector<PairRow> rows(table.rowCount(), kNoRow);
        if (table.inPairOrder) {
            require(static_cast<std::int64_t>(table.rowCount()) == count, ErrorCode::InvalidInput,
                text::join(file.string(), " has ", table.rowCount(), " values without ids, the project has ", count,
                    " pairs: they must be as many"));
            for (std::size_t i = 0; i < rows.size(); ++i)
                rows[i] = static_cast<PairRow>(i);
            return rows;
        }
        const auto known = rowsById(pairs);
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (const auto found = known.find(table.ids[i]); found != known.end())
                rows[i] = found->second;
        return rows;
    }

    /// Writes one column for the rows that exist; returns how many values it holds.
    std::int64_t writeColumn(store::MetricStore& metrics, const std::string& name, const std::vector<PairRow>& rows,
        const std::vector<double>& values, RunContext& context)
    {
        std::vector<PairRow> someRows;
        std::vector<double> someValues;
        std::int64_t written = 0;
        const auto flush = [&] {
            if (!someRows.empty())
                metrics.write(name, someRows, someValues);
            written += static_cast<std::int64_t>(someRows.size());
            someRows.clear();
            someValues.clear();
            context.checkpoint();
        };
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows[i] == kNoRow || std::isnan(values[i]))
                continue;
            someRows.push_back(rows[i]);
            someValues.push_back(values[i]);
            if (someRows.size() == kWriteRows)
                flush();
        }
        flush();
        return written;
    }

} // namespace

JobResult runImportMetrics(Workspace& workspace, const std::filesystem::path& file,
    const std::map<std::string, std::string>& fieldMap, RunContext& context)
{
    const auto table = dataset::readMetricFile(file, fieldMap);
    auto project = workspace.open();
    store::PairStore pairs(project);
    store::MetricStore metrics(project);
    const auto rows = matchRows(table, pairs, file);
    const auto unknown = std::count(rows.begin(), rows.end(), kNoRow);
    require(rows.empty() || unknown < static_cast<std::int64_t>(rows.size()), ErrorCode::InvalidInput,
        text::join("none of the ", rows.size(), " ids of ", file.string(), " is in this project: the first is \"",
            table.ids.empty() ? "" : text::shortened(table.ids.front(), 60), "\", ", firstPair(pairs)));

    const auto hash = winnow::file::sha256OfFile(file);
    JobResult result;
    Json columns = Json::object();
    std::int64_t done = 0;
    for (std::size_t c = 0; c < table.names.size(); ++c) {
        const auto& name = table.names[c];
        const Json provenance{
            {"imported", std::filesystem::absolute(file).string()}, {"sha256", hash}, {"encoding", table.encoding}};
        metrics.begin({name, json::dump(provenance), "imported:" + hash, 0}, true);
        columns[name] = writeColumn(metrics, name, rows, table.columns[c], context);
        context.progress("Import metrics", ++done, static_cast<std::int64_t>(table.names.size()));
    }
    std::vector<std::string> arguments{"import-metrics", std::filesystem::absolute(file).string()};
    if (!fieldMap.empty())
        arguments.insert(arguments.end(), {"--map", mapText(fieldMap)});
    store::Recipe(project).append(arguments);

    result.sentence =
        text::join("imported ", text::joined(table.names, ", "), " for ", table.rowCount() - unknown, " pairs");
    if (unknown > 0)
        result.sentence += text::join(", ", unknown, " ids are not in this project");
    if (!table.badRows.empty())
        result.sentence += text::join(", ", table.badRows.size(), " bad rows were left out");
    if (table.brokeOff)
        result.sentence += ", " + *table.brokeOff;
    result.hasProblems = unknown > 0 || !table.badRows.empty() || table.brokeOff.has_value();
    result.details = {{"metrics", columns}, {"rows", table.rowCount()}, {"unknown_ids", unknown},
        {"bad_rows", table.badRows.size()}, {"encoding", table.encoding}};
    for (const auto& bad : table.badRows) {
        if (result.details["bad"].size() >= 100)
            break;
        result.details["bad"].push_back({{"line", bad.line}, {"id", bad.id}, {"reason", bad.reason}});
    }
    return result;
}

JobResult runImportClusters(
    Workspace& workspace, const std::filesystem::path& file, const std::string& name, RunContext& context)
{
    const auto clusters = dataset::readClusterFile(file);
    auto project = workspace.open();
    store::PairStore pairs(project);
    const auto known = rowsById(pairs);
    std::vector<std::int32_t> assignment(known.size(), kNoCluster);
    ClusterColumn column;
    std::int64_t unknown = 0, assigned = 0;
    for (std::size_t c = 0; c < clusters.size(); ++c) {
        column.info.clusterNames.push_back(clusters[c].name);
        for (const auto& id : clusters[c].ids) {
            const auto found = known.find(id);
            if (found == known.end()) {
                ++unknown;
                continue;
            }
            assignment[found->second] = static_cast<std::int32_t>(c);
            ++assigned;
        }
        context.checkpoint();
    }
    require(assigned > 0, ErrorCode::InvalidInput,
        text::join("none of the ", unknown, " ids of ", file.string(), " is in this project: the first is \"",
            firstId(clusters), "\", ", firstPair(pairs)));
    column.info.name = name;
    column.info.algorithm = "imported";
    column.info.parameters = json::dump(
        Json{{"imported", std::filesystem::absolute(file).string()}, {"sha256", winnow::file::sha256OfFile(file)}});
    column.assignment = std::make_shared<const std::vector<std::int32_t>>(std::move(assignment));
    store::ClusterStore(project).save(column);
    store::Recipe(project).append({"import-clusters", std::filesystem::absolute(file).string(), "--name", name});
    context.progress("Import clusters", 1, 1);

    JobResult result;
    result.sentence =
        text::join("imported clustering ", name, ": ", clusters.size(), " clusters, ", assigned, " pairs");
    if (unknown > 0)
        result.sentence += text::join(", ", unknown, " ids are not in this project");
    result.hasProblems = unknown > 0;
    result.details = {{"name", name}, {"clusters", clusters.size()}, {"pairs", assigned}, {"unknown_ids", unknown}};
    return result;
}

JobResult runImportFeatures(
    Workspace& workspace, const std::filesystem::path& file, const std::string& space, RunContext& context)
{
    const auto matrix = loadFeatureFile(file);
    auto project = workspace.open();
    const auto pairCount = store::PairStore(project).count();
    require(matrix.rows == pairCount, ErrorCode::InvalidInput,
        text::join(file.string(), " has ", matrix.rows, " vectors, the project has ", pairCount,
            " pairs: they must be as many"));
    store::FeatureStore features(project);
    const auto hash = winnow::file::sha256OfFile(file);
    FeatureInfo info;
    info.name = space;
    info.dimension = matrix.dimension;
    info.provenance = json::dump(Json{{"imported", std::filesystem::absolute(file).string()}, {"sha256", hash}});
    info.key = "imported:" + hash;
    features.begin(info);
    std::vector<PairRow> rows;
    for (std::int64_t start = 0; start < matrix.rows; start += kWriteRows) {
        const auto end = std::min<std::int64_t>(matrix.rows, start + static_cast<std::int64_t>(kWriteRows));
        rows.clear();
        for (auto row = start; row < end; ++row)
            rows.push_back(static_cast<PairRow>(row));
        const auto first = static_cast<std::size_t>(start * matrix.dimension);
        features.write(space, rows,
            std::span(matrix.values).subspan(first, rows.size() * static_cast<std::size_t>(matrix.dimension)));
        context.progress("Import features", end, matrix.rows);
        context.checkpoint();
    }
    features.finish(space);
    store::Recipe(project).append({"import-features", std::filesystem::absolute(file).string(), "--space", space});

    JobResult result;
    result.sentence = text::join("imported ", matrix.rows, " vectors of ", matrix.dimension, " numbers as ", space);
    result.details = {{"space", space}, {"pairs", matrix.rows}, {"dimension", matrix.dimension}};
    return result;
}

} // namespace winnow::pipeline
