#pragma once

#include "core/domain/columns.h"

#include <QObject>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::ui {

class Document;

/// What the window knows of one metric column: its quantiles and a histogram over all pairs. Never changed after it is
/// made.
struct MetricSummary {
    static constexpr std::size_t kBins = 48;
    static constexpr std::size_t kQuantiles = 2048;

    std::shared_ptr<const std::vector<double>> values; ///< the column it was made from
    std::vector<double> quantiles; ///< increasing: all values of a small column, else kQuantiles of them
    std::int64_t count = 0;        ///< pairs that have a value
    double low = 0;                ///< of the first bin
    double binWidth = 1;
    std::vector<std::int64_t> bins;

    double high() const { return low + binWidth * static_cast<double>(bins.size()); }
    /// Share of the pairs with a value that is lower (ties count half), 0 … 100; NaN for a missing one.
    double percentileOf(double value) const;
    /// Position in bins; values outside (there are none in the column itself) go to the nearest; NaN is -1.
    int binOf(double value) const;
};

/// About 100 ms for a million values. Any thread.
MetricSummary computeMetricSummary(std::shared_ptr<const std::vector<double>> values);

/// Pairs per bin among the rows. Any thread.
std::vector<std::int64_t> computeBins(const MetricSummary& summary, const std::vector<PairRow>& rows);
std::vector<std::int64_t> computeBins(const MetricSummary& summary, const std::vector<std::uint8_t>& bitmap);

/// The summaries of the document's columns, computed in the background whenever a column is new. Window thread only.
class MetricSummaries : public QObject {
    Q_OBJECT

public:
    explicit MetricSummaries(Document& document, QObject* parent = nullptr);

    /// Null until it is computed.
    std::shared_ptr<const MetricSummary> find(std::string_view metric) const;
    /// NaN until it is computed, or where the pair has no value.
    double percentileOf(std::string_view metric, PairRow row) const;
    bool isBusy() const { return m_running > 0; }

Q_SIGNALS:
    void changed();

private:
    void refresh();

    Document& m_document;
    std::map<std::string, std::shared_ptr<const MetricSummary>, std::less<>> m_summaries;
    std::map<std::string, std::shared_ptr<const std::vector<double>>, std::less<>> m_asked;
    int m_running = 0;
};

} // namespace winnow::ui
