#include "ui/models/page_loader.h"

#include "core/base/error.h"
#include "core/domain/columns.h"
#include "ui/document.h"

#include <algorithm>

namespace winnow::ui {
namespace {
    constexpr std::size_t kMaxWaiting = 2 * PageLoader::kBatch;

    std::vector<store::StoredPair> loadPairs(store::Project& project, const std::vector<PairRow>& rows)
    {
        store::PairStore pairs(project);
        return pairs.load(rows);
    }
} // namespace

PageLoader::PageLoader(Document& document, QObject* parent)
    : QObject(parent)
    , m_document(document)
{
    m_flush.setSingleShot(true);
    m_flush.setInterval(0);
    connect(&m_flush, &QTimer::timeout, this, &PageLoader::flush);
    connect(&document, &Document::opened, this, &PageLoader::reset);
    connect(&document, &Document::closed, this, &PageLoader::reset);
    connect(&document, &Document::columnsChanged, this, [this] {
        m_generation += 1;   // pictures may have been relinked
        m_isReading = false; // an answer of before is dropped by its request number
        m_request += 1;
        if (!m_waiting.empty())
            m_flush.start();
    });
}

PageLoader::Entry PageLoader::peek(PairRow row) const
{
    const auto found = m_entries.find(row);
    return found == m_entries.end() ? nullptr : found->second.pair;
}

PageLoader::Entry PageLoader::find(PairRow row)
{
    const auto found = m_entries.find(row);
    if (found == m_entries.end()) {
        request(row);
        return nullptr;
    }
    m_recent.splice(m_recent.begin(), m_recent, found->second.place);
    if (found->second.generation != m_generation)
        request(row);
    return found->second.pair;
}

void PageLoader::request(PairRow row)
{
    if (std::find(m_waiting.rbegin(), m_waiting.rend(), row) != m_waiting.rend())
        return;
    m_waiting.push_back(row);
    if (m_waiting.size() > kMaxWaiting)
        m_waiting.erase(m_waiting.begin(), m_waiting.begin() + kBatch);
    if (!m_isReading && !m_flush.isActive())
        m_flush.start();
}

void PageLoader::flush()
{
    if (m_isReading || m_waiting.empty() || !m_document.isOpen())
        return;
    const auto count = std::min(m_waiting.size(), kBatch);
    std::vector<PairRow> rows(m_waiting.end() - static_cast<std::ptrdiff_t>(count), m_waiting.end());
    m_waiting.resize(m_waiting.size() - count);
    m_isReading = true;
    m_document.read(
        this,
        [rows = std::move(rows)](store::Project& project) {
            Batch batch{{}, rows};
            try {
                batch.pairs = loadPairs(project, rows);
            } catch (const Error&) { // one row that is not there must not take the others with it
                for (const auto row : rows) {
                    try {
                        batch.pairs.push_back(store::PairStore(project).load(row));
                    } catch (const Error& e) {
                        store::StoredPair missing;
                        missing.row = row;
                        missing.pair.response = e.what();
                        missing.imageMissing = true;
                        batch.pairs.push_back(std::move(missing));
                    }
                }
            }
            return batch;
        },
        [this, request = m_request, generation = m_generation](
            Batch batch) { take(std::move(batch), request, generation); });
}

void PageLoader::take(Batch batch, std::uint64_t request, std::uint64_t generation)
{
    if (request == m_request)
        m_isReading = false;
    for (auto& pair : batch.pairs)
        insert(std::move(pair), generation);
    while (m_entries.size() > kCapacity) {
        m_entries.erase(m_recent.back());
        m_recent.pop_back();
    }
    if (!m_waiting.empty())
        m_flush.start();
    Q_EMIT loaded(batch.rows);
}

void PageLoader::insert(store::StoredPair pair, std::uint64_t generation)
{
    const auto row = pair.row;
    const auto found = m_entries.find(row);
    if (found != m_entries.end()) {
        if (found->second.generation > generation)
            return;
        found->second.pair = std::make_shared<const store::StoredPair>(std::move(pair));
        found->second.generation = generation;
        return;
    }
    m_recent.push_front(row);
    m_entries.emplace(
        row, Cached{std::make_shared<const store::StoredPair>(std::move(pair)), generation, m_recent.begin()});
}

void PageLoader::reset()
{
    m_request += 1;
    m_isReading = false;
    m_entries.clear();
    m_recent.clear();
    m_waiting.clear();
}

} // namespace winnow::ui
