#pragma once

#include "core/domain/columns.h"

#include <QImage>
#include <QObject>
#include <QString>
#include <QThreadPool>

#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace winnow::pipeline {
class ThumbnailStore;
}

namespace winnow::ui {

/// A picture ready to be drawn, or why there is none.
struct Thumbnail {
    QImage image; ///< fits into the asked side, in device pixels, RGB32
    QString problem;
    int side = 0; ///< it was made for
};

/// Small pictures of the pairs on the screen, decoded in a thread pool, at most a fixed amount of memory. The views say
/// after each move which they want; what is not wanted any more is not begun. Window thread only, but for the workers
/// inside.
class ThumbnailCache : public QObject {
    Q_OBJECT

public:
    struct Wanted {
        PairRow row = 0;
        std::filesystem::path file;
    };

    explicit ThumbnailCache(QObject* parent = nullptr, std::size_t budgetBytes = 64U << 20U);
    ~ThumbnailCache() override;

    /// Forgets everything; an empty folder closes.
    void setProject(const std::filesystem::path& folder);

    /// Null while it is not there. May be of another side than asked for last (draw it scaled meanwhile).
    const Thumbnail* find(PairRow row);
    /// Replaces what waits for this view, first wanted first loaded, before what other views wait for; those that are
    /// there already are left out. The view is only a name here.
    void setWanted(const void* view, const std::vector<Wanted>& wanted, int side);
    /// Files may have changed or moved: all are loaded again when wanted.
    void refresh() { m_generation += 1; }
    std::size_t usedBytes() const { return m_usedBytes; }

Q_SIGNALS:
    void loaded(const std::vector<winnow::PairRow>& rows);

private:
    struct Task {
        const void* view = nullptr;
        PairRow row = 0;
        std::filesystem::path file;
        int side = 0;
        std::uint64_t project = 0;
        std::uint64_t generation = 0;
    };
    struct Done {
        Task task;
        Thumbnail thumbnail;
    };
    struct Cached {
        Thumbnail thumbnail;
        std::uint64_t generation = 0;
        std::list<PairRow>::iterator place;
    };
    void work();
    void takeDone();
    void insert(Done done);
    void shrink();

    // The window's thread.
    std::unordered_map<PairRow, Cached> m_entries;
    std::list<PairRow> m_recent; ///< newest first
    std::size_t m_usedBytes = 0;
    std::size_t m_budgetBytes;
    std::uint64_t m_project = 0;
    std::uint64_t m_generation = 0;

    // Shared, under m_mutex.
    std::mutex m_mutex;
    std::shared_ptr<pipeline::ThumbnailStore> m_store;
    std::vector<Task> m_waiting; ///< next one last
    std::vector<Task> m_running;
    std::vector<Done> m_done;
    bool m_isTakePosted = false;

    QThreadPool m_pool;
};

} // namespace winnow::ui
