#pragma once

#include "core/domain/columns.h"
#include "core/store/pair_store.h"

#include <QObject>
#include <QTimer>

#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

namespace winnow::ui {

class Document;

/// Texts and picture paths of the pairs that are on the screen, fetched by the store thread some hundred at a time and
/// kept in a bounded cache. What was asked for last comes first; what was asked for long ago and is not wanted any more
/// is dropped. Window thread only.
class PageLoader : public QObject {
    Q_OBJECT

public:
    using Entry = std::shared_ptr<const store::StoredPair>;

    explicit PageLoader(Document& document, QObject* parent = nullptr);

    /// From memory; null when it is not there (then it is requested). Never waits.
    Entry find(PairRow row);
    /// The same, without asking for it.
    Entry peek(PairRow row) const;
    /// Drops everything that is still waiting: the views moved on.
    void cancelWaiting() { m_waiting.clear(); }
    std::size_t size() const { return m_entries.size(); }

    static constexpr std::size_t kCapacity = 4096;
    static constexpr std::size_t kBatch = 256;

Q_SIGNALS:
    void loaded(const std::vector<winnow::PairRow>& rows);

private:
    struct Cached {
        Entry pair;
        std::uint64_t generation = 0; ///< older than the loader's: shown, and asked for again
        std::list<PairRow>::iterator place;
    };
    struct Batch {
        std::vector<store::StoredPair> pairs;
        std::vector<PairRow> rows;
    };

    void request(PairRow row);
    void flush();
    void take(Batch batch, std::uint64_t request, std::uint64_t generation);
    void insert(store::StoredPair pair, std::uint64_t generation);
    void reset();

    Document& m_document;
    std::unordered_map<PairRow, Cached> m_entries;
    std::list<PairRow> m_recent; ///< newest first
    std::vector<PairRow> m_waiting;
    bool m_isReading = false;
    std::uint64_t m_request = 0;
    std::uint64_t m_generation = 0;
    QTimer m_flush;
};

} // namespace winnow::ui
