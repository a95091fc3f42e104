#include "core/base/file.h"
#include "core/base/text.h"
#include "core/evaluate/statistics.h"
#include "core/pipeline/benchmark_files.h"
#include "core/pipeline/html_page.h"
#include "core/pipeline/number_text.h"
#include "core/pipeline/run_job.h"
#include "core/store/run_store.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <set>

namespace winnow::pipeline {

namespace {

    /// Answers of one run on one benchmark, complete or not.
    struct RunAnswers {
        std::string run;
        evaluate::Outcomes outcomes;
        bool isComplete = false;
    };

    RunInfo infoOf(store::RunStore& store, const std::string& name)
    {
        if (name == kBaseRun) {
            RunInfo base;
            base.name = name;
            base.state = RunState::Finished;
            return base;
        }
        const auto found = store.find(name);
        if (found)
            return *found;
        std::vector<std::string> names;
        for (const auto& run : store.list())
            names.push_back(run.name);
        throw Error(ErrorCode::NotFound,
            text::join("there is no run named ", name,
                names.empty() ? std::string() : "; there are: " + text::joined(names, ", ")));
    }

    RunAnswers answersOf(const BenchmarkAnswers& all, std::size_t run, const std::string& name)
    {
        RunAnswers out;
        out.run = name;
        out.isComplete = true;
        for (std::size_t q = 0; q < all.rows.size(); ++q) {
            const auto correct = all.rows[q].correct[run];
            out.isComplete = out.isComplete && correct >= 0;
            out.outcomes.isCorrect.push_back(correct == 1 ? 1 : 0);
            out.outcomes.image.push_back(all.imageNumbers[q]);
        }
        return out;
    }

    RunScore scoreOf(
        const RunAnswers& answers, const BenchmarkAnswers& all, std::size_t run, const std::string& benchmark)
    {
        const auto proportion = evaluate::clusterBootstrap(answers.outcomes);
        RunScore out;
        out.run = answers.run;
        out.benchmark = benchmark;
        out.value = 100 * proportion.value;
        out.ciLow = 100 * proportion.interval.low;
        out.ciHigh = 100 * proportion.interval.high;
        out.questions = static_cast<std::int64_t>(answers.outcomes.isCorrect.size());
        out.mmeScore = mmeScoreOf(all, run);
        return out;
    }

    RunDifference differenceOf(const RunAnswers& first, const RunAnswers& second, const std::string& benchmark)
    {
        // compareRuns says second minus first; here the first named run is the one that is asked about.
        const auto compared = evaluate::compareRuns(second.outcomes, first.outcomes);
        RunDifference out;
        out.first = first.run;
        out.second = second.run;
        out.benchmark = benchmark;
        out.difference = 100 * compared.difference;
        out.ciLow = 100 * compared.interval.low;
        out.ciHigh = 100 * compared.interval.high;
        out.pValue = compared.permutationP;
        out.onlyFirstRight = compared.onlySecond;
        out.onlySecondRight = compared.onlyFirst;
        return out;
    }

    std::vector<std::string> configurationDifferences(const std::vector<RunInfo>& runs)
    {
        std::vector<Json> recipes;
        std::set<std::string> keys;
        for (const auto& run : runs) {
            Json recipe =
                run.recipe.empty() ? Json::object() : json::parse(run.recipe, "the recipe of run " + run.name);
            recipe["selection"] = run.selection;
            for (const auto& [key, value] : recipe.items())
                keys.insert(key);
            recipes.push_back(std::move(recipe));
        }
        std::vector<std::string> out;
        for (const auto& key : keys) {
            std::vector<std::string> values;
            for (const auto& recipe : recipes)
                values.push_back(recipe.contains(key)
                        ? (recipe[key].is_string() ? recipe[key].get<std::string>() : json::dump(recipe[key]))
                        : "-");
            if (std::set<std::string>(values.begin(), values.end()).size() > 1)
                out.push_back(key + ": " + text::joined(values, " | "));
        }
        return out;
    }

    /// Said of the run that leads, so that the number and its interval have one sign.
    std::string verdictOf(const RunDifference& d)
    {
        const bool firstLeads = d.difference >= 0;
        const auto& leader = firstLeads ? d.first : d.second;
        const auto& other = firstLeads ? d.second : d.first;
        const double low = firstLeads ? d.ciLow : 0.0 - d.ciHigh;
        const double high = firstLeads ? d.ciHigh : 0.0 - d.ciLow;
        const auto size = text::join(
            text::fixed(std::abs(d.difference), 1), " points ", interval(low, high, 1), ", ", pText(d.pValue));
        if (!d.isSignificant())
            return text::join("on ", d.benchmark, " the data do not tell ", d.first, " and ", d.second, " apart (",
                leader, " leads by ", size, ")");
        return text::join("on ", d.benchmark, " ", leader, " is better than ", other, " by ", size);
    }

} // namespace

CompareReport compareRuns(store::Project& project, const std::vector<std::string>& names)
{
    require(!names.empty(), ErrorCode::InvalidInput, "name at least one run to compare");
    require(std::set<std::string>(names.begin(), names.end()).size() == names.size(), ErrorCode::InvalidInput,
        "a run cannot be compared with itself");
    store::RunStore store(project);
    CompareReport report;
    for (const auto& name : names)
        report.runs.push_back(infoOf(store, name));
    report.configurationDifferences = configurationDifferences(report.runs);
    std::vector<std::string> verdicts;
    for (const auto& benchmark : store.benchmarks()) {
        const auto all = loadBenchmarkAnswers(project, benchmark, names);
        std::vector<RunAnswers> complete;
        for (std::size_t r = 0; r < names.size(); ++r) {
            auto answers = answersOf(all, r, names[r]);
            if (!answers.isComplete) {
                report.notes.push_back(
                    text::join(names[r], " has not answered all of ", benchmark.name, ": evaluate it first"));
                continue;
            }
            report.scores.push_back(scoreOf(answers, all, r, benchmark.name));
            complete.push_back(std::move(answers));
        }
        if (!complete.empty())
            report.benchmarks.push_back(benchmark.name);
        for (std::size_t a = 0; a < complete.size(); ++a)
            for (std::size_t b = a + 1; b < complete.size(); ++b) {
                report.differences.push_back(differenceOf(complete[a], complete[b], benchmark.name));
                verdicts.push_back(verdictOf(report.differences.back()));
            }
    }
    report.sentence = verdicts.empty() ? "there is nothing to compare yet: evaluate at least two runs on one benchmark"
                                       : text::joined(verdicts, "; ");
    if (verdicts.size() > 1)
        report.notes.push_back(
            text::join(verdicts.size(), " comparisons were made and the p-values are not corrected for that"));
    return report;
}

Json toJson(const CompareReport& report)
{
    Json out;
    out["runs"] = Json::array();
    for (const auto& run : report.runs)
        out["runs"].push_back({{"name", run.name}, {"selection", run.selection}, {"steps", run.steps},
            {"weights_sha256", run.weightsSha256}});
    out["scores"] = Json::array();
    for (const auto& s : report.scores)
        out["scores"].push_back({{"run", s.run}, {"benchmark", s.benchmark}, {"value", s.value}, {"ci_low", s.ciLow},
            {"ci_high", s.ciHigh}, {"questions", s.questions}, {"mme_score", s.mmeScore}});
    out["differences"] = Json::array();
    for (const auto& d : report.differences)
        out["differences"].push_back({{"first", d.first}, {"second", d.second}, {"benchmark", d.benchmark},
            {"difference", d.difference}, {"ci_low", d.ciLow}, {"ci_high", d.ciHigh}, {"p_value", d.pValue},
            {"only_first_right", d.onlyFirstRight}, {"only_second_right", d.onlySecondRight}});
    out["configuration_differences"] = report.configurationDifferences;
    out["notes"] = report.notes;
    out["sentence"] = report.sentence;
    return out;
}

std::string toText(const CompareReport& report)
{
    std::ostringstream out;
    out << std::left << std::setw(28) << "run" << std::setw(16) << "benchmark" << std::right << std::setw(10)
        << "accuracy" << std::setw(18) << "95 % interval" << std::setw(11) << "questions"
        << "\n";
    for (const auto& s : report.scores)
        out << std::left << std::setw(28) << s.run << std::setw(16) << s.benchmark << std::right << std::setw(10)
            << text::fixed(s.value, 2) << std::setw(18) << interval(s.ciLow, s.ciHigh) << std::setw(11) << s.questions
            << "\n";
    if (!report.differences.empty())
        out << "\n";
    for (const auto& d : report.differences)
        out << d.first << " minus " << d.second << " on " << d.benchmark << ": " << text::fixed(d.difference, 2)
            << " points, 95 % interval " << interval(d.ciLow, d.ciHigh) << ", " << pText(d.pValue)
            << " (only right in the first: " << d.onlyFirstRight << ", only in the second: " << d.onlySecondRight
            << ")\n";
    if (!report.configurationDifferences.empty())
        out << "\nconfigurations differ in\n  " << text::joined(report.configurationDifferences, "\n  ") << "\n";
    for (const auto& note : report.notes)
        out << "note: " << note << "\n";
    out << "\n" << report.sentence << "\n";
    return out.str();
}

std::string toHtml(const CompareReport& report)
{
    std::ostringstream out;
    out << "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Winnow: comparison of "
           "runs</title>\n<style>"
           "body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1c2128}"
           "table{border-collapse:collapse}td,th{padding:.3em .8em;border-bottom:1px solid #d3d7de;text-align:right}"
           "td:first-child,th:first-child,td:nth-child(2),th:nth-child(2){text-align:left}</style></head><body>\n";
    out << "<h1>Comparison of runs</h1>\n<p>" << escapedHtml(report.sentence)
        << ".</p>\n<table><tr><th>run</th><th>benchmark</th>"
        << "<th>accuracy, %</th><th>95 % interval</th><th>questions</th></tr>\n";
    for (const auto& s : report.scores)
        out << "<tr><td>" << escapedHtml(s.run) << "</td><td>" << escapedHtml(s.benchmark) << "</td><td>"
            << text::fixed(s.value, 2) << "</td><td>" << interval(s.ciLow, s.ciHigh) << "</td><td>" << s.questions
            << "</td></tr>\n";
    out << "</table>\n<h2>Differences</h2>\n<table><tr><th>runs</th><th>benchmark</th><th>points</th><th>95 % "
           "interval</th><th>p</th></tr>\n";
    for (const auto& d : report.differences)
        out << "<tr><td>" << escapedHtml(d.first) << " minus " << escapedHtml(d.second) << "</td><td>"
            << escapedHtml(d.benchmark) << "</td><td>" << (d.isSignificant() ? "<b>" : "")
            << text::fixed(d.difference, 2) << (d.isSignificant() ? "</b>" : "") << "</td><td>"
            << interval(d.ciLow, d.ciHigh) << "</td><td>" << text::fixed(d.pValue, 4) << "</td></tr>\n";
    out << "</table>\n<h2>Configurations</h2>\n<ul>\n";
    for (const auto& line : report.configurationDifferences)
        out << "<li>" << escapedHtml(line) << "</li>\n";
    for (const auto& note : report.notes)
        out << "<li>Note: " << escapedHtml(note) << "</li>\n";
    out << "</ul>\n<p>Intervals: percentile bootstrap over pictures. Differences: paired bootstrap over pictures; p: "
           "two-sided "
           "permutation of the two runs picture by picture.</p>\n</body></html>\n";
    return out.str();
}

} // namespace winnow::pipeline
