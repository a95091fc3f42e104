// score_faults DIR [METRIC...]: AUC of clean captions against each kind of fault, per metric of a demo project. Which
// caption has which fault stands nowhere in the project: the plan of its pairs is drawn again from its seed.

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/demo/demo_project.h"
#include "core/demo/measures.h"
#include "core/store/column_store.h"
#include "core/store/pair_store.h"
#include "core/store/project.h"

#include <cmath>
#include <cstdio>
#include <iostream>

namespace winnow {
namespace {

    std::vector<demo::PlannedPair> planOf(store::Project& project)
    {
        const Json made = project.setting("demo");
        require(made.is_object(), ErrorCode::InvalidInput, project.folder().string() + " is no demo project");
        demo::DemoDataOptions options;
        options.pairs = json::field<std::int64_t>(made, "pairs", "the demo's settings");
        options.seed = json::field<std::uint64_t>(made, "seed", "the demo's settings");
        auto plan = demo::planPairs(options);
        const auto stored = store::PairStore(project).load(PairRow(plan.size() - 1));
        require(stored.pair.response == plan.back().response, ErrorCode::InvalidInput,
            "the project's pairs are not those that its seed gives");
        return plan;
    }

    void printRow(
        const std::string& metric, const std::vector<double>& values, const std::vector<demo::PlannedPair>& plan)
    {
        std::vector<std::vector<double>> byFault(demo::kFaultCount);
        for (std::size_t row = 0; row < plan.size() && row < values.size(); ++row)
            if (!std::isnan(values[row]))
                byFault[static_cast<std::size_t>(plan[row].fault)].push_back(values[row]);
        std::printf("| `%s` |", metric.c_str());
        for (std::size_t fault = 1; fault < byFault.size(); ++fault) {
            const auto area = demo::areaUnderCurve(byFault[0], byFault[fault]);
            std::printf(" %.3f [%.3f, %.3f] |", area.value, area.ciLow, area.ciHigh);
        }
        std::vector<double> faulty;
        for (std::size_t fault = 1; fault < byFault.size(); ++fault)
            faulty.insert(faulty.end(), byFault[fault].begin(), byFault[fault].end());
        const auto area = demo::areaUnderCurve(byFault[0], faulty);
        std::printf(" %.3f [%.3f, %.3f] |\n", area.value, area.ciLow, area.ciHigh);
    }

    void run(const std::filesystem::path& folder, std::vector<std::string> metrics)
    {
        auto project = store::Project::open(folder);
        const auto plan = planOf(project);
        store::MetricStore store(project);
        if (metrics.empty())
            for (const auto& info : store.list())
                metrics.push_back(info.name);
        std::vector<std::int64_t> counts(demo::kFaultCount, 0);
        for (const auto& pair : plan)
            ++counts[static_cast<std::size_t>(pair.fault)];
        std::printf("clean %lld", static_cast<long long>(counts[0]));
        for (int fault = 1; fault < demo::kFaultCount; ++fault)
            std::printf(", %s %lld", std::string(demo::toString(static_cast<demo::Fault>(fault))).c_str(),
                static_cast<long long>(counts[static_cast<std::size_t>(fault)]));
        std::printf("\n\n| metric |");
        for (int fault = 1; fault < demo::kFaultCount; ++fault)
            std::printf(" %s |", std::string(demo::toString(static_cast<demo::Fault>(fault))).c_str());
        std::printf(" any |\n|-|-|-|-|-|-|-|-|\n");
        for (const auto& metric : metrics)
            printRow(metric, *store.load(metric).values, plan);
    }

} // namespace
} // namespace winnow

int main(int argc, char** argv)
try {
    if (argc < 2) {
        std::cerr << "usage: score_faults DIR [METRIC...]\n";
        return 2;
    }
    winnow::run(argv[1], {argv + 2, argv + argc});
    return 0;
} catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
}
