#include "core/pipeline/experiment_job.h"
#include "core/pipeline/html_page.h"
#include "core/pipeline/number_text.h"
#include "core/pipeline/svg_figure.h"

#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <numeric>
#include <sstream>

namespace winnow::pipeline {

namespace {

    double meanLength(const ExperimentArm& arm)
    {
        double sum = 0;
        for (const auto& draw : arm.draws)
            sum += draw.meanLength;
        return sum / static_cast<double>(arm.draws.size());
    }

    std::int64_t runCount(const ExperimentReport& report)
    {
        std::int64_t out = 0;
        for (const auto& arm : report.arms)
            for (const auto& draw : arm.draws)
                out += static_cast<std::int64_t>(draw.runs.size());
        return out;
    }

    std::string titleOf(const ExperimentReport& report, const std::string& key)
    {
        const auto* arm = report.find(key);
        return arm == nullptr ? key : arm->title;
    }

    std::string benchmarkTitle(const std::string& name) { return name == "all" ? "all benchmarks" : name; }

    std::string scoresFigure(const ExperimentReport& report, Figures figures)
    {
        std::vector<FigureRow> rows;
        for (std::size_t a = 0; a < report.arms.size(); ++a) {
            const auto& arm = report.arms[a];
            rows.push_back({arm.title, arm.score, arm.ciLow, arm.ciHigh, a == 0});
        }
        return intervalFigure(
            "Score of each kind of selection", "accuracy, percent, with 95 % interval", rows, {}, figures);
    }

    std::string differencesFigure(const ExperimentReport& report, Figures figures)
    {
        std::vector<FigureRow> rows;
        for (const auto& c : report.comparisons)
            if (c.benchmark == "all")
                rows.push_back({titleOf(report, report.comparisons.front().first == c.first ? c.second : c.first),
                    c.difference, c.ciLow, c.ciHigh, c.isSignificant()});
        const bool isOneFirst = std::all_of(report.comparisons.begin(), report.comparisons.end(),
            [&](const auto& c) { return c.first == report.comparisons.front().first; });
        const auto title = isOneFirst && !report.comparisons.empty()
            ? titleOf(report, report.comparisons.front().first) + " against"
            : "Differences";
        return intervalFigure(
            title, "percentage points; right of the line: better; filled: significant after Holm", rows, 0.0, figures);
    }

    /// Chosen and random over the number of pairs, where the experiment has sizes.
    std::string sizesFigure(const ExperimentReport& report, Figures figures)
    {
        std::vector<FigureLine> lines{{"chosen", {}, {}}, {"random", {}, {}}};
        for (const auto& arm : report.arms)
            for (auto& line : lines)
                if (arm.key.starts_with(line.label + " ") && !arm.draws.empty()) {
                    line.x.push_back(static_cast<double>(arm.draws.front().pairs));
                    line.points.push_back({{}, arm.score, arm.ciLow, arm.ciHigh, false});
                }
        return lines.front().x.size() < 2 || lines.back().x.size() < 2
            ? std::string()
            : lineFigure("Score over the number of pairs", "pairs", "accuracy, percent", lines, figures);
    }

    std::string armsTable(const ExperimentReport& report)
    {
        HtmlTable table({"pairs", "count", "length", "runs", "accuracy, %", "95 % interval"});
        for (const auto& arm : report.arms)
            table.row({arm.title, text::join(arm.draws.front().pairs), text::fixed(meanLength(arm), 0),
                text::join(arm.draws.size(), " x ", report.seeds), text::fixed(arm.score, 2),
                interval(arm.ciLow, arm.ciHigh)});
        for (std::size_t b = 0; b < report.benchmarks.size(); ++b)
            table.row({"base model, not tuned (" + report.benchmarks[b] + ")", "", "", "",
                text::fixed(report.baseScores[b], 2), ""});
        return table.html();
    }

    std::string comparisonsTable(const ExperimentReport& report)
    {
        HtmlTable table({"comparison", "benchmark", "points", "95 % interval", "p", "p, Holm"});
        for (const auto& c : report.comparisons)
            table.row({titleOf(report, c.first) + " minus " + titleOf(report, c.second), benchmarkTitle(c.benchmark),
                          signedPoints(c.difference), interval(c.ciLow, c.ciHigh), pCell(c.pValue), pCell(c.adjustedP)},
                c.isSignificant());
        return table.html();
    }

    std::string benchmarksTable(const ExperimentReport& report)
    {
        if (report.benchmarks.size() < 2)
            return {};
        std::vector<std::string> head{"pairs"};
        head.insert(head.end(), report.benchmarks.begin(), report.benchmarks.end());
        HtmlTable table(head);
        for (const auto& arm : report.arms) {
            std::vector<std::string> cells{arm.title};
            for (const double score : arm.benchmarkScores)
                cells.push_back(text::fixed(score, 2));
            table.row(cells);
        }
        return "<h3>By benchmark</h3>\n" + table.html();
    }

    std::string runsTable(const ExperimentReport& report)
    {
        HtmlTable table({"run", "selection", "pairs' hash", "accuracy, %", "weights' SHA-256"});
        for (const auto& arm : report.arms)
            for (const auto& draw : arm.draws)
                for (std::size_t s = 0; s < draw.runs.size(); ++s)
                    table.row({draw.runs[s], draw.selection, draw.hash.substr(0, 12),
                        s < draw.scores.size() ? text::fixed(draw.scores[s], 2) : "",
                        s < draw.weightsSha.size() ? draw.weightsSha[s].substr(0, 16) : ""});
        return table.html();
    }

    std::string settingsTable(const ExperimentReport& report)
    {
        HtmlTable table({"setting", "value"});
        const auto add = [&](const Json& object) {
            for (const auto& [key, value] : object.items())
                table.row({key, value.is_string() ? value.get<std::string>() : json::dump(value)});
        };
        add(report.options);
        add(report.recipe);
        table.row({"base model, SHA-256", report.base});
        for (std::size_t b = 0; b < report.benchmarks.size(); ++b)
            table.row({"benchmark " + report.benchmarks[b],
                text::join(report.questions[b], " questions, SHA-256 ", report.benchmarkHashes[b])});
        table.row({"Winnow", report.version});
        table.row({"threads", text::join(report.threads)});
        if (!report.finishedAt.empty())
            table.row({"finished", report.finishedAt});
        return table.html();
    }

    std::string quoted(const std::string& argument)
    {
        const bool isPlain = !argument.empty()
            && argument.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,=/%:+")
                == std::string::npos;
        return isPlain ? argument : "'" + text::replaced(argument, "'", "'\\''") + "'";
    }

    std::string commandsList(const ExperimentReport& report)
    {
        std::string out = "<pre>";
        for (const auto& command : report.commands) {
            if (command.empty())
                continue;
            out += "winnow " + escapedHtml(quoted(command.front())) + " DIR";
            for (std::size_t i = 1; i < command.size(); ++i)
                out += " " + escapedHtml(quoted(command[i]));
            out += "\n";
        }
        return out + "</pre>\n";
    }

    constexpr const char* kMethod =
        "Every selection is fine-tuned once per seed with the same recipe and asked the same questions. Differences "
        "are "
        "paired by seed and picture. Draws, seeds and pictures are all taken as random samples (crossed random "
        "effects): "
        "the variance of a mean comes from the analysis of variance over the three, its degrees of freedom from "
        "Satterthwaite, intervals and p-values from Student's t. p-values are corrected after Holm over the "
        "comparisons "
        "on the same benchmark. Random draws have no quotas; the other selections share the quotas of the chosen "
        "pairs. "
        "Answers are decoded greedily.";

} // namespace

std::string toHtmlSection(const ExperimentReport& report, Figures figures)
{
    std::ostringstream out;
    out << "<p class=\"verdict\"><b>" << escapedHtml(asSentence(report.sentence)) << "</b></p>\n";
    if (report.length.isWarning)
        out << "<p class=\"warning\"><b>Warning:</b> " << escapedHtml(report.length.sentence) << ".</p>\n";
    out << scoresFigure(report, figures) << sizesFigure(report, figures) << armsTable(report)
        << "<h3>Differences</h3>\n"
        << differencesFigure(report, figures) << comparisonsTable(report) << benchmarksTable(report)
        << "<h3>Length</h3>\n<p>" << escapedHtml(asSentence(report.length.sentence));
    if (std::isfinite(report.length.correlation))
        out << " Spearman correlation of a selection's mean length with its score: "
            << text::fixed(report.length.correlation, 2) << " over " << report.length.selections << " selections ("
            << pText(report.length.correlationP) << "). All pairs have " << text::fixed(report.length.poolMean, 0)
            << " characters on average (standard deviation " << text::fixed(report.length.poolDeviation, 0) << ").";
    out << "</p>\n<h3>Cost</h3>\n<p>" << escapedHtml(asSentence(report.cost.sentence)) << "</p>\n";
    if (!report.notes.empty()) {
        out << "<h3>Notes</h3>\n<ul>\n";
        for (const auto& note : report.notes)
            out << "<li>" << escapedHtml(note) << "</li>\n";
        out << "</ul>\n";
    }
    out << "<h3>How it was computed</h3>\n<p>" << kMethod << "</p>\n<h3>To repeat it</h3>\n"
        << settingsTable(report) << "<p>Commands, on a project of the same pairs:</p>\n"
        << commandsList(report) << "<h3>All " << runCount(report) << " fine-tunes</h3>\n"
        << runsTable(report);
    return out.str();
}

std::string toHtml(const ExperimentReport& report, Figures figures)
{
    return htmlPage("Experiment " + report.name, toHtmlSection(report, figures));
}

std::string toText(const ExperimentReport& report)
{
    std::size_t width = 30;
    for (const auto& arm : report.arms)
        width = std::max(width, arm.title.size() + 2);
    const auto column = [&](const std::string& text) {
        return text + std::string(width > text.size() ? width - text.size() : 1, ' ');
    };
    std::ostringstream out;
    out << column("pairs") << std::right << std::setw(8) << "count" << std::setw(9) << "length" << std::setw(8)
        << "runs" << std::setw(10) << "accuracy" << std::setw(18) << "95 % interval"
        << "\n";
    for (const auto& arm : report.arms)
        out << column(arm.title) << std::setw(8) << arm.draws.front().pairs << std::setw(9)
            << text::fixed(meanLength(arm), 0) << std::setw(8)
            << arm.draws.size() * static_cast<std::size_t>(report.seeds) << std::setw(10) << text::fixed(arm.score, 2)
            << std::setw(18) << interval(arm.ciLow, arm.ciHigh) << "\n";
    for (std::size_t b = 0; b < report.benchmarks.size(); ++b)
        out << column("not tuned, " + report.benchmarks[b]) << std::setw(35) << text::fixed(report.baseScores[b], 2)
            << "\n";
    out << "\n";
    for (const auto& c : report.comparisons)
        out << titleOf(report, c.first) << " minus " << titleOf(report, c.second) << " on "
            << benchmarkTitle(c.benchmark) << ": " << signedPoints(c.difference) << " points "
            << interval(c.ciLow, c.ciHigh) << ", " << pText(c.pValue) << ", Holm " << pCell(c.adjustedP)
            << (c.isSignificant() ? " *" : "") << "\n";
    out << "\n"
        << (report.length.isWarning ? "warning: " : "length: ") << report.length.sentence << "\n"
        << "cost: " << report.cost.sentence << "\n";
    for (const auto& note : report.notes)
        out << "note: " << note << "\n";
    out << "\n" << asSentence(report.sentence) << "\n";
    return out.str();
}

} // namespace winnow::pipeline
