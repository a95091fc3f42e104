#include "ui/jobs/job_queue.h"

#include "core/base/error.h"

#include <gtest/gtest.h>

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <chrono>
#include <thread>

namespace winnow::ui {
namespace {

    void waitUntil(const std::atomic<bool>& flag)
    {
        while (!flag)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }

    bool isOver(const JobQueue& queue, JobId id) { return queue.find(id)->isOver(); }

    TEST(JobQueue, RunsAJobAndKeepsItsResult)
    {
        JobQueue queue;
        const JobId id = queue.submit(Lane::Data, QStringLiteral("count"), [](RunContext& context) {
            context.progress("counting", 7, 7);
            context.log(LogLevel::Warning, "seven is odd");
            return pipeline::JobResult{"counted to 7", {{"count", 7}}, true};
        });
        ASSERT_TRUE(QTest::qWaitFor([&] { return isOver(queue, id); }));
        const JobState& state = *queue.find(id);
        EXPECT_EQ(state.status, JobStatus::Finished);
        EXPECT_EQ(state.message.toStdString(), "counted to 7");
        EXPECT_EQ(state.done, 7);
        EXPECT_EQ(state.result.details["count"], 7);
        EXPECT_TRUE(state.result.hasProblems);
        EXPECT_EQ(state.log, QStringList{QStringLiteral("warning: seven is odd")});
        EXPECT_TRUE(queue.isIdle());
    }

    TEST(JobQueue, SpeaksAtMostTenTimesASecondAndTheLastAlways)
    {
        JobQueue queue;
        QSignalSpy changed(&queue, &JobQueue::jobChanged);
        QElapsedTimer time;
        time.start();
        const JobId id = queue.submit(Lane::Models, QStringLiteral("busy"), [](RunContext& context) {
            for (int i = 1; i <= 400; ++i) {
                context.progress("steps", i, 400);
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            return pipeline::JobResult{};
        });
        ASSERT_TRUE(QTest::qWaitFor([&] { return isOver(queue, id); }, 20000));
        EXPECT_EQ(queue.find(id)->done, 400);
        // begun, ten a second, and the two of the end
        EXPECT_LE(changed.count(), 3 + time.elapsed() / JobQueue::kUpdateMs + 1);
    }

    TEST(JobQueue, DeliversEveryPointOfACurveInOrder)
    {
        JobQueue queue;
        QSignalSpy points(&queue, &JobQueue::metricAdded);
        const JobId id = queue.submit(Lane::Models, QStringLiteral("train"), [](RunContext& context) {
            for (int i = 0; i < 50; ++i)
                context.metric("loss", i, 1.0 / (i + 1));
            return pipeline::JobResult{};
        });
        ASSERT_TRUE(QTest::qWaitFor([&] { return isOver(queue, id); }));
        ASSERT_EQ(points.count(), 50);
        for (int i = 0; i < 50; ++i)
            EXPECT_EQ(points[i][2].toDouble(), i);
    }

    TEST(JobQueue, ProgressNeverGoesBackWithinAStage)
    {
        JobQueue queue;
        std::atomic<bool> goOn = false;
        const JobId id = queue.submit(Lane::Data, QStringLiteral("stages"), [&](RunContext& context) {
            context.progress("first", 5, 10);
            std::this_thread::sleep_for(std::chrono::milliseconds(250));
            context.progress("first", 3, 10);
            waitUntil(goOn);
            context.progress("second", 1, 10);
            return pipeline::JobResult{};
        });
        ASSERT_TRUE(QTest::qWaitFor([&] { return queue.find(id)->done == 5; }));
        QTest::qWait(500);
        EXPECT_EQ(queue.find(id)->done, 5);
        goOn = true;
        ASSERT_TRUE(QTest::qWaitFor([&] { return isOver(queue, id); }));
        EXPECT_EQ(queue.find(id)->stage.toStdString(), "second");
        EXPECT_EQ(queue.find(id)->done, 1);
    }

    TEST(JobQueue, StopsAtTheNextCheckpointAndDropsWhatWaits)
    {
        JobQueue queue;
        std::atomic<bool> second = false;
        const JobId first =
            queue.submit(Lane::Data, QStringLiteral("endless"), [](RunContext& context) -> pipeline::JobResult {
                for (;;) {
                    context.checkpoint();
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                }
            });
        const JobId waiting = queue.submit(Lane::Data, QStringLiteral("never"), [&](RunContext&) {
            second = true;
            return pipeline::JobResult{};
        });
        ASSERT_TRUE(QTest::qWaitFor([&] { return queue.find(first)->status == JobStatus::Running; }));
        EXPECT_EQ(queue.find(waiting)->status, JobStatus::Waiting);
        queue.stopAll();
        EXPECT_EQ(queue.find(first)->status, JobStatus::Stopping);
        ASSERT_TRUE(QTest::qWaitFor([&] { return queue.isIdle(); }, 2000));
        EXPECT_EQ(queue.find(first)->status, JobStatus::Stopped);
        EXPECT_EQ(queue.find(waiting)->status, JobStatus::Stopped);
        EXPECT_FALSE(second);
    }

    TEST(JobQueue, HoldsAPausedJobAndLetsItGoOn)
    {
        JobQueue queue;
        std::atomic<int> steps = 0;
        const JobId id = queue.submit(Lane::Models, QStringLiteral("steps"), [&](RunContext& context) {
            while (steps < 100000) {
                context.checkpoint();
                ++steps;
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            return pipeline::JobResult{};
        });
        ASSERT_TRUE(QTest::qWaitFor([&] { return steps > 5; }));
        queue.pause(id);
        EXPECT_EQ(queue.find(id)->status, JobStatus::Paused);
        QTest::qWait(50);
        const int held = steps;
        QTest::qWait(100);
        EXPECT_EQ(steps, held);
        queue.resume(id);
        ASSERT_TRUE(QTest::qWaitFor([&] { return steps > held; }));
        queue.pause(id);
        queue.stop(id); // also out of a pause
        ASSERT_TRUE(QTest::qWaitFor([&] { return isOver(queue, id); }));
        EXPECT_EQ(queue.find(id)->status, JobStatus::Stopped);
    }

    TEST(JobQueue, SaysWhyAJobFailedAndRunsTheNext)
    {
        JobQueue queue;
        const JobId bad = queue.submit(Lane::Data, QStringLiteral("bad"), [](RunContext&) -> pipeline::JobResult {
            Error error(ErrorCode::NotFound, "there is no file a.json");
            error.during("importing a.json");
            throw error;
        });
        const JobId good = queue.submit(Lane::Data, QStringLiteral("good"), [](RunContext&) {
            return pipeline::JobResult{"fine", {}, false};
        });
        ASSERT_TRUE(QTest::qWaitFor([&] { return isOver(queue, good); }));
        EXPECT_EQ(queue.find(bad)->status, JobStatus::Failed);
        EXPECT_EQ(queue.find(bad)->message.toStdString(), "there is no file a.json");
        EXPECT_TRUE(queue.find(bad)->details().contains(QStringLiteral("importing a.json")));
        EXPECT_EQ(queue.find(good)->status, JobStatus::Finished);
    }

    TEST(JobQueue, RunsTheLanesBesideEachOther)
    {
        JobQueue queue;
        std::atomic<bool> dataRan = false;
        const JobId models = queue.submit(Lane::Models, QStringLiteral("waits for data"), [&](RunContext&) {
            waitUntil(dataRan);
            return pipeline::JobResult{};
        });
        queue.submit(Lane::Data, QStringLiteral("data"), [&](RunContext&) {
            dataRan = true;
            return pipeline::JobResult{};
        });
        EXPECT_TRUE(QTest::qWaitFor([&] { return isOver(queue, models); }));
    }

    TEST(JobQueue, StopsRunningJobsWhenItGoes)
    {
        std::atomic<bool> ended = false;
        {
            JobQueue queue;
            const JobId id =
                queue.submit(Lane::Network, QStringLiteral("endless"), [&](RunContext& context) -> pipeline::JobResult {
                    struct AtEnd {
                        std::atomic<bool>& flag;
                        ~AtEnd() { flag = true; }
                    } atEnd{ended};
                    for (;;) {
                        context.checkpoint();
                        std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    }
                });
            ASSERT_TRUE(QTest::qWaitFor([&] { return queue.find(id)->status == JobStatus::Running; }));
        }
        EXPECT_TRUE(ended);
    }

} // namespace
} // namespace winnow::ui
