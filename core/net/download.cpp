#include "core/net/download.h"

#include "core/base/text.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

namespace winnow::net {

namespace {

    using Clock = FetchCourse::Clock;
    using State = DownloadProgress::File::State;

    constexpr int kTickMs = 100;
    constexpr double kSpeedSeconds = 5;
    constexpr std::int64_t kForgivingBytes = std::int64_t(1) << 20; ///< of progress, after which failures count anew

    /// Bytes a second over the last few seconds.
    class Speed {
    public:
        double after(std::int64_t received)
        {
            const auto now = Clock::now();
            m_points.push_back({now, received});
            while (m_points.size() > 2 && seconds(m_points.front().when, now) > kSpeedSeconds)
                m_points.pop_front();
            const double span = seconds(m_points.front().when, now);
            return span > 0.2 ? static_cast<double>(received - m_points.front().received) / span : 0;
        }

    private:
        struct Point {
            Clock::time_point when;
            std::int64_t received;
        };
        static double seconds(Clock::time_point from, Clock::time_point to)
        {
            return std::chrono::duration<double>(to - from).count();
        }
        std::deque<Point> m_points;
    };

    /// One file of the download.
    struct Task {
        Task(const DownloadItem& item, const FetchRules& rules)
            : part(item)
            , course(item.url, rules)
        {
        }
        PartFile part;
        FetchCourse course;
        std::int64_t sizeForgiven = 0; ///< when failures were last forgiven
        bool hadWrongContent = false;  ///< once, after patching it together
        State state = State::Waiting;
    };

    class Downloader {
    public:
        Downloader(const std::vector<DownloadItem>& items, const DownloadOptions& options, RunContext& context)
            : m_options(options)
            , m_context(context)
            , m_client(options.limits)
        {
            for (const auto& item : items) {
                m_tasks.push_back(std::make_unique<Task>(item, options.rules));
                m_progress.totalBytes += item.bytes;
            }
            m_progress.files.resize(items.size());
        }

        DownloadReport run()
        {
            for (auto& task : m_tasks)
                prepare(*task);
            while (!isDone()) {
                m_context.checkpoint();
                startDue();
                for (const auto& done : m_client.wait(kTickMs))
                    take(*m_tasks[static_cast<std::size_t>(done.ticket)], done.reply);
                publish(false);
            }
            publish(true);
            for (const auto& task : m_tasks)
                m_report.repetitionCount += task->course.repetitionCount();
            return m_report;
        }

    private:
        bool isDone() const
        {
            return std::all_of(
                m_tasks.begin(), m_tasks.end(), [](const auto& task) { return task->state == State::Finished; });
        }

        /// What is on disk already: the whole file, or the part of an earlier attempt.
        void prepare(Task& task)
        {
            task.state = State::Checking;
            const auto step = [&](std::int64_t count) {
                m_checkedBytes += count;
                publish(false);
                m_context.checkpoint();
            };
            m_context.checkpoint();
            if (isFetched(task.part.item(), step)) {
                task.state = State::Finished;
                ++m_report.keptFileCount;
            } else {
                m_checkedBytes = 0;
                task.part.open(step);
                task.sizeForgiven = task.part.size();
                m_report.resumedBytes += task.part.size();
                task.state = State::Waiting;
                if (task.part.isWhole())
                    conclude(task);
            }
            m_checkedBytes = 0;
        }

        void startDue()
        {
            const auto now = Clock::now();
            for (std::size_t i = 0; i < m_tasks.size(); ++i) {
                auto& task = *m_tasks[i];
                const bool isOpen = task.state == State::Waiting || task.state == State::Pausing;
                if (!isOpen || task.course.due() > now)
                    continue;
                if (m_client.activeCount() >= static_cast<std::size_t>(m_options.concurrency))
                    return;
                auto request = task.course.request();
                request.sink = &task.part;
                request.headers = task.part.headers();
                task.state = State::Running;
                m_client.start(static_cast<std::int64_t>(i), request);
            }
        }

        void take(Task& task, const HttpReply& reply)
        {
            auto& part = task.part;
            task.state = State::Pausing;
            if (part.failure())
                throw Error(*part.failure());
            if (part.size() >= task.sizeForgiven + kForgivingBytes) {
                task.sizeForgiven = part.size();
                task.course.forgiveRepetitions();
            }
            const bool isRangeRefused = reply.trouble == Trouble::None && reply.status == 416;
            if (part.isMisplaced() || (isRangeRefused && part.size() > 0)) {
                startOver(task, reply);
                return;
            }
            if (part.isWhole() && (reply.isSuccess() || part.size() > 0)) {
                conclude(task);
                return;
            }
            if (reply.isSuccess())
                task.course.repeat(cutShort(reply, part));
            else
                followOn(task, reply);
        }

        /// A redirect of a hub tells what lies at its end: that must be what the list said.
        void followOn(Task& task, const HttpReply& reply)
        {
            const auto& item = task.part.item();
            std::int64_t linkedSize = 0;
            const bool hasSize = text::parseInt(reply.header("x-linked-size"), linkedSize);
            require(!hasSize || linkedSize == item.bytes || reply.status >= 400, ErrorCode::BadFile,
                text::join("the server says that ", item.target.filename().string(), " has ", linkedSize,
                    " bytes, its list says ", item.bytes, ": nothing is fetched"));
            const auto linked = text::replaced(reply.header("x-linked-etag"), "\"", "");
            const bool isOther = Checksum{Checksum::Kind::Sha256, linked}.isValid()
                && item.checksum.kind == Checksum::Kind::Sha256 && linked != item.checksum.hex;
            require(!isOther || reply.status >= 400, ErrorCode::BadFile,
                text::join("the server says that the SHA-256 of ", item.target.filename().string(), " is ", linked,
                    ", its list says ", item.checksum.hex, ": nothing is fetched"));
            task.course.takeOther(reply);
        }

        static HttpReply cutShort(HttpReply reply, const PartFile& part)
        {
            reply.trouble = Trouble::Cut;
            reply.problem = text::join("the answer ended after ", part.size(), " of ", part.item().bytes, " bytes");
            return reply;
        }

        void startOver(Task& task, const HttpReply& reply)
        {
            task.part.restart(); // what was forgiven stays: only bytes beyond it make up for another failure
            HttpReply shown = reply;
            shown.trouble = Trouble::Cut;
            shown.problem = "the server sent another part of the file than was asked for";
            task.course.repeat(shown);
        }

        /// All bytes are there: keeps them, or begins anew once where they were patched together, or gives up.
        void conclude(Task& task)
        {
            auto& part = task.part;
            if (part.finish()) {
                task.state = State::Finished;
                return;
            }
            const auto& item = part.item();
            const auto name = item.target.filename().string();
            const bool mayTryAgain = part.isPatchwork() && !task.hadWrongContent;
            const auto digest = part.digest();
            part.restart();
            require(mayTryAgain, ErrorCode::BadFile,
                text::join("what came for ", name, " is not what the server promised: its ",
                    toString(item.checksum.kind), " is ", digest, ", expected ", item.checksum.hex,
                    "; nothing of it is kept"));
            task.hadWrongContent = true;
            task.sizeForgiven = 0;
            task.state = State::Waiting;
            m_context.log(
                LogLevel::Warning, text::join("the kept part of ", name, " does not fit the rest: it is fetched anew"));
        }

        void publish(bool isLast)
        {
            const auto now = Clock::now();
            if (!isLast && now - m_published < std::chrono::milliseconds(kTickMs))
                return;
            m_published = now;
            std::int64_t done = 0, received = 0;
            for (std::size_t i = 0; i < m_tasks.size(); ++i) {
                const auto& task = *m_tasks[i];
                auto& file = m_progress.files[i];
                file.state = task.state;
                file.doneBytes = task.state == State::Finished ? task.part.item().bytes
                    : task.state == State::Checking            ? m_checkedBytes
                                                               : task.part.size();
                done += file.doneBytes;
                received += task.part.receivedBytes();
            }
            m_report.receivedBytes = received;
            m_progress.doneBytes = std::max(m_progress.doneBytes, done); // what is fetched anew does not run backwards
            m_progress.bytesPerSecond = m_speed.after(received);
            if (m_options.observer)
                m_options.observer(m_progress);
        }

        const DownloadOptions& m_options;
        RunContext& m_context;
        std::vector<std::unique_ptr<Task>> m_tasks; // before the client, which writes into them to its end
        HttpClient m_client;
        DownloadProgress m_progress;
        DownloadReport m_report;
        Speed m_speed;
        Clock::time_point m_published;
        std::int64_t m_checkedBytes = 0; ///< of the file that is being looked at
    };

} // namespace

void DownloadOptions::validate() const
{
    rules.retry.validate();
    limits.validate();
    require(concurrency >= 1 && concurrency <= 8, ErrorCode::InvalidInput,
        "the number of files fetched at once must be 1 to 8");
}

DownloadReport download(const std::vector<DownloadItem>& items, const DownloadOptions& options, RunContext& context)
{
    options.validate();
    return Downloader(items, options, context).run();
}

} // namespace winnow::net
