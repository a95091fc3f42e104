#include "core/base/text.h"
#include "core/dataset/exporter.h"
#include "core/pipeline/import_job.h"
#include "core/store/column_store.h"
#include "core/store/database.h"
#include "core/store/pair_store.h"
#include "core/store/recipe.h"
#include "core/store/selection_store.h"

#include <deque>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kExportRows = 256;

    std::vector<PairRow> rowsToExport(store::Project& project, const std::string& selection)
    {
        if (selection != "all")
            return store::SelectionStore(project).load(selection);
        std::vector<PairRow> rows(static_cast<std::size_t>(store::PairStore(project).count()));
        for (std::size_t i = 0; i < rows.size(); ++i)
            rows[i] = static_cast<PairRow>(i);
        return rows;
    }

    /// Hands out stored pairs a page at a time and remembers where the pictures of the current one lie.
    class RowReader {
    public:
        RowReader(store::Project& project, std::vector<PairRow> rows, std::vector<MetricColumn> metrics)
            : m_pairs(project)
            , m_rows(std::move(rows))
            , m_metrics(std::move(metrics))
        {
        }

        bool next(dataset::ExportRow& out)
        {
            if (m_page.empty() && !loadPage())
                return false;
            m_current = std::move(m_page.front());
            m_page.pop_front();
            out.pair = m_current.pair;
            out.metrics.clear();
            for (const auto& column : m_metrics)
                out.metrics.push_back(column.values->at(m_current.row));
            m_missing += m_current.imageMissing ? 1 : 0;
            return true;
        }

        /// Relative pictures of one pair lie in one folder tree: the further ones are found from the first.
        std::filesystem::path locate(const Pair& pair, const std::string& image) const
        {
            if (pair.images.empty() || image == pair.images.front())
                return m_current.image;
            if (std::filesystem::path(image).is_absolute())
                return image;
            auto root = m_current.image;
            for (const auto& part : std::filesystem::path(pair.images.front()).lexically_normal())
                if (!part.empty())
                    root = root.parent_path();
            return root / image;
        }

        std::int64_t missingCount() const { return m_missing; }

    private:
        bool loadPage()
        {
            const auto count = std::min(kExportRows, m_rows.size() - m_at);
            const auto loaded = m_pairs.load(std::span(m_rows).subspan(m_at, count));
            m_page.assign(loaded.begin(), loaded.end());
            m_at += count;
            return !m_page.empty();
        }

        store::PairStore m_pairs;
        std::vector<PairRow> m_rows;
        std::vector<MetricColumn> m_metrics;
        std::size_t m_at = 0;
        std::deque<store::StoredPair> m_page;
        store::StoredPair m_current;
        std::int64_t m_missing = 0;
    };

    dataset::ImageCopies toDataset(ExportOptions::Images images)
    {
        switch (images) {
        case ExportOptions::Images::Copy:
            return dataset::ImageCopies::Copy;
        case ExportOptions::Images::Link:
            return dataset::ImageCopies::Link;
        case ExportOptions::Images::Reference:
            break;
        }
        return dataset::ImageCopies::None;
    }

    std::vector<std::string> recipeArguments(const ExportOptions& options)
    {
        std::vector<std::string> arguments{"export", std::filesystem::absolute(options.out).string(), "--selection",
            options.selection, "--format", options.format};
        if (options.images == ExportOptions::Images::Copy)
            arguments.push_back("--copy-images");
        if (options.images == ExportOptions::Images::Link)
            arguments.push_back("--link-images");
        if (!options.metrics.empty())
            arguments.insert(arguments.end(), {"--metrics", text::joined(options.metrics, ",")});
        return arguments;
    }

} // namespace

JobResult runExport(Workspace& workspace, const ExportOptions& options, RunContext& context)
{
    auto project = workspace.open();
    auto rows = rowsToExport(project, options.selection);
    const auto pairCount = static_cast<std::int64_t>(rows.size());
    std::vector<MetricColumn> metrics;
    for (const auto& name : options.metrics)
        metrics.push_back(store::MetricStore(project).load(name));
    RowReader reader(project, std::move(rows), std::move(metrics));

    dataset::ExportOptions given;
    given.out = options.out;
    given.format = options.format;
    given.images = toDataset(options.images);
    given.metricNames = options.metrics;
    given.pairCount = pairCount;
    given.locate = [&](const Pair& pair, const std::string& image) { return reader.locate(pair, image); };
    const auto report = dataset::exportPairs([&](dataset::ExportRow& row) { return reader.next(row); }, given, context);
    if (!project.database().isReadOnly()) // a project on a protected disk can be exported all the same
        store::Recipe(project).append(recipeArguments(options));

    JobResult result;
    result.sentence =
        text::join("exported ", report.pairCount, " pairs of ", options.selection, " to ", report.file.string());
    if (report.imageCount > 0)
        result.sentence += text::join(" with ", report.imageCount, " pictures");
    if (!report.failures.empty())
        result.sentence += text::join(", ", report.failures.size(), " pictures could not be copied");
    for (const auto& note : report.notes)
        result.sentence += "; " + note;
    result.hasProblems = !report.failures.empty();
    result.details = {{"pairs", report.pairCount}, {"format", options.format}, {"out", report.file.string()},
        {"images_copied", report.imageCount}, {"missing_images", reader.missingCount()}, {"notes", report.notes},
        {"failed_images", report.failures.size()}};
    return result;
}

} // namespace winnow::pipeline
