#include "core/pipeline/report_job.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/html_page.h"
#include "core/pipeline/number_text.h"
#include "core/pipeline/project_job.h"
#include "core/pipeline/run_job.h"
#include "core/pipeline/svg_figure.h"
#include "core/store/column_store.h"
#include "core/store/label_store.h"
#include "core/store/recipe.h"
#include "core/store/run_store.h"
#include "core/store/selection_store.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kComparedRuns = 8; ///< more make a table of pairs that nobody reads

    std::string section(const std::string& title, const std::string& content, const char* ifEmpty)
    {
        return "<h2>" + title + "</h2>\n" + (content.empty() ? text::join("<p>", ifEmpty, "</p>\n") : content);
    }

    std::string dataSection(const Json& info)
    {
        HtmlTable table({"", ""});
        table.row({"pairs", text::join(info.at("pairs"))});
        table.row({"pairs without their picture", text::join(info.at("missing_images"))});
        for (const auto& [what, count] : info.at("overrides").items())
            table.row({"by hand: " + text::replaced(what, "_", " "), text::join(count)});
        return table.html();
    }

    struct Summary {
        double mean = kMissing, deviation = kMissing, low = kMissing, high = kMissing;
        std::int64_t count = 0;
    };

    Summary summaryOf(const std::vector<double>& values)
    {
        Summary out;
        double sum = 0, squares = 0;
        for (const double value : values)
            if (!std::isnan(value)) {
                ++out.count;
                sum += value;
                out.low = out.count == 1 ? value : std::min(out.low, value);
                out.high = out.count == 1 ? value : std::max(out.high, value);
            }
        if (out.count == 0)
            return out;
        out.mean = sum / static_cast<double>(out.count);
        for (const double value : values)
            if (!std::isnan(value))
                squares += (value - out.mean) * (value - out.mean);
        out.deviation = out.count > 1 ? std::sqrt(squares / static_cast<double>(out.count - 1)) : kMissing;
        return out;
    }

    std::string metricsSection(const Columns& columns)
    {
        if (columns.metrics.empty())
            return {};
        HtmlTable table({"metric", "values", "missing", "mean", "standard deviation", "lowest", "highest"});
        for (const auto& metric : columns.metrics) {
            const auto s = summaryOf(*metric.values);
            table.row({metric.info.name, text::join(s.count), text::join(columns.pairCount - s.count),
                text::fixed(s.mean, 3), text::fixed(s.deviation, 3), text::fixed(s.low, 3), text::fixed(s.high, 3)});
        }
        return table.html();
    }

    std::string clusteringsSection(const Columns& columns)
    {
        if (columns.clusterings.empty())
            return {};
        HtmlTable table({"clustering", "method", "clusters", "smallest", "largest"});
        for (const auto& clustering : columns.clusterings) {
            const auto& sizes = clustering.info.sizes;
            const auto [low, high] = std::minmax_element(sizes.begin(), sizes.end());
            table.row({clustering.info.name, clustering.info.algorithm, text::join(sizes.size()),
                sizes.empty() ? "" : text::join(*low), sizes.empty() ? "" : text::join(*high)});
        }
        return table.html();
    }

    std::string labelsSection(store::Project& project, Figures figures)
    {
        std::string out;
        for (const auto& set : store::LabelStore(project).list()) {
            std::vector<FigureRow> rows;
            for (const auto& label : set.labels) {
                const double error = std::isfinite(label.standardError) ? label.standardError : label.questionError;
                const double half = std::isfinite(error) ? error : 0;
                if (label.isMeasured())
                    rows.push_back({text::join("cluster ", label.cluster, ", ", label.pairCount, " pairs"), label.value,
                        label.value - half, label.value + half, false});
            }
            out += "<h3>" + escapedHtml(set.name) + ", of clustering " + escapedHtml(set.clustering) + " on "
                + escapedHtml(text::joined(set.benchmarks, ", ")) + "</h3>\n"
                + intervalFigure("What each cluster's pairs are worth", "accuracy, percent, with one standard error",
                    rows, {}, figures);
        }
        return out;
    }

    std::string selectionsSection(store::Project& project)
    {
        const auto list = store::SelectionStore(project).list();
        if (list.empty())
            return {};
        HtmlTable table({"selection", "pairs", "made", "SHA-256 of the ids"});
        for (const auto& info : list)
            table.row({info.name, text::join(info.pairCount), info.createdAt, info.hash.substr(0, 16)});
        return table.html();
    }

    std::string runsSection(store::Project& project)
    {
        store::RunStore runs(project);
        const auto list = runs.list();
        if (list.empty())
            return {};
        HtmlTable table({"run", "selection", "state", "steps", "benchmark", "accuracy, %", "95 % interval"});
        const auto evaluations = runs.evaluations();
        for (const auto& run : list) {
            std::vector<std::string> cells{run.name, run.selection, std::string(toString(run.state)),
                text::join(run.steps, " of ", run.totalSteps)};
            bool isEvaluated = false;
            for (const auto& e : evaluations)
                if (e.run == run.name) {
                    auto row = cells;
                    row.insert(row.end(), {e.benchmark, text::fixed(e.value, 2), interval(e.ciLow, e.ciHigh)});
                    table.row(row);
                    isEvaluated = true;
                }
            if (!isEvaluated)
                table.row(cells);
        }
        return table.html();
    }

    std::string comparisonsSection(store::Project& project)
    {
        std::vector<std::string> names;
        for (const auto& run : store::RunStore(project).list())
            if (run.state == RunState::Finished)
                names.push_back(run.name);
        if (names.size() > kComparedRuns)
            names.erase(names.begin(), names.end() - kComparedRuns);
        if (names.size() < 2)
            return {};
        const auto report = compareRuns(project, names);
        HtmlTable table({"runs", "benchmark", "points", "95 % interval", "p, not corrected"});
        for (const auto& d : report.differences)
            table.row({d.first + " minus " + d.second, d.benchmark, text::fixed(d.difference, 2),
                          interval(d.ciLow, d.ciHigh), text::fixed(d.pValue, 4)},
                d.isSignificant());
        return report.differences.empty()
            ? std::string()
            : text::join("<p>The latest ", names.size(),
                " finished runs; one run says nothing about another seed.</p>\n", table.html());
    }

    std::string experimentsSection(store::Project& project, Figures figures)
    {
        std::string out;
        for (const auto& info : store::ExperimentStore(project).list()) {
            out += "<h2>Experiment " + escapedHtml(info.name) + "</h2>\n";
            out += info.isFinished() ? toHtmlSection(loadExperiment(project, info.name), figures)
                                     : "<p>Not finished yet.</p>\n";
        }
        return out;
    }

    std::string recipeSection(store::Project& project)
    {
        std::string lines;
        for (const auto& line : store::Recipe(project).list())
            lines += line.at + "  " + escapedHtml(text::joined(line.arguments, " ")) + "\n";
        return lines.empty() ? std::string() : "<pre>" + lines + "</pre>\n";
    }

} // namespace

std::string projectReportHtml(store::Project& project, Figures figures)
{
    const auto columns = project.loadColumns();
    const auto name = std::filesystem::weakly_canonical(project.folder()).filename().string();
    std::string body = text::join("<p>", escapedHtml(versionText()), "</p>\n");
    body += section("Data", dataSection(projectInfo(project)), "");
    body += section("Metrics", metricsSection(*columns), "Nothing has been scored yet.");
    body += section("Clusterings", clusteringsSection(*columns), "There is none yet.");
    body += section("Labels", labelsSection(project, figures), "Nothing has been labelled yet.");
    body += section("Selections", selectionsSection(project), "There is none yet.");
    body += section("Runs", runsSection(project), "There is none yet.");
    body += section("Comparisons", comparisonsSection(project), "There are no two finished and evaluated runs yet.");
    body += experimentsSection(project, figures);
    body += section("Recipe", recipeSection(project), "Nothing has been done yet.");
    return htmlPage("Project " + name, body);
}

JobResult writeReport(Workspace& workspace, const std::filesystem::path& out)
{
    const auto ending = text::toLowerAscii(out.extension().string());
    require(ending != ".pdf", ErrorCode::Unsupported,
        text::join(
            "this program writes reports as HTML; the PDF is written by winnow-studio --report DIR ", out.string()));
    require(ending == ".html" || ending == ".htm", ErrorCode::InvalidInput,
        text::join("a report is an .html or a .pdf file, not ", out.string()));
    auto project = workspace.open();
    const auto html = projectReportHtml(project, Figures::Inline);
    file::writeAtomically(out, html);
    JobResult result;
    result.sentence = text::join("wrote the report of ", project.folder().string(), " to ", out.string());
    result.details = {{"out", out.string()}, {"bytes", html.size()}};
    return result;
}

} // namespace winnow::pipeline
