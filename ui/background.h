#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QString>
#include <QtConcurrent>

#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace winnow::ui {

/// Runs `work()` on the shared thread pool, then `then(result)` on the window's thread if `context` still lives; what
/// the work throws arrives as `failed(sentence)`. For short reads that need no project: previews, lists of models.
template <class Work, class Then>
void inBackground(QObject* context, Work work, Then then, std::function<void(const QString&)> failed = {})
{
    using Result = std::invoke_result_t<Work&>;
    struct Answer {
        std::optional<Result> result;
        QString problem;
    };
    auto* const watcher = new QFutureWatcher<Answer>(context);
    QObject::connect(watcher, &QFutureWatcher<Answer>::finished, context,
        [watcher, then = std::move(then), failed = std::move(failed)]() mutable {
            Answer answer = watcher->result();
            watcher->deleteLater();
            if (answer.result)
                then(std::move(*answer.result));
            else if (failed)
                failed(answer.problem);
        });
    watcher->setFuture(QtConcurrent::run([work = std::move(work)]() mutable {
        Answer answer;
        try {
            answer.result = work();
        } catch (const std::exception& error) {
            answer.problem = QString::fromUtf8(error.what());
        }
        return answer;
    }));
}

} // namespace winnow::ui
