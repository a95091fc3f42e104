#include "core/pipeline/experiment_analysis.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/evaluate/distributions.h"
#include "core/evaluate/experiment.h"
#include "core/evaluate/task.h"
#include "core/pipeline/benchmark_files.h"
#include "core/pipeline/number_text.h"
#include "core/store/run_store.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

namespace winnow::pipeline {

namespace {

    constexpr const char* kAll = "all";
    constexpr std::int64_t kFewSeeds = 5;        ///< fewer: a hint, not a finding (WORLD: what is asked)
    constexpr std::int64_t kFewQuestions = 1000; ///< fewer: the same
    constexpr double kStrongCorrelation = 0.5;

    /// Right and wrong of every run on every benchmark, as units (evaluate/experiment.h).
    class Answers {
    public:
        explicit Answers(store::Project& project, const ExperimentReport& report)
        {
            const auto known = store::RunStore(project).benchmarks();
            for (const auto& name : report.benchmarks) {
                const auto found =
                    std::find_if(known.begin(), known.end(), [&](const auto& b) { return b.name == name; });
                require(found != known.end(), ErrorCode::NotFound, text::join("there is no benchmark named ", name));
                readBenchmark(project, *found, report);
            }
        }
        /// Units of one run: of a benchmark, or of all together.
        std::vector<double> units(const std::string& run, std::size_t benchmark) const
        {
            return m_units.at(run).at(benchmark);
        }
        std::vector<double> units(const std::string& run) const { return evaluate::joinBenchmarks(m_units.at(run)); }

    private:
        void readBenchmark(store::Project& project, const BenchmarkInfo& benchmark, const ExperimentReport& report)
        {
            std::vector<std::string> runs;
            for (const auto& arm : report.arms)
                for (const auto& draw : arm.draws)
                    runs.insert(runs.end(), draw.runs.begin(), draw.runs.end());
            const auto answers = loadBenchmarkAnswers(project, benchmark, runs);
            for (std::size_t r = 0; r < runs.size(); ++r) {
                evaluate::Outcomes outcomes;
                outcomes.image = answers.imageNumbers;
                for (const auto& row : answers.rows) {
                    require(row.correct[r] >= 0, ErrorCode::BadFile,
                        text::join(runs[r], " has not answered all of ", benchmark.name));
                    outcomes.isCorrect.push_back(row.correct[r] == 1 ? 1 : 0);
                }
                m_units[runs[r]].push_back(evaluate::unitScores(outcomes));
            }
        }

        std::map<std::string, std::vector<std::vector<double>>> m_units; ///< by run, by benchmark
    };

    using UnitsOf = std::function<std::vector<double>(const std::string&)>;

    evaluate::Grid gridOf(const ExperimentArm& arm, const UnitsOf& unitsOf)
    {
        evaluate::Grid out;
        out.draws = arm.draws.size();
        out.seeds = arm.draws.front().runs.size();
        for (const auto& draw : arm.draws)
            for (const auto& run : draw.runs) {
                const auto units = unitsOf(run);
                out.units = units.size();
                out.values.insert(out.values.end(), units.begin(), units.end());
            }
        return out;
    }

    ExperimentComparison compare(
        const ExperimentArm& first, const ExperimentArm& second, const std::string& benchmark, const UnitsOf& unitsOf)
    {
        const auto estimate =
            evaluate::estimateMean(evaluate::difference(gridOf(first, unitsOf), gridOf(second, unitsOf)));
        ExperimentComparison out;
        out.first = first.key;
        out.second = second.key;
        out.benchmark = benchmark;
        out.difference = estimate.mean;
        out.ciLow = estimate.interval.low;
        out.ciHigh = estimate.interval.high;
        out.standardError = estimate.standardError;
        out.degrees = estimate.degrees;
        out.pValue = estimate.pValue;
        return out;
    }

    void correct(std::vector<ExperimentComparison>& family)
    {
        std::vector<double> raw;
        for (const auto& comparison : family)
            raw.push_back(comparison.pValue);
        const auto adjusted = evaluate::holm(raw);
        for (std::size_t i = 0; i < family.size(); ++i)
            family[i].adjustedP = adjusted[i];
    }

    const ExperimentComparison* findComparison(
        const ExperimentReport& report, const std::string& first, const std::string& second)
    {
        for (const auto& comparison : report.comparisons)
            if (comparison.first == first && comparison.second == second && comparison.benchmark == kAll)
                return &comparison;
        return nullptr;
    }

    void checkLength(ExperimentReport& report)
    {
        auto& check = report.length;
        std::vector<double> lengths, scores;
        for (const auto& arm : report.arms)
            for (const auto& draw : arm.draws) {
                lengths.push_back(draw.meanLength);
                scores.push_back(std::accumulate(draw.scores.begin(), draw.scores.end(), 0.0)
                    / static_cast<double>(draw.scores.size()));
            }
        check.selections = static_cast<std::int64_t>(lengths.size());
        check.correlation = evaluate::spearman(lengths, scores);
        check.correlationP = evaluate::correlationP(check.correlation, lengths.size());
        const auto* control = findComparison(report, "chosen", "length");
        check.isControlEqual = control != nullptr && !(control->isSignificant() && control->difference > 0);
        std::vector<std::string> reasons;
        if (check.isControlEqual)
            reasons.push_back(control->isSignificant()
                    ? text::join(
                        "the longest pairs do better than the chosen (", signedPoints(-control->difference), " points)")
                    : text::join("taking the longest pairs cannot be told from the chosen (",
                        signedPoints(control->difference), " points, corrected ", pText(control->adjustedP), ")"));
        if (std::abs(check.correlation) >= kStrongCorrelation && check.correlationP < 0.05)
            reasons.push_back(
                text::join("scores go with the mean length of the pairs (Spearman ", text::fixed(check.correlation, 2),
                    " over ", check.selections, " selections, ", pText(check.correlationP), ")"));
        check.isWarning = !reasons.empty();
        if (check.isWarning)
            check.sentence = "length may be a shortcut here: " + text::joined(reasons, "; ");
        else if (control != nullptr)
            check.sentence = text::join("length alone does not explain the score: the chosen pairs are ",
                signedPoints(control->difference), " points from the longest ones (corrected ",
                pText(control->adjustedP), ")");
        else
            check.sentence =
                "no sign that length alone explains the scores; there was no length-only control to be sure";
    }

    std::string verdictOf(const ExperimentReport& report, const ExperimentComparison& c)
    {
        const auto size = text::join(signedPoints(c.difference), " points, 95 % interval ", signedPoints(c.ciLow),
            " to ", signedPoints(c.ciHigh), ", corrected ", pText(c.adjustedP));
        const auto& second = report.find(c.second)->title;
        if (!c.isSignificant())
            return text::join("cannot be told from ", second, " (", size, ")");
        return text::join(c.difference > 0 ? "better than " : "worse than ", second, " (", size, ")");
    }

    std::string supportOf(const ExperimentReport& report)
    {
        std::int64_t questions = std::accumulate(report.questions.begin(), report.questions.end(), std::int64_t(0));
        std::vector<std::string> few;
        if (report.seeds < kFewSeeds)
            few.push_back(text::join("fewer than ", kFewSeeds, " seeds"));
        if (questions < kFewQuestions)
            few.push_back(text::join("fewer than ", kFewQuestions, " questions"));
        for (const auto& arm : report.arms)
            if (arm.key.starts_with("random") && arm.draws.size() < 5) {
                few.push_back("fewer than 5 random draws");
                break;
            }
        return few.empty() ? std::string() : "; with " + text::joined(few, " and ") + " this is a hint, not a finding";
    }

    /// What the data support, no more: one clause a comparison.
    std::string sentenceOf(const ExperimentReport& report)
    {
        const auto questions = std::accumulate(report.questions.begin(), report.questions.end(), std::int64_t(0));
        std::map<std::string, std::vector<std::string>> verdicts; // by the arm that is asked about
        std::vector<std::string> order;
        for (const auto& comparison : report.comparisons)
            if (comparison.benchmark == kAll) {
                if (!verdicts.contains(comparison.first))
                    order.push_back(comparison.first);
                verdicts[comparison.first].push_back(verdictOf(report, comparison));
            }
        std::vector<std::string> parts;
        for (const auto& key : order)
            parts.push_back(text::join(report.find(key)->title, " (", text::fixed(report.find(key)->score, 2),
                " %): ", text::joined(verdicts[key], ", ")));
        return text::join("over ", report.seeds, report.seeds == 1 ? " seed and " : " seeds and ", questions,
            " questions, ", text::joined(parts, "; "), supportOf(report));
    }

} // namespace

void analyseExperiment(store::Project& project, ExperimentReport& report,
    const std::vector<std::pair<std::size_t, std::size_t>>& comparisons)
{
    const Answers answers(project, report);
    const UnitsOf ofAll = [&](const std::string& run) { return answers.units(run); };
    for (auto& arm : report.arms) {
        const auto estimate = evaluate::estimateMean(gridOf(arm, ofAll));
        arm.score = estimate.mean;
        arm.ciLow = std::max(0.0, estimate.interval.low); // of a share
        arm.ciHigh = std::min(100.0, estimate.interval.high);
        arm.benchmarkScores.clear();
        for (std::size_t b = 0; b < report.benchmarks.size(); ++b)
            arm.benchmarkScores.push_back(
                evaluate::estimateMean(gridOf(arm, [&](const auto& run) { return answers.units(run, b); })).mean);
        for (auto& draw : arm.draws) {
            draw.scores.clear();
            for (const auto& run : draw.runs) {
                const auto units = answers.units(run);
                draw.scores.push_back(
                    std::accumulate(units.begin(), units.end(), 0.0) / static_cast<double>(units.size()));
            }
        }
    }
    report.comparisons.clear();
    const auto addFamily = [&](const std::string& benchmark, const UnitsOf& unitsOf) {
        std::vector<ExperimentComparison> family;
        for (const auto& [first, second] : comparisons)
            family.push_back(compare(report.arms.at(first), report.arms.at(second), benchmark, unitsOf));
        correct(family);
        report.comparisons.insert(report.comparisons.end(), family.begin(), family.end());
    };
    addFamily(kAll, ofAll);
    if (report.benchmarks.size() > 1)
        for (std::size_t b = 0; b < report.benchmarks.size(); ++b)
            addFamily(report.benchmarks[b], [&](const auto& run) { return answers.units(run, b); });
    checkLength(report);
    report.sentence = sentenceOf(report);
}

} // namespace winnow::pipeline
