#include "core/demo/pretraining.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/demo/reward.h"
#include "core/demo/stages.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace winnow::demo {

namespace {

    struct Stage {
        std::string name;
        std::string (*train)(const StageContext&);
    };

    const std::vector<Stage>& allStages()
    {
        static const std::vector<Stage> kStages{{"vision", trainVision}, {"clip", trainClip},
            {"language", trainLanguage}, {"bridge", trainBridge}, {"alignment", trainAlignment},
            {"reward", trainReward}};
        return kStages;
    }

    /// One thread, so that sums are taken in the same order everywhere; the number before comes back at the end.
    class OneThread {
    public:
        OneThread()
            : m_before(at::get_num_threads())
        {
            at::set_num_threads(1);
        }
        ~OneThread() { at::set_num_threads(m_before); }
        OneThread(const OneThread&) = delete;
        OneThread& operator=(const OneThread&) = delete;

    private:
        int m_before;
    };

} // namespace

const std::vector<std::string>& stageNames()
{
    static const std::vector<std::string> kNames = [] {
        std::vector<std::string> names;
        for (const Stage& stage : allStages())
            names.push_back(stage.name);
        return names;
    }();
    return kNames;
}

void TrainDemoOptions::validate() const
{
    require(!outDir.empty(), ErrorCode::InvalidInput, "demo train needs a folder to write to");
    require(share > 0 && share <= 1, ErrorCode::InvalidInput,
        text::join("a share of the steps is above 0 and at most 1, not ", share));
    for (const std::string& name : stages)
        require(std::count(stageNames().begin(), stageNames().end(), name) > 0, ErrorCode::InvalidInput,
            text::join("there is no stage ", name, ", known are ", text::joined(stageNames(), ", ")));
}

TrainDemoReport trainDemo(const TrainDemoOptions& options, RunContext& context)
{
    options.validate();
    const OneThread oneThread;
    const StageContext stage{options.outDir, options.outDir / "training", options.seed, options.share, &context};
    std::filesystem::create_directories(stage.training);
    TrainDemoReport report;
    for (const Stage& one : allStages()) {
        const bool isNamed = std::count(options.stages.begin(), options.stages.end(), one.name) > 0;
        const auto mark = stage.training / (one.name + ".txt");
        if (!options.stages.empty() && !isNamed)
            continue;
        const std::string signature = text::join("seed ", options.seed, " share ", options.share, "\n");
        if (!isNamed && std::filesystem::exists(mark) && file::readAll(mark).starts_with(signature)) {
            context.log(LogLevel::Info, text::join(one.name, ": done before"));
            continue;
        }
        const std::string reached = one.train(stage);
        file::writeAtomically(mark, text::join(signature, reached, "\n"));
        std::filesystem::remove_all(stage.training / one.name);
        report.lines.push_back(text::join(one.name, ": ", reached));
        context.log(LogLevel::Info, report.lines.back());
    }
    return report;
}

} // namespace winnow::demo
