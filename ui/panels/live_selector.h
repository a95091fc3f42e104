#pragma once

#include "core/domain/columns.h"
#include "core/pipeline/select_job.h"
#include "core/pipeline/selector_job.h"

#include <QObject>
#include <QThread>

#include <memory>
#include <optional>

namespace winnow::ui {

/// Computes the selection that follows the sliders in a thread of its own. Only the newest wish counts: what is asked
/// for while the thread is busy replaces what was waiting. Window thread only, but for the worker inside.
class LiveSelector : public QObject {
    Q_OBJECT

public:
    explicit LiveSelector(QObject* parent = nullptr);
    ~LiveSelector() override;

    /// computed() follows, unless a newer request overtakes it. `scores` are those of the selector that the options
    /// name; null while weights decide.
    void request(std::shared_ptr<const Columns> columns, const pipeline::SelectOptions& options,
        std::shared_ptr<const pipeline::SelectorScores> scores = nullptr);
    /// explained() follows, against the last computed selection.
    void explain(PairRow row);
    bool isBusy() const { return m_isBusy; }

Q_SIGNALS:
    void computed(std::shared_ptr<const winnow::pipeline::LiveResult> result);
    void explained(winnow::PairRow row, std::shared_ptr<const winnow::pipeline::WhyCard> card);

private:
    struct Wish {
        std::shared_ptr<const Columns> columns;
        pipeline::SelectOptions options;
        std::shared_ptr<const pipeline::SelectorScores> scores;
    };
    /// Lives on the thread.
    struct Worker : QObject {
        std::unique_ptr<pipeline::LiveSelection> selection;
        std::shared_ptr<const Columns> columns;
        std::shared_ptr<const pipeline::SelectorScores> scores;
    };

    void start();
    void startExplaining();
    void finish(std::shared_ptr<const pipeline::LiveResult> result);

    // The window's thread.
    QThread m_thread;
    Worker* m_worker;
    std::optional<Wish> m_waiting;
    std::optional<PairRow> m_toExplain;
    bool m_isBusy = false;
    bool m_hasResult = false;
};

} // namespace winnow::ui
